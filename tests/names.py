"""Collect the names that the project binds, for ``tests/test_names.py`` and ``python -m tests.readability``."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("ancu", "clients", "benchmarks", "e2e", "tests", "deploy")
# A bare participle, pronoun or number says nothing about the value that bears it.
BANNED_WORDS = {
    "again", "asked", "both", "evenly", "few", "found", "fresh", "given", "held", "kept", "known", "laid", "lately",
    "left", "made", "meant", "meanwhile", "one", "other", "said", "seen", "shown", "taken", "told", "wanted", "whole",
}  # fmt: skip
SCOPES = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
CSS_CLASS = re.compile(r"\.([a-zA-Z][\w-]*)(?=[^{}]*\{)")
SCRIPT_NAME = re.compile(r"\b(?:const|let|var|function\*?|class)\s+([A-Za-z_$][\w$]*)")


class BoundName(NamedTuple):
    """A name and where it is bound."""

    name: str
    kind: str
    path: Path
    line: int

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}: {self.kind} {self.name}"


def python_files() -> list[Path]:
    """Every Python file of the project but its migrations."""
    paths = (path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py")))
    return [path for path in paths if not {"migrations", ".venv", "node_modules"} & {*path.parts}]


def static_files(suffix: str) -> list[Path]:
    """The project's own scripts or style sheets."""
    return sorted(path for path in (ROOT / "ancu").rglob(f"*{suffix}") if "static" in path.parts)


@cache
def python_names(path: Path) -> tuple[BoundName, ...]:
    """Modules, classes, functions, parameters and variables. ``left`` counts only where ``right`` is not bound too."""
    module = BoundName(path.stem, "module", path, 1)
    return module, *_names_within(ast.parse(path.read_text(encoding="utf-8")), path)


def _names_within(scope: ast.AST, path: Path) -> Iterator[BoundName]:
    bound = [*_bound_in(scope)]
    has_sides = any(name == "right" for name, _kind, _line in bound)
    for name, kind, line in bound:
        if not (name == "left" and has_sides):
            yield BoundName(name, kind, path, line)
    for child in _scopes_in(scope):
        yield from _names_within(child, path)


def _scopes_in(scope: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(scope):
        if isinstance(child, SCOPES):
            yield child
        else:
            yield from _scopes_in(child)


def _bound_in(scope: ast.AST) -> Iterator[tuple[str, str, int]]:
    for child in ast.iter_child_nodes(scope):
        match child:
            case ast.ClassDef(name=name, lineno=line):
                yield name, "class", line
            case ast.FunctionDef(name=name, lineno=line) | ast.AsyncFunctionDef(name=name, lineno=line):
                yield name, "function", line
            case ast.arg(arg=name, lineno=line):
                yield name, "parameter", line
            case ast.Name(id=name, ctx=ast.Store(), lineno=line):
                yield name, "variable", line
            case ast.ExceptHandler(name=str(name), lineno=line):
                yield name, "variable", line
        if not isinstance(child, SCOPES):
            yield from _bound_in(child)


def static_names(path: Path, pattern: re.Pattern[str], kind: str) -> Iterator[BoundName]:
    """Names that ``pattern`` finds in a script or a style sheet."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        for match in pattern.finditer(line):
            yield BoundName(match[1], kind, path, number)


def is_banned(name: str) -> bool:
    return name.strip("_").lower() in BANNED_WORDS
