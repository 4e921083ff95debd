"""Uploads: store, read, preview, correct, declare or discard a file or a group of pictures.

The rows are not copied into the database: the stored file is read again when a page of it is shown, and the
last few readings are remembered by the process.

Both jobs may be run again at any moment: reading writes one line at its end, and declaring is one transaction in
which the stays, the receipt and the upload's outcome are stored together or not at all.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.models import Membership
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.files import services as files
from ancu.apps.lodging.models import Establishment
from ancu.apps.stays import rules
from ancu.apps.stays.enums import DeclarationChannel, Dismissal, UploadState
from ancu.apps.stays.models import Upload
from ancu.apps.stays.rules.oddities import Oddity, check_answered, find_oddities
from ancu.apps.stays.selectors.today import guests_present_at
from ancu.apps.stays.services import pictures
from ancu.apps.stays.services.declaring import check_may_declare, declare
from ancu.apps.stays.services.matching import DeclarationPreview, preview_declaration
from ancu.apps.stays.services.outcome import REFUSED, DeclarationOutcome, RowOutcome
from ancu.apps.stays.services.row_texts import texts_of, typed_changes
from ancu.apps.stays.services.undeclared import dismiss_rows, is_no_foreigner, keep_undeclared
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.jobs import enqueue
from ancu.core.db.locks import hold_until_commit
from ancu.core.errors import Conflict, Forbidden, require
from ancu.core.security.privacy import Keep
from ancu.engines.exchange import DeclarationFile, Finding, GuestRow, interpret, read

READ_AT_ONCE = 400_000  # bytes; about two thousand rows of the widest format
DECLARE_AT_ONCE = 5_000  # rows
TELL_EVERY = 1_000  # rows between two words about how far it is


def get_upload(actor: Actor, pk: UUID, *, lock: bool = False) -> Upload:
    """Return an upload of the actor's own business, or raise 404."""
    uploads = Upload.objects.select_related("establishment", "file", "submission")
    if lock:
        uploads = uploads.select_for_update(of=("self",))
    upload = uploads.filter(pk=pk, establishment__business_id=actor.organisation_id or 0).first()
    if upload is None or not actor.is_lodging:
        raise Http404
    return upload


@transaction.atomic
def start(*, actor: Actor, establishment: Establishment, data: bytes, name: str) -> Upload:
    """Store a person's file of guests and read it, a large one in a job; return the upload."""
    check_may_declare(actor, establishment)
    stored = files.store(
        actor,
        data=data,
        name=name[:200],
        purpose="declaration",
        organisation_id=actor.organisation_id,
        delete_after=clock.now() + timedelta(days=Keep.SOURCE_FILE.value),
    )
    upload = Upload.objects.create(
        establishment=establishment, created_by=actor.user_id, file=stored, file_name=name[:200]
    )
    record(actor, "stays.upload", upload, bytes=len(data))
    if len(data) <= READ_AT_ONCE:
        read_upload(upload.pk)
        upload.refresh_from_db()
    else:
        enqueue("stays.read_upload", upload_id=str(upload.pk))
    return upload


def read_upload(pk: UUID) -> None:
    """Read the upload's file once, and store whether it is usable and how many rows it has."""
    upload = Upload.objects.select_related("file").get(pk=pk)
    if upload.state != UploadState.READING:
        return
    reading = reading_of(upload)
    upload.total, upload.done = len(reading.rows), 0
    upload.problem = msgspec.to_builtins(reading.problem) if reading.problem else None
    upload.state = UploadState.FAILED if reading.problem else UploadState.PREVIEW
    upload.save(update_fields=["total", "done", "problem", "state"])


def reading_of(upload: Upload) -> DeclarationFile:
    """Return what was read of the upload's file or pictures; 404 if the file was deleted."""
    if upload.channel == DeclarationChannel.PHOTO:
        return pictures.reading_of(upload)
    if upload.file is None:
        raise Http404
    return _reading(upload.file, upload.created_at.astimezone(clock.VIETNAM).date())


@lru_cache(maxsize=4)
def _reading(file: Any, on: date) -> DeclarationFile:
    """Return what was read of a file, cached; ``on`` is the day by which its dates are judged."""
    return read(files.read_bytes(file), file.name, today=on)


def rows_of(upload: Upload) -> list[GuestRow]:
    """Return all rows of a file or group of pictures, with the corrections that people made."""
    if upload.channel == DeclarationChannel.PHOTO:
        return pictures.rows_of(upload)
    rows = list(reading_of(upload).rows)
    places = {row.position: place for place, row in enumerate(rows)}
    chosen = [(places[int(key)], fixed) for key, fixed in upload.corrections.items() if int(key) in places]
    mended = interpret([texts_of(rows[place]) | fixed for place, fixed in chosen], today=clock.today())
    for (place, _fixed), row in zip(chosen, mended, strict=True):
        rows[place] = msgspec.structs.replace(row, position=rows[place].position)
    return rows


