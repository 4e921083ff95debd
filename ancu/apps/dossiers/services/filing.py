"""The filer's acts: start, edit, add papers, request the signature, send, answer, withdraw."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.models import User
from ancu.apps.accounts.selectors import verified_user_by_email
from ancu.apps.accounts.services.mandates import hold_mandate
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import INDIVIDUALS, ComponentState, Filer, State
from ancu.apps.dossiers.models import Component, Dossier, Filing, Signature, Supplement
from ancu.apps.dossiers.selectors import receiving_agency
from ancu.apps.dossiers.selectors.clock import due_on
from ancu.apps.dossiers.selectors.preflight import StayDisclosure, blocking, findings
from ancu.apps.dossiers.selectors.procedures import is_component, procedure_of, required_keys, subject_values, unit_of
from ancu.apps.dossiers.selectors.signatures import digest_of, papers_of
from ancu.apps.dossiers.services import letters
from ancu.apps.dossiers.services.assigning import assign_in_turn
from ancu.apps.dossiers.services.money.charging import charge, update_charge
from ancu.apps.dossiers.services.moving import lock, move, note, stale_state, writable
from ancu.apps.dossiers.services.paper_texts import has_text_layer
from ancu.apps.dossiers.services.sponsors import renews_signature_request
from ancu.apps.files.models import StoredFile
from ancu.apps.places.selectors import fold
from ancu.apps.travellers.rules import document_key
from ancu.apps.travellers.services import identify, redact_identities
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.jobs import enqueue
from ancu.core.documents.reference_numbers import new_number
from ancu.core.errors import Conflict, require
from ancu.core.web.language import reader_language
from ancu.engines.rulebook import Answers, get_procedure


class DossierIncomplete(Exception):
    """The dossier cannot be sent: ``findings`` say what is missing or wrong, and how to fix it."""

    def __init__(self, findings: list[Any]) -> None:
        super().__init__("incomplete")
        self.findings = findings


@transaction.atomic
def start(
    actor: Actor,
    *,
    procedure: str,
    filer: Filer,
    answers: Answers | None = None,
    is_sponsor: bool = False,
    organisation_id: int | None = None,
) -> Dossier:
    """Start a draft under a procedure in force today; ``answers`` are prefilled values.

    ``is_sponsor``: the person who starts it is the sponsor, so nobody else is asked to sign. ``organisation_id`` is the
    company for which an agent starts it; without it an organisation's dossier is the actor's own organisation's.
    """
    require(rules.may_start(actor))
    if filer not in get_procedure(procedure, clock.today()).filers:
        raise Conflict("not_for_this_filer", _("This kind of applicant cannot use this procedure."))
    for_office = filer == Filer.ORGANISATION
    organisation_id = (organisation_id or actor.organisation_id) if for_office else None
    require(not for_office or rules.may_file_for(actor, organisation_id, procedure))
    sponsor_id = actor.user_id if is_sponsor and filer in INDIVIDUALS else None
    owners = {"organisation_id": organisation_id, "sponsor_id": sponsor_id}
    return create_draft(actor, procedure=procedure, filer=filer, answers=answers, **owners)


def create_draft(
    actor: Actor, *, procedure: str, filer: Filer, answers: Answers | None = None, **owners: int | None
) -> Dossier:
    """Store a new draft of the actor's; the caller has checked that the actor may begin it.

    ``owners`` are ids of further people: organisation, sponsor, or the officer who takes it in at the counter.
    """
    now = clock.now()
    dossier = Dossier.objects.create(
        number=new_number(f"{settings.OFFICE_PREFIX}D"),
        procedure=procedure,
        filer=filer,
        filed_by_id=actor.user_id or 0,
        language=reader_language(),
        answers=dict(answers or {}),
        created_at=now,
        saved_at=now,
        **owners,
    )
    _copy_subject_columns(dossier)
    _sync_components(dossier)
    note(actor, dossier, "started", procedure=procedure)
    return dossier


@renews_signature_request
@transaction.atomic
def save(
    actor: Actor, *, dossier: Dossier, answers: Answers, revision: int | None = None, save_keys: Sequence[UUID] = ()
) -> Dossier:
    """Store what was typed, valid or not: ``answers`` holds the fields of one step by form code and key.

    ``revision`` is the one the window was opened with; Conflict when another window saved since, so that neither
    overwrites the other. ``save_keys`` are the keys of this window's saves, newest first: if the latest save has one
    of them, no other window saved since, even if its response was lost or late.
    """
    locked = writable(actor, lock(dossier))
    if revision is not None and revision != locked.revision and locked.save_key not in save_keys:
        raise Conflict("dossier_saved_elsewhere", _("This dossier was changed in another window. Reload the page."))
    locked.answers = {
        form.code: {**locked.answers.get(form.code, {}), **answers.get(form.code, {})}
        for form in procedure_of(locked).forms
    }
    locked.revision += 1
    locked.save_key = save_keys[0] if save_keys else None
    locked.saved_at = clock.now()
    _copy_subject_columns(locked)
    _sync_components(locked)
    return locked


def _copy_subject_columns(dossier: Dossier) -> None:
    """Copy the foreigner's details from the answers to the columns for lists and searches, and save.

    An invalid name does not replace a submitted one.
    """
    for name, value in subject_values(dossier).items():
        if name != "full_name" or value or dossier.submitted_at is None:
            setattr(dossier, name, value)
    dossier.search_key = fold(f"{dossier.full_name} {dossier.document_number} {dossier.number}")[:250]
    dossier.unit = unit_of(dossier)
    dossier.save()


def _sync_components(dossier: Dossier) -> None:
    """Create a row for each required paper; delete rows of papers no longer required and not received."""
    required = required_keys(dossier)
    existing = set(dossier.components.values_list("key", flat=True))
    Component.objects.bulk_create([Component(dossier=dossier, key=key) for key in required if key not in existing])
    idle = dossier.components.exclude(key__in=required).filter(file=None, by_post=False)
    idle.delete()


@renews_signature_request
@transaction.atomic
def attach(actor: Actor, *, dossier: Dossier, key: str, file: StoredFile, pages: int | None = None) -> Component:
    """Store a file as the dossier's paper ``key``, received anew; its former file stays in its history.

    A passport is read by a job afterwards; the text of another paper when the dossier is sent.
    """
    locked = writable(actor, lock(dossier))
    component = _component(locked, key)
    requirement = procedure_of(locked).component(key)
    is_passport = requirement.kind == "original"
    component.file, component.pages, component.zones = file, pages, None if is_passport else []
    component.printed = None if has_text_layer(requirement, file) else {}
    component.office_file, component.office_pages = None, None
    component.state, component.given_at = ComponentState.RECEIVED, clock.now()
    component.save()
    note(actor, locked, "attached", component=key, sha256=file.sha256)
    if is_passport:
        enqueue("dossiers.read_passport", component_id=component.pk, file_id=str(file.pk))
    return component


def _component(dossier: Dossier, key: str) -> Component:
    """Return the dossier's paper ``key``, locked, created if missing; 404 if the procedure has no such paper."""
    if not is_component(dossier, key):
        raise Http404
    Component.objects.get_or_create(dossier=dossier, key=key)
    return Component.objects.select_for_update().get(dossier=dossier, key=key)


