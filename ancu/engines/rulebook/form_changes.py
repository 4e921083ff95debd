"""What an office may change of a form: its items with their present texts, and why some must stay as they are."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from ancu.engines.rulebook.amendments import Edition
from ancu.engines.rulebook.form_layers import (
    CONDITIONAL,
    NOT_ASKED,
    OPTIONAL,
    REQUIRED,
    TEXTS,
    item_key,
    requirement_of,
)
from ancu.engines.rulebook.forms import PREFIX, Field, completed, read_field, section_items
from ancu.engines.rulebook.loader import as_of, edition, shipped_rules
from ancu.engines.rulebook.procedures import Procedure, procedures_on

NEW_KINDS = ("text", "long_text", "date", "boolean")  # of further items
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
# Read from the passport's machine-readable zone, or compared with it.
PASSPORT = frozenset(
    f"traveller.{name}"
    for name in ("document_number", "full_name", "sex", "birth_date", "nationality", "document_expiry")
)
# Asked by name on the pages of requests for several workers.
BY_NAME = frozenset({"NA6.letter_number", "NA8.stay_address"})
FACT, NAMED, PASSPORT_ITEM, USED, LIST, COLUMN = "fact", "named", "passport", "used", "list", "column"
UNKNOWN, DUPLICATE, UNCONDITIONAL = "unknown", "duplicate", "unconditional"
_RANKS = {NOT_ASKED: 0, OPTIONAL: 1, CONDITIONAL: 2, REQUIRED: 3}


@dataclass(frozen=True, slots=True)
class FormItem:
    """An item of a form, or a column of one of its tables (``people.position``), as a day's version has it.

    ``requirement`` is required, conditional, optional or no. ``conditional``: the circular requires it on a condition.
    ``needed_for``: why it must be asked as before; empty when the office decides.
    """

    key: str
    section: str
    field: Field
    requirement: str
    conditional: bool
    needed_for: str
    added: bool

    @property
    def values(self) -> dict[str, str]:
        """What a change of the item replaces; of an item that the office added also its section and kind."""
        values = {name: getattr(self.field, name) for name in TEXTS} | {"requirement": self.requirement}
        return values | ({"section": self.section, "kind": self.field.kind} if self.added else {})


@dataclass(frozen=True, slots=True)
class FormItems:
    """The items of a form by key in its order, and the titles of its sections: key, number, vi and en."""

    code: str
    items: Mapping[str, FormItem]
    sections: Mapping[str, tuple[str, str, str]]


def form_items(code: str, on: date) -> FormItems:
    """Return the items of a form on a day, also those not asked. Raises KeyError or NotInForce."""
    return _form_items(edition(), code, on)


@lru_cache(maxsize=64)
def _form_items(_edition: Edition, code: str, on: date) -> FormItems:
    """Return the items of a form on a day; cached for an edition."""
    values = as_of(PREFIX + code, on).values
    own = _keys_of_the_files(code, on)
    named = _named_items(code, on)
    items, sections = {}, {}
    for raw in values.get("sections", []):
        sections[raw["key"]] = (raw.get("number", ""), raw["title_vi"], raw["title_en"])
        for entry in section_items(raw, values):
            for key, data in [(item_key(entry), entry), *_columns(entry)]:
                field = read_field(data)
                items[key] = FormItem(
                    key=key,
                    section=raw["key"],
                    field=field,
                    requirement=requirement_of(data),
                    conditional=bool(own.get(key, {}).get("required_if")),
                    needed_for=_why_kept(code, key, field, named),
                    added=key not in own,
                )
    return FormItems(code, items, sections)


def _columns(entry: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the key and the completed data of each column of a table's data."""
    for column in entry.get("columns", []):
        yield f"{item_key(entry)}.{item_key(column)}", completed(column)


def _keys_of_the_files(code: str, on: date) -> Mapping[str, Mapping[str, Any]]:
    """Return the completed data of the form's items by key, without the office's changes."""
    values = shipped_rules()[PREFIX + code].as_of(on).values
    entries = [entry for raw in values.get("sections", []) for entry in section_items(raw, values)]
    return {key: data for entry in entries for key, data in [(item_key(entry), entry), *_columns(entry)]}


def _why_kept(code: str, key: str, field: Field, named: set[str]) -> str:
    """Return why an item must be asked as before; empty if the office decides. ``named`` are those others depend on."""
    if field.fact:
        return FACT
    if field.prefill in PASSPORT:
        return PASSPORT_ITEM
    if field.kind == "table":
        return LIST
    if key in named:
        return NAMED
    if f"{code}.{key}" in BY_NAME:
        return USED
    return COLUMN if "." in key else ""


def _named_items(code: str, on: date) -> set[str]:
    """Return the keys of the form's items on which other items, papers, fees or fixed answers depend."""
    names = {name for procedure in procedures_on(on) for name in _named_in_procedure(procedure)}
    own = {name.removeprefix(f"{code}.") for name in names if name.startswith(f"{code}.")}
    return own | set(_named_in_form(code, on))


def _named_in_form(code: str, on: date) -> Iterator[str]:
    """Yield the keys of the items that the conditions of other items of the form name."""
    for data in _keys_of_the_files(code, on).values():
        for name in ("required_if", "shown_if"):
            yield from data.get(name) or {}


def _named_in_procedure(procedure: Procedure) -> Iterator[str]:
    """Yield the "FORM.key" of the items by which a procedure asks for papers or counts a fee, or which it fixes."""
    yield from procedure.presets
    yield procedure.fee.rows
    for component in procedure.components:
        yield from component.required_if.any_of if component.required_if else ()


def item_values(code: str, key: str, on: date) -> dict[str, str]:
    """Return the values that a change of the item replaces; of a further item only that it is not asked.

    Raises KeyError for an unknown form, NotInForce outside its life.
    """
    item = form_items(code, on).items.get(key)
    return item.values if item else {"requirement": NOT_ASKED}


def change_problem(code: str, key: str, values: Mapping[str, str], on: date) -> str:
    """Return why an item of a form cannot be changed so: a code of this module; empty if it can.

    The answers that checks compare, other items or papers depend on, or the passport fills in stay asked as the
    circular asks them.
    """
    form = form_items(code, on)
    item = form.items.get(key)
    if item is None:
        is_sound = values.get("section") in form.sections and values.get("kind") in NEW_KINDS and KEY.fullmatch(key)
        return "" if is_sound else UNKNOWN
    if item.added != ("section" in values):
        return DUPLICATE
    if values["requirement"] == CONDITIONAL and not item.conditional:
        return UNCONDITIONAL
    return item.needed_for if item.needed_for and _RANKS[values["requirement"]] < _RANKS[_least(code, key, on)] else ""


def _least(code: str, key: str, on: date) -> str:
    """Return how the circular itself asks for an item."""
    return requirement_of(_keys_of_the_files(code, on)[key])
