"""Parse untrusted papers in a confined process (``engines.confinement``).

Whatever happens to the child is one more way for a paper to be refused.
"""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import msgspec

from ancu.engines import confinement
from ancu.engines.confinement.answers import decode_answer
from ancu.engines.papers.model import PDF, UNKNOWN, Cleaned, PageEdit, PaperRefused, PictureFinding, PrintedWord, sniff

T = TypeVar("T")
SECONDS = 10  # of the processor
PATIENCE = 5  # seconds more by the clock, for what sleeps instead of working
_places = confinement.process_slots()


def clean(data: bytes, *, kind: str = "scan", max_pages: int = 50) -> Cleaned:
    """Return an uploaded paper cleaned for storage, in a confined process. Raises PaperRefused.

    ``kind`` is ``scan`` or ``photo``, which keeps more detail.
    """
    if sniff(data) == UNKNOWN:
        raise PaperRefused("paper_type")
    return _ask(Cleaned, "clean", data, kind=kind, max_pages=max_pages)


def arrange(papers: Sequence[bytes], edits: Sequence[PageEdit], *, kind: str = "scan", max_pages: int = 50) -> Cleaned:
    """Combine pages of cleaned papers into one, turned and cropped as ``edits`` say. Raises PaperRefused."""
    plain_edits = [msgspec.to_builtins(edit) for edit in edits]
    return _ask(Cleaned, "arrange", b"", papers=list(papers), edits=plain_edits, kind=kind, max_pages=max_pages)


def page_image(data: bytes, *, page: int = 0, width: int = 1200) -> bytes:
    """Return a JPEG of one page (the first is 0) of a cleaned paper. Raises PaperRefused."""
    return _ask(bytes, "page", data, page=page, width=width)


def examine_photo(data: bytes, *, size: str) -> list[PictureFinding]:
    """Return the faults of an identity photo for which an officer would reject it, found in a confined process.

    ``size`` is a key of ``model.PHOTO_SIZES``.
    """
    return _ask(list[PictureFinding], "photo", data, size=size)


def printed_words(data: bytes) -> list[PrintedWord]:
    """Return the words of a cleaned paper's text layer, read in a confined process; none of a picture.

    Raises PaperRefused.
    """
    return _ask(list[PrintedWord], "words", data) if sniff(data) == PDF else []


class _CleaningAnswer(msgspec.Struct, Generic[T], forbid_unknown_fields=True):
    result: T | None = None
    refused: str = ""
    values: dict[str, int] = {}


def _ask(answer_kind: type[T], act: str, data: bytes, **options: Any) -> T:
    """Have a confined child perform ``act`` on a file and return its answer as ``answer_kind``.

    Raises PaperRefused. The child gets act and file type as arguments, so that it loads what it needs before it
    confines itself.
    """
    request = msgspec.msgpack.encode({"data": data, "options": options})
    with _places:
        child = confinement.start("-m", "ancu.engines.papers", act, sniff(data))
        try:
            reply = confinement.ask(child, request, seconds=SECONDS + PATIENCE)
            answer = decode_answer(reply, _CleaningAnswer[answer_kind])  # type: ignore[valid-type]
        except confinement.ChildFailed as error:
            raise PaperRefused("paper_too_heavy") from error
    if answer.result is None:
        raise PaperRefused(answer.refused or "paper_too_heavy", **answer.values)
    return answer.result
