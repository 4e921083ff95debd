"""Handlers' acts on a tip: sort, reply, close and forward."""

from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import last_act, overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.tips.enums import TRANSITIONS, TipOutcome, TipState
from ancu.apps.tips.models import HandlingUnit, Tip, TipMessage
from ancu.apps.tips.rules.content import TipContent, TipSorting, encode
from ancu.apps.tips.selectors.opening import UnlockedKeys
from ancu.apps.tips.selectors.tips import get_tip, visible_to
from ancu.apps.tips.selectors.units import get_ready_unit, present_key
from ancu.apps.tips.services import arrivals
from ancu.apps.tips.services.resealing import reseal_tips
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Http404
from ancu.core.transitions import follows
from ancu.engines.envelopes import pad, seal


@transaction.atomic
def sort_tip(*, actor: Actor, hand: UnlockedKeys, tip_id: UUID, sorting: TipSorting, version: str = "") -> Tip:
    """Store category, urgency, case number and note, sealed to the unit; a new tip is taken over.

    Conflict when the page showed another ``version`` of the sorting: a colleague's note would be lost.
    """
    tip = _lock_tip(actor, hand, tip_id)
    if version and version != tip.sorting_version:
        sentence = _("The tip has been sorted again since you opened this page.")
        raise overtaken_conflict(actor, "tip_sorted", tip, sentence, only=Q(act="tips.sorted"))
    sealed = seal(pad(encode(sorting)), to=[bytes(tip.key.public)], place=b"sorting:" + tip.id.bytes)
    tip.sorting_header, tip.sorting_body = sealed.headers[0], sealed.body
    _take_over(actor, tip)
    tip.save()
    record(actor, "tips.sorted", tip)
    return tip


@transaction.atomic
def reply_to_source(
    *, actor: Actor, hand: UnlockedKeys, tip_id: UUID, text: str, form: UUID | None = None, shown_state: str = ""
) -> TipMessage:
    """Store a reply, sealed to the unit and the source; a repeated ``form`` stores it once.

    Conflict when the tip was closed since the page showed ``shown_state``.
    """
    tip = _lock_tip(actor, hand, tip_id)
    message = TipMessage(id=form or uuid4(), tip=tip, position=tip.messages.count() + 1, author_id=actor.user_id)
    if before := tip.messages.filter(pk=message.pk).first():
        return before
    if tip.state == TipState.CLOSED and shown_state and shown_state != TipState.CLOSED:
        sentence = _("The tip has been closed since you opened this page. You can still send your reply.")
        raise overtaken_conflict(actor, "tip_closed", tip, sentence, only=Q(act="tips.closed"))
    public_keys = [bytes(tip.key.public), bytes(tip.source_public)]
    sealed = seal(pad(encode(TipContent(text=text))), to=public_keys, place=message.place)
    message.header, message.source_header = sealed.headers
    message.body, message.at = sealed.body, clock.now()
    message.save(force_insert=True)
    _take_over(actor, tip)
    tip.answered_at = tip.answered_at or message.at
    tip.save()
    record(actor, "tips.replied", tip)
    return message


@transaction.atomic
def close_tip(*, actor: Actor, hand: UnlockedKeys, tip_id: UUID, outcome: TipOutcome) -> Tip:
    """Close the tip with its outcome. Conflict if it is closed already."""
    tip = _lock_tip(actor, hand, tip_id)
    _change_state(actor, tip, TipState.CLOSED)
    tip.outcome, tip.closed_at = outcome, clock.now()
    tip.taken_at = tip.taken_at or tip.closed_at
    tip.answered_at = tip.answered_at or tip.closed_at
    tip.save()
    record(actor, "tips.closed", tip, outcome=str(outcome))
    return tip


@transaction.atomic
def reopen_tip(*, actor: Actor, hand: UnlockedKeys, tip_id: UUID) -> Tip:
    """Reopen a closed tip and forget its outcome; Conflict if it is open already."""
    tip = _lock_tip(actor, hand, tip_id)
    _change_state(actor, tip, TipState.OPEN)
    tip.outcome, tip.closed_at, tip.destruction_asked_by = "", None, None
    tip.save()
    record(actor, "tips.reopened", tip)
    return tip


@transaction.atomic
def forward_tip(*, actor: Actor, hand: UnlockedKeys, tip_id: UUID, unit_id: int) -> HandlingUnit:
    """Seal the tip to another unit's key, so that only that unit can open it; return that unit.

    404 for a unit that receives no tips, Conflict for the tip's own unit.
    """
    receiving_unit = get_ready_unit(unit_id)
    arrivals.lock_units([hand.holder.unit_id])
    units = HandlingUnit.objects.select_for_update(of=("self",)).filter(pk__in=[receiving_unit.pk, hand.holder.unit_id])
    locked = {unit.pk: unit for unit in units.order_by("pk")}
    arrivals.write_additions(get_tip(actor, tip_id))  # it is sealed to the key of this unit
    tip = _lock_tip(actor, hand, tip_id)
    if receiving_unit.pk == tip.unit_id:
        raise Conflict("same_unit", _("This unit already has the tip."))
    reseal_tips(visible_to(actor).filter(pk=tip.pk), hand.private, present_key(receiving_unit))
    tip.refresh_from_db()
    to = locked[receiving_unit.pk]
    to.numbered += 1
    to.save(update_fields=["numbered"])
    if tip.state != TipState.NEW:
        _change_state(actor, tip, TipState.NEW)
    tip.unit, tip.number, tip.taken_at, tip.outcome, tip.closed_at = to, to.numbered, None, "", None
    tip.destruction_asked_by = None
    tip.save()
    record(actor, "tips.forwarded", tip, unit=to.pk)
    return receiving_unit


def _lock_tip(actor: Actor, hand: UnlockedKeys, tip_id: UUID) -> Tip:
    """Return the tip of the actor's unit, locked; 404 for another unit's tip.

    Conflict ``key_changed`` if the unlocked keys (``hand``) are no longer those of the tip.
    """
    get_tip(actor, tip_id)
    tip = visible_to(actor).select_for_update(of=("self",)).filter(pk=tip_id).first()
    if tip is None:
        raise Http404
    if tip.key_id != hand.key_id:
        sentence = _("The key has just been changed. Try again.")
        raise overtaken_conflict(actor, "key_changed", tip, sentence, about=tip.key)
    return tip


def _take_over(actor: Actor, tip: Tip) -> None:
    """Move a new tip to the state open and set ``taken_at``, unsaved; a tip in any other state is unchanged."""
    if tip.state == TipState.NEW:
        _change_state(actor, tip, TipState.OPEN)
        tip.taken_at = clock.now()


def _change_state(actor: Actor, tip: Tip, to: TipState) -> None:
    """Set the tip's new state, unsaved; the caller has locked the row. Conflict if the change is not allowed."""
    if not follows(TRANSITIONS, tip.state, to):
        raise _moved_conflict(actor, tip)
    tip.state = to


def _moved_conflict(actor: Actor, tip: Tip) -> Conflict:
    """Return a Conflict that names the handler who changed the tip first.

    A source leaves no audit event and is not named.
    """
    if tip.state == TipState.OPEN and last_act(tip, among=["tips.closed", "tips.reopened"]) == "tips.closed":
        return Conflict(
            "tip_moved", _("The source has written again, so this tip is open. What you sent was not saved.")
        )
    sentence = _("This tip is already “%(state)s”.") % {"state": tip.get_state_display()}
    return overtaken_conflict(actor, "tip_moved", tip, sentence)
