"""The working-day deadline of a dossier."""

from datetime import date

from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.history import pauses_of
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.core import clock
from ancu.core.working_days import calendar
from ancu.engines.rulebook import DeadlinePause


def due_on(dossier: Dossier) -> date | None:
    """Return the day by which the office owes its decision; None while the clock is stopped.

    Counts the rulebook's working days from the first acceptance, without the time the applicant took to answer.
    """
    if dossier.accepted_at is None:
        return None
    pauses = [DeadlinePause(start, end) for start, end in pauses_of(dossier)]
    days = procedure_of(dossier).deadline_days
    return calendar().deadline(dossier.accepted_at, days, pauses)


def working_days_left(dossier: Dossier, today: date | None = None) -> int | None:
    """Return the working days until the due day: 0 today, negative when late, None while the clock is stopped."""
    if dossier.due_on is None:
        return None
    day = today or clock.today()
    return calendar().working_days_left(day, dossier.due_on)
