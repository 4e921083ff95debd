"""What of the browser's scripts needs no browser, by Node's own test runner (the wheel that builds the assets)."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = sorted((Path(__file__).parent / "js").glob("*.test.mjs"))
NODE = Path(sys.executable).with_name("node")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts(script: Path) -> None:
    run = subprocess.run([NODE, "--test", script], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
