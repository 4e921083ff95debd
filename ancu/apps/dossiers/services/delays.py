"""A dossier that is not decided in time: the office apologises, says why, and promises a new date."""

from datetime import date

from django.db import transaction

from ancu.apps.dossiers.models import Dossier, DossierEvent
from ancu.apps.dossiers.rules.letters import POSTPONED, day_problem, may_postpone
from ancu.apps.dossiers.services import letters
from ancu.apps.dossiers.services.moving import lock_and_authorize, note
from ancu.apps.dossiers.services.official_letters import issue_letter
from ancu.core.actor import Actor
from ancu.core.errors import Conflict


@transaction.atomic
def postpone(actor: Actor, *, dossier: Dossier, reason: str, new_day: date) -> DossierEvent:
    """Promise a new date with the reason of the delay; the applicant gets the letter. Conflict for a wrong day.

    The due day by law stays as it is.
    """
    locked = lock_and_authorize(actor, dossier, POSTPONED, may_postpone)
    if problem := day_problem(locked, new_day):
        raise Conflict("wrong_day", problem)
    event = note(actor, locked, "postponed", reason=reason, new_day=new_day)
    issue_letter(actor, locked, event)
    letters.notify_applicant(actor, locked, event)
    return event
