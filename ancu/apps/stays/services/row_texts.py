"""A row as the texts that a person may correct."""

from datetime import date, datetime

from ancu.core import clock
from ancu.engines.exchange import FIELDS, Guest, Row

CORRECTABLE = tuple(name for name in FIELDS if name not in {"number", "birth_precision"})


def texts_of(row: Row) -> dict[str, str | None]:
    """Each field as text: what was understood, or else what the file says."""
    values: dict[str, str | None] = dict(row.raw) if row.errors or row.warnings else {}
    values.pop("birth_precision", None)
    for name in Guest.__struct_fields__:
        value = getattr(row.values, name)
        if isinstance(value, datetime):
            values["arrived_time"] = clock.local(value).strftime("%H:%M")
        elif value is not None:
            values[name] = value.isoformat() if isinstance(value, date) else value
    return {name: values.get(name) for name in CORRECTABLE}
