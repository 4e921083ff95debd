"""Questions to other units about a dossier, and their answers."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.models import Organisation
from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import IN_THE_OFFICE
from ancu.apps.dossiers.models import Dossier, Opinion
from ancu.apps.dossiers.selectors.officers import askable
from ancu.apps.dossiers.services import letters
from ancu.apps.dossiers.services.moving import lock, lock_and_authorize, note
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require


@transaction.atomic
def ask_opinion(actor: Actor, *, dossier: Dossier, of: Organisation, question: str, answer_by: date) -> Opinion:
    """Ask a commune police or another unit; the question and the answer stay inside the office."""
    locked = lock_and_authorize(actor, dossier, IN_THE_OFFICE, rules.may_ask_opinion)
    if not askable(actor).filter(pk=of.pk).exists():
        raise Conflict("not_askable", _("You cannot ask this unit."))
    opinion = Opinion.objects.create(
        dossier=locked,
        asked_of=of,
        asked_by_id=actor.user_id or 0,
        asked_at=clock.now(),
        question=question,
        answer_by=answer_by,
    )
    note(actor, locked, "asked_opinion", internal=True, of=of.pk, answer_by=answer_by)
    return opinion


@transaction.atomic
def give_opinion(actor: Actor, *, opinion: Opinion, answer: str) -> Opinion:
    """Give the opinion of the actor's unit and notify who asked for it."""
    locked = Opinion.objects.select_for_update().get(pk=opinion.pk)
    require(rules.is_asked(actor, locked))
    if not rules.may_give_opinion(actor, locked):
        raise overtaken_conflict(actor, "opinion_given", locked.dossier, _("Your unit has already answered."))
    locked.answer, locked.answered_by_id, locked.answered_at = answer, actor.user_id, clock.now()
    locked.save(update_fields=["answer", "answered_by", "answered_at"])
    note(actor, lock(locked.dossier), "gave_opinion", internal=True, opinion=locked.pk)
    letters.notify_opinion(actor, locked)
    return locked
