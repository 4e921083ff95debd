"""The responses to programs, the same for the command line and the API: codes, never labels."""

from datetime import datetime
from typing import Any

import msgspec

from ancu.apps.stays.selectors.programs import StayRecord, SubmissionRecord, UploadRecord
from ancu.apps.stays.services import Declaration, DeclarationOutcome, RowOutcome
from ancu.engines.exchange import BLANKS, STORED, Finding, Guest, Problem

FINDING = ("code", "field", "value", "message_vi", "message_en")
PROBLEM = ("code", "line", "column", "message_vi", "message_en")
UNDERSTOOD = tuple(field.name for field in STORED if field.portal_header)


class FindingOut(msgspec.Struct, gc=False):
    """A finding about a row: a stable code, the field, its value, and a sentence in both languages."""

    code: str
    field: str | None
    value: str | None
    message_vi: str
    message_en: str


class DifferenceOut(msgspec.Struct, gc=False):
    """A field in which a declared guest was sent otherwise now: ``declared`` is stored, ``sent`` is not."""

    field: str
    declared: str | None
    sent: str | None


class RowOut(msgspec.Struct):
    """The outcome of one row, in the order sent. ``id`` is the stay's, ``receipt`` the number of its receipt.

    ``stay`` is the stored declaration; it is null for a row that was not stored, which ``understood`` interprets.
    ``conflicts_with`` is the stay of another guest because of which the row was refused, ``conflicts_with_position``
    the row of that guest if it was in the same call. In the state ``needs_confirmation`` the ``errors`` are oddities:
    the row is stored when it is sent again, corrected or with their codes in ``confirmed``.
    """

    position: int
    client_reference: str | None
    state: str
    id: int | None
    receipt: str | None
    minutes_late: int
    stay: Guest | None
    understood: Guest | None
    differs: list[DifferenceOut]
    conflicts_with: int | None
    conflicts_with_position: int | None
    errors: list[FindingOut]
    warnings: list[FindingOut]


class BatchOut(msgspec.Struct):
    """The control total (read = accepted + already_declared + refused) and each row.

    ``held`` and ``unconfirmed`` rows are among the refused. With ``sandbox`` nobody is declared to the police.
    ``receipt``, with its time and hash, is new, or the earlier one of all good rows if all of them were declared
    before.
    """

    status: str
    sandbox: bool
    batch_reference: str | None
    dry_run: bool
    read: int
    accepted: int
    warned: int
    already_declared: int
    differing: int
    refused: int
    held_back: int = msgspec.field(name="held")
    unconfirmed: int
    late: int
    skipped_examples: int
    receipt: str | None
    received_at: datetime | None
    sha256: str | None
    receipt_url: str | None
    problem: dict[str, Any] | None
    notices: list[FindingOut]
    rows: list[RowOut]


# A stay as it stands now. Dates are Viet Nam's; times carry their zone.
StayOut: Any = msgspec.defstruct(
    "StayOut",
    [
        ("id", int),
        ("receipt", str),
        ("position", int),
        ("client_reference", str | None),
        *((field.name, field.answer_type) for field in STORED),
        ("departure_presumed", bool),
        ("declared_at", datetime),
        ("minutes_late", int),
        ("limit_id", str),
        ("status", str),
    ],
    namespace={"__doc__": "A stay as it stands now. Dates are Viet Nam's; times carry their zone."},
)


def finding_out(finding: Finding) -> FindingOut:
    """Return a finding in the form of the API: code, field, value, and the sentence in both languages."""
    return FindingOut(finding.code, finding.field, finding.value, finding.message_vi, finding.message_en)


def row_out(row: RowOutcome) -> RowOut:
    """Return the outcome of one declared row in the form of the API."""
    return RowOut(
        row.position,
        row.client_reference or None,
        row.state,
        row.stay_id,
        row.receipt,
        row.minutes_late,
        row.declared,
        None if row.declared else row.row.values,
        [DifferenceOut(*difference) for difference in row.differs],
        row.conflicts_with,
        row.conflicts_with_position,
        [finding_out(finding) for finding in row.errors],
        [finding_out(finding) for finding in row.warnings],
    )


def status_of(outcome: DeclarationOutcome) -> str:
    """Return how a call ended: ``all_stand``, ``some_differ``, ``some_refused`` or ``none_stands``."""
    return _status(outcome.read, outcome.refused, outcome.accepted + outcome.already_declared, outcome.differing)


def _status(read: int, refused: int, standing: int, differing: int) -> str:
    """Return a call's status by its numbers of rows read, refused, ``standing`` (stored or known) and differing.

    It is ``all_stand``, ``some_differ``, ``some_refused`` or ``none_stands``.
    """
    if read and not refused:
        return "some_differ" if differing else "all_stand"
    return "some_refused" if standing else "none_stands"


def problem_out(problem: Problem) -> dict[str, Any]:
    """Return, in the form of the API, why a whole file could not be read."""
    return {name: getattr(problem, name) for name in PROBLEM}


def stay_out(stay: StayRecord) -> msgspec.Struct:
    """Return a stay in the form of the API, with its receipt number; fields without a value are null."""
    values: dict[str, Any] = {name: getattr(stay, name) for name in STAY_FIELDS}
    values |= {name: values[name] or None for name in BLANK}
    answer: msgspec.Struct = StayOut(id=stay.pk, receipt=stay.submission.number, **values)
    return answer


