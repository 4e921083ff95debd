"""Rules of official letters: who reads their list, sets how they are signed, and promises a new date."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.enums import Role
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.rules import WORKERS, is_office, reads_dossiers
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.working_days import calendar
from ancu.engines.rulebook import CalendarEnds

POSTPONED = frozenset({State.ACCEPTED, State.ASSESSED})
EARLY = _("Choose a day after today and after the due day.")
DAY_OFF = _("The office is closed on that day. Choose a working day.")


def reads_letters(actor: Actor) -> bool:
    """Whether the actor may read the list of the office's letters: its officers who read dossiers."""
    return actor.is_office and reads_dossiers(actor)


def may_postpone(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may apologise for a delay and promise a new date: the office's officers, before the decision.

    The due day by law stays: a dossier decided after it is late, whatever was promised.
    """
    return dossier.state in POSTPONED and is_office(actor, dossier) and actor.role in WORKERS


def day_problem(dossier: Dossier, new_day: date) -> str:
    """Return why the day cannot be promised, "" if it can: it is a working day after today and after the due day."""
    if new_day <= max(clock.today(), dossier.due_on or clock.today()):
        return str(EARLY)
    try:
        return "" if calendar().is_working(new_day) else str(DAY_OFF)
    except CalendarEnds:
        return str(DAY_OFF)


def may_set_letterhead(actor: Actor) -> bool:
    """Whether the actor may set how the office writes and signs its letters: its administrator."""
    return actor.is_office and actor.role == Role.ADMINISTRATOR
