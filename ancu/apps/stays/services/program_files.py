"""A program's file: the same bytes and rules as a person's upload, but declared without a preview.

A small file is declared while the program waits; a large one by a job, whose state and results it asks for later.
"""

from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.files import services as files
from ancu.apps.lodging.models import Establishment
from ancu.apps.lodging.selectors import program_by_token_id
from ancu.apps.stays.enums import DeclarationChannel, UploadState
from ancu.apps.stays.models import Stay, Upload
from ancu.apps.stays.services import sandbox, uploads
from ancu.apps.stays.services.declaring import check_may_declare, declare
from ancu.apps.stays.services.interrupted import is_interrupted
from ancu.apps.stays.services.matching import guest_of
from ancu.apps.stays.services.outcome import DeclarationOutcome, DeclaredDifference, RowOutcome
from ancu.apps.stays.services.undeclared import keep_undeclared
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.jobs import enqueue
from ancu.core.errors import Conflict
from ancu.core.security.privacy import Keep
from ancu.core.web.problems import in_both_languages
from ancu.engines import exchange
from ancu.engines.exchange import Finding, GuestRow

AT_ONCE = uploads.READ_AT_ONCE  # bytes that are declared while the program waits
COUNTS = (
    "read", "accepted", "warned", "already_declared", "differing", "refused", "held_back", "unconfirmed", "late",
    "skipped_examples", "receipt", "sha256",
)  # fmt: skip
ENDED = frozenset({UploadState.DONE, UploadState.FAILED})
PAGE = 500


def get_file(actor: Actor, pk: UUID) -> Upload:
    """Return the file with this id that a program of the lodging sent, or raise 404."""
    sent = Upload.objects.select_related("establishment", "file", "submission").filter(token_id__isnull=False)
    upload = sent.filter(pk=pk, establishment_id=actor.establishment_id or 0).first()
    if upload is None:
        raise Http404
    return upload


def send_file(
    *,
    actor: Actor,
    establishment: Establishment,
    data: bytes,
    name: str,
    reference: str = "",
    all_or_nothing: bool = False,
    dry_run: bool = False,
    confirmed: Set[str] = frozenset(),
) -> Upload:
    """Store a program's file and declare it, now or in a job; return the upload.

    The same ``reference`` with the same file is the same upload. Odd rows are declared only if ``confirmed`` has the
    codes of their oddities. A file that was interrupted, or held back because a guest is declared with other data, is
    declared again when it is sent again, as the fault was not in the file. Raises Conflict ``reference_reused`` for
    another file under the reference, FileRefused for a file of no known kind.
    """
    check_may_declare(actor, establishment)
    options = {"all_or_nothing": all_or_nothing, "dry_run": dry_run, "confirmed": sorted(confirmed)}
    digest = sha256(msgspec.json.encode(options) + data).hexdigest()
    earlier = _earlier_upload(establishment, reference, digest)
    if earlier is not None and not (_is_held_by_difference(earlier) or is_interrupted(earlier)):
        return earlier
    try:
        with transaction.atomic():
            upload = (
                _reopen(earlier)
                if earlier
                else _store_upload(actor, establishment, data, name, reference, digest, options)
            )
            if len(data) > AT_ONCE:
                enqueue("stays.declare_file", upload_id=str(upload.pk))
    except IntegrityError:
        if (earlier := _earlier_upload(establishment, reference, digest)) is not None:  # sent twice at the same moment
            return earlier
        raise
    if len(data) <= AT_ONCE:
        declare_file(upload.pk)
    return get_file(actor, upload.pk)


def _earlier_upload(establishment: Establishment, reference: str, digest: str) -> Upload | None:
    """Return the upload that the lodging's program sent before under this reference; None without one.

    Conflict ``reference_reused`` when its file or options were others.
    """
    if not reference:
        return None
    uploads_of_lodging = Upload.objects.select_related("establishment", "file", "submission")
    upload = uploads_of_lodging.filter(establishment=establishment, client_reference=reference).first()
    if upload is not None and upload.request_sha256 != digest:
        raise Conflict("reference_reused", _("This reference was already used for another request. Choose a new one."))
    return upload


def _is_held_by_difference(upload: Upload) -> bool:
    """Whether the program's file was stored as a whole or not at all, and failed because a guest differs.

    That is, a guest is declared already with other data.
    """
    return upload.all_or_nothing and bool((upload.outcome or {}).get("differing"))


