"""The office's changes over a circular's form: the texts of an item, whether it is asked, and further items.

They change the data of a form's version, before ``forms`` builds the form from it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ancu.engines.rulebook.amendments import Amendment

FORM_PREFIX = "form."
# The forms of the procedures. NA16, the seal of an organisation, is asked on a page of its own.
FORM_RULES = tuple(f"{FORM_PREFIX}{code}" for code in ("NA5", "NA6", "NA7", "NA8", "NA14", "NA15"))
TEXTS = ("label_vi", "label_en", "help_vi", "help_en")
REQUIRED, CONDITIONAL, OPTIONAL, NOT_ASKED = "required", "conditional", "optional", "no"
_REQUIREMENTS: Mapping[str, Mapping[str, Any]] = {
    REQUIRED: {"required": True, "required_if": {}},
    CONDITIONAL: {},  # as the form's own condition says
    OPTIONAL: {"required": False, "required_if": {}},
    NOT_ASKED: {"asked": False},
}


def form_layer(values: Mapping[str, Any], amendment: "Amendment") -> Mapping[str, Any]:
    """Return a form's data with one item changed or added.

    An entry is an item's key, of a table's column ``people.position``. A further item names its section and kind. If
    the form has neither the item nor the section, nothing changes.
    """
    key, change = amendment.entry, amendment.values
    sections, added = values.get("sections", []), values.get("add", [])
    if key.partition(".")[0] in {item_key(entry) for entry in _entries(sections, added)}:
        changed = [{**section, "fields": _changed(section["fields"], key, change)} for section in sections]
        return {**values, "sections": changed} | ({"add": _changed(added, key, change)} if added else {})
    if change.get("section") in {section["key"] for section in sections}:
        item = {"section": change["section"], "key": key, "kind": change["kind"]}
        return {**values, "add": [*added, _with_change(item, change)]}
    return values


def item_key(entry: Mapping[str, Any]) -> str:
    """Return the key of a form field from its data: its own, else that of the common field it uses."""
    return str(entry.get("key") or entry["use"])


def requirement_of(entry: Mapping[str, Any]) -> str:
    """Return whether an item is required, required on a condition, optional or not asked, by its completed data."""
    if not entry.get("asked", True):
        return NOT_ASKED
    if entry.get("required"):
        return REQUIRED
    return CONDITIONAL if entry.get("required_if") else OPTIONAL


def _entries(sections: Iterable[Mapping[str, Any]], added: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield the data of every item of a form."""
    for section in sections:
        yield from section["fields"]
    yield from added


def _changed(entries: Iterable[Mapping[str, Any]], key: str, change: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the items' data with the item or the column of this key changed."""
    own, _, column = key.partition(".")
    return [entry if item_key(entry) != own else _entry_changed(entry, column, change) for entry in entries]


def _entry_changed(entry: Mapping[str, Any], column: str, change: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an item's data with the change, or with that of one of its columns."""
    if not column:
        return _with_change(entry, change)
    return {**entry, "columns": _changed(entry.get("columns", []), column, change)}


def _with_change(entry: Mapping[str, Any], change: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an item's data with the texts of a change and whether it is asked."""
    return {**entry, **{name: change[name] for name in TEXTS}, **_REQUIREMENTS[change["requirement"]]}