@transaction.atomic
def correct_row(
    *,
    actor: Actor,
    upload_id: UUID,
    position: int,
    texts: Mapping[str, str],
    displayed: Mapping[str, str] | None = None,
) -> GuestRow:
    """Store a person's corrections of one row of an upload; return the row read anew.

    The file stays unchanged. ``displayed`` are the texts on the page; raise Conflict ``changed_since`` as
    ``typed_changes`` does.
    """
    upload = in_preview(actor, upload_id)
    row = next((row for row in rows_of(upload) if row.position == position and not row.is_example), None)
    if row is None:
        raise Http404
    before = texts_of(row)
    changed = typed_changes(before, texts, displayed)
    upload.corrections[str(position)] = upload.corrections.get(str(position), {}) | changed
    upload.save(update_fields=["corrections"])
    record(actor, "stays.upload_correct", upload, position=position, fields=sorted(changed))
    [mended] = interpret([{**before, **changed}], today=clock.today())
    return mended


def in_preview(actor: Actor, pk: UUID) -> Upload:
    """Return the upload, locked, while its preview is open.

    404 if it is not visible, 403 without the right to declare, Conflict ``upload_settled`` once it was declared or
    discarded.
    """
    upload = get_upload(actor, pk, lock=True)
    require(rules.may_declare(actor, upload.establishment))
    if upload.state != UploadState.PREVIEW:
        sentence = _("This file has already been declared or discarded.")
        raise overtaken_conflict(actor, "upload_settled", upload, sentence)
    return upload


@transaction.atomic
def discard(*, actor: Actor, upload_id: UUID, dismissal: Dismissal, reason: str = "") -> Upload:
    """Discard an upload in preview; the reason stays on record for each guest who is not declared."""
    upload = in_preview(actor, upload_id)
    rows = undeclared_in(upload)
    dismiss_rows(actor=actor, upload=upload, rows=rows, dismissal=dismissal, reason=reason)
    upload.state, upload.corrections = UploadState.DISCARDED, {}
    upload.save(update_fields=["state", "corrections"])
    _forget_pictures(actor, upload)
    record(actor, "stays.upload_discard", upload)
    return upload


def _forget_pictures(actor: Actor, upload: Upload) -> None:
    """Delete the picture files of a discarded group, and what was read of them."""
    pictures.keep_or_delete_files(actor, pictures.kept_files(upload), {})
    pictures.empty_pictures(upload)


def undeclared_in(upload: Upload) -> list[GuestRow]:
    """Return the rows in preview whose guests are not declared, neither before nor by an earlier row.

    Vietnamese citizens are left out, as they are not declared here.
    """
    preview = preview_of(upload)
    return [row for row in preview.rows if row.position not in preview.receipts and not is_no_foreigner(row)]


def preview_of(upload: Upload) -> DeclarationPreview:
    """Return what declaring the upload's rows now would give (``preview_declaration``); nothing is stored."""
    return _preview(upload, rows_of(upload))


def _preview(upload: Upload, rows: list[GuestRow]) -> DeclarationPreview:
    """Return what declaring these rows now would give, without the template's example rows."""
    return preview_declaration(upload.establishment, [row for row in rows if not row.is_example])


def upload_oddities(upload: Upload, preview: DeclarationPreview) -> list[Oddity]:
    """Return what a person must confirm before the upload is declared; rows declared already do not count."""
    today, notices = clock.today(), reading_of(upload).notices
    house = guests_present_at(upload.establishment, preview.rows, today)
    return find_oddities(preview.rows, house, today, notices=notices, without=preview.receipts)


@transaction.atomic
def confirm(*, actor: Actor, upload_id: UUID, good: int, sure: str = "") -> Upload:
    """Declare an upload's rows without errors, many of them in a job; return the upload.

    ``good`` is their number as displayed; Conflict ``control_total`` if it is no longer right. When rows are odd,
    ``sure`` confirms them (``rules.oddities``); raise Conflict ``odd`` without it.
    """
    upload = get_upload(actor, upload_id, lock=True)
    if upload.state in {UploadState.SENDING, UploadState.DONE}:
        return upload  # the button was pressed twice
    upload = in_preview(actor, upload_id)
    check_may_declare(actor, upload.establishment)
    rows = rows_of(upload)
    preview = _preview(upload, rows)
    if good != sum(1 for row in preview.rows if not row.errors):
        raise Conflict("control_total", _("The number of good rows has changed since you looked. Check again."))
    check_answered(upload_oddities(upload, preview), {"sure": sure})
    if len(rows) > DECLARE_AT_ONCE:
        upload.state, upload.done, upload.problem = UploadState.SENDING, 0, None
        upload.save(update_fields=["state", "done", "problem"])
        enqueue("stays.declare_upload", upload_id=str(upload.pk), membership_id=actor.membership_id)
        return upload
    return _declare(actor, upload, rows)