@transaction.atomic
def promise_by_post(actor: Actor, *, dossier: Dossier, key: str) -> Component:
    """Note that the paper ``key`` itself will come by post or to the counter; it then counts as received."""
    locked = writable(actor, lock(dossier))
    component = _component(locked, key)
    component.by_post, component.state, component.given_at = True, ComponentState.RECEIVED, clock.now()
    component.save()
    note(actor, locked, "attached", component=key, by_post=True)
    return component


@renews_signature_request
@transaction.atomic
def detach(actor: Actor, *, dossier: Dossier, key: str) -> Component:
    """Remove the file of the dossier's paper ``key`` and the promise to bring it; its history is kept."""
    locked = writable(actor, lock(dossier))
    component = _component(locked, key)
    component.file, component.pages, component.zones, component.by_post = None, None, [], False
    component.printed = {}
    component.office_file, component.office_pages = None, None
    component.state, component.given_at = ComponentState.AWAITED, None
    component.save()
    note(actor, locked, "detached", component=key)
    _sync_components(locked)
    return component


# ---- the sponsor's signature ---------------------------------------------------------------------------


@transaction.atomic
def ask_signature(actor: Actor, *, dossier: Dossier, email: str) -> Dossier:
    """Name the person with this address as the dossier's sponsor, and send the letter with the link to sign.

    Conflict for the filer's own address: a sponsor signs with another account.
    """
    locked = lock(dossier)
    require(locked.filer in INDIVIDUALS)
    writable(actor, locked)
    sponsor = _sponsor_by_address(locked, email)
    if sponsor is not None and sponsor.pk == locked.filed_by_id:  # the filer as sponsor would not need to sign
        raise Conflict(
            "own_signature",
            _("This is your own address. Enter the sponsor’s address: the sponsor signs with their own account."),
        )
    locked.sponsor, locked.sponsor_email = sponsor, email.strip().lower()
    locked.save(update_fields=["sponsor", "sponsor_email"])
    letters.ask_for_signature(actor, locked, note(actor, locked, "asked_signature", digest=digest_of(locked)))
    return locked


