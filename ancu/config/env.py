"""Reads settings from the environment, with a message that says what to set when one is wrong.

A secret may come from a file: ``SECRET_KEY_FILE=/run/secrets/key`` stands for ``SECRET_KEY``.
"""

import os
from hashlib import sha256
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def env_str(name: str, default: str = "") -> str:
    file = os.environ.get(f"{name}_FILE")
    if file:
        return Path(file).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def env_bool(name: str, *, default: bool) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in TRUE | FALSE:
        return value.lower() in TRUE
    raise ImproperlyConfigured(f"{name}={value!r}: write true or false")


def env_int(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={value!r}: write a whole number") from error


def env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in env_str(name, default).split(",") if part.strip()]


def default_memory(var: Path) -> str:
    """A folder of our own in the machine's memory; in the working folder where there is none (a Mac, for trying)."""
    shared = Path("/dev/shm")  # noqa: S108 -- the folder within is ours alone, and what lies in it is encrypted
    if not shared.is_dir():
        return str(var / "unlocked")
    return str(shared / f"ancu-{os.getuid()}-{sha256(str(var).encode()).hexdigest()[:8]}")
