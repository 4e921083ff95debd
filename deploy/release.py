"""Make a release of the last commit in dist/: `make release`. The same commit gives the same bytes.

The archive holds the committed files, the built front-end assets and the compiled catalogues, so that a server needs
neither node nor npm. Beside it lie the client's wheel, the list of parts (SBOM) and the hashes of all of them.
"""

import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

from parts import list_of_parts

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
NOT_SHIPPED = {"node_modules", "__pycache__"}


def main() -> None:
    """Build everything apart from the working folder, then fill dist/."""
    commit, committed_at = _git("rev-parse", "HEAD"), int(_git("log", "-1", "--format=%ct"))
    if _git("status", "--porcelain"):
        sys.stderr.write("What is not committed is not in the release.\n")
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir()
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        _check_out(tree)
        _build(tree, committed_at)
        version = tomllib.loads((tree / "pyproject.toml").read_text())["project"]["version"]
        pack(tree, DIST / f"ancu-{version}.tar.xz", f"ancu-{version}", committed_at)
        (DIST / "sbom.cdx.json").write_text(list_of_parts(tree, commit, committed_at), encoding="utf-8")
    (DIST / "SHA256SUMS").write_text(sums(DIST))
    sys.stdout.write((DIST / "SHA256SUMS").read_text())


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def _check_out(tree: Path) -> None:
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as committed:
        committed.extractall(tree, filter="data")


def _build(tree: Path, committed_at: int) -> None:
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(committed_at), "PYTHONDONTWRITEBYTECODE": "1"}
    for command in (
        ("npm", "ci", "--ignore-scripts", "--loglevel=error"),
        (sys.executable, "deploy/assets.py"),
        (sys.executable, "-m", "ancu.core.translations", "compile"),
        ("uv", "build", "--quiet", "--wheel", "--out-dir", str(DIST), "clients/python"),
    ):
        subprocess.run(command, cwd=tree, env=environment, check=True, stdout=sys.stderr)
    (DIST / ".gitignore").unlink(missing_ok=True)  # uv's


def pack(tree: Path, target: Path, name: str, time: int) -> None:
    """The files of a folder in order, without owners, and all of one time."""
    with tarfile.open(target, "w:xz", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(tree.rglob("*")):
            inside = path.relative_to(tree)
            if path.is_file() and not NOT_SHIPPED & {*inside.parts}:
                entry = tarfile.TarInfo(f"{name}/{inside.as_posix()}")
                entry.size, entry.mtime = path.stat().st_size, time
                entry.mode = 0o755 if path.stat().st_mode & 0o100 else 0o644
                with path.open("rb") as file:
                    archive.addfile(entry, file)


def sums(folder: Path) -> str:
    """As sha256sum writes them, and `sha256sum --check` reads them."""
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(folder.iterdir())
    )


if __name__ == "__main__":
    main()
