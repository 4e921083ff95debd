"""docs/glossary.md: every class and field it names exists."""

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist

GLOSSARY = Path(__file__).resolve().parent.parent / "docs" / "glossary.md"
ROW = re.compile(r"(?m)^\| (?P<vi>[^|]+) \| (?P<en>[^|]+) \| `(?P<path>[\w.]+)` \| (?P<meaning>[^|]+) \|$")
ROWS = list(ROW.finditer(GLOSSARY.read_text(encoding="utf-8")))
PATHS = sorted({row["path"] for row in ROWS})


def resolve(path: str) -> Any:
    """The model or field of ``app.Model.field``, or what the import path leads to."""
    if not path.startswith("ancu."):
        label, model, *field = path.split(".")
        model_class = apps.get_model(label, model)
        return model_class._meta.get_field(field[0]) if field else model_class
    names = path.split(".")
    for end in range(len(names), 0, -1):
        try:
            target: Any = importlib.import_module(".".join(names[:end]))
        except ModuleNotFoundError:
            continue
        for name in names[end:]:
            target = getattr(target, name)
        return target
    raise ModuleNotFoundError(path)


@pytest.mark.parametrize("path", PATHS)
def test_each_named_class_exists(path: str) -> None:
    assert resolve(path) is not None


@pytest.mark.parametrize(
    "path", ["stays.Nothing", "stays.Stay.nothing", "ancu.nothing.Actor", "ancu.core.actor.Nothing"]
)
def test_a_missing_class_is_noticed(path: str) -> None:
    with pytest.raises((LookupError, AttributeError, FieldDoesNotExist)):
        resolve(path)


def test_each_row_is_read_and_its_term_stands_once() -> None:
    lines = [line for line in GLOSSARY.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    headings = sum(line.startswith("| Vietnamese |") for line in lines)
    assert len(ROWS) == len(lines) - headings > 50
    terms = [row["vi"] for row in ROWS]
    assert sorted(set(terms)) == sorted(terms)


def test_each_meaning_is_one_sentence() -> None:
    assert [row["vi"] for row in ROWS if not row["meaning"].endswith(".")] == []