def _sponsor_by_address(dossier: Dossier, email: str) -> User | None:
    """Return the user who has proven to own this e-mail address; None without one.

    A sponsor already bound by a letter stays, proven or not.
    """
    if dossier.sponsor is not None and email.strip().lower() in {dossier.sponsor_email, dossier.sponsor.email.lower()}:
        return dossier.sponsor
    return verified_user_by_email(email)


@transaction.atomic
def sign(actor: Actor, *, dossier: Dossier, digest: str = "") -> Signature:
    """Sign the dossier's present content as its sponsor, and notify the filer's side.

    ``digest`` is that of the content that was shown; Conflict when it has changed since.
    """
    locked = lock(dossier)
    require(rules.may_sign(actor, locked))
    _require_unchanged_since_read(locked, digest)
    signature = Signature.objects.create(
        dossier=locked,
        signed_by_id=actor.user_id or 0,
        signed_at=clock.now(),
        digest=digest_of(locked),
        answers=locked.answers,
        papers=papers_of(locked),
    )
    note(actor, locked, "signed", digest=signature.digest)
    letters.notify_signed(actor, locked, signature.pk)
    return signature


def _require_unchanged_since_read(dossier: Dossier, digest: str) -> None:
    """Raise Conflict when the dossier's content no longer has this digest; an empty digest passes.

    So nobody signs or sends changes that they have not seen.
    """
    if digest and digest != digest_of(dossier):
        raise Conflict("changed_while_read", _("The dossier changed while you were reading it. Read it again."))


# ---- sending -------------------------------------------------------------------------------------------


@transaction.atomic
def submit(actor: Actor, *, dossier: Dossier, digest: str = "") -> Dossier:
    """Send the draft under today's version of the procedure, and store a snapshot of it.

    ``digest`` is that of what the sender was shown. Raises DossierIncomplete for blocking findings, Conflict when it
    is no longer a draft, has changed since, or no office handles its address.
    """
    locked = lock(dossier)
    require(rules.may_prepare_dossier(actor, locked))
    if locked.state != State.DRAFT:
        raise stale_state(actor, locked)
    require(rules.may_submit(actor, locked))
    _require_unchanged_since_read(locked, digest)
    _require_sendable(locked)
    locked.version = get_procedure(locked.procedure, clock.today()).version
    locked.submitted_at = clock.now()
    locked.agency = receiving_agency(locked.unit) if locked.unit else None
    if locked.agency is None:
        raise Conflict("dossier_no_office", _("No office handles dossiers for this address. Correct the commune."))
    locked.identity_id = _identity_of(locked)
    locked.save(update_fields=["version", "submitted_at", "agency", "identity"])
    filing = _store_filing(actor, locked)
    move(actor, locked, State.SUBMITTED, filing=filing.number, digest=filing.digest)
    enqueue("dossiers.promise", dossier_id=locked.pk, stage="submission")
    charge(locked)
    assign_in_turn(locked)
    return locked


