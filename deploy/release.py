"""Make a release of the last commit in dist/: `make release`. The same commit gives the same bytes.

dist/ then has the program as wheel and sdist, the client's wheel, the locked requirements with their hashes, the notes
of the version from CHANGELOG.md, the list of parts (SBOM) and the hashes of them all. Wheel and sdist contain the built
front-end assets and the compiled catalogues, so a server needs neither node nor npm.
"""

import hashlib
import io
import os
import re
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
# Everything but the program itself, with hashes: `pip install --require-hashes` refuses any other file.
REQUIREMENTS = ("uv", "export", "--locked", "--no-default-groups", "--no-emit-project", "--no-header", "--quiet")
SECTION = re.compile(r"^## \[(?P<version>[^\]]+)\] - (?P<date>\d{4}-\d\d-\d\d)$", re.MULTILINE)


def main() -> None:
    """Build the release of the last commit and write its files to dist/."""
    commit, committed_at = _git("rev-parse", "HEAD"), int(_git("log", "-1", "--format=%ct"))
    if _git("status", "--porcelain"):
        sys.stderr.write("What is not committed is not in the release.\n")
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir()
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        _check_out(tree)
        version = tomllib.loads((tree / "pyproject.toml").read_text())["project"]["version"]
        notes = release_notes((tree / "CHANGELOG.md").read_text(encoding="utf-8"), version)
        _build(tree, committed_at, version)
        (DIST / "notes.md").write_text(notes, encoding="utf-8")
        (DIST / "sbom.cdx.json").write_text(list_of_parts(tree, commit, committed_at), encoding="utf-8")
    (DIST / "SHA256SUMS").write_text(sums(DIST))
    sys.stdout.write((DIST / "SHA256SUMS").read_text())


def _git(*arguments: str) -> str:
    """Return the output of a git command."""
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def _check_out(tree: Path) -> None:
    """Extract the files of the last commit into the folder ``tree``."""
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as committed:
        committed.extractall(tree, filter="data")


def _build(tree: Path, committed_at: int, version: str) -> None:
    """Build assets, catalogues, wheels, sdist, requirements and the list of parts in the checkout."""
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(committed_at), "PYTHONDONTWRITEBYTECODE": "1"}
    requirements = DIST / f"ancu-{version}-requirements.txt"
    for command in (
        ("npm", "ci", "--ignore-scripts", "--loglevel=error"),
        (sys.executable, "deploy/assets.py"),
        (sys.executable, "-m", "ancu.core.translations", "compile"),
        (sys.executable, "-m", "ancu.core.translations", "missing"),  # refuses a release that lacks a translation
        ("uv", "build", "--quiet", "--out-dir", str(DIST), "."),  # the sdist, and the wheel from it
        ("uv", "build", "--quiet", "--wheel", "--out-dir", str(DIST), "clients/python"),
        (*REQUIREMENTS, "--output-file", str(requirements)),
    ):
        subprocess.run(command, cwd=tree, env=environment, check=True, stdout=sys.stderr)
    (DIST / ".gitignore").unlink(missing_ok=True)  # uv's


def release_notes(changelog: str, version: str) -> str:
    """Return the section of a version, with its heading. Raises ValueError when it has none or no date."""
    sections = list(SECTION.finditer(changelog))
    for section in sections:
        if section["version"] == version:
            text = changelog[section.start() :]
            following = re.search(r"^(## |\[[^\]]+\]: )", text[1:], re.MULTILINE)
            return (text[: following.start() + 1] if following else text).rstrip() + "\n"
    raise ValueError(f"CHANGELOG.md has no section “## [{version}] - YYYY-MM-DD”")


def sums(folder: Path) -> str:
    """Return the SHA-256 sums of a folder's files in the format of ``sha256sum --check``."""
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(folder.iterdir())
    )


if __name__ == "__main__":
    main()
