"""The agent's settings: a TOML file and the environment, which takes precedence."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ancu_client.client import Mode

KINDS = (".xml", ".xlsx", ".xls", ".csv", ".json")
PREFIX = "ANCU_"


class WrongConfig(Exception):
    """A setting is missing or wrong; the message says which."""


@dataclass(frozen=True, slots=True)
class Config:
    url: str
    key: str
    folder: Path
    mode: Mode = "partial"
    language: str = "vi"
    settle_seconds: float = 5.0
    look_seconds: float = 5.0
    timeout: float = 120.0
    wait_seconds: float = 3600.0
    kinds: tuple[str, ...] = KINDS


NUMBERS = ("settle_seconds", "look_seconds", "timeout", "wait_seconds")
NAMES = ("url", "key", "key_file", "folder", "mode", "language", *NUMBERS)


def read(path: Path | None, environment: Mapping[str, str] = os.environ) -> Config:
    """Return the agent's settings from a TOML file and ``ANCU_…`` environment variables, which override it.

    Raises WrongConfig for missing, unknown or invalid settings.
    """
    values = _of_file(path) if path else {}
    values |= {name: value for name in NAMES if (value := environment.get(PREFIX + name.upper()))}
    if unknown := sorted(set(values) - set(NAMES)):
        raise WrongConfig(f"unknown settings: {', '.join(unknown)}")
    if key_file := values.pop("key_file", ""):
        values["key"] = _key_of(Path(key_file))
    if missing := [name for name in ("url", "key", "folder") if not values.get(name)]:
        raise WrongConfig(f"missing settings: {', '.join(missing)} (in the file, or as ANCU_… in the environment)")
    if values.get("mode", "partial") not in ("partial", "all_or_nothing"):
        raise WrongConfig("mode is partial or all_or_nothing")
    if values.get("language", "vi") not in ("vi", "en"):
        raise WrongConfig("language is vi or en")
    return Config(**values | _numbers(values) | {"folder": Path(values["folder"]).expanduser()})


def _of_file(path: Path) -> dict[str, Any]:
    """Return the settings in a TOML file. Raises WrongConfig if it cannot be read or is not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise WrongConfig(f"cannot read {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongConfig(f"{path} is not TOML: {error}") from None


def _key_of(path: Path) -> str:
    """Return the API key in a text file. Raises WrongConfig if the file cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError):
        raise WrongConfig(f"cannot read the key from {path}") from None


def _numbers(values: Mapping[str, Any]) -> dict[str, float]:
    """Return those settings that are numbers of seconds, 0 to 86,400, by name. Raises WrongConfig for others."""
    numbers: dict[str, float] = {}
    for name in NUMBERS:
        if name in values:
            try:
                numbers[name] = float(values[name])
            except (TypeError, ValueError):
                raise WrongConfig(f"{name} must be a number of seconds") from None
            if not 0 <= numbers[name] <= 86_400:
                raise WrongConfig(f"{name} must be between 0 and 86400")
    return numbers
