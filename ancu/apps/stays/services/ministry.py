"""Declaring by programs written for the ministry's API: its checks first, then ours."""

from collections.abc import Mapping, Sequence
from json import JSONDecodeError
from typing import Any

from ancu.apps.lodging.selectors import LodgingProgram
from ancu.apps.stays.enums import DeclarationChannel
from ancu.apps.stays.services.declaring import declare
from ancu.apps.stays.services.outcome import DeclarationOutcome, RowOutcome
from ancu.apps.stays.services.programs import confirmed_codes
from ancu.core import clock
from ancu.engines import exchange, json_text
from ancu.engines.exchange import GuestRow, ministry
from ancu.engines.rulebook import room_required

MAX_RECORDS = 1000


class MinistryRefusal(Exception):
    """The refusal in the ministry's format: one text with all reasons. Nothing was stored."""

    def __init__(self, message: str) -> None:
        super().__init__("refused")
        self.message = message


def declare_records(program: LodgingProgram, body: bytes) -> DeclarationOutcome:
    """Declare all guests of a request in the ministry's format or none; return the outcome.

    MinistryRefusal has the ministry's sentences; raises also what declaring raises. A guest already declared with the
    same data keeps the receipt and does not refuse the others. One declared with other data does, since the change
    would not be stored.
    """
    records = _records(body)
    rows = exchange.read(body).rows
    if reasons := _reasons(program, records, rows):
        raise MinistryRefusal(ministry.join_refusals(reasons))
    outcome = declare(
        actor=program.actor,
        establishment=program.establishment,
        rows=rows,
        row_confirmations=[confirmed_codes(record) for record in records],
        channel=DeclarationChannel.API,
        all_or_nothing=True,
    )
    if reasons := {row.position: refusals for row in outcome.rows if (refusals := _refusals(row))}:
        raise MinistryRefusal(ministry.join_refusals(reasons))
    return outcome


def _refusals(row: RowOutcome) -> list[str]:
    """Return the ministry's sentences for why a declared row refuses the whole request.

    These are its errors, unconfirmed oddities, and differences from an earlier declaration; none if it was only held
    back because of other guests.
    """
    refused = [error.message_vi.rstrip(".") for error in row.errors] if row.state == "refused" else []
    unconfirmed = (
        [ministry.confirmation_text(oddity) for oddity in row.errors] if row.state == "needs_confirmation" else []
    )
    differing = [ministry.differing_refusal(difference.field, difference.declared) for difference in row.differs]
    return refused + unconfirmed + differing


def _records(body: bytes) -> Sequence[Any]:
    """Return the list in the request's body; MinistryRefusal if it is no list, empty, or too long."""
    try:
        records = json_text.loads(body)
    except JSONDecodeError:
        raise MinistryRefusal("Nội dung không phải là JSON hợp lệ") from None
    if not isinstance(records, list):
        raise MinistryRefusal("Nội dung phải là một mảng JSON các bản khai báo")
    if not records:
        raise MinistryRefusal(ministry.NO_RECORDS)
    if len(records) > MAX_RECORDS:
        raise MinistryRefusal(f"Tối đa {MAX_RECORDS} bản khai báo trong một lần gửi")
    return records


def _reasons(program: LodgingProgram, records: Sequence[Any], rows: Sequence[GuestRow]) -> Mapping[int, list[str]]:
    """Return by position why the ministry's own checks refuse a record; valid records are missing."""
    today = clock.today()
    room_needed = room_required(program.establishment.kind, today)
    refusals = {
        row.position: ministry.refusals(record, row, today=today, room_needed=room_needed)
        for record, row in zip(records, rows, strict=True)
    }
    return {position: reasons for position, reasons in refusals.items() if reasons}
