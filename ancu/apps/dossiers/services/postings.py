"""The passport by post: sent by the applicant, arrived at the office, sent back with the result."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import Handover, ReceiverProof, SlotPurpose
from ancu.apps.dossiers.models import Dossier, Posting
from ancu.apps.dossiers.selectors.slots import open_appointment
from ancu.apps.dossiers.services import handling, slots
from ancu.apps.dossiers.services.moving import lock, meanwhile, note
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import require


@transaction.atomic
def send_passport(actor: Actor, *, dossier: Dossier, carrier: str, tracking_number: str, sent_on: date) -> Posting:
    """The applicant says by which post the passport comes; a place booked to bring it is given back."""
    locked = lock(dossier)
    require(rules.is_filer(actor, locked) or rules.is_sponsor(actor, locked))
    if not rules.may_post(actor, locked):
        raise meanwhile(actor, locked)
    same = Posting.objects.filter(dossier=locked, to_office=True, carrier=carrier, tracking_number=tracking_number)
    if known := same.filter(arrived_at=None).first():
        return known  # the button was pressed twice
    if open_appointment(locked, SlotPurpose.BRING):
        slots.cancel(actor, dossier=locked, purpose=SlotPurpose.BRING)
    locked.handover = Handover.POST
    locked.save(update_fields=["handover"])
    posting = _enter(actor, locked, True, carrier, tracking_number, sent_on)
    note(actor, locked, "posted_passport", carrier=carrier)
    return posting


def _enter(
    actor: Actor, dossier: Dossier, to_office: bool, carrier: str, tracking_number: str, sent_on: date
) -> Posting:
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
def arrived(actor: Actor, *, posting: Posting) -> Posting:
    """The office opened the letter: the passport is here."""
    dossier = lock(posting.dossier)
    require(rules.is_office(actor, dossier))
    locked = Posting.objects.select_for_update().get(pk=posting.pk)
    if locked.arrived_at or not locked.to_office:
        raise overtaken_conflict(actor, "posting_arrived", dossier, _("Its arrival is noted already."))
    slots.receive_passport(actor, dossier=dossier)
    locked.refresh_from_db()
    return locked


@transaction.atomic
def send_result(actor: Actor, *, dossier: Dossier, carrier: str, tracking_number: str, sent_on: date) -> Posting:
    """Give passport and result to the post: that is the delivery, and asks what delivery asks."""
    delivered = handling.deliver(
        actor, dossier=dossier, received_by=carrier, proof=ReceiverProof.POST, proof_number=tracking_number
    )
    posting = _enter(actor, delivered, False, carrier, tracking_number, sent_on)
    note(actor, delivered, "posted_result", carrier=carrier)
    return posting