def declare_upload(pk: UUID, membership_id: int) -> None:
    """Declare a large upload in a job, once; the membership is that of the person who confirmed it.

    A second simultaneous run waits for the first one's lock and then finds nothing to do. The upload's row itself is
    not locked, so that its progress can be read meanwhile.
    """
    with transaction.atomic():
        lock_upload(pk)
        upload = Upload.objects.select_related("establishment", "file").get(pk=pk)
        if upload.state == UploadState.SENDING:
            rows = rows_of(upload)
            try:
                with progress_reporter(upload) as tell, transaction.atomic():
                    _declare(_actor(membership_id), upload, WatchedRows(rows, tell))
            except (
                Conflict,
                Forbidden,
            ):  # suspended while the file waited: it goes back to the person, who is told so there
                Upload.objects.filter(pk=pk).update(state=UploadState.PREVIEW)


def lock_upload(pk: UUID) -> None:
    """Lock the upload until the commit by an advisory lock, so that its row can still be updated with the progress."""
    hold_until_commit(f"upload {pk}")


class WatchedRows(list[GuestRow]):
    """Rows that report the progress while they are iterated."""

    def __init__(self, rows: list[GuestRow], tell: Callable[[int], None]) -> None:
        super().__init__(rows)
        self.tell = tell

    def __iter__(self) -> Iterator[GuestRow]:
        for count, row in enumerate(super().__iter__(), 1):
            if count % TELL_EVERY == 0:
                self.tell(count)
            yield row
        self.tell(len(self))


@contextmanager
def progress_reporter(upload: Upload) -> Iterator[Callable[[int], None]]:
    """Yield a function that stores the progress by a separate connection, where others can see it before commit."""
    aside = connections.create_connection(DEFAULT_DB_ALIAS)

    def tell(done: int) -> None:
        """Store in the upload the number of rows done, by a connection of its own."""
        with aside.cursor() as cursor:
            cursor.execute("UPDATE stays_upload SET done = %s WHERE id = %s", [done, upload.pk])

    try:
        yield tell
    finally:
        aside.close()


def _actor(membership_id: int) -> Actor:
    """Return the person with this membership, who confirmed the upload, as an actor with today's rights."""
    membership = Membership.objects.select_related("user").get(pk=membership_id)
    return actor_for(membership.user, membership_id)


def _declare(actor: Actor, upload: Upload, rows: list[GuestRow]) -> Upload:
    """Declare the rows of a person's upload and store the outcome in it; return the upload."""
    outcome = declare(
        actor=actor,
        establishment=upload.establishment,
        rows=rows,
        channel=upload.channel,
        keyed_at=clock.now(),
        source_file=upload.file,
    )
    _settle(actor, upload, outcome)
    return upload


def keep_all_undeclared(actor: Actor, upload: Upload) -> None:
    """Settle an upload without declaring: its guests wait to be declared or dismissed one by one."""
    rows = [row for row in rows_of(upload) if not row.is_example]
    results = [RowOutcome(row.position, "refused", row, errors=row.errors) for row in rows]
    _settle(actor, upload, DeclarationOutcome(read=len(rows), refused=len(rows), rows=results))


def _settle(actor: Actor, upload: Upload, outcome: DeclarationOutcome) -> None:
    """Store the outcome in the upload and mark it as done; store its undeclared guests and delete needless pictures."""
    upload.outcome = summary(outcome)
    upload.submission, upload.state, upload.done = outcome.submission, UploadState.DONE, outcome.read
    upload.save(update_fields=["outcome", "submission", "state", "done"])
    keep_undeclared(actor, upload, outcome)
    pictures.keep_or_delete_files(actor, pictures.kept_files(upload), {row.position: row.state for row in outcome.rows})
    pictures.forget_strips(upload)


def summary(outcome: DeclarationOutcome) -> dict[str, Any]:
    """Return an outcome as JSON values to be stored with the upload.

    It has the counts, the receipt, and by row the errors, differences and earlier declarations.
    """
    return {
        "read": outcome.read,
        "accepted": outcome.accepted,
        "warned": outcome.warned,
        "already_declared": outcome.already_declared,
        "differing": outcome.differing,
        "refused": outcome.refused,
        "skipped_examples": outcome.skipped_examples,
        "receipt": outcome.receipt,
        "already": [
            [row.position, row.stay_id, row.receipt] for row in outcome.rows if row.state == "already_declared"
        ],
        "differs": {str(row.position): row.differs for row in outcome.rows if row.differs},
        "conflicts": {
            str(row.position): (row.conflicts_with, row.conflicts_with_position)
            for row in outcome.rows
            if row.conflicts_with or row.conflicts_with_position
        },
        "errors": {str(row.position): msgspec.to_builtins(row.errors) for row in outcome.rows if row.state in REFUSED},
    }


def refused_rows(upload: Upload) -> list[GuestRow]:
    """Return the upload's refused rows with all errors; in preview, those that would be refused."""
    errors = (upload.outcome or {}).get("errors", {})
    if upload.state != UploadState.DONE:
        return [row for row in preview_of(upload).rows if row.errors]
    return [
        msgspec.structs.replace(row, errors=[Finding(**error) for error in errors[str(row.position)]])
        for row in rows_of(upload)
        if str(row.position) in errors
    ]