def _reopen(upload: Upload) -> Upload:
    """Set a program's upload back to the state before reading, so that it is declared anew; return it."""
    upload.state, upload.outcome, upload.problem, upload.done = UploadState.READING, None, None, 0
    upload.save(update_fields=["state", "outcome", "problem", "done"])
    return upload


def _store_upload(
    actor: Actor,
    establishment: Establishment,
    data: bytes,
    name: str,
    reference: str,
    digest: str,
    options: Mapping[str, Any],
) -> Upload:
    """Store the file and its upload, and record that it was sent; return the upload."""
    stored = files.store(
        actor,
        data=data,
        name=name[:200] or "file",
        purpose="declaration",
        delete_after=clock.now() + timedelta(days=Keep.SOURCE_FILE.value),
    )
    upload = Upload.objects.create(
        establishment=establishment, created_by=actor.user_id, token_id=actor.token_id, file=stored,
        file_name=name[:200] or "file", client_reference=reference, request_sha256=digest, **options,
    )  # fmt: skip
    record(actor, "stays.upload", upload, bytes=len(data))
    return upload


def declare_file(pk: UUID) -> None:
    """Read and declare a program's file, once.

    The stays and the file's result are stored in one transaction. A file that cannot be read or declared is marked as
    failed.
    """
    with transaction.atomic():
        uploads.lock_upload(pk)
        upload = Upload.objects.select_related("establishment", "file").get(pk=pk)
        if upload.state != UploadState.READING:
            return
        reading = uploads.reading_of(upload)
        upload.total, upload.settled_at = len(reading.rows), clock.now()
        program = program_by_token_id(upload.token_id or 0)
        if reading.problem or program is None:
            _mark_failed(upload, reading.problem or REVOKED)
            return
        try:
            with _with_progress(upload, sandbox.forced_findings(upload.establishment, reading.rows)) as rows:
                _store_outcome(
                    program.actor, upload, _declare(program.actor, upload, rows, reading.notices), reading.notices
                )
        except Conflict as refused:  # suspended, while the file waited
            _mark_failed(upload, exchange.Problem(refused.code, None, None, *in_both_languages(refused.message)))


@contextmanager
def _with_progress(upload: Upload, rows: list[GuestRow]) -> Iterator[list[GuestRow]]:
    """Open a transaction and yield the rows to declare; reading many of them stores the progress for others to see."""
    if len(rows) < uploads.TELL_EVERY:
        with transaction.atomic():
            yield rows
        return
    with uploads.progress_reporter(upload) as tell, transaction.atomic():
        yield uploads.WatchedRows(rows, tell)


REVOKED = exchange.Problem(
    "unauthorized", None, None,
    "Khoá của phần mềm đã bị thu hồi trước khi tệp được khai báo.",
    "The program's key was revoked before the file was declared.",
)  # fmt: skip


def _mark_failed(upload: Upload, problem: exchange.Problem) -> None:
    """Mark the upload as failed, and store why it cannot be read or declared."""
    upload.problem, upload.state = msgspec.to_builtins(problem), UploadState.FAILED
    upload.save(update_fields=["problem", "state", "total", "settled_at"])


def _declare(actor: Actor, upload: Upload, rows: list[GuestRow], notices: list[Finding]) -> DeclarationOutcome:
    """Declare the rows of a program's file with the options that it was sent with; return the outcome."""
    return declare(
        actor=actor,
        establishment=upload.establishment,
        rows=rows,
        channel=DeclarationChannel.FILE,
        keyed_at=upload.created_at,
        client_reference=upload.client_reference,
        row_confirmations=[frozenset(upload.confirmed)] * len(rows),
        notices=notices,
        all_or_nothing=upload.all_or_nothing,
        dry_run=upload.dry_run,
        source_file=upload.file,
    )


