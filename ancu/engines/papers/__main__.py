"""The child of ``sandbox``: one request on standard input, one answer on standard output."""

import sys
from typing import Any

import msgspec

from ancu.engines.papers.limits import limit_process
from ancu.engines.papers.model import PDF, PageEdit, Refused, sniff
from ancu.engines.papers.sandbox import SECONDS

MEMORY = 512 * 1024 * 1024  # of its own, without the libraries' code


def act(name: str, data: bytes, options: dict[str, Any]) -> Any:
    """Each act loads its own libraries alone: starting them is most of the time a small paper takes."""
    if name == "clean" and sniff(data) == PDF:
        from ancu.engines.papers.pdfs import clean_pdf  # noqa: PLC0415

        return clean_pdf(data, max_pages=options["max_pages"])
    if name == "clean":
        from ancu.engines.papers.images import clean_image  # noqa: PLC0415

        return clean_image(data, sniff(data), kind=options["kind"])
    if name == "arrange":
        from ancu.engines.papers.arranging import arrange  # noqa: PLC0415

        edits = msgspec.convert(options["edits"], list[PageEdit])
        return arrange(options["papers"], edits, kind=options["kind"], max_pages=options["max_pages"])
    if name == "page":
        from ancu.engines.papers.pages import draw_page  # noqa: PLC0415

        return draw_page(data, **options)
    from ancu.engines.papers.photos import examine  # noqa: PLC0415

    return examine(data, **options)


def main() -> None:
    limit_process(memory=MEMORY, seconds=SECONDS)
    request = msgspec.msgpack.decode(sys.stdin.buffer.read())
    try:
        answer: dict[str, Any] = {"result": act(request["act"], request["data"], request["options"])}
    except Refused as refused:
        answer = {"refused": refused.code, "values": refused.values}
    except MemoryError:
        answer = {"refused": "paper_too_heavy", "values": {}}
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer))


if __name__ == "__main__":
    main()
