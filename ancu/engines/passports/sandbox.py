"""Pictures of strangers are decoded and read in a process of their own, as papers are (``engines.papers.sandbox``).

The child gets no environment (so no key and no address of the database), limits of memory and time (``__main__``), and
lives for one picture: nothing of one guest is there when the next one's is read. Starting it costs more than the
reading, so one may be kept waiting with its nets loaded; a waiting child that nobody asks ends by itself.
"""

import contextlib
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import msgspec

from ancu.engines.passports.model import MOST_BYTES, Sight, Unread

SECONDS = 12  # of the processor, the nets' loading included
PATIENCE = 13  # seconds more by the clock: beside others' work a child gets a part of the processor only
IDLE_SECONDS = 300  # how long a child waits for its picture
STILL_GOOD = IDLE_SECONDS - 30  # so that none is asked in the moment it ends
HOUSE = Path(__file__).resolve().parents[3]
WAIT = "--wait"  # its picture is not there yet: what can be done before is done before
COMMAND = [sys.executable, "-m", "ancu.engines.passports"]
# More at once would only make each slower, and together hold more memory than a small server has.
_places = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))
_turn = threading.Lock()
_waiting: list[tuple[subprocess.Popen[bytes], float]] = []


def look(data: bytes) -> Sight:
    """What the picture says; ``Unread`` with a reason otherwise."""
    if len(data) > MOST_BYTES:
        raise Unread("too_large")
    with _places:
        child = _take() or _start()
        try:
            out, _none = child.communicate(data, timeout=SECONDS + PATIENCE)
        except subprocess.TimeoutExpired as error:
            raise Unread("too_heavy") from error
        finally:
            _end(child)
    if child.returncode:
        raise Unread("too_heavy")
    answer = msgspec.msgpack.decode(out)
    if "unread" in answer:
        raise Unread(answer["unread"])
    return msgspec.convert(answer["sight"], Sight)


def prepare() -> None:
    """Have one child waiting. Costs nothing when there is one, and nobody waits for it."""
    with _turn:
        while _waiting and not _is_good(_waiting[0]):
            _end(_waiting.pop()[0])
        if not _waiting:
            _waiting.append((_start(WAIT), time.monotonic()))


def _take() -> subprocess.Popen[bytes] | None:
    with _turn:
        while _waiting:
            kept = _waiting.pop()
            if _is_good(kept):
                return kept[0]
            _end(kept[0])
    return None


def _is_good(kept: tuple[subprocess.Popen[bytes], float]) -> bool:
    child, since = kept
    return child.poll() is None and time.monotonic() - since < STILL_GOOD


def _start(*how: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, *how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=HOUSE,
        env={"PYTHONPATH": str(HOUSE), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    )


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.kill()
        child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):  # what was not taken when it ended
                pipe.close()


def told(answer: dict[str, Any]) -> bytes:
    """How the child answers."""
    return msgspec.msgpack.encode(answer)
