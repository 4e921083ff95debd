"""Environment variables. A text may come from a file: ``SECRET_KEY_FILE=/run/secrets/key`` stands for ``SECRET_KEY``.

A value of the wrong kind raises ``environs.EnvValidationError``, which names the variable and not its value.
"""

import os
from hashlib import sha256
from pathlib import Path

from environs import FileAwareEnv

env = FileAwareEnv(strip_whitespace=True)


def default_memory(var: Path) -> str:
    """Return the path of a folder in memory for this installation; in the working folder where there is none.

    macOS has none.
    """
    shared = Path("/dev/shm")  # noqa: S108 -- the folder within is ours alone, and what lies in it is encrypted
    if not shared.is_dir():
        return str(var / "unlocked")
    return str(shared / f"ancu-{os.getuid()}-{sha256(str(var).encode()).hexdigest()[:8]}")