STAY_FIELDS = tuple(name for name in StayOut.__struct_fields__ if name not in ("id", "receipt"))
BLANK = ("client_reference", *(name for name, blank in BLANKS if not blank))


def command_row(row: RowOutcome) -> dict[str, Any]:
    """Return a row's outcome as a dict for the JSON report of the command ``import_declarations``."""
    return {
        "position": row.position,
        "state": row.state,
        "id": row.stay_id,
        "receipt": row.receipt,
        "stay": {name: getattr(row.row.values, name) for name in UNDERSTOOD},
        "differs": [difference._asdict() for difference in row.differs],
        "errors": [{name: getattr(finding, name) for name in FINDING} for finding in row.errors],
        "warnings": [{name: getattr(finding, name) for name in FINDING} for finding in row.warnings],
    }


def command_report(outcome: DeclarationOutcome, problem: Problem | None) -> dict[str, Any]:
    """Return the JSON report of the command ``import_declarations``."""
    counts = (
        "read", "accepted", "warned", "already_declared", "differing", "refused", "unconfirmed", "skipped_examples",
        "receipt",
    )  # fmt: skip
    return {
        **{name: getattr(outcome, name) for name in counts},
        "problem": problem_out(problem) if problem else None,
        "rows": [command_row(row) for row in outcome.rows],
    }


def batch_out(
    outcome: DeclarationOutcome, declaration: Declaration | None, notices: list[FindingOut], *, sandbox: bool
) -> BatchOut:
    """Return the response to one declaring call: status, receipt, counts and the outcome of each row.

    ``declaration`` is None when nothing could be read.
    """
    return BatchOut(
        status=status_of(outcome),
        sandbox=sandbox,
        batch_reference=(declaration.client_reference or None) if declaration else None,
        dry_run=declaration.dry_run if declaration else False,
        receipt_url=f"/api/v1/receipts/{outcome.receipt}" if outcome.receipt else None,
        problem=None,
        notices=notices + [finding_out(notice) for notice in outcome.notices],
        rows=[row_out(row) for row in outcome.rows],
        **{name: getattr(outcome, name) for name in COUNTS},
    )


COUNTS = (
    "read", "accepted", "warned", "already_declared", "differing", "refused", "held_back", "unconfirmed", "late",
    "skipped_examples", "receipt", "received_at", "sha256",
)  # fmt: skip


NAMES_OUTSIDE = {"held_back": "held"}


def receipt_out(submission: SubmissionRecord, stays: list[StayRecord]) -> dict[str, Any]:
    """Return a receipt with its stays, as the API has it."""
    return {
        "number": submission.number,
        "establishment": submission.establishment.code,
        "sandbox": submission.establishment.sandbox,
        "channel": submission.channel,
        "batch_reference": submission.client_reference or None,
        "keyed_at": submission.keyed_at,
        "received_at": submission.received_at,
        "read": submission.read_count,
        "accepted": submission.accepted_count,
        "warned": submission.warned_count,
        "already_declared": submission.already_count,
        "refused": submission.refused_count,
        "skipped_examples": submission.skipped_count,
        "late": submission.late_count,
        "sha256": submission.sha256,
        "sha256_version": submission.receipt_version,
        "stays": [
            {
                "position": stay.position,
                "id": stay.pk,
                "client_reference": stay.client_reference or None,
                "status": stay.status,
            }
            for stay in stays
        ],
    }


WAIT = 2  # seconds until a program asks again how far its file is
FILE_STATES = {"reading": "queued", "sending": "declaring", "done": "done", "failed": "failed"}
FILE_COUNTS = (
    "read", "accepted", "warned", "already_declared", "differing", "refused", "held_back", "unconfirmed", "late",
    "skipped_examples",
)  # fmt: skip


def file_out(upload: UploadRecord) -> dict[str, Any]:
    """Return a program's file in the form of the API: its progress and, once declared, its status and counts.

    The rows have an address of their own.
    """
    outcome: dict[str, Any] = upload.outcome or {}
    ended, at = upload.state in ("done", "failed"), f"/api/v1/files/{upload.pk}"
    problem = {name: upload.problem[name] for name in PROBLEM} if upload.problem else None
    return {
        "id": str(upload.pk),
        "state": FILE_STATES.get(upload.state, "failed"),
        "retry_after": None if ended else WAIT,
        "progress": {"done": upload.done, "total": upload.total or None},
        "status": _file_status(upload) if ended else None,
        "sandbox": upload.establishment.sandbox,
        "batch_reference": upload.client_reference or None,
        "dry_run": upload.dry_run,
        **{NAMES_OUTSIDE.get(name, name): outcome.get(name, 0) for name in FILE_COUNTS},
        **{name: outcome.get(name) for name in ("receipt", "received_at", "sha256")},
        "receipt_url": f"/api/v1/receipts/{outcome['receipt']}" if outcome.get("receipt") else None,
        "problem": problem,
        "notices": [{name: note[name] for name in FINDING} for note in outcome.get("notices", [])],
        "rows_url": f"{at}/rows" if upload.state == "done" else None,
        "refused_url": f"{at}/refused.xlsx" if outcome.get("refused") else None,
    }


def _file_status(upload: UploadRecord) -> str:
    """Return the status of a declared file (``_status``); that of a file not declared yet counts zero rows."""
    count: dict[str, Any] = dict.fromkeys(FILE_COUNTS, 0) | (upload.outcome or {})
    standing = count["accepted"] + count["already_declared"]
    return _status(count["read"], count["refused"], standing, count["differing"])
