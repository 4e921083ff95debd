"""The working-day clock of a dossier."""

from datetime import date

from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.history import pauses_of
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.core import clock
from ancu.core.working_days import calendar
from ancu.engines.rulebook import Pause


def due_on(dossier: Dossier) -> date | None:
    """The day the office owes its decision; None while nothing runs.

    The rulebook's working days from the first acceptance; the stretches in which a supplement was awaited do not count.
    """
    if dossier.accepted_at is None:
        return None
    pauses = [Pause(start, end) for start, end in pauses_of(dossier)]
    days = procedure_of(dossier).deadline_days
    return calendar().deadline(dossier.accepted_at, days, pauses)


def working_days_left(dossier: Dossier, today: date | None = None) -> int | None:
    """Working days until the due day: 0 today, negative when late, None while the clock stands."""
    if dossier.due_on is None:
        return None
    day = today or clock.today()
    return calendar().working_days_left(day, dossier.due_on)
