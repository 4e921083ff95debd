"""Papers of a dossier: cleaned on receipt, rendered page by page; photos are examined before an officer sees them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.utils.functional import lazy

from ancu.apps.files import enums
from ancu.apps.files.models import StoredFile
from ancu.apps.files.services.storing import FileRefused, UploadUsed, read_bytes, scan, store
from ancu.core.actor import Actor
from ancu.core.templatetags.ui import number
from ancu.engines import papers
from ancu.engines.papers import Cleaned, PageEdit

MEGABYTE = 1024 * 1024
MAX_PAPER_BYTES = 25 * MEGABYTE
MAX_PAGES = 50
SUFFIX = {enums.PDF: ".pdf", enums.JPEG: ".jpg"}
# Filled when it is read, not when it is raised: a job finds what a person will read in his own language.
_fill: Callable[[Any, dict[str, int]], Any] = lazy(
    lambda sentence, values: str(sentence) % {name: number(value) for name, value in values.items()}, str
)


@dataclass(frozen=True)
class PhotoObjection:
    """What an officer would object to, as text; ``severity`` is ``error`` or ``warning``."""

    code: str
    severity: str
    message: Any
    mend: Any


def clean_paper(
    data: bytes, *, kind: str = "scan", max_bytes: int = MAX_PAPER_BYTES, max_pages: int = MAX_PAGES
) -> Cleaned:
    """Return a PDF, JPEG, PNG or HEIC cleaned for storage: pictures upright as JPEG, without metadata.

    ``kind`` is ``scan``, or ``photo`` for an identity photo (stored finer, and never a PDF). The virus scanner sees the
    original bytes. Raises FileRefused with the problem and how to fix it.
    """
    if not data:
        raise refused("file_empty")
    if len(data) > max_bytes:
        raise refused("paper_too_large", size=max_bytes // MEGABYTE)
    media_type = papers.sniff(data)
    if kind == "photo" and media_type == enums.PDF:
        raise refused("photo_type")
    if media_type == enums.UNKNOWN:
        raise refused("paper_type")
    scan(data)
    try:
        return papers.clean(data, kind=kind, max_pages=max_pages)
    except papers.PaperRefused as refusal:
        raise refused(refusal.code, **refusal.values) from refusal


def arrange_pages(
    sources: Sequence[bytes], edits: Sequence[PageEdit], *, kind: str = "scan", max_pages: int = MAX_PAGES
) -> Cleaned:
    """Combine pages of cleaned papers into one paper, turned and cropped as ``edits`` say.

    Raises FileRefused.
    """
    try:
        return papers.arrange(sources, edits, kind=kind, max_pages=max_pages)
    except papers.PaperRefused as refusal:
        raise refused(refusal.code, **refusal.values) from refusal


def store_paper(
    actor: Actor,
    cleaned: Cleaned,
    *,
    name: str,
    purpose: str,
    organisation_id: int | None = None,
    delete_after: datetime | None = None,
) -> StoredFile:
    """Store a cleaned paper encrypted; the name gets the ending of its new type."""
    return store(
        actor,
        data=cleaned.data,
        name=PurePath(name or "paper").stem + SUFFIX[cleaned.media_type],
        purpose=purpose,
        organisation_id=organisation_id,
        delete_after=delete_after,
    )


def notes_in_words(notes: Iterable[str]) -> list[Any]:
    """Return texts for the sender about what ``clean_paper`` changed; unimportant changes are left out.

    ``notes`` are codes.
    """
    return [enums.PAPER_NOTES[note] for note in notes if note in enums.PAPER_NOTES]


def examine_photo(data: bytes, *, size: str) -> list[papers.PictureFinding]:
    """Return the faults of a cleaned identity photo for which an officer would reject it.

    ``size`` is ``2x3`` or ``4x6`` (cm).
    """
    try:
        return papers.examine_photo(data, size=size)
    except papers.PaperRefused as refusal:
        raise refused(refusal.code, **refusal.values) from refusal


def photo_in_words(finding: papers.PictureFinding) -> PhotoObjection:
    """Return a fault of an identity photo in the reader's language, with how to fix it."""
    message, mend = enums.PHOTO_FINDINGS[finding.code]
    return PhotoObjection(finding.code, finding.severity, _fill(message, finding.values), _fill(mend, finding.values))


def page_image(file: StoredFile, *, page: int = 0, width: int = 1200) -> bytes:
    """Return one page (the first is 0) of a stored paper as JPEG, at most 2400 pixels wide.

    The caller has checked access to the file's record and records the look. Drawn each time: a cache would hold the
    paper unencrypted. Raises FileRefused (``page_missing`` past the last page).
    """
    try:
        return papers.page_image(read_bytes(file), page=page, width=width)
    except papers.PaperRefused as refusal:
        raise refused(refusal.code, **refusal.values) from refusal


def printed_words(file: StoredFile) -> list[papers.PrintedWord]:
    """Return the visible words of a stored PDF's text layer, in order; none of a picture. Raises FileRefused.

    The caller has checked access to the file's record.
    """
    try:
        return papers.printed_words(read_bytes(file))
    except papers.PaperRefused as refusal:
        raise refused(refusal.code, **refusal.values) from refusal


def refused(code: str, **values: int) -> FileRefused:
    """Return a FileRefused for this code, with the problem in words and how to fix it.

    ``values`` fill placeholders of the words. UploadUsed for the code upload_used.
    """
    message, mend = enums.PAPER_REFUSALS[code]
    exception = UploadUsed if code == "upload_used" else FileRefused
    return exception(code, _fill(message, values), _fill(mend, values))
