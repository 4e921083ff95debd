"""The passport by post: sent by the applicant, received, and sent back with the result."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import Handover, ReceiverProof, SlotPurpose
from ancu.apps.dossiers.models import Dossier, Posting
from ancu.apps.dossiers.rules.postings import may_record_return
from ancu.apps.dossiers.selectors.slots import open_appointment
from ancu.apps.dossiers.services import handling, slots
from ancu.apps.dossiers.services.moving import lock, note, stale_state
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import require


@transaction.atomic
def send_passport(actor: Actor, *, dossier: Dossier, carrier: str, tracking_number: str, sent_on: date) -> Posting:
    """Record that the filer or sponsor posted the passport to the office.

    An open appointment to bring it is cancelled. A repeat with the same number returns the pending posting.
    """
    locked = lock(dossier)
    require(rules.is_filer(actor, locked) or rules.is_sponsor(actor, locked))
    if not rules.may_post(actor, locked):
        raise stale_state(actor, locked)
    same = Posting.objects.filter(dossier=locked, to_office=True, carrier=carrier, tracking_number=tracking_number)
    if pending := same.filter(arrived_at=None).first():
        return pending  # the button was pressed twice
    if open_appointment(locked, SlotPurpose.BRING):
        slots.cancel(actor, dossier=locked, purpose=SlotPurpose.BRING)
    locked.handover = Handover.POST
    locked.save(update_fields=["handover"])
    posting = _create_posting(actor, locked, True, carrier, tracking_number, sent_on)
    note(actor, locked, "posted_passport", carrier=carrier)
    return posting


def _create_posting(
    actor: Actor, dossier: Dossier, to_office: bool, carrier: str, tracking_number: str, sent_on: date
) -> Posting:
    """Store a shipment of the passport: to the office, or from it to the applicant if ``to_office`` is false."""
    return Posting.objects.create(
        dossier=dossier,
        to_office=to_office,
        carrier=carrier,
        tracking_number=tracking_number,
        sent_on=sent_on,
        entered_by_id=actor.user_id or 0,
        entered_at=clock.now(),
    )


@transaction.atomic
def record_arrival(actor: Actor, *, posting: Posting) -> Posting:
    """Note that the passport shipped to the office has arrived. Conflict when that was recorded already."""
    dossier = lock(posting.dossier)
    require(rules.is_office(actor, dossier))
    locked = Posting.objects.select_for_update().get(pk=posting.pk)
    if locked.arrived_at or not locked.to_office:
        raise overtaken_conflict(actor, "posting_arrived", dossier, _("Its arrival has already been recorded."))
    slots.receive_passport(actor, dossier=dossier)
    locked.refresh_from_db()
    return locked


@transaction.atomic
def record_return(actor: Actor, *, posting: Posting) -> Posting:
    """Note that passport and result, posted by the office, have arrived. Conflict when that was recorded already."""
    dossier = lock(posting.dossier)
    require(may_record_return(actor, dossier))
    locked = Posting.objects.select_for_update().get(pk=posting.pk)
    if locked.arrived_at or locked.to_office:
        raise overtaken_conflict(actor, "posting_arrived", dossier, _("Its arrival has already been recorded."))
    locked.arrived_at = clock.now()
    locked.save(update_fields=["arrived_at"])
    note(actor, dossier, "result_arrived")
    return locked


@transaction.atomic
def send_result(actor: Actor, *, dossier: Dossier, carrier: str, tracking_number: str, sent_on: date) -> Posting:
    """Send passport and result by post; this is the delivery, with its requirements."""
    delivered = handling.deliver(
        actor, dossier=dossier, received_by=carrier, proof=ReceiverProof.POST, proof_number=tracking_number
    )
    posting = _create_posting(actor, delivered, False, carrier, tracking_number, sent_on)
    note(actor, delivered, "posted_result", carrier=carrier)
    return posting
