"""Correct what was declared, by the rules of a file; the version before is kept."""

from collections.abc import Mapping, Set
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.stays.enums import StayStatus
from ancu.apps.stays.models import Stay, UnitMove
from ancu.apps.stays.rules import corrections
from ancu.apps.stays.rules.oddities import Oddity, check_confirmed, correction_oddities
from ancu.apps.stays.selectors import as_declared
from ancu.apps.stays.selectors.today import house_without
from ancu.apps.stays.services.changing import change_stay, check_unchanged, stored_values
from ancu.apps.stays.services.expired_documents import EXPIRY_FIELDS, stored_expiry, update_expired_document
from ancu.apps.stays.services.matching import differences_from, guest_of
from ancu.apps.stays.services.reopening import StayKey, key_of, reopen_earlier
from ancu.apps.travellers.rules import name_key
from ancu.apps.travellers.services import identify
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict
from ancu.engines.exchange import BLANKS, CORRECTABLE, Finding, Guest, GuestRow, interpret

ALSO_READ = ("document_expiry",)  # not the stay's: kept only where it had passed (services.expired_documents)
MATCHED_BY = frozenset({"document_number", "nationality"})  # a later stay closes earlier ones of the same document
IDENTITY_FIELDS = ("document_number", "nationality", "birth_date", "full_name")


