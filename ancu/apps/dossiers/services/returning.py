"""Returning the passport of a dossier that ended without a result."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import ENDED_WITHOUT_RESULT, ReceiverProof
from ancu.apps.dossiers.models import RETURNED, Dossier
from ancu.apps.dossiers.services.handling import require_receiver
from ancu.apps.dossiers.services.moving import lock, note, require_in_state
from ancu.core.actor import Actor
from ancu.core.errors import require


@transaction.atomic
def return_passport(
    actor: Actor,
    *,
    dossier: Dossier,
    received_by: str,
    proof: ReceiverProof,
    proof_number: str,
    another_person: bool = False,
) -> Dossier:
    """Return the passport of a dossier that ended without a result, against the same proof as a result."""
    locked = lock(dossier)
    require(rules.is_office(actor, locked))
    require_in_state(actor, locked, ENDED_WITHOUT_RESULT, rules.may_return_passport)
    if locked.passport_received() is None:
        raise overtaken_conflict(actor, "passport_not_here", locked, _("The passport is not at the office."))
    receiver = require_receiver(locked, proof, proof_number, received_by, another_person=another_person)
    note(actor, locked, RETURNED, **receiver)
    return locked
