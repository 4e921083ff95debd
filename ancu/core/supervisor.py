"""Run a few programs as one: one that ends is started again, and when someone says stop, all end.

Standard library only; `python -m ancu.demo` uses it. A server in production is run by systemd instead.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType

GRACE_S = 10.0
LONGEST_PAUSE_S = 30.0
SETTLED_S = 60.0  # a program that ran this long starts again at once
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class _Program:
    """One program: its command, its present process, and how long to wait before it is started again."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes]
    started: float
    pause: float = 0.5
    due: float | None = None

    def revive(self) -> None:
        """Start it again when it has ended; each time after a longer pause, unless it ran well in between."""
        now = time.monotonic()
        if self.due is None:
            if self.process.poll() is None:
                return
            self.pause = 0.5 if now - self.started > SETTLED_S else min(self.pause * 2, LONGEST_PAUSE_S)
            self.due = now + self.pause
            sys.stderr.write(f"The {self.name} ended (status {self.process.returncode}); it is started again.\n")
            signal_group(self.process, signal.SIGKILL)  # children that outlived it would hold its port
        elif now >= self.due:
            self.process, self.started, self.due = _launch(self.command), now, None


class Supervisor:
    """Starts programs in sessions of their own, so that Ctrl-C reaches only us, and ends them in order."""

    def __init__(self) -> None:
        self._running: list[_Program] = []
        self._stopping = False
        for number in STOP_SIGNALS:
            signal.signal(number, self._ask_to_stop)

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    @property
    def stopping(self) -> bool:
        """Whether someone has asked us to stop."""
        return self._stopping

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a program that is to run for as long as we do."""
        self._running.append(_Program(name, command, _launch(command), time.monotonic()))

    def wait_until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Wait for a condition; False when time is up, a program ended, or we were told to stop."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline or self._stopping or self.ended():
                return False
            time.sleep(0.05)
        return True

    def ended(self) -> str:
        """The name of a program that ended although nobody asked it to; empty when all run."""
        return next((program.name for program in self._running if program.process.poll() is not None), "")

    def watch(self) -> None:
        """Keep all programs running until someone says stop."""
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
            signal_group(program.process, signal.SIGKILL)  # also what the program itself had started
            program.process.wait()


def _launch(command: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)


def signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Send a signal to a program and to all that it started; nothing happens when they have ended."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
