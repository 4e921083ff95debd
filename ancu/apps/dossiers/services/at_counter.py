"""Dossiers of people who come to the counter without an account: begun, filled in, sent, and taken over by them."""

from collections.abc import Collection
from hmac import compare_digest
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers.enums import ComponentState, Filer, State
from ancu.apps.dossiers.models import PASSPORT, Component, Dossier
from ancu.apps.dossiers.rules.counter import (
    may_be_received,
    may_receive_at_counter,
    may_take_over,
    writes_at_counter,
)
from ancu.apps.dossiers.selectors import only_office
from ancu.apps.dossiers.selectors.at_counter import known_person
from ancu.apps.dossiers.selectors.money import fee_of
from ancu.apps.dossiers.selectors.papers import places_of
from ancu.apps.dossiers.selectors.passport_zone import fill_empty, usual_values, zone_values
from ancu.apps.dossiers.selectors.public import is_slip_of
from ancu.apps.dossiers.services import filing
from ancu.apps.dossiers.services.money.papers import fee_receipt_pdf
from ancu.apps.dossiers.services.moving import lock, note, writable
from ancu.apps.dossiers.services.papers import put_paper
from ancu.apps.dossiers.services.passport_first import fill_from_zone
from ancu.apps.dossiers.services.queue_tickets import join_ticket
from ancu.apps.dossiers.services.slips import document_pdf
from ancu.apps.dossiers.services.slots import receive_passport
from ancu.apps.messaging.services import refresh_parties
from ancu.apps.travellers.rules import document_key
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.documents.pdf import join_pdfs
from ancu.core.documents.reference_numbers import normalise_number
from ancu.core.errors import Conflict, require
from ancu.engines.rulebook import get_procedure


@transaction.atomic
def begin(actor: Actor, *, procedure: str, filer: Filer, upload_id: str = "", sent: Any = None) -> Dossier:
    """Start the draft of somebody who came to the counter; the officer writes it until it is submitted.

    The passport's picture is the finished upload ``upload_id``, or the form's file ``sent``, or comes later. Raises
    FileRefused or UploadUsed; then nothing is stored.
    """
    require(may_receive_at_counter(actor) and may_be_received(filer))
    if filer not in get_procedure(procedure, clock.today()).filers:
        raise Conflict("not_for_this_filer", _("This kind of applicant cannot use this procedure."))
    dossier = filing.create_draft(actor, procedure=procedure, filer=filer, received_by_id=actor.user_id)
    join_ticket(actor, dossier)
    known_values = {"sponsor.kind": filer.value, "office.name": only_office()}
    filled = {name: value for name, value in known_values.items() if value}
    saved = filing.save(actor, dossier=dossier, answers=fill_empty(dossier, filled))
    if upload_id or sent:
        put_paper(actor, dossier=saved, key=PASSPORT, upload_id=upload_id, sent=sent)
    return saved


def fill_from_passport(actor: Actor, *, dossier: Dossier, replace: bool = False) -> Dossier:
    """Read the passport's picture, and write what it says and what is known of its holder into empty answers.

    With ``replace`` the passport's values replace typed ones, too. Unchanged if no zone can be read.
    """
    filled = fill_from_zone(actor, dossier=dossier, replace=replace)
    return _fill_known(actor, filled) if zone_values(filled) else filled


@transaction.atomic
def _fill_known(actor: Actor, dossier: Dossier) -> Dossier:
    """Write what is usual and known of the passport's holder into empty answers; record whose data were read."""
    locked = writable(actor, lock(dossier))
    saved = filing.save(actor, dossier=locked, answers=fill_empty(locked, usual_values(zone_values(locked))))
    person = known_person(actor, saved)
    if not person.values:
        return saved
    stay_ids = [person.stay.pk] if person.stay else []
    dossier_ids = [person.earlier.pk] if person.earlier else []
    record_look(actor, saved, page="at-counter", stays=stay_ids, dossiers=dossier_ids)
    return filing.save(actor, dossier=saved, answers=fill_empty(saved, person.values))


@transaction.atomic
def hand_in(actor: Actor, *, dossier: Dossier, keys: Collection[str]) -> None:
    """Record which papers (``keys``) were handed in on paper; a paper not among them is no longer handed in.

    A paper that has a file stays as it is, whether or not the paper itself came too.
    """
    locked = writable(actor, lock(dossier))
    require(writes_at_counter(actor, locked))
    for place in places_of(locked):
        key, paper = place.component.key, place.received
        if key in keys and not _is_handed_in(paper):
            filing.promise_by_post(actor, dossier=locked, key=key)
        elif key not in keys and paper is not None and paper.by_post and paper.file_id is None:
            filing.detach(actor, dossier=locked, key=key)


def _is_handed_in(paper: Component | None) -> bool:
    """Whether the paper came already, itself or as a file, and was not returned."""
    if paper is None or paper.state in {ComponentState.AWAITED, ComponentState.RETURNED}:
        return False
    return paper.by_post or paper.file_id is not None


@transaction.atomic
def send(actor: Actor, *, dossier: Dossier, keeps_passport: bool) -> Dossier:
    """Submit the dossier at the counter, or the documents that the office requested, by the rules of online filing.

    With ``keeps_passport`` the passport stays at the office. Raises DossierIncomplete for blocking findings, Conflict
    if another office receives dossiers of that address.
    """
    locked = lock(dossier)
    require(writes_at_counter(actor, locked))
    act = filing.resubmit if locked.state == State.SUPPLEMENT else filing.submit
    sent = act(actor, dossier=locked)
    if sent.agency_id != actor.organisation_id:
        raise Conflict("dossier_other_office", _("Another office receives dossiers for this address."))
    return receive_passport(actor, dossier=sent) if keeps_passport else sent


@transaction.atomic
def take_over(actor: Actor, *, number: str, code: str, document_number: str) -> Dossier | None:
    """Add a dossier from the counter to the actor's account, who knows its number, code and passport number.

    None if anything does not match, or it was taken over already. The officer who took it in stays recorded.
    """
    tidy_number = normalise_number(number)
    own = Dossier.objects.select_for_update().filter(number=tidy_number or "", submitted_at__isnull=False).first()
    if own is None or not is_slip_of(own, code) or not may_take_over(actor, own):
        return None
    typed, recorded = document_key(document_number), document_key(own.document_number)
    if not recorded or not compare_digest(typed.encode(), recorded.encode()):
        return None
    own.filed_by_id = actor.user_id or 0
    own.save(update_fields=["filed_by"])
    note(actor, own, "taken_over")
    refresh_parties(kind="dossier", subject_id=own.number)
    return own


def slip_and_receipt_pdf(actor: Actor, *, dossier: Dossier, language: str) -> bytes:
    """Return the slip, and the fee receipt once the fee is paid, as one PDF to print together."""
    parts = [document_pdf(actor, dossier, "receipt")]
    receipt = fee_of(dossier).receipt
    if receipt is not None:
        parts.append(fee_receipt_pdf(actor, receipt, language))
    return join_pdfs(parts)
