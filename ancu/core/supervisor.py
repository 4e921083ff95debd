"""Run a few programs as one: when one ends, or someone says stop, all end.

Standard library only; `manage.py demo` uses it. A server in production is run by systemd instead.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from types import FrameType

GRACE_S = 10.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """Starts programs in sessions of their own, so that Ctrl-C reaches only us, and ends them in order."""

    def __init__(self) -> None:
        self._running: list[tuple[str, subprocess.Popen[bytes]]] = []
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
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
        self._running.append((name, process))

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
        return next((name for name, process in self._running if process.poll() is not None), "")

    def watch(self) -> str:
        """Wait for a signal (returns empty) or for the first program that ends (returns its name)."""
        while not self._stopping and not self.ended():
            time.sleep(0.2)
        return "" if self._stopping else self.ended()

    def stop(self) -> None:
        """Ask every program to end, the last started first, and kill those that do not."""
        for _, process in reversed(self._running):
            _signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_S
        for _, process in self._running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(deadline - time.monotonic(), 0.1))
            _signal_group(process, signal.SIGKILL)  # also what the program itself had started
            process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
