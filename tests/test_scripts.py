"""What of the browser's scripts needs no browser, by Node's own test runner (the wheel that builds the assets)."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MINIFIED = ROOT / "ancu" / "assets" / "minified"
SCRIPTS = sorted((ROOT / "tests" / "js").glob("*.test.mjs"))
NODE = Path(sys.executable).with_name("node")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts(script: Path) -> None:
    run = subprocess.run([NODE, "--test", "--test-force-exit", script], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def test_every_script_and_style_is_served_minified() -> None:
    sources = {_static_name(path) for path in ROOT.glob("ancu/**/static/**/*") if path.suffix in {".js", ".css"}}
    assert {path.relative_to(MINIFIED) for path in MINIFIED.rglob("*") if path.is_file()} == sources


def _static_name(path: Path) -> Path:
    return Path(*path.parts[path.parts.index("static") + 1 :])
