"""Print the requirement of uv with the hashes of uv.lock, for `pip install --require-hashes`. Standard library only."""

import sys
import tomllib
from pathlib import Path
from typing import Any

LOCK = Path(__file__).resolve().parent.parent / "uv.lock"


def requirement(name: str) -> str:
    """Return the locked version of a package with the hashes of its files, as a line of a requirements file."""
    package: dict[str, Any] = next(
        package for package in tomllib.loads(LOCK.read_text())["package"] if package["name"] == name
    )
    hashes = [f"--hash={wheel['hash']}" for wheel in package["wheels"]]
    return " ".join([f"{name}=={package['version']}", *hashes])


if __name__ == "__main__":
    sys.stdout.write(requirement("uv") + "\n")