def _store_outcome(actor: Actor, upload: Upload, outcome: DeclarationOutcome, notices: list[Finding]) -> None:
    """Store the outcome by row in the upload, and its undeclared guests unless it is a dry run."""
    if not upload.dry_run:
        keep_undeclared(actor, upload, outcome)
    upload.outcome = uploads.summary(outcome) | {
        **{name: getattr(outcome, name) for name in COUNTS},
        "received_at": outcome.received_at.isoformat() if outcome.received_at else None,
        "notices": msgspec.to_builtins([*notices, *outcome.notices]),
        "held_at": [row.position for row in outcome.rows if row.state == "held"],
        "unconfirmed_at": [row.position for row in outcome.rows if row.state == "needs_confirmation"],
        "closings": {
            str(row.position): msgspec.to_builtins(row.warnings[len(row.row.warnings) :])
            for row in outcome.rows
            if row.state == "accepted" and len(row.warnings) > len(row.row.warnings)
        },
    }
    upload.submission, upload.state, upload.done = outcome.submission, UploadState.DONE, outcome.read
    upload.save(update_fields=["outcome", "submission", "state", "done", "total", "settled_at"])


def row_outcomes(upload: Upload, *, after: int = 0, size: int = PAGE, state: str = "") -> tuple[list[RowOutcome], int]:
    """Return a page of a file's row outcomes after position ``after``, and the next ``after`` (0: no more).

    With ``state`` only rows in it. None once the file was emptied.
    """
    if upload.state != UploadState.DONE or not upload.file_name:  # emptied by retention
        return [], 0
    stored_outcome = _StoredOutcome(upload)
    rows: list[RowOutcome] = []
    for row in uploads.reading_of(upload).rows:
        if row.position <= after or not stored_outcome.is_in(row, state):
            continue
        if len(rows) == size:
            return stored_outcome.complete(rows), rows[-1].position
        rows.append(stored_outcome.outcome(row))
    return stored_outcome.complete(rows), 0


class _StoredOutcome:
    """The stored outcome of an upload, by position."""

    def __init__(self, upload: Upload) -> None:
        outcome: dict[str, Any] = upload.outcome or {}
        self.upload = upload
        self.errors: dict[str, Any] = outcome.get("errors", {})
        self.already = {entry[0]: entry for entry in outcome.get("already", [])}
        self.held = set(outcome.get("held_at", []))
        self.unconfirmed = set(outcome.get("unconfirmed_at", []))
        self.closings: dict[str, Any] = outcome.get("closings", {})
        self.differs: dict[str, Any] = outcome.get("differs", {})
        self.conflicts: dict[str, tuple[int | None, int | None]] = outcome.get("conflicts", {})

    def state(self, row: GuestRow) -> Any:
        """Return the state of a row's outcome: accepted, already_declared, refused, held, and so on."""
        if row.is_example:
            return "skipped_example"
        if row.position in self.held:
            return "held"
        if row.position in self.unconfirmed:
            return "needs_confirmation"
        if str(row.position) in self.errors:
            return "refused"
        return "already_declared" if row.position in self.already else "accepted"

    def is_in(self, row: GuestRow, state: str) -> bool:
        """Whether the row has this state; an empty state matches every row."""
        return not state or self.state(row) == state

    def outcome(self, row: GuestRow) -> RowOutcome:
        """Return the outcome of a row restored from what was stored: state, errors, warnings and differences."""
        result = RowOutcome(row.position, self.state(row), row, warnings=list(row.warnings))
        result.errors = [Finding(**finding) for finding in self.errors.get(str(row.position), [])]
        result.warnings = [warning for warning in result.warnings if warning not in result.errors]
        result.warnings += [Finding(**finding) for finding in self.closings.get(str(row.position), [])]
        result.differs = [DeclaredDifference(*difference) for difference in self.differs.get(str(row.position), [])]
        result.conflicts_with, result.conflicts_with_position = self.conflicts.get(str(row.position), (None, None))
        if row.position in self.already:
            _position, result.stay_id, result.receipt = self.already[row.position]
        return result

    def complete(self, rows: list[RowOutcome]) -> list[RowOutcome]:
        """Add to row outcomes the stay, receipt, lateness and declared values, by one query; return them."""
        submission = self.upload.submission
        stays = Q(pk__in=[row.stay_id for row in rows if row.stay_id])
        if submission is not None and rows:
            stays |= Q(submission=submission, position__range=(rows[0].position, rows[-1].position))
        by_id = {stay.pk: stay for stay in Stay.objects.filter(stays)}
        became = {stay.position: stay.pk for stay in by_id.values() if stay.submission_id == self.upload.submission_id}
        for row in rows:
            if submission is not None and row.state == "accepted" and row.position in became:
                row.stay_id, row.receipt = became[row.position], submission.number
            if (stay := by_id.get(row.stay_id or 0)) is not None:
                row.minutes_late, row.declared = stay.minutes_late, guest_of(stay)
        return rows
