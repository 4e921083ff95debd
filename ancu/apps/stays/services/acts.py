"""What happens after declaring: check out, extend, move, withdraw. History keeps every version before."""

from collections.abc import Callable, Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.stays.enums import StayStatus
from ancu.apps.stays.models import Stay
from ancu.apps.stays.rules import can_leave, is_open
from ancu.apps.stays.services.changing import change_stay
from ancu.apps.stays.services.correcting import interpreted
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict


def check_out(*, actor: Actor, stay_ids: Iterable[int], departed_on: date) -> list[Stay]:
    """Note that the guests have left. All or none: Conflict ``already_left``, ``departure_in_future`` and the like."""
    if departed_on > clock.today():
        raise Conflict("departure_in_future", _("A guest cannot have left on a day that is still to come."))
    with transaction.atomic():
        return [change_stay(actor, stay_id, "checked_out", _leave(departed_on)) for stay_id in sorted(set(stay_ids))]


def _leave(departed_on: date) -> Callable[[Stay], None]:
    def change(stay: Stay) -> None:
        if not can_leave(stay):
            raise Conflict("already_left", _("This guest has already checked out."))
        if departed_on < stay.arrived_on:
            raise Conflict("departure_before_arrival", _("The departure is before the arrival."))
        stay.departed_on, stay.departure_presumed = departed_on, False

    return change


def extend(*, actor: Actor, stay_id: int, expected_departure: date) -> Stay:
    """Move the expected departure, later or earlier. Conflict when the guest has left or the day is impossible."""

    def change(stay: Stay) -> None:
        _must_be_open(stay)
        if expected_departure < stay.arrived_on:
            raise Conflict("departure_before_arrival", _("The departure is before the arrival."))
        stay.expected_departure = expected_departure

    return change_stay(actor, stay_id, "extended", change)


def change_room(*, actor: Actor, stay_id: int, room: str) -> Stay:
    def change(stay: Stay) -> None:
        _must_be_open(stay)
        stay.room = interpreted(stay, {"room": room})["room"]

    return change_stay(actor, stay_id, "moved", change)


def withdraw(*, actor: Actor, stay_id: int, reason: str) -> Stay:
    """Take a declaration back: it stays on record, with the reason, and counts no more. Needs a reason."""
    if not reason.strip():
        raise Conflict("reason_missing", _("Please say why this declaration is withdrawn."))

    def change(stay: Stay) -> None:
        stay.status, stay.withdrawal_reason = StayStatus.WITHDRAWN, reason.strip()[:300]

    return change_stay(actor, stay_id, "withdrawn", change, reason=reason)


def _must_be_open(stay: Stay) -> None:
    if not is_open(stay):
        raise Conflict("already_left", _("This guest has already checked out."))
