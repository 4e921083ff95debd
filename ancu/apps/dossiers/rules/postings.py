"""When a passport in the post is expected, when it is late, and who may record that it came back."""

from datetime import date

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.models import Dossier, Posting
from ancu.core.actor import Actor
from ancu.core.working_days import calendar
from ancu.engines.rulebook import CalendarEnds, postal_days


def expected_on(posting: Posting) -> date | None:
    """Return the working day by which the passport is expected, by the rulebook; None beyond the known holidays."""
    try:
        return calendar().add_working_days(posting.sent_on, postal_days(posting.sent_on))
    except CalendarEnds:
        return None


def is_late(posting: Posting, on: date) -> bool:
    """Whether the passport is still on its way that day, although it was expected before."""
    expected = expected_on(posting)
    return posting.arrived_at is None and expected is not None and expected < on


def may_record_return(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may record that passport and result arrived: filer, sponsor, or officers at the counter."""
    if rules.is_filer(actor, dossier) or rules.is_sponsor(actor, dossier):
        return True
    return rules.is_office(actor, dossier) and rules.may_receive_people(actor)
