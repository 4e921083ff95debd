"""Files of strangers are parsed in a process of their own (``engines.confinement``).

Whatever happens to the child is one more way for a paper to be refused.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from ancu.engines import confinement
from ancu.engines.papers.model import UNKNOWN, Cleaned, Finding, PageEdit, Refused, sniff

SECONDS = 10  # of the processor
PATIENCE = 5  # seconds more by the clock, for what sleeps instead of working
_places = confinement.places()


def clean(data: bytes, *, kind: str = "scan", max_pages: int = 50) -> Cleaned:
    """A paper ready to be kept; ``kind`` is ``scan`` or ``photo`` (kept finer). Raises Refused."""
    if sniff(data) == UNKNOWN:
        raise Refused("paper_type")
    return msgspec.convert(_ask("clean", data, kind=kind, max_pages=max_pages), Cleaned)


def arrange(papers: Sequence[bytes], edits: Sequence[PageEdit], *, kind: str = "scan", max_pages: int = 50) -> Cleaned:
    """Combine pages of cleaned papers into one, turned and cropped as ``edits`` say. Raises Refused."""
    plain_edits = [msgspec.to_builtins(edit) for edit in edits]
    answer = _ask("arrange", b"", papers=list(papers), edits=plain_edits, kind=kind, max_pages=max_pages)
    return msgspec.convert(answer, Cleaned)


def page_image(data: bytes, *, page: int = 0, width: int = 1200) -> bytes:
    """JPEG of one page (the first is 0) of a cleaned paper. Raises Refused."""
    return bytes(_ask("page", data, page=page, width=width))


def examine_photo(data: bytes, *, size: str) -> list[Finding]:
    """What an officer would object to in an identity photo (``model.PHOTO_SIZES``). Raises Refused."""
    return msgspec.convert(_ask("photo", data, size=size), list[Finding])


def _ask(act: str, data: bytes, **options: Any) -> Any:
    """The child is told what it will be given, so that it loads what it needs before it is confined."""
    request = msgspec.msgpack.encode({"data": data, "options": options})
    with _places:
        child = confinement.start("-m", "ancu.engines.papers", act, sniff(data))
        try:
            answer = msgspec.msgpack.decode(confinement.ask(child, request, seconds=SECONDS + PATIENCE))
        except (confinement.ChildFailed, msgspec.DecodeError) as error:
            raise Refused("paper_too_heavy") from error
    if "refused" in answer:
        raise Refused(answer["refused"], **answer["values"])
    return answer["result"]
