"""What happens after declaring: check out, extend, move, correct, withdraw. History keeps every version before."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

import pghistory
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.stays.enums import StayStatus
from ancu.apps.stays.models import Stay, UnitMove
from ancu.apps.stays.rules import can_leave, is_open, may_change, stands
from ancu.apps.stays.selectors import get_stay
from ancu.apps.stays.services import expired, telling
from ancu.apps.stays.services.matching import differences_from
from ancu.apps.travellers.rules import name_key
from ancu.apps.travellers.services import identify
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require
from ancu.engines.exchange import Finding, Guest, interpret

CORRECTABLE = (
    "full_name",
    "birth_date",
    "sex",
    "nationality",
    "document_number",
    "document_kind",
    "room",
    "arrived_on",
    "arrived_at",
    "expected_departure",
    "departed_on",
    "permitted_until",
    "purpose",
    "entry_paper",
)
ALSO_READ = ("document_expiry",)  # not the stay's: kept only where it had passed (services.expired)
IDENTITY_FIELDS = ("document_number", "nationality", "birth_date", "full_name")


class Invalid(Exception):
    """The new values are wrong; ``findings`` say which and why, as they do for a declared row."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(", ".join(found.code for found in findings))
        self.findings = findings


def check_out(*, actor: Actor, stay_ids: Iterable[int], departed_on: date) -> list[Stay]:
    """Note that the guests have left. All or none: Conflict ``already_left``, ``departure_in_future`` and the like."""
    if departed_on > clock.today():
        raise Conflict("departure_in_future", _("A guest cannot have left on a day that is still to come."))
    with transaction.atomic():
        return [_change(actor, stay_id, "checked_out", _leave(departed_on)) for stay_id in sorted(set(stay_ids))]


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

    return _change(actor, stay_id, "extended", change)


def change_room(*, actor: Actor, stay_id: int, room: str) -> Stay:
    def change(stay: Stay) -> None:
        _must_be_open(stay)
        stay.room = _interpreted(stay, {"room": room})["room"]

    return _change(actor, stay_id, "moved", change)


def withdraw(*, actor: Actor, stay_id: int, reason: str) -> Stay:
    """Take a declaration back: it stays on record, with the reason, and counts no more. Needs a reason."""
    if not reason.strip():
        raise Conflict("reason_missing", _("Please say why this declaration is withdrawn."))

    def change(stay: Stay) -> None:
        stay.status, stay.withdrawal_reason = StayStatus.WITHDRAWN, reason.strip()[:300]

    return _change(actor, stay_id, "withdrawn", change, reason=reason)


def correct(*, actor: Actor, stay_id: int, changes: Mapping[str, str | None], reason: str = "") -> Stay:
    """Correct what was declared; fields not in ``changes`` remain. The version before is kept.

    Values are texts as in a file and read by its rules; a new document, birth date or name moves the stay to
    that identity. Raises Invalid with the findings, Conflict ``already_declared`` when the corrected row
    exists already. Fields that cannot be corrected raise Conflict ``field_unknown``.
    """
    unknown = sorted(set(changes) - {*CORRECTABLE, *ALSO_READ})
    if unknown:
        raise Conflict(
            "field_unknown", _("These fields cannot be corrected: %(names)s") % {"names": ", ".join(unknown)}
        )

    def change(stay: Stay) -> None:
        told = expired.TOLD_BY & changes.keys()
        values = _interpreted(stay, (expired.as_text(stay, changes) if told else {}) | dict(changes))
        for name in CORRECTABLE:
            if name in changes or (name == "arrived_at" and "arrived_on" in changes):
                setattr(stay, name, values[name])
        if "arrived_on" in changes:  # who came from where is found at night; its day is told at once
            UnitMove.objects.filter(stay=stay).update(day=stay.arrived_on)
        if "departed_on" in changes:
            stay.departure_presumed = False
        if any(name in changes for name in IDENTITY_FIELDS):
            stay.identity_id = identify(
                document_number=stay.document_number,
                nationality=stay.nationality,
                birth_date=stay.birth_date,
                full_name=stay.full_name,
            )
            stay.name_key = name_key(stay.full_name)
        stay.status = StayStatus.CORRECTED
        if told:
            expired.put(stay, values["document_expired_on"])

    return _change(actor, stay_id, "corrected", change, reason=reason, fields=sorted(changes))


def correct_to(*, actor: Actor, stay_id: int, sent: Guest) -> Stay:
    """Correct what ``sent`` says otherwise than the declaration; what it leaves out remains."""
    stay, differences = differences_from(actor, stay_id, sent)
    if not differences:
        return stay
    return correct(actor=actor, stay_id=stay_id, changes={one.field: one.sent for one in differences})


def _interpreted(stay: Stay, changes: Mapping[str, str | None]) -> dict[str, Any]:
    """The stay's fields with ``changes``, read by the rules of a file; Invalid when a changed one is wrong."""
    record_: dict[str, str | None] = {name: _text(getattr(stay, name)) for name in CORRECTABLE}
    record_.update(changes)
    if record_.get("arrived_at") is None or ("arrived_on" in changes and "arrived_at" not in changes):
        record_.pop("arrived_at", None)
    row = interpret([record_])[0]
    if row.errors:
        raise Invalid(row.errors)
    if unread := [w for w in row.warnings if w.field in changes and w.code in UNREAD]:
        raise Invalid(unread)  # what only warns in a file would here silently erase a value
    guest = row.values
    values = {name: getattr(guest, name) for name in CORRECTABLE}
    for name in ("sex", "document_kind", "room", "purpose", "entry_paper"):
        values[name] = values[name] or ("passport" if name == "document_kind" else "")
    return values | {"document_expired_on": expired.expired_on(row.warnings)}


UNREAD = frozenset(
    {"permitted_until_unreadable", "departed_on_unreadable", "checkout_in_future", "not_on_list", "sex_unreadable"}
)


def _text(value: object) -> str | None:
    if isinstance(value, datetime):
        return clock.local(value).strftime("%Y-%m-%d %H:%M:%S")
    return str(value) if value not in (None, "") else None


def _must_be_open(stay: Stay) -> None:
    if not is_open(stay):
        raise Conflict("already_left", _("This guest has already checked out."))


def _change(
    actor: Actor, stay_id: int, verb: str, change: Callable[[Stay], None], *, reason: str = "", **details: Any
) -> Stay:
    """One act on one stay: find (404), may he (403), fits it (409), keep the version before, note it."""
    with transaction.atomic(), pghistory.context(user=actor.user_id, token=actor.token_id, act=verb, reason=reason):
        stay = get_stay(actor, stay_id, lock=True)
        require(may_change(actor, stay))
        if not stands(stay):
            raise Conflict("withdrawn", _("This declaration was withdrawn."))
        change(stay)
        try:
            with transaction.atomic():
                stay.save()
        except IntegrityError as error:
            raise Conflict(*_clash(error)) from error
        record(actor, f"stays.{verb}", stay, reason=reason, **details)
        telling.of_act(stay, verb, **details)
    return stay


def _clash(error: IntegrityError) -> tuple[str, Any]:
    if "stay_one_open" in str(error):
        return "earlier_stay_open", _("This document already has an open stay here. Please check it out first.")
    if "stay_declared_once" in str(error):
        return "already_declared", _("A stay with this document and arrival is already declared here.")
    return "impossible", _("These values do not fit together.")
