"""Copies of personal data: request, check, approve by a second officer, hand over, delete."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.dossiers.selectors.receiving import normalised_document_number, number_problem
from ancu.apps.files import services as files
from ancu.apps.messaging.services import notify, notify_decision
from ancu.apps.messaging.services.decisions import APPROVED, NOT_APPROVED, RETURNED
from ancu.apps.protection.enums import COPY_TRANSITIONS, OPEN_COPIES, CopyFile, CopyState
from ancu.apps.protection.models import CopyRequest
from ancu.apps.protection.rules import copies as rules
from ancu.apps.protection.selectors import copies as selectors
from ancu.apps.protection.selectors.people import PersonDocument, is_same_name
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.jobs import enqueue
from ancu.core.documents.reference_numbers import new_number
from ancu.core.errors import Conflict, require
from ancu.core.transitions import follows
from ancu.core.working_days import calendar

State = CopyState
LETTER = "protection/letters/copy.txt"
ASKED_ALREADY = _("Your request is already being handled.")


# ---- asking ------------------------------------------------------------------------------------------------


def request_copy(actor: Actor) -> CopyRequest:
    """Request a copy of the data of the actor's account; Conflict while another request is open."""
    require(rules.may_ask(actor))
    try:
        with transaction.atomic():
            copy = _create(user_id=actor.user_id)
            record(actor, "protection.copy_asked", copy)
    except IntegrityError as error:
        raise Conflict("asked_already", ASKED_ALREADY) from error
    return copy


@transaction.atomic
def record_request(actor: Actor, *, document: PersonDocument) -> CopyRequest:
    """Record a guest's request at the counter, after comparing the identity document.

    Conflict for an implausible number, or while another request for the document is open.
    """
    require(rules.handles_copies(actor))
    _require_number(document)
    number = normalised_document_number(document.number)
    if CopyRequest.objects.filter(user=None, document_number=number, state__in=OPEN_COPIES).exists():
        raise Conflict("asked_already", _("A copy is already being prepared for this document."))
    copy = _create(**_document_fields(actor, document))
    record(actor, "protection.copy_noted", copy)
    return copy


@transaction.atomic
def identify(actor: Actor, *, copy: CopyRequest, document: PersonDocument) -> None:
    """Add the identity document of an account's holder, shown at the counter, so that the copy includes stays.

    Conflict if the document bears another name than the account.
    """
    locked = _lock(copy)
    require(rules.handles_copies(actor))
    if not rules.may_identify(actor, locked):
        raise overtaken_conflict(actor, "copy_moved", locked)
    _require_number(document)
    if locked.user is None or not is_same_name(document.full_name, locked.user.full_name):
        message = _("The name on the account is different. Stays of this document cannot be given to this account.")
        raise Conflict("another_name", message)
    for name, value in _document_fields(actor, document).items():
        setattr(locked, name, value)
    locked.save()
    record(actor, "protection.copy_identified", locked)


def _create(**values: Any) -> CopyRequest:
    """Create a request for a copy of personal data with a new reference, due after a number of working days."""
    asked_at = clock.now()
    day = clock.local(asked_at).date()
    due_on = calendar().add_working_days(day, settings.DATA_COPY_WORKING_DAYS)
    reference = new_number(f"{settings.OFFICE_PREFIX}B")
    return CopyRequest.objects.create(reference=reference, asked_at=asked_at, due_on=due_on, **values)


def _require_number(document: PersonDocument) -> None:
    """Raise Conflict ``document_number`` if the identity document's number is implausible."""
    if problem := number_problem(normalised_document_number(document.number)):
        raise Conflict("document_number", problem.message)


def _document_fields(actor: Actor, document: PersonDocument) -> dict[str, Any]:
    """Return the columns of a request for the compared document, with the actor and the time, by name."""
    return {
        "full_name": document.full_name, "birth_date": document.birth_date, "nationality": document.nationality,
        "document_number": normalised_document_number(document.number), "identified_by_id": actor.user_id,
        "identified_at": clock.now(),
    }  # fmt: skip


@transaction.atomic
def withdraw(actor: Actor, *, copy: CopyRequest) -> None:
    """Withdraw the actor's own request for a copy of personal data; Conflict if it was answered already."""
    locked = _lock(copy)
    require(rules.is_own(actor, locked))
    locked.reason = ""
    _end(actor, locked, State.WITHDRAWN)


# ---- the office --------------------------------------------------------------------------------------------


@transaction.atomic
def check(actor: Actor, *, copy: CopyRequest) -> None:
    """Confirm the first officer's check of a request, and enqueue the job that prepares the copy.

    Conflict if it does not wait for a check.
    """
    locked = _lock(copy)
    require(rules.handles_copies(actor) and not actor.has_conflict_of_interest(locked.user_id))
    locked.checked_by_id, locked.checked_at, locked.reason = actor.user_id, clock.now(), ""
    locked.identities.set(selectors.records_now(locked).ids)
    _change_state(actor, locked, State.PREPARING, identities=locked.identities.count())
    enqueue("protection.prepare_copy", copy_id=locked.pk)


@transaction.atomic
def approve(actor: Actor, *, copy: CopyRequest) -> None:
    """Approve the copy as second officer, for thirty days.

    Conflict if its files are gone, or the person's records have changed since it was prepared.
    """
    locked = _lock(copy)
    require(rules.handles_copies(actor))
    _require_transition(actor, locked, State.READY)
    require(rules.may_approve(actor, locked))
    if locked.pdf is None or locked.json is None:
        raise Conflict("file_gone", _("The prepared copy is no longer stored. Return it to be prepared again."))
    if selectors.records_now(locked).ids != set(locked.identities.values_list("pk", flat=True)):
        message = _(
            "The records that belong to this person have changed since the copy was prepared. Return it to be "
            "checked again."
        )
        raise Conflict("records_changed", message)
    _decide(actor, locked)
    locked.available_until = clock.today() + timedelta(days=rules.AVAILABLE_DAYS)
    end = clock.start_of(locked.available_until + timedelta(days=1))
    for file in locked.files.values():
        files.keep_until(actor, file=file, moment=end)
    _change_state(actor, locked, State.READY)
    _notify_person(actor, locked)
    _notify_checker(actor, locked, APPROVED)


