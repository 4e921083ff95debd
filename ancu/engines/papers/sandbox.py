"""Files of strangers are parsed in a process of their own.

Decoders of pictures and PDFs are large programs in C; a file made for it can crash one, hold it for hours or fill
the memory. The child gets no environment (so no key and no address of the database), limits of memory and time
(``__main__``), and whatever happens to it is one more way for a paper to be refused.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from ancu.engines.papers.model import UNKNOWN, Cleaned, Finding, PageEdit, Refused, sniff

SECONDS = 10
HOUSE = Path(__file__).resolve().parents[3]
# More at once would only make each slower, and together hold more memory than a small server has.
_places = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))


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
    request = msgspec.msgpack.encode({"act": act, "data": data, "options": options})
    with _places:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "ancu.engines.papers"],
                input=request,
                capture_output=True,
                timeout=SECONDS + 5,  # above the child's own limit, for what sleeps instead of working
                check=False,
                cwd=HOUSE,
                env={"PYTHONPATH": str(HOUSE), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            )
        except subprocess.TimeoutExpired as error:
            raise Refused("paper_too_heavy") from error
    if done.returncode:
        raise Refused("paper_too_heavy")
    answer = msgspec.msgpack.decode(done.stdout)
    if "refused" in answer:
        raise Refused(answer["refused"], **answer["values"])
    return answer["result"]
