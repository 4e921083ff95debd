"""No name is a banned word, and no two classes share a name (``docs/glossary.md``, CONTRIBUTING: names and texts)."""

from collections import defaultdict
from pathlib import Path

import pytest

from tests.names import (
    CSS_CLASS,
    ROOT,
    SCRIPT_NAME,
    BoundName,
    is_banned,
    python_files,
    python_names,
    static_files,
    static_names,
)

# Django and unittest look these up by name, once in each model, form, command or migration.
SHARED_CLASS_NAMES = {"Meta", "Command", "Migration", "Media", "Params"}


def package_of(path: Path) -> str:
    """``ancu/apps/stays``, ``ancu/core`` or ``tests``: the package whose names are judged together."""
    parts = path.relative_to(ROOT).parts
    return "/".join(parts[: 3 if parts[:2] == ("ancu", "apps") else 2 if parts[0] == "ancu" else 1])


def banned_by_package() -> dict[str, list[str]]:
    banned: dict[str, list[str]] = {package_of(path): [] for path in python_files()}
    for path in python_files():
        banned[package_of(path)] += [str(name) for name in python_names(path) if is_banned(name.name)]
    return banned


BANNED = banned_by_package()


@pytest.mark.parametrize("package", sorted(BANNED))
def test_no_python_name_is_a_banned_word(package: str) -> None:
    assert BANNED[package] == []


@pytest.mark.parametrize(("suffix", "pattern"), [(".css", CSS_CLASS), (".js", SCRIPT_NAME)])
def test_no_static_name_is_a_banned_word(suffix, pattern) -> None:
    names = [name for path in static_files(suffix) for name in static_names(path, pattern, suffix)]
    assert names
    assert [str(name) for name in names if is_banned(name.name)] == []


def test_no_two_classes_share_a_name() -> None:
    places: dict[str, list[BoundName]] = defaultdict(list)
    for path in python_files():
        for name in python_names(path):
            if name.kind == "class" and name.name not in SHARED_CLASS_NAMES:
                places[name.name].append(name)
    assert [list(map(str, names)) for names in places.values() if len(names) > 1] == []
