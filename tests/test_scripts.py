"""What of the browser's scripts needs no browser, by Node's own test runner (the wheel that builds the assets)."""

import os
import runpy
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


def test_a_deep_folder_and_a_large_environment_do_not_stop_the_minifier(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """esbuild's WebAssembly takes 8 KB of arguments and variables together, and CI's runner brings long ones."""
    folder = tmp_path / ("deep" * 40)
    folder.mkdir()
    names = [Path(f"script_{number}.js") for number in range(80)]
    for name in names:
        (folder / name).write_text("const   first = 1;\n")
    monkeypatch.setenv("LARGE", "x" * 8000)
    monkeypatch.setenv("PATH", f"{NODE.parent}{os.pathsep}{os.environ['PATH']}")
    minify = runpy.run_path(str(ROOT / "deploy" / "assets.py"))["_minify"]
    monkeypatch.setitem(minify.__globals__, "MINIFIED", tmp_path / "minified")
    minify(folder, names)
    assert {path.read_text() for path in (tmp_path / "minified").iterdir()} == {"const first=1;\n"}
    assert len(list((tmp_path / "minified").iterdir())) == len(names)


def _static_name(path: Path) -> Path:
    return Path(*path.parts[path.parts.index("static") + 1 :])
