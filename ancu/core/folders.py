"""Where the program lies and where it works. Standard library only: the demo reads it before Django is loaded."""

import os
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[2]  # the folder of the package `ancu`: a checkout, or site-packages
IS_CHECKOUT = (PROGRAM / "pyproject.toml").is_file()


def default_working_folder() -> Path:
    """Return `var` of a checkout; `ancu` among the user's data when the program was installed by pip."""
    if IS_CHECKOUT:
        return PROGRAM / "var"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "ancu"


def working_folder() -> Path:
    """Return the folder of uploads, static files and the program's own database: `ANCU_VAR`, or the default."""
    return Path(os.environ.get("ANCU_VAR") or default_working_folder()).absolute()
