"""The office's words with a petitioner: questions, and what was added by telephone."""

from uuid import UUID

from django.db import transaction

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.listening import rules
from ancu.apps.listening.models import Petition, PetitionRemark
from ancu.apps.listening.selectors import lock_petition
from ancu.apps.listening.services.state_changes import notify_petitioners
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import require


@transaction.atomic
def ask_petitioner(*, actor: Actor, number: str, text: str, key: UUID) -> PetitionRemark:
    """Ask the petitioner a question; the due date does not change."""
    petition = lock_petition(actor, number)
    require(rules.may_remark(actor, petition))
    remark, created = PetitionRemark.objects.get_or_create(
        key=key, defaults=_remark_fields(actor, petition, text) | {"from_office": True}
    )
    if created:
        record(actor, "listening.remarked", petition)
        notify_petitioners(actor, petition, "asked")
    return remark


@transaction.atomic
def record_call(*, actor: Actor, number: str, text: str, key: UUID) -> PetitionRemark:
    """Store, as a remark, what the petitioner added by telephone."""
    petition = lock_petition(actor, number)
    require(rules.may_record(actor))
    if not rules.may_add_remark(petition.head):
        raise overtaken_conflict(actor, "petition_moved", petition)
    fields = _remark_fields(actor, petition, text) | {"from_office": False, "operator": True}
    remark, created = PetitionRemark.objects.get_or_create(key=key, defaults=fields)
    if created:
        record(actor, "listening.remarked", petition, by_telephone=True)
    return remark


def _remark_fields(actor: Actor, petition: Petition, text: str) -> dict[str, object]:
    """Return the field values of a remark on the petition that the actor writes."""
    return {
        "petition": petition, "user_id": actor.user_id, "agency_id": actor.organisation_id, "text": text.strip(),
        "at": clock.now(),
    }  # fmt: skip
