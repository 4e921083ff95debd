"""The child of ``sandbox``: an order and a file on standard input, one answer a page on standard output."""

import sys

import msgspec

from ancu.engines.confinement import MEGABYTE, begin, seal
from ancu.engines.omr.sandbox import ReadingOrder, WorkerAnswer

MEMORY = 1024 * MEGABYTE  # of its own, without the libraries' code
SECONDS = 4 * 3600  # of the processor, for the largest stack; the parent counts the seconds of each page


def main() -> None:
    """Run the confined child process: read an order and a scan from standard input, answer page by page."""
    begin(memory=MEMORY, seconds=SECONDS)
    import cv2  # noqa: PLC0415 -- under the limits

    from ancu.engines.omr.model import SheetsRefused  # noqa: PLC0415
    from ancu.engines.omr.opening import count_pages  # noqa: PLC0415
    from ancu.engines.omr.reading import read_here  # noqa: PLC0415
    from ancu.engines.papers import decoders, images  # noqa: F401, PLC0415

    cv2.setNumThreads(1)  # a confined child can start none
    seal()
    size = int.from_bytes(sys.stdin.buffer.read(8))
    order = msgspec.msgpack.decode(sys.stdin.buffer.read(size), type=ReadingOrder)
    data = sys.stdin.buffer.read()
    try:
        _write_answer(WorkerAnswer(count=count_pages(data)))
        sheets = {"secret": order.secret, "former": order.former}
        for page in read_here(data, order.layouts, **sheets, start=order.start):
            _write_answer(WorkerAnswer(page=page))
        _write_answer(WorkerAnswer(done=True))
    except SheetsRefused as refused:
        _write_answer(WorkerAnswer(refused=refused.code, values=refused.values))
    except MemoryError:
        sys.exit(1)  # the parent goes on after this page


def _write_answer(answer: WorkerAnswer) -> None:
    """Write one answer to standard output, preceded by its length."""
    packed = msgspec.msgpack.encode(answer)
    sys.stdout.buffer.write(len(packed).to_bytes(8) + packed)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
