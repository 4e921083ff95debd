"""What the demo runs is started again when it dies, and ends when it is told to."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]
PROGRAM = """
import sys
from ancu.demo.supervisor import Supervisor
supervisor = Supervisor()
supervisor.start("sleeper", [sys.executable, "-c", sys.argv[1]])
supervisor.watch()
supervisor.stop()
"""


def pids(note: Path, count: int) -> list[int]:
    """Those noted so far, once there are ``count``."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        results = [int(line) for line in note.read_text().split()] if note.exists() else []
        if len(results) >= count:
            return results
        time.sleep(0.05)
    raise AssertionError(f"{note} has not {count} lines")


@pytest.mark.slow
def test_it_starts_again_what_dies_and_leaves_nothing_behind(tmp_path: Path) -> None:
    note = tmp_path / "pids"
    sleeper = f"import os, time; open({str(note)!r}, 'a').write(f'{{os.getpid()}}\\n'); time.sleep(600)"
    supervisor = subprocess.Popen([sys.executable, "-c", PROGRAM, sleeper], cwd=PROJECT, stderr=subprocess.DEVNULL)
    try:
        [first] = pids(note, 1)
        os.kill(first, signal.SIGKILL)
        second = pids(note, 2)[1]
        os.kill(second, 0)
        supervisor.send_signal(signal.SIGINT)
        assert supervisor.wait(timeout=20) == 0
        with pytest.raises(ProcessLookupError):
            os.kill(second, 0)
    finally:
        supervisor.kill()
