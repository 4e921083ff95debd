"""Confirmations of handovers: signed on the officer's phone, by the recipient's own, or before a witness."""

import json
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record, record_look
from ancu.apps.community import rules
from ancu.apps.community.enums import ConfirmationMethod, EntryKind, ObjectionDecision
from ancu.apps.community.models import HandoverConfirmation, LedgerEntry
from ancu.apps.community.selectors.ledger import get_entry, handovers_to_sign, has_open_objection
from ancu.apps.community.selectors.objections import get_objection, may_decide_objection
from ancu.apps.messaging.services import notify_decision
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Http404, require
from ancu.core.security.encryption import open_secret, seal_secret
from ancu.core.security.key_rotation import Column, EncryptedStore
from ancu.engines import json_text

WIDTH, HEIGHT = 600, 200
MOST_POINTS, LEAST_POINTS, LEAST_WAY = 4000, 8, 120
MOST_BYTES = 256 * 1024  # of the strokes as a browser writes them
Strokes = list[list[tuple[int, int]]]


@transaction.atomic
def sign(
    *,
    actor: Actor,
    programme_id: int,
    entry_id: int,
    name: str,
    standing: str,
    strokes: str,
    key: UUID,
    signed_at: datetime | None = None,
) -> HandoverConfirmation:
    """Store a signature given on the officer's screen by the recipient or a representative.

    Offline it was given at ``signed_at`` by the phone's clock, which may be late but not in the future.
    """
    entry = _lock_handover(actor, programme_id, entry_id, key)
    sealed_strokes = seal_strokes(entry, read_strokes(strokes))
    at = min(signed_at, clock.now()) if signed_at else None
    return _store_confirmation(
        actor,
        entry,
        ConfirmationMethod.SIGNATURE,
        key,
        agrees=True,
        name=name,
        standing=standing,
        signature=sealed_strokes,
        signed_at=at,
    )


@transaction.atomic
def witness(
    *, actor: Actor, programme_id: int, entry_id: int, name: str, standing: str, words: str, key: UUID
) -> HandoverConfirmation:
    """Store a witness's confirmation; ``words`` say why there is no signature.

    403 for the person who entered the handover.
    """
    entry = _lock_handover(actor, programme_id, entry_id, key)
    require(rules.may_vouch_for(actor, entry))
    return _store_confirmation(
        actor, entry, ConfirmationMethod.WITNESS, key, agrees=True, name=name, standing=standing, words=words
    )


@transaction.atomic
def confirm_as_recipient(
    *, actor: Actor, entry: LedgerEntry, agrees: bool, words: str, key: UUID
) -> HandoverConfirmation:
    """Store the confirmation or objection of a person who has the recipient's code; 403 for an officer.

    Possible after a confirmation of the office, but not after the recipient's own.
    """
    require(rules.may_confirm_as_recipient(actor))
    entry = LedgerEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    _require_open(actor, entry, key, confirmations=entry.confirmations.filter(how=ConfirmationMethod.CODE))
    if not agrees and not words.strip():
        raise Conflict("no_words", _("Write what is wrong."))
    return _store_confirmation(actor, entry, ConfirmationMethod.CODE, key, agrees=agrees, words=words)


@transaction.atomic
def decide_objection(
    *, actor: Actor, programme_id: int, objection_id: int, decision: str, words: str
) -> HandoverConfirmation:
    """Store a second person's decision on an objection, once.

    403 for the person who entered or confirmed the handover.
    """
    visible = get_objection(actor, programme_id, objection_id)
    locked = HandoverConfirmation.objects.select_for_update(of=("self",)).select_related("entry__programme__agency")
    objection = locked.get(pk=visible.pk)
    if objection.decision:
        raise overtaken_conflict(actor, "decided", objection.entry, _("This has already been decided."))
    require(may_decide_objection(actor, objection))
    objection.decision, objection.decision_words = decision, words.strip()
    objection.decided_at, objection.decided_by_id = clock.now(), actor.user_id
    objection.save(update_fields=["decision", "decision_words", "decided_at", "decided_by"])
    record(actor, "community.decided", objection.entry, decision=decision)
    notify_decision(
        actor=actor, asked_by_id=objection.entry.made_by_id, outcome=ObjectionDecision(decision).label,
        matter=_("objection to handover"), name=objection.entry.number, subject=("objection", objection.pk),
        path=reverse("community:entry", args=[programme_id, objection.entry_id]), has_reason=True,
    )  # fmt: skip
    return objection