def _require_sendable(dossier: Dossier) -> None:
    """Raise DossierIncomplete with the findings for which the dossier cannot be sent, if there are any."""
    blockers = blocking(findings(dossier, StayDisclosure.NOTHING))  # no finding about a stay is blocking
    if blockers:
        raise DossierIncomplete(blockers)


def _identity_of(dossier: Dossier) -> int | None:
    """Return the id of the foreigner's identity, as for declarations; None while details are missing."""
    identifying = {name: getattr(dossier, name) for name in ("nationality", "birth_date", "full_name")}
    number = document_key(dossier.document_number)
    return identify(document_number=number, **identifying) if number and all(identifying.values()) else None


def _store_filing(actor: Actor, dossier: Dossier) -> Filing:
    """Store a snapshot of answers and papers as they are sent now, with their SHA-256, and return it.

    A job compares the answers with the papers' texts. 403 for an agent whose mandate was revoked meanwhile.
    """
    enqueue("dossiers.read_texts", dossier_id=dossier.pk)
    mandate = None if rules.is_member_of_filer(actor, dossier) else rules.mandate_of(actor, dossier)
    if mandate is not None:
        hold_mandate(mandate.mandate_id)
    return Filing.objects.create(
        dossier=dossier,
        number=dossier.filings.count() + 1,
        answers=dossier.answers,
        papers=papers_of(dossier),
        digest=digest_of(dossier),
        sent_by_id=actor.user_id or 0,
        sent_at=clock.now(),
        mandate_id=mandate.mandate_id if mandate else None,
    )


@transaction.atomic
def resubmit(actor: Actor, *, dossier: Dossier, message: str = "", digest: str = "") -> Dossier:
    """Answer the office's request for documents; working days that ran before it continue at once.

    Raises Conflict when nothing is requested any more, DossierIncomplete for blocking findings.
    """
    locked = lock(dossier)
    require(rules.may_prepare_dossier(actor, locked))
    if locked.state != State.SUPPLEMENT:
        raise stale_state(actor, locked)
    require(rules.may_resubmit(actor, locked))
    _require_unchanged_since_read(locked, digest)
    _require_sendable(locked)
    open_request = Supplement.objects.select_for_update().get(dossier=locked, answered_at=None, closed_at=None)
    open_request.answered_at = clock.now()
    open_request.save(update_fields=["answered_at"])
    locked.due_on = due_on(locked)
    before, locked.identity_id = locked.identity_id, _identity_of(locked)
    locked.save(update_fields=["due_on", "identity"])
    if before not in {
        None,
        locked.identity_id,
    }:  # a mistyped identity belongs to nobody; the filing keeps what was sent
        redact_identities([before])
    filing = _store_filing(actor, locked)
    move(actor, locked, State.RESUBMITTED, filing=filing.number, digest=filing.digest, message=message)
    update_charge(locked)
    enqueue("dossiers.promise", dossier_id=locked.pk, stage="resubmission")
    return locked


@transaction.atomic
def withdraw(actor: Actor, *, dossier: Dossier, reason: str) -> Dossier:
    """End the dossier as withdrawn by its filer, with any open request for documents.

    Conflict once it is decided.
    """
    locked = lock(dossier)
    require(rules.may_prepare_dossier(actor, locked))
    if not rules.may_withdraw(actor, locked):
        raise stale_state(actor, locked)
    Supplement.objects.filter(dossier=locked, answered_at=None, closed_at=None).update(closed_at=clock.now())
    move(actor, locked, State.WITHDRAWN, reason=reason)
    return locked
