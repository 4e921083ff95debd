"""Start a confined child, send it an untrusted file, and receive its answer."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
from functools import cache
from io import BufferedReader
from pathlib import Path
from typing import IO, cast

from ancu.engines.confinement import namespaces
from ancu.engines.confinement.child import ISOLATED

HOUSE = Path(__file__).resolve().parents[3]
# No key, no address of a database. -P: no module is taken from the working folder; -B: none is written.
PYTHON = (sys.executable, "-P", "-B")
ENVIRONMENT = {"PYTHONPATH": str(HOUSE), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
MOST_BYTES = 320 * 1024 * 1024  # of an answer: a child that was taken over must not fill the server's memory
BUBBLEWRAP = ("--unshare-all", "--die-with-parent", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--")
TRIAL_SECONDS = 30


class ChildFailed(Exception):
    """The child crashed, took too long or answered too much; ``status`` is its exit status or negative signal."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the child ended with status {status}")
        self.status = status


def process_slots() -> threading.BoundedSemaphore:
    """Return a semaphore for the number of confined children that may run at once: one per processor.

    Each kind of child has its own. It has at least two slots.
    """
    return threading.BoundedSemaphore(max(2, os.cpu_count() or 2))


def start(*program: str) -> subprocess.Popen[bytes]:
    """Start a confined child process that runs Python with the arguments ``program``.

    Its standard input and output are pipes.
    """
    wrapper = _bubblewrap_command()
    return subprocess.Popen(
        [*wrapper, *PYTHON, *program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=HOUSE,
        env=ENVIRONMENT | ({ISOLATED: "1"} if wrapper else {}),
    )


def ask(child: subprocess.Popen[bytes], request: bytes, *, seconds: float) -> bytes:
    """Send ``request`` to the confined child, wait until it has ended, and return its answer.

    Raises ``ChildFailed`` if it failed, answered too much or took longer than ``seconds``; it is killed then.
    """
    assert child.stdin
    assert child.stdout
    feeder = threading.Thread(target=_write_request, args=(child.stdin, request), daemon=True)
    deadline = threading.Timer(seconds, child.kill)
    feeder.start()
    deadline.start()
    try:
        answer = _read_limited(cast(BufferedReader, child.stdout))
        if len(answer) <= MOST_BYTES:
            child.wait()
    finally:
        deadline.cancel()
        end(child)
        feeder.join()
    if child.returncode:
        raise ChildFailed(child.returncode)
    return answer


def end(child: subprocess.Popen[bytes]) -> None:
    """End the child if it still runs, and close its pipes."""
    if child.poll() is None:
        child.kill()
        child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):  # what the child did not take
                pipe.close()


def missing_parts() -> dict[str, str]:
    """Start a trial child; return the protections that this machine lacks, each with the reason."""
    answer = ask(start("-m", "ancu.engines.confinement"), b"", seconds=TRIAL_SECONDS)
    parts: dict[str, str] = json.loads(answer)
    return parts


def _write_request(pipe: IO[bytes], request: bytes) -> None:
    """Write the request to the child's input and close it; a child that ended early is no error here."""
    with contextlib.suppress(OSError, ValueError), pipe:  # it may have ended before it took everything
        pipe.write(request)


def _read_limited(pipe: BufferedReader) -> bytes:
    """Read a child's output to its end; stop once it exceeds the allowed size."""
    answer = bytearray()
    while len(answer) <= MOST_BYTES and (piece := pipe.read1(1 << 20)):
        answer += piece
    return bytes(answer)


@cache
def _bubblewrap_command() -> tuple[str, ...]:
    """Return the bubblewrap command to start children with; empty if they can do without it or it is missing.

    It is needed where only bubblewrap may create user namespaces (Ubuntu's AppArmor). Elsewhere the child creates its
    own, which is ten times faster.
    """
    bubblewrap = shutil.which("bwrap")
    if bubblewrap is None or _succeeds(*PYTHON, "-m", namespaces.__name__):
        return ()
    command = (bubblewrap, *BUBBLEWRAP)
    return command if _succeeds(*command, *PYTHON, "-c", "") else ()


def _succeeds(*command: str) -> bool:
    """Whether a command ends with exit code zero."""
    ran = subprocess.run(command, env=ENVIRONMENT, cwd=HOUSE, capture_output=True, timeout=TRIAL_SECONDS, check=False)
    return ran.returncode == 0