def _lock_handover(actor: Actor, programme_id: int, entry_id: int, key: UUID) -> LedgerEntry:
    """Return the locked handover; Conflict if it is confirmed, reversed, or an objection is open.

    A repeated ``key`` is no conflict.
    """
    entry = get_entry(actor, programme_id, entry_id)
    require(rules.may_enter(actor, entry.programme))
    entry = LedgerEntry.objects.select_for_update(of=("self",)).select_related("programme").get(pk=entry.pk)
    if has_open_objection(entry):
        sentence = _("The recipient says that something is wrong. The office cannot confirm this until it is resolved.")
        raise Conflict("objection", sentence)
    _require_open(actor, entry, key, confirmations=entry.confirmations.all())
    return entry


def _require_open(
    actor: Actor, entry: LedgerEntry, key: UUID, *, confirmations: QuerySet[HandoverConfirmation]
) -> None:
    """Raise Conflict if the handover was reversed, or one of ``confirmations`` already confirms it.

    A confirmation with the same ``key`` is no conflict.
    """
    if entry.kind != EntryKind.HANDOVER:
        raise Http404
    if LedgerEntry.objects.filter(reverses=entry).exists():
        raise Conflict("reversed", _("This entry has been reversed, so there is nothing to confirm."))
    if confirmations.filter(agrees=True).exclude(key=key).exists():
        raise overtaken_conflict(actor, "confirmed", entry, _("This has already been confirmed."))


def _store_confirmation(
    actor: Actor,
    entry: LedgerEntry,
    how: ConfirmationMethod,
    key: UUID,
    *,
    agrees: bool,
    **confirmation_fields: str | bytes | datetime | None,
) -> HandoverConfirmation:
    """Store a confirmation of, or objection to, a handover; a repeated ``key`` returns the stored one."""
    before = HandoverConfirmation.objects.filter(key=key).first()
    if before is not None:
        if before.entry_id != entry.pk:
            raise Http404
        return before
    confirmation = HandoverConfirmation.objects.create(
        entry=entry, how=how, agrees=agrees, key=key, made_at=clock.now(),
        made_by_id=None if how == ConfirmationMethod.CODE else actor.user_id, **confirmation_fields,
    )  # fmt: skip
    record(actor, "community.confirmed" if agrees else "community.disputed", entry, how=str(how))
    return confirmation


@transaction.atomic
def handovers_for_phone(*, actor: Actor) -> list[LedgerEntry]:
    """Return the handovers that a phone may have signed offline.

    The audit records each as a view of its recipient.
    """
    handovers = handovers_to_sign(actor)
    record_look(
        actor, ("community.handings", "phone"), count=len(handovers), entries=[handover.pk for handover in handovers]
    )
    return handovers


# ---- strokes -------------------------------------------------------------------------------------------


def read_strokes(text: str) -> Strokes:
    """Return the drawn signature in a JSON text (lists of points); Conflict if it is no signature."""
    empty = Conflict("unsigned", _("Sign in the field."))
    try:
        raw = json_text.loads(text, most_bytes=MOST_BYTES)
        strokes = [[(int(x), int(y)) for x, y in stroke] for stroke in raw]
    except (ValueError, TypeError, OverflowError) as error:
        raise empty from error
    points = [point for stroke in strokes for point in stroke]
    if not LEAST_POINTS <= len(points) <= MOST_POINTS:
        raise empty
    if any(not (0 <= x <= WIDTH and 0 <= y <= HEIGHT) for x, y in points):
        raise empty
    way = sum(abs(a[0] - b[0]) + abs(a[1] - b[1]) for stroke in strokes for a, b in pairwise(stroke))
    if way < LEAST_WAY:
        raise empty
    return [stroke for stroke in strokes if stroke]


def seal_strokes(entry: LedgerEntry, drawn: Strokes) -> bytes:
    """Return a drawn signature encrypted for this handover; it cannot be decrypted for another one."""
    return seal_secret(json.dumps(drawn, separators=(",", ":")).encode(), _encryption_context(entry.pk))


def signature_svg(confirmation: HandoverConfirmation) -> str:
    """Return the signature as SVG; "" if there is none or its retention period is over."""
    sealed = bytes(confirmation.signature)
    if not sealed:
        return ""
    strokes = json.loads(open_secret(sealed, _encryption_context(confirmation.entry_id)))
    paths = "".join(
        f'<path d="M{" L".join(f"{x} {y}" for x, y in stroke)}"/>' if len(stroke) > 1
        else f'<circle cx="{stroke[0][0]}" cy="{stroke[0][1]}" r="2"/>'
        for stroke in strokes
    )  # fmt: skip
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"><g fill="none" stroke="#14324f"'
        f' stroke-width="4" stroke-linecap="round" stroke-linejoin="round">{paths}</g></svg>'
    )


def _encryption_context(entry_id: int) -> str:
    """Return the text to which the encryption of a handover's signature is bound."""
    return f"community.signature:{entry_id}"


def sealed_stores() -> list[EncryptedStore]:
    """Return the store of encrypted signatures, for key rotation."""
    return [Column(HandoverConfirmation, "signature", lambda row: _encryption_context(row.entry_id).encode())]
