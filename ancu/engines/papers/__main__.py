"""The child of ``sandbox``: one request on standard input, one answer on standard output."""

import sys
from collections.abc import Callable
from typing import Any

import msgspec

from ancu.engines.confinement import MEGABYTE, begin, seal
from ancu.engines.papers.model import PDF, PageEdit, PaperRefused
from ancu.engines.papers.sandbox import SECONDS

MEMORY = 512 * MEGABYTE


def load(act: str, media_type: str) -> Callable[..., Any]:
    """Return the function that performs ``act`` (such as clean, photo or words) on a file of this media type.

    Only the libraries that it needs are imported, to start quickly.
    """
    if act == "photo":
        from ancu.engines.papers.photos import examine  # noqa: PLC0415

        return examine
    from ancu.engines.papers import decoders  # noqa: F401, PLC0415

    if act == "clean" and media_type == PDF:
        from ancu.engines.papers.pdfs import clean_pdf, warm_up  # noqa: PLC0415

        warm_up()
        return lambda data, *, kind, max_pages: clean_pdf(data, max_pages=max_pages)
    if act == "clean":
        from ancu.engines.papers.images import clean_image  # noqa: PLC0415

        return lambda data, *, kind, max_pages: clean_image(data, media_type, kind=kind)
    if act == "arrange":
        from ancu.engines.papers.arranging import arrange  # noqa: PLC0415
        from ancu.engines.papers.pdfs import warm_up  # noqa: PLC0415

        warm_up()
        return lambda _data, *, papers, edits, **options: arrange(
            papers, msgspec.convert(edits, list[PageEdit]), **options
        )
    if act == "words":
        from ancu.engines.papers.words import read_words  # noqa: PLC0415

        return read_words
    from ancu.engines.papers.pages import draw_page  # noqa: PLC0415

    return draw_page


def main(act: str, media_type: str) -> None:
    """Run the confined child process: perform ``act`` on the file from standard input and write the answer."""
    begin(memory=MEMORY, seconds=SECONDS)
    function = load(act, media_type)
    seal()
    request = msgspec.msgpack.decode(sys.stdin.buffer.read())
    try:
        answer: dict[str, Any] = {"result": function(request["data"], **request["options"])}
    except PaperRefused as refused:
        answer = {"refused": refused.code, "values": refused.values}
    except MemoryError:
        answer = {"refused": "paper_too_heavy", "values": {}}
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
