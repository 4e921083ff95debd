"""The texts of a row that a person may correct."""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from ancu.apps.stays.rules import kind_beside_passport
from ancu.core import clock
from ancu.core.errors import Conflict
from ancu.engines.exchange import FIELDS, Guest, GuestRow, day_first

CORRECTABLE = tuple(name for name in FIELDS if name not in {"number", "birth_precision"})


def texts_of(row: GuestRow) -> dict[str, str | None]:
    """Return a row's fields as texts to correct: the understood value, or else the text of the file."""
    values: dict[str, str | None] = dict(row.raw) if row.errors or row.warnings else {}
    values.pop("birth_precision", None)
    for name in Guest.__struct_fields__:
        value = getattr(row.values, name)
        if isinstance(value, datetime):
            values["arrived_time"] = clock.local(value).strftime("%H:%M")
        elif value is not None:
            values[name] = value.isoformat() if isinstance(value, date) else value
    return {name: values.get(name) for name in CORRECTABLE}


def typed_changes(
    current: Mapping[str, str | None], typed: Mapping[str, str | None], displayed: Mapping[str, str | None] | None
) -> dict[str, str]:
    """Return field and typed text of what a person changed from the ``displayed`` texts.

    Without these, from the ``current`` ones. Raises Conflict ``changed_since`` when somebody saved another text in
    one of these fields after the page was read.
    """
    before = current if displayed is None else displayed
    fields = [name for name in CORRECTABLE if name in typed]
    changes = {
        name: typed[name] or "" for name in fields if _displayed_text(typed, name) != _displayed_text(before, name)
    }
    if any(
        _displayed_text(current, name) not in (_displayed_text(before, name), _displayed_text(typed, name))
        for name in changes
    ):
        raise Conflict("changed_since", _("Someone else has changed this guest."))
    return changes


def changed_texts(
    displayed: Mapping[str, str | None], current: Mapping[str, str | None]
) -> list[tuple[str, str | None, str | None]]:
    """Return (field, displayed text, current text) of each field that changed since the page was displayed."""
    fields = [
        name
        for name in CORRECTABLE
        if name in displayed and _displayed_text(displayed, name) != _displayed_text(current, name)
    ]
    return [(name, displayed[name], current.get(name)) for name in fields]


def _displayed_text(texts: Mapping[str, str | None], name: str) -> str:
    """Return the text of the field ``name`` as the form displays it: dates as dd/mm/yyyy, document kinds as codes."""
    text = texts.get(name) or ""
    return kind_beside_passport(text) if name == "document_kind" else day_first(text)
