"""Destroy tips after their retention period, or when two handlers agree; the number remains."""

from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.messaging.services.decisions import APPROVED, NOT_APPROVED, notify_decision
from ancu.apps.tips import rules
from ancu.apps.tips.enums import TipState
from ancu.apps.tips.models import HandlingUnit, SealedFile, Tip, TipDestruction, TipTally
from ancu.apps.tips.selectors.numbers import tally_of
from ancu.apps.tips.selectors.tips import expired_tips, get_tip, visible_to
from ancu.apps.tips.services import arrivals
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Http404, require

AT_ONCE = 200


@transaction.atomic
def ask_destruction(*, actor: Actor, tip_id: UUID) -> Tip:
    """Ask to destroy a closed tip early; a second handler decides.

    Conflict if it is open or the destruction was already asked for.
    """
    tip = _lock_tip(actor, tip_id)
    if tip.state != TipState.CLOSED:
        raise Conflict("open", _("Close the tip first, so that the statistics include its result."))
    if tip.destruction_asked_by_id is not None:
        sentence = _("This has already been requested. A second handler must decide.")
        raise overtaken_conflict(actor, "asked", tip, sentence, only=Q(act="tips.destruction_asked"))
    tip.destruction_asked_by_id = actor.user_id
    tip.save(update_fields=["destruction_asked_by"])
    record(actor, "tips.destruction_asked", tip)
    return tip


@transaction.atomic
def refuse_destruction(*, actor: Actor, tip_id: UUID) -> Tip:
    """End the request to destroy the tip: a second handler refuses it, or the first one withdraws it.

    Conflict if nobody asked.
    """
    tip = _lock_tip(actor, tip_id)
    if tip.destruction_asked_by_id is None:
        raise _not_asked_conflict(actor, tip)
    _notify_asker(actor, tip, NOT_APPROVED)
    tip.destruction_asked_by = None
    tip.save(update_fields=["destruction_asked_by"])
    record(actor, "tips.destruction_refused", tip)
    return tip


@transaction.atomic
def confirm_destruction(*, actor: Actor, tip_id: UUID) -> None:
    """Destroy the tip as second handler; 403 for the handler who asked.

    Conflict if nobody asked or the source has written again.
    """
    if arrivals.has_waiting_addition(get_tip(actor, tip_id)):
        raise Conflict("tip_moved", _("The source has written again, so this tip is not destroyed."))
    tip = _lock_tip(actor, tip_id)
    if tip.destruction_asked_by_id is None:
        raise _not_asked_conflict(actor, tip)
    require(rules.may_confirm_destruction(actor, tip))
    _notify_asker(actor, tip, APPROVED)
    _destroy(actor, [tip], on_time=False)


def _notify_asker(actor: Actor, tip: Tip, outcome: Promise) -> None:
    """Notify the handler who asked for the tip's destruction whether it was agreed or refused.

    The tip is not named: the notification outlives it.
    """
    notify_decision(
        actor=actor, asked_by_id=tip.destruction_asked_by_id, outcome=outcome, matter=_("destruction of a tip"),
        subject=("tips", tip.unit_id), path=reverse("tips:closed"),
    )  # fmt: skip


def _not_asked_conflict(actor: Actor, tip: Tip) -> Conflict:
    """Return the Conflict ``not_asked``: nobody asked for the tip's destruction, or a colleague has refused it."""
    sentence = _("There is no request to destroy this tip.")
    return overtaken_conflict(actor, "not_asked", tip, sentence, only=Q(act="tips.destruction_refused"))


def destroy_expired(actor: Actor) -> int:
    """Destroy the tips whose retention period is over, for the job; return their number."""
    count = 0
    while True:
        with transaction.atomic():
            tips = list(expired_tips().select_for_update(of=("self",), skip_locked=True).order_by("pk")[:AT_ONCE])
            _destroy(actor, tips, on_time=True)
        count += len(tips)
        if len(tips) < AT_ONCE:
            return count


def _destroy(actor: Actor, tips: list[Tip], *, on_time: bool) -> None:
    """Delete the tips with their files; add their numbers to the monthly tally and the list of destructions.

    ``on_time``: their retention period is over, rather than destroyed early.
    """
    for (unit_id, month), numbers in tally_of(tips).items():
        tally, _created = TipTally.objects.select_for_update().get_or_create(unit_id=unit_id, month=month)
        tally.received += numbers.received
        tally.results += numbers.results
        tally.answered_hours = sorted([*tally.answered_hours, *numbers.hours])
        tally.save()
    files = list(SealedFile.objects.filter(tip__in=tips).order_by("pk"))
    Tip.objects.filter(pk__in=[tip.pk for tip in tips]).delete()
    transaction.on_commit(lambda: _delete_files(files))
    for unit_id in sorted({tip.unit_id for tip in tips}):
        number = sum(tip.unit_id == unit_id for tip in tips)
        TipDestruction.objects.create(unit_id=unit_id, day=clock.today(), tips=number, on_time=on_time)
        record(actor, "tips.destroyed", HandlingUnit(pk=unit_id), tips=number)


def _delete_files(files: list[SealedFile]) -> None:
    """Delete the files from the file store."""
    for file in files:
        default_storage.delete(file.path)


def _lock_tip(actor: Actor, tip_id: UUID) -> Tip:
    """Return the tip of the actor's unit, locked until the transaction ends, or raise 404."""
    get_tip(actor, tip_id)
    tip = visible_to(actor).select_for_update(of=("self",)).filter(pk=tip_id).first()
    if tip is None:
        raise Http404
    return tip
