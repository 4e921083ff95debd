"""Rules as TOML, in the shape of the rulebook's own files."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from ancu.engines.rulebook.loader import DatedRule, RuleVersion

TEXTS = ("article_vi", "article_en", "source_vi", "source_en", "confidence")


def rules_toml(rules: Iterable[DatedRule]) -> str:
    """Return a TOML text from which ``loader.parse`` reads equal rules; each version is written in full."""
    return "\n\n".join("\n".join(_rule_lines(rule)) for rule in rules) + "\n"


def _rule_lines(rule: DatedRule) -> Iterator[str]:
    """Yield the lines of a rule and its versions."""
    yield "[[rule]]"
    for name in ("id", "title_vi", "title_en"):
        yield f"{name} = {_value(getattr(rule, name))}"
    for version in rule.versions:
        yield ""
        yield from _version_lines(version)


def _version_lines(version: RuleVersion) -> Iterator[str]:
    """Yield the lines of a version; what is empty is left out."""
    yield "[[rule.version]]"
    yield f"version = {_value(version.version)}"
    yield f"valid_from = {version.valid_from.isoformat()}"
    if version.valid_until is not None:
        yield f"valid_until = {version.valid_until.isoformat()}"
    for name in TEXTS:
        yield f"{name} = {_value(getattr(version, name))}"
    if version.note:
        yield f"note = {_value(version.note)}"
    for key, value in version.values.items():
        yield f"{_key(key)} = {_list_of_tables(value)}"


def _list_of_tables(value: Any) -> str:
    """Return a value, a list of tables with one table a line."""
    if isinstance(value, list | tuple) and value and all(isinstance(item, Mapping) for item in value):
        return "\n".join(["[", *(f"  {_value(item)}," for item in value), "]"])
    return _value(value)


def _value(value: Any) -> str:
    """Return a value as TOML. Raises TypeError for a kind that the rulebook does not have."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(item) for item in value)}]"
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{_key(key)} = {_value(item)}" for key, item in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    raise TypeError(f"no TOML for {type(value).__name__}")


def _key(name: str) -> str:
    """Return a key, in quotes unless it is bare."""
    is_bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if is_bare else json.dumps(name, ensure_ascii=False)
