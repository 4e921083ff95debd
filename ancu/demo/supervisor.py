"""Run several programs together: restart one that ends, and end all on a stop signal.

Standard library only; used by `python -m ancu.demo`. In production systemd does this.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import IO

GRACE_S = 10.0
LONGEST_PAUSE_S = 30.0
SETTLED_S = 60.0  # a program that ran this long restarts at once
LAST_LINES = 30  # repeated from a program's output when it fails
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Output:
    """A program's output: forwarded to our standard error, its last lines kept for an error message."""

    def __init__(self) -> None:
        self._lines: deque[bytes] = deque(maxlen=LAST_LINES)
        self._copying: threading.Thread | None = None

    def follow(self, stream: IO[bytes]) -> None:
        self._copying = threading.Thread(target=self._copy, args=(stream,), daemon=True)
        self._copying.start()

    def last_lines(self) -> str:
        """Return the end of a finished program's output, without waiting long for a surviving child."""
        if self._copying:
            self._copying.join(timeout=2)
        return b"".join(self._lines).decode(errors="replace").strip()

    def _copy(self, stream: IO[bytes]) -> None:
        with stream:
            for line in stream:
                self._lines.append(line)
                with contextlib.suppress(OSError, ValueError):  # a terminal that was closed
                    sys.stderr.write(line.decode(errors="replace"))
                    sys.stderr.flush()


@dataclass
class _Program:
    """One program: its command, its present process, its output, and how long to wait before it is started again."""

    name: str
    command: Sequence[str]
    output: Output = field(default_factory=Output)
    pause: float = 0.5
    due: float | None = None

    def __post_init__(self) -> None:
        self.launch()

    def launch(self) -> None:
        self.process, self.started, self.due = _launch(self.command), time.monotonic(), None
        assert self.process.stdout
        self.output.follow(self.process.stdout)

    def revive(self) -> None:
        """Restart the program when it has ended, with increasing delays unless it ran well in between."""
        now = time.monotonic()
        if self.due is None:
            if self.process.poll() is None:
                return
            self.pause = 0.5 if now - self.started > SETTLED_S else min(self.pause * 2, LONGEST_PAUSE_S)
            self.due = now + self.pause
            sys.stderr.write(f"The {self.name} ended (status {self.process.returncode}); it is started again.\n")
            signal_group(self.process, signal.SIGKILL)  # surviving children would hold its port
        elif now >= self.due:
            self.launch()


class Supervisor:
    """Starts programs in their own sessions, so that Ctrl-C reaches only us, and ends them in order."""

    def __init__(self) -> None:
        self._running: list[_Program] = []
        self._stopping = False
        for number in STOP_SIGNALS:
            signal.signal(number, self._ask_to_stop)

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    @property
    def stopping(self) -> bool:
        """Return whether a stop was requested."""
        return self._stopping

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a program that runs as long as we do."""
        self._running.append(_Program(name, command))

    def wait_until(self, condition: Callable[[], bool], report: Callable[[float], None], interval: float) -> bool:
        """Wait for a condition while all programs run, reporting the elapsed seconds at each interval.

        Returns False when a program ended or a stop was requested. There is no deadline: a busy machine is slow.
        """
        began = time.monotonic()
        reported = 0.0
        while not condition():
            if self._stopping or self.failure() is not None:
                return False
            passed = time.monotonic() - began
            if passed - reported >= interval:
                reported = passed
                report(passed)
            time.sleep(0.05)
        return True

    def failure(self) -> str | None:
        """Return the last output of a program that ended unexpectedly; None when all run."""
        for program in self._running:
            if program.process.poll() is not None:
                return program.output.last_lines()
        return None

    def watch(self) -> None:
        """Restart ended programs until a stop is requested."""
        while not self._stopping:
            for program in self._running:
                program.revive()
            time.sleep(0.2)

    def stop(self) -> None:
        """Ask every program to end, the last started first, and kill those that do not."""
        for program in reversed(self._running):
            signal_group(program.process, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_S
        for program in self._running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                program.process.wait(max(deadline - time.monotonic(), 0.1))
            signal_group(program.process, signal.SIGKILL)  # also its children
            program.process.wait()


def _launch(command: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},  # otherwise a pipe would buffer a program's lines
    )  # fmt: skip


def signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Send a signal to a program and its children; do nothing when they have ended."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
