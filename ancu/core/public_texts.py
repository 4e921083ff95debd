"""Which pages exist in a third language, and whose texts must therefore be translated.

Vietnamese and English are complete; a third language (Chinese, Korean, Japanese) covers the pages that foreigners use
without training. `third_languages.toml` lists them. What is not translated is shown in English.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "third_languages.toml"
INCLUDED = re.compile(r"{%-?\s*(?:extends|include)\s+\"([^\"]+)\"")


@dataclass(frozen=True)
class ThirdLanguages:
    """The content of the file.

    ``names`` are the languages' own names by their code; ``pages`` names of addresses, ``app:*`` for all of an app;
    ``texts`` the sources whose texts those pages show: a file, or a class of it ("stays/enums.py:Purpose").
    """

    names: dict[str, str]
    pages: frozenset[str]
    texts: tuple[str, ...]

    def has_page(self, view_name: str) -> bool:
        """Whether the page at this address exists in the third languages."""
        return view_name in self.pages


@cache
def third_languages(data: Path = DATA) -> ThirdLanguages:
    """Read the file; an empty list of languages if there is none."""
    if not data.exists():
        return ThirdLanguages({}, frozenset(), ())
    raw = tomllib.loads(data.read_text(encoding="utf-8"))
    pages = {f"{app}:{name}" if app != "root" else name for app, names in raw["pages"].items() for name in names}
    texts = tuple(f"{folder}/{name}" for folder, names in raw["texts"].items() for name in names)
    return ThirdLanguages(raw["languages"], frozenset(pages), texts)


def folder_of(language: str) -> str:
    """Return the name of a language's catalogue folder: zh_Hans for zh-hans."""
    name, _dash, script = language.partition("-")
    return f"{name}_{script.title()}" if script else name


class PublicTexts:
    """The sources whose texts a third language needs; templates bring along what they extend and include."""

    def __init__(self, package: Path, entries: tuple[str, ...]) -> None:
        self.templates = {
            str(path.relative_to(folder)): path
            for folder in package.rglob("templates")
            if folder.is_dir()
            for path in folder.rglob("*")
            if path.is_file()
        }
        self.lines: dict[Path, list[range] | None] = {}
        for entry in entries:
            self._add(package, entry)

    def _add(self, package: Path, entry: str) -> None:
        """Add one entry of the file. Raises FileNotFoundError or ValueError if it names nothing."""
        name, _colon, class_name = entry.partition(":")
        path = next((root / name for root in (package, package / "apps") if (root / name).exists()), None)
        if path is None:
            raise FileNotFoundError(f"third_languages.toml names {entry}")
        if class_name:
            self.lines[path] = [*(self.lines.get(path) or []), _lines_of(path, class_name)]
        elif path.suffix == ".py":
            self.lines[path] = None
        else:
            self._add_template(path)

    def _add_template(self, path: Path) -> None:
        """Add a template with those that it extends or includes."""
        if path in self.lines:
            return
        self.lines[path] = None
        for name in INCLUDED.findall(path.read_text(encoding="utf-8")):
            if name in self.templates:
                self._add_template(self.templates[name])

    def contains(self, path: Path, line: int) -> bool:
        """Whether the text at this line of a source is of a page that exists in the third languages."""
        if path not in self.lines:
            return False
        ranges = self.lines[path]
        return ranges is None or any(line in lines for lines in ranges)


def _lines_of(path: Path, name: str) -> range:
    """Return the lines of a class, function or assignment of a module. Raises ValueError if it is not there."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if name in _names(node):
            return range(node.lineno, (node.end_lineno or node.lineno) + 1)
    raise ValueError(f"third_languages.toml names {name}, which {path.name} lacks")


def _names(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement of a module defines."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        yield node.name
    elif isinstance(node, ast.Assign):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id
