"""The acts after declaring: check out, extend, change room, withdraw. History keeps every earlier version."""

from collections.abc import Callable, Iterable
from datetime import date

import pghistory
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.stays.enums import StayStatus
from ancu.apps.stays.models import NOT_WITHDRAWN, Stay
from ancu.apps.stays.rules import can_leave, is_open, may_declare
from ancu.apps.stays.selectors.papers import get_receipt
from ancu.apps.stays.services import webhooks
from ancu.apps.stays.services.changing import change_stay, check_unchanged, write_values
from ancu.apps.stays.services.correcting import interpreted_values
from ancu.apps.stays.services.reopening import key_of, reopen_earlier
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require


def check_out(*, actor: Actor, stay_ids: Iterable[int], departed_on: date, version: int | None = None) -> list[Stay]:
    """Check the guests of these stays out, all or none; return the stays.

    Raises Conflict ``already_left``, ``departure_in_future`` and the like. ``version`` is the version of the stay
    that the actor read: Conflict ``changed_since`` when a value was changed after it. The other acts of this module
    use it, too.
    """
    if departed_on > clock.today():
        raise Conflict("departure_in_future", _("A guest cannot have left on a future date."))
    with transaction.atomic(), pghistory.context(user=actor.user_id, token=actor.token_id, act="checked_out"):
        return [
            change_stay(actor, stay_id, "checked_out", _leave(actor, departed_on, version))
            for stay_id in sorted(set(stay_ids))
        ]


def _leave(actor: Actor, departed_on: date, version: int | None) -> Callable[[Stay], None]:
    """Return the function that records a departure on a stay, for ``change_stay`` to call.

    It raises Conflict as ``check_out`` does.
    """

    def change(stay: Stay) -> None:
        """Record the departure on the stay, unsaved.

        Conflict if the guest has left, the day is before the arrival, or the expected or actual departure was changed
        after ``version``.
        """
        if not can_leave(stay):
            raise overtaken_conflict(actor, "already_left", stay, _("This guest has already checked out."))
        if departed_on < stay.arrived_on:
            raise Conflict("departure_before_arrival", _("The departure is before the arrival."))
        check_unchanged(stay, ["expected_departure"], version)  # an extension says that the guest stays
        write_values(stay, version, departed_on=departed_on)
        stay.departure_presumed = False

    return change


def extend(*, actor: Actor, stay_id: int, expected_departure: date, version: int | None = None) -> Stay:
    """Move a stay's expected departure to this day, later or earlier; return the stay.

    Conflict when the guest has left, or the day is before the arrival.
    """

    def change(stay: Stay) -> None:
        """Move the expected departure; Conflict if the guest has left or the day is before the arrival."""
        _must_be_open(actor, stay)
        if expected_departure < stay.arrived_on:
            raise Conflict("departure_before_arrival", _("The departure is before the arrival."))
        write_values(stay, version, expected_departure=expected_departure)

    return change_stay(actor, stay_id, "extended", change)


def change_room(*, actor: Actor, stay_id: int, room: str, version: int | None = None) -> Stay:
    """Move a present guest to another room; return the stay. Conflict when the guest has left."""

    def change(stay: Stay) -> None:
        """Write the room, read by the rules of a file; Conflict if the guest has left."""
        _must_be_open(actor, stay)
        write_values(stay, version, room=interpreted_values(stay, {"room": room})["room"])

    return change_stay(actor, stay_id, "moved", change)


def withdraw(*, actor: Actor, stay_id: int, reason: str) -> Stay:
    """Withdraw a stay's declaration; return the stay.

    It stays on record with the reason, which is required, and is no longer counted. An earlier stay that was closed
    because of it opens again.
    """
    reason = _reason(reason)

    def change(stay: Stay) -> None:
        """Mark the stay as withdrawn with the reason, unsaved."""
        stay.status, stay.withdrawal_reason = StayStatus.WITHDRAWN, reason

    with transaction.atomic():
        stay = change_stay(actor, stay_id, "withdrawn", change, reason=reason)
        reopen_earlier(actor, [key_of(stay)])
    return stay


def withdraw_submission(*, actor: Actor, number: str, reason: str) -> list[Stay]:
    """Withdraw all declarations of a submission not withdrawn yet, in one act; return their stays.

    Conflict without a reason, or when all are withdrawn already.
    """
    reason = _reason(reason)
    with transaction.atomic():
        submission = get_receipt(actor, number)
        require(may_declare(actor, submission.establishment))
        standing = submission.stays.filter(NOT_WITHDRAWN).order_by("position")
        stays = list(standing.select_for_update(of=("self",)))
        if not stays:
            sentence = _("Every declaration in this submission has already been withdrawn.")
            raise overtaken_conflict(actor, "withdrawn", submission, sentence)
        with pghistory.context(user=actor.user_id, token=actor.token_id, act="withdrawn", reason=reason):
            standing.update(status=StayStatus.WITHDRAWN, withdrawal_reason=reason)
        for stay in stays:
            stay.submission, stay.status, stay.withdrawal_reason = submission, StayStatus.WITHDRAWN, reason
        record(actor, "stays.submission_withdrawn", submission, reason=reason, stays=len(stays))
        webhooks.announce_acts(submission, stays, "withdrawn")
        reopen_earlier(actor, map(key_of, stays))
    return stays


def _reason(text: str) -> str:
    """Return the withdrawal's reason, stripped and cut to 300 characters; Conflict ``reason_missing`` if empty."""
    if not text.strip():
        raise Conflict("reason_missing", _("Say why you are withdrawing this declaration."))
    return text.strip()[:300]


def _must_be_open(actor: Actor, stay: Stay) -> None:
    """Raise Conflict ``already_left`` if the stay's guest has already checked out."""
    if not is_open(stay):
        raise overtaken_conflict(actor, "already_left", stay, _("This guest has already checked out."))
