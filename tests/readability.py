"""Print random functions for a reader to judge: ``python -m tests.readability [SEED] [--count 50]``.

Each is shown as a stranger meets it: its place, its signature and its docstring. The reader says at first reading what
it does; CONTRIBUTING names the bar. Also printed: the share of names that are banned words (``tests.names``).
"""

import argparse
import ast
import random
from collections.abc import Iterator
from pathlib import Path

from tests.names import ROOT, is_banned, python_files, python_names

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> Iterator[tuple[Path, Function, str]]:
    """Yield the functions and methods of a file, each with its name within the file."""
    pending: list[tuple[ast.AST, str]] = [(ast.parse(path.read_text(encoding="utf-8")), "")]
    while pending:
        parent, prefix = pending.pop(0)
        for node in ast.iter_child_nodes(parent):
            name = prefix
            if isinstance(node, ast.ClassDef | Function):
                name = f"{prefix}.{node.name}".removeprefix(".")
            pending.append((node, name))
            if isinstance(node, Function) and not node.name.startswith("__"):
                yield path, node, name


def is_test(path: Path) -> bool:
    return "tests" in path.parts or "e2e" in path.parts


def describe(path: Path, node: Function, name: str) -> str:
    """Return place, signature and docstring as text."""
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    docstring = ast.get_docstring(node) or "(no docstring)"
    place = f"{path.relative_to(ROOT)}:{node.lineno}"
    return f"{place}\n  {name}({ast.unparse(node.args)}){returns}\n  " + docstring.replace("\n", "\n  ")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.readability", description=__doc__)
    parser.add_argument("seed", nargs="?", default="1")
    parser.add_argument("--count", type=int, default=50)
    arguments = parser.parse_args()
    paths = python_files()
    candidates = [candidate for path in paths if not is_test(path) for candidate in functions(path)]
    for number, (path, node, name) in enumerate(
        random.Random(arguments.seed).sample(candidates, arguments.count), start=1
    ):
        print(f"{number}. {describe(path, node, name)}\n")  # noqa: T201
    names = [binding.name for path in paths for binding in python_names(path)]
    banned = sum(map(is_banned, names))
    print(f"{banned} of {len(names)} names are banned words ({100 * banned / len(names):.1f} %)")  # noqa: T201


if __name__ == "__main__":
    main()
