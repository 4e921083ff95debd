"""Open and read untrusted scans in a confined process (``engines.confinement``).

The child has no key but the one that checks codes, and answers page by page. A page that takes too long, or that kills
it, is told as damaged, and another child goes on after it: one bad page does not cost a stack.
"""

import contextlib
import threading
from collections.abc import Iterable, Iterator
from queue import Empty, Queue
from typing import IO

import msgspec

from ancu.engines import confinement
from ancu.engines.confinement.answers import decode_answer
from ancu.engines.omr.model import Layout, PageReading, SheetsRefused

SECONDS = 60  # for one page, by the clock; it takes a fifth of a second where nothing else runs
MOST_KILLED = 5  # pages of one file; more is no accident
AHEAD = 8  # pages the child may be ahead of whoever takes them
MOST_BYTES = 300 * 1024 * 1024
MOST_ANSWERED = 64 * 1024 * 1024  # about one page, its small pictures included
_places = confinement.process_slots()


class ReadingOrder(msgspec.Struct):
    """What the child gets before the file's bytes."""

    layouts: tuple[Layout, ...]
    secret: bytes
    former: bytes
    start: int


class WorkerAnswer(msgspec.Struct):
    """One answer of the child: a page, a refusal, or that it is done."""

    page: PageReading | None = None
    count: int = 0
    refused: str = ""
    values: dict[str, int] = {}
    done: bool = False


def read(data: bytes, layouts: Iterable[Layout], *, secret: bytes, former: bytes = b"") -> Iterator[PageReading]:
    """Yield the reading of each page of a PDF, TIFF, JPEG, PNG or HEIC, as soon as a confined process has it.

    Raises SheetsRefused for an unreadable file. Pages printed with the ``former`` secret are accepted too.
    """
    if len(data) > MOST_BYTES:
        raise SheetsRefused("too_large", megabytes=MOST_BYTES // 1024 // 1024)
    known_layouts, start, killed, count = tuple(layouts), 0, 0, 0
    while True:
        order = ReadingOrder(layouts=known_layouts, secret=secret, former=former, start=start)
        for answer in _child_answers(order, data):
            if answer.refused:
                raise SheetsRefused(answer.refused, **answer.values)
            if answer.done:
                return
            count = answer.count or count
            if answer.page is not None:
                yield answer.page
                start += 1
        killed += 1
        if not count or killed > MOST_KILLED:
            raise SheetsRefused("too_heavy")
        yield PageReading(index=start, count=count, problem="damaged")
        start += 1
        if start >= count:
            return


def _child_answers(order: ReadingOrder, data: bytes) -> Iterator[WorkerAnswer]:
    """Yield the answers of a confined child that reads a scan.

    The last one is ``done``, unless the child was stopped or crashed.
    """
    with _places:
        child = confinement.start("-m", "ancu.engines.omr")
        answers: Queue[bytes] = Queue(AHEAD)
        threads = [
            threading.Thread(target=_write_order, args=(child.stdin, order, data), daemon=True),
            threading.Thread(target=_queue_answers, args=(child.stdout, answers), daemon=True),
        ]
        for thread in threads:
            thread.start()
        try:
            with contextlib.suppress(Empty, confinement.ChildFailed):
                while line := answers.get(timeout=SECONDS):
                    yield decode_answer(line, WorkerAnswer)
        finally:
            child.kill()
            child.wait()
            while any(thread.is_alive() for thread in threads):
                with contextlib.suppress(Empty):
                    answers.get(timeout=0.01)  # so that nobody waits to be heard


def _write_order(pipe: IO[bytes] | None, order: ReadingOrder, data: bytes) -> None:
    """Write the order and the file to the child's input, each with its length, and close it."""
    if pipe is None:
        return
    packed = msgspec.msgpack.encode(order)
    with contextlib.suppress(OSError), pipe:  # it may have ended before it heard all
        pipe.write(len(packed).to_bytes(8) + packed)
        pipe.write(data)


def _queue_answers(pipe: IO[bytes] | None, answers: "Queue[bytes]") -> None:
    """Put each complete answer of the child into the queue; an empty one marks the end."""
    if pipe is None:
        return
    with contextlib.suppress(OSError, ValueError), pipe:
        while len(head := pipe.read(8)) == 8:
            size = int.from_bytes(head)
            if size > MOST_ANSWERED:
                break
            line = pipe.read(size)
            if len(line) < size:
                break
            answers.put(line)
    answers.put(b"")
