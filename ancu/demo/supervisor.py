"""Run a few programs as one: one that ends is started again, and when someone says stop, all end.

Standard library only; `python -m ancu.demo` uses it. A server in production is run by systemd instead.
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
SETTLED_S = 60.0  # a program that ran this long starts again at once
LAST_LINES = 30  # of a program's output are repeated when it fails
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Output:
    """What a program writes: passed on to our standard error at once, its last lines kept for an error message."""

    def __init__(self) -> None:
        self._lines: deque[bytes] = deque(maxlen=LAST_LINES)
        self._copying: threading.Thread | None = None

    def follow(self, stream: IO[bytes]) -> None:
        self._copying = threading.Thread(target=self._copy, args=(stream,), daemon=True)
        self._copying.start()

    def last_lines(self) -> str:
        """The end of the output of a program that has ended; a child that outlives it is not waited for long."""
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
            self.launch()


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
        self._running.append(_Program(name, command))

    def wait_until(self, condition: Callable[[], bool], report: Callable[[float], None], every: float) -> bool:
        """Wait for a condition for as long as all programs run, reporting the seconds passed at each interval.

        Returns False when a program ended or we were told to stop. There is no deadline: a busy machine is slow.
        """
        began = time.monotonic()
        reported = 0.0
        while not condition():
            if self._stopping or self.failure() is not None:
                return False
            passed = time.monotonic() - began
            if passed - reported >= every:
                reported = passed
                report(passed)
            time.sleep(0.05)
        return True

    def failure(self) -> str | None:
        """The last output of a program that ended although nobody asked it to; None when all run."""
        for program in self._running:
            if program.process.poll() is not None:
                return program.output.last_lines()
        return None

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
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},  # or a pipe would hold a program's lines back
    )  # fmt: skip


def signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Send a signal to a program and to all that it started; nothing happens when they have ended."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