class InvalidCorrection(Exception):
    """The new values are invalid; ``findings`` say which and why, as for a declared row."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(", ".join(finding.code for finding in findings))
        self.findings = findings


def correct(
    *,
    actor: Actor,
    stay_id: int,
    changes: Mapping[str, str | None],
    reason: str = "",
    version: int | None = None,
    confirmed: Set[str] | None = None,
) -> Stay:
    """Correct what was declared; fields not in ``changes`` remain. The version before is kept.

    Values are texts as in a file and read by its rules; a new document, birth date or name moves the stay to that
    identity. Nothing is stored when all values are those declared. ``version`` is the one that was read. Raises
    InvalidCorrection with the findings, Conflict ``another_guest`` when it would become another guest's stay,
    ``already_declared`` when the corrected row exists already, ``changed_since`` when another value was written to
    one of these fields after ``version``. With ``confirmed`` (a program's codes) raises UnconfirmedOddities when the
    correction adds an oddity of another code. Fields that cannot be corrected raise Conflict ``field_unknown``.
    """
    unknown = sorted(set(changes) - {*CORRECTABLE, *ALSO_READ})
    if unknown:
        raise Conflict(
            "field_unknown", _("These fields cannot be corrected: %(names)s") % {"names": ", ".join(unknown)}
        )

    moved_from: list[StayKey] = []

    def change(stay: Stay) -> bool:
        """Write the corrected fields; return whether the passport's expiry, in another table, was written, too."""
        check_unchanged(stay, changes, version)
        changes_expiry = EXPIRY_FIELDS & changes.keys()
        row = _corrected_row(stay, (stored_expiry(stay, changes) if changes_expiry else {}) | dict(changes))
        check_same_guest(stay, row.values)
        if confirmed is not None:
            check_confirmed(oddities_of(stay, _corrected_row(stay, {}), row), confirmed)
        values = _values_of(row)
        if MATCHED_BY & changes.keys():
            moved_from.append(key_of(stay))
        before = stored_values(stay)
        _write_changes(stay, values, changes)
        wrote_expiry = bool(changes_expiry) and update_expired_document(stay, values["document_expired_on"])
        if wrote_expiry or stored_values(stay) != before:
            stay.status = StayStatus.CORRECTED
        return wrote_expiry

    with transaction.atomic():
        stay = change_stay(actor, stay_id, "corrected", change, reason=reason, fields=sorted(changes))
        reopen_earlier(actor, moved_from)
    return stay


def check_same_guest(stay: Stay, corrected: Guest) -> None:
    """Raise Conflict ``another_guest`` when a correction to ``corrected`` would make the stay another guest's."""
    if corrections.replaces_guest(guest_of(as_declared([stay])[stay.pk]), guest_of(stay), corrected):
        raise another_guest_conflict()


def may_be_another_guest(stay: Stay, sent: Guest) -> bool:
    """Whether ``sent`` is, or may be, another guest than the stay's, as a person must then judge."""
    return corrections.may_be_another_guest(guest_of(as_declared([stay])[stay.pk]), guest_of(stay), sent)


def another_guest_conflict() -> Conflict:
    """Return the Conflict that a correction would put another guest in place of the declared one."""
    sentence = _(
        "The correction would replace the declared guest with another one. Check the declared guest out, or withdraw "
        "the declaration if it was wrong. Then declare the other guest."
    )
    return Conflict("another_guest", sentence)


def oddities_of(stay: Stay, before: GuestRow, after: GuestRow) -> list[Oddity]:
    """Return the oddities to confirm before the stay is corrected from ``before`` to ``after``.

    ``before`` is the stay as the page displayed it, read as a declaration's row.
    """
    declared = guest_of(as_declared([stay])[stay.pk])
    return correction_oddities(before, after, clock.today(), declared=declared, house=house_without(stay, after))


def _write_changes(stay: Stay, values: Mapping[str, Any], changes: Mapping[str, str | None]) -> None:
    """Set the corrected fields of the stay, and its identity if the person's data change, without saving.

    ``values`` are all values after the correction, ``changes`` names those to set.
    """
    person = [getattr(stay, name) for name in IDENTITY_FIELDS]
    for name in CORRECTABLE:
        if name in changes or (name == "arrived_at" and "arrived_on" in changes):
            setattr(stay, name, values[name])
    if "arrived_on" in changes:  # who came from where is found at night; its day is told at once
        UnitMove.objects.filter(stay=stay).update(day=stay.arrived_on)
    if "departed_on" in changes:
        stay.departure_presumed = False
    if person != [getattr(stay, name) for name in IDENTITY_FIELDS]:
        stay.identity_id = identify(
            document_number=stay.document_number,
            nationality=stay.nationality,
            birth_date=stay.birth_date,
            full_name=stay.full_name,
        )
        stay.name_key = name_key(stay.full_name)


def correct_to(*, actor: Actor, stay_id: int, sent: Guest) -> Stay:
    """Correct the stay's fields in which ``sent`` differs from the declaration; return the stay.

    Fields missing in ``sent`` remain.
    """
    stay, differences = differences_from(actor, stay_id, sent)
    if not differences:
        return stay
    return correct(
        actor=actor, stay_id=stay_id, changes={difference.field: difference.sent for difference in differences}
    )


def interpreted_values(stay: Stay, changes: Mapping[str, str | None]) -> dict[str, Any]:
    """Return, by field, the stay's values after ``changes``, texts that are read by the rules of a file.

    Raises InvalidCorrection if a changed value is wrong.
    """
    return _values_of(_corrected_row(stay, changes))


def _corrected_row(stay: Stay, changes: Mapping[str, str | None]) -> GuestRow:
    """Return the stay after ``changes`` as a declaration's row; InvalidCorrection if that has errors."""
    record_: dict[str, str | None] = {name: _as_file_text(getattr(stay, name)) for name in CORRECTABLE}
    record_.update(changes)
    is_other_day = changes.get("arrived_on", str(stay.arrived_on)) != str(stay.arrived_on)
    if record_.get("arrived_at") is None or (is_other_day and "arrived_at" not in changes):
        record_.pop("arrived_at", None)
    row = interpret([record_])[0]
    if changes and row.errors:
        raise InvalidCorrection(row.errors)
    if unread := [w for w in row.warnings if w.field in changes and w.code in UNREAD]:
        raise InvalidCorrection(unread)  # what only warns in a file would here silently erase a value
    return row


def _values_of(row: GuestRow) -> dict[str, Any]:
    """Return a row's values by column of ``Stay``; empty ones as the columns store them."""
    guest = row.values
    values = {name: getattr(guest, name) for name in CORRECTABLE}
    for name, blank in BLANKS:
        if name in values:
            values[name] = values[name] or blank
    return values | {"document_expired_on": row.document_expired_on}


UNREAD = frozenset(
    {"permitted_until_unreadable", "departed_on_unreadable", "checkout_in_future", "not_on_list", "sex_unreadable"}
)


def _as_file_text(value: object) -> str | None:
    """Return a stored value as text of a file; None for an empty one."""
    if isinstance(value, datetime):
        return clock.local(value).strftime("%Y-%m-%d %H:%M:%S")
    return str(value) if value not in (None, "") else None