@transaction.atomic
def send_back(actor: Actor, *, copy: CopyRequest, reason: str) -> None:
    """Send the copy back for another check; its files are deleted."""
    locked = _lock(copy)
    require(rules.handles_copies(actor))
    _require_transition(actor, locked, State.TO_CHECK)
    require(rules.may_send_back(actor, locked))
    locked.reason = reason.strip()
    _delete_files(actor, locked)
    _change_state(actor, locked, State.TO_CHECK)
    _notify_checker(actor, locked, RETURNED)


@transaction.atomic
def decline(actor: Actor, *, copy: CopyRequest, reason: str) -> None:
    """Decline the request for a copy of personal data; the person reads the reason and how to complain."""
    locked = _lock(copy)
    require(rules.handles_copies(actor) and not actor.has_conflict_of_interest(locked.user_id))
    locked.reason = reason.strip()
    _decide(actor, locked)
    _end(actor, locked, State.DECLINED)
    _notify_person(actor, locked)
    _notify_checker(actor, locked, NOT_APPROVED)


@transaction.atomic
def hand_over(actor: Actor, *, copy: CopyRequest, received_by: str, proof_number: str) -> None:
    """Record that the copy was handed to a guest who showed the identity document compared at the request.

    Conflict ``another_document`` if name or number differ.
    """
    locked = _lock(copy)
    require(rules.handles_copies(actor))
    _require_transition(actor, locked, State.HANDED_OVER)
    require(rules.may_hand_over(actor, locked))
    if not rules.agrees_with_document(locked, normalised_document_number(proof_number), received_by):
        raise Conflict("another_document", _("This is not the document that was used to request the copy."))
    locked.handed_over_at, locked.handed_over_by_id = clock.now(), actor.user_id
    _change_state(actor, locked, State.HANDED_OVER)


@transaction.atomic
def read_file(actor: Actor, *, copy: CopyRequest, kind: CopyFile) -> bytes:
    """Return the content of a file; the first download by the account's holder counts as the handover.

    403 if the actor may not open it, Conflict if it is no longer stored.
    """
    locked = _lock(copy)
    require(rules.may_open(actor, locked))
    file = locked.files.get(kind)
    if file is None:
        raise Conflict("file_gone", _("This file is no longer stored."))
    record(actor, "protection.copy_downloaded", locked, kind=str(kind))
    if rules.is_own(actor, locked) and locked.state == State.READY:
        locked.handed_over_at = clock.now()
        _change_state(actor, locked, State.HANDED_OVER)
    return files.read_bytes(file)


# ---- the one door ------------------------------------------------------------------------------------------


def _lock(copy: CopyRequest) -> CopyRequest:
    """Return the request for a copy of personal data as stored now, locked until the transaction ends."""
    return CopyRequest.objects.select_for_update(of=("self",)).select_related(*selectors.WITH).get(pk=copy.pk)


def _require_transition(actor: Actor, locked: CopyRequest, after: State) -> None:
    """Raise Conflict if the locked request cannot go from its state to the state ``after``."""
    if not follows(COPY_TRANSITIONS, locked.state, after):
        raise overtaken_conflict(actor, "copy_moved", locked)


def _decide(actor: Actor, locked: CopyRequest) -> None:
    """Set who decided on the request and when: the actor, the actor's agency and now; the caller saves it."""
    locked.decided_by_id, locked.decided_at = actor.user_id, clock.now()
    locked.agency_id = actor.organisation_id


def _end(actor: Actor, locked: CopyRequest, after: State) -> None:
    """End the request for a copy in the state ``after`` and delete the copy's files."""
    _require_transition(actor, locked, after)
    locked.ended_at = clock.now()
    _delete_files(actor, locked)
    _change_state(actor, locked, after)


def _delete_files(actor: Actor, locked: CopyRequest) -> None:
    """Delete the copy's files from the store; the caller saves the request."""
    for file in locked.files.values():
        files.delete(actor, file=file)
    locked.pdf = locked.json = locked.papers = None


def _change_state(actor: Actor, locked: CopyRequest, after: State, **details: Any) -> None:
    """Save the request's new state and record the audit event; the caller has locked the row."""
    _require_transition(actor, locked, after)
    before, locked.state = locked.state, after
    locked.save()
    act = "copy_asked_again" if after == State.TO_CHECK else f"copy_{after.value}"
    record(actor, f"protection.{act}", locked, before=before, **details)


def _notify_checker(actor: Actor, locked: CopyRequest, outcome: Promise) -> None:
    """Notify the officer who checked the copy of the second officer's decision."""
    notify_decision(
        actor=actor, asked_by_id=locked.checked_by_id, outcome=outcome, matter=_("copy of personal data"),
        name=locked.reference, subject=("copy", locked.pk), path=reverse("protection:copy", args=[locked.reference]),
        has_reason=outcome is not APPROVED,
    )  # fmt: skip


def _notify_person(actor: Actor, locked: CopyRequest) -> None:
    """Notify the person of a decision; its content is only on the person's page."""
    if locked.user is not None:
        notify(
            actor=actor, to=locked.user, key=f"copy-{locked.pk}-{locked.state}", template=LETTER,
            subject=("copy", locked.pk), context={"reference": locked.reference, "path": reverse("protection:own")},
        )  # fmt: skip
