"""Decode and read untrusted passport pictures in a confined process (``engines.confinement``).

The child lives for one picture: nothing of one guest is there when the next one's is read. Starting it costs more than
the reading, so one may be kept waiting with its nets loaded; a waiting child that nobody asks ends by itself.
"""

import subprocess
import threading
import time
from typing import Any

import msgspec

from ancu.engines import confinement
from ancu.engines.confinement.answers import decode_answer
from ancu.engines.papers.model import sniff
from ancu.engines.passports.model import MOST_BYTES, PassportReading, Unread

SECONDS = 12  # of the processor, the nets' loading included
PATIENCE = 13  # seconds more by the clock: beside others' work a child gets a part of the processor only
IDLE_SECONDS = 300  # how long a child waits for its picture
STILL_GOOD = IDLE_SECONDS - 30  # so that none is asked in the moment it ends
WAIT = "--wait"  # its picture is not there yet: what can be done before is done before
PROGRAM = ("-m", "ancu.engines.passports")
_places = confinement.process_slots()
_turn = threading.Lock()
_waiting: list[tuple[subprocess.Popen[bytes], float]] = []


class _ChildAnswer(msgspec.Struct, forbid_unknown_fields=True):
    sight: PassportReading | None = None
    unread: str = ""


def read_passport(data: bytes) -> PassportReading:
    """Read a passport picture in a confined child process. Raises ``Unread`` with the reason."""
    if len(data) > MOST_BYTES:
        raise Unread("too_large")
    with _places:
        child = _take_idle_child() or confinement.start(*PROGRAM, sniff(data))
        try:
            answer = decode_answer(confinement.ask(child, data, seconds=SECONDS + PATIENCE), _ChildAnswer)
        except confinement.ChildFailed as error:
            raise Unread("too_heavy") from error
    if answer.sight is None:
        raise Unread(answer.unread or "too_heavy")
    return answer.sight


def prepare_reader() -> None:
    """Start an idle child process for the next picture, unless one is waiting already."""
    with _turn:
        while _waiting and not _is_usable(_waiting[0]):
            confinement.end(_waiting.pop()[0])
        if not _waiting:
            _waiting.append((confinement.start(*PROGRAM, WAIT), time.monotonic()))


def _take_idle_child() -> subprocess.Popen[bytes] | None:
    """Return the waiting child process if it is still usable, and end stale ones; None if there is none."""
    with _turn:
        while _waiting:
            idle = _waiting.pop()
            if _is_usable(idle):
                return idle[0]
            confinement.end(idle[0])
    return None


def _is_usable(idle: tuple[subprocess.Popen[bytes], float]) -> bool:
    """Whether a waiting child still runs and has enough time left before it ends by itself."""
    child, since = idle
    return child.poll() is None and time.monotonic() - since < STILL_GOOD


def encode_answer(answer: dict[str, Any]) -> bytes:
    """Encode the answer of the child process, a reading or why there is none, as MessagePack."""
    return msgspec.msgpack.encode(answer)
