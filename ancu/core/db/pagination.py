"""Cursor pagination: one page of a list after a cursor, so that the last page costs what the first does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

PAGE = 50
SEPARATOR = "~"
Row = TypeVar("Row")
MappedRow = TypeVar("MappedRow")
AnyModel = TypeVar("AnyModel", bound=Model)


@dataclass(frozen=True)
class CursorPage(Generic[Row]):
    """Rows, and the cursor ``after`` which the next page begins; it is empty on the last page."""

    rows: Sequence[Row]
    after: str

    def map(self, each: Callable[[Row], MappedRow]) -> "CursorPage[MappedRow]":
        """Return the same page of a list with ``each`` applied to every row; the cursor stays."""
        return CursorPage([each(row) for row in self.rows], self.after)


def cursor_page(
    queryset: QuerySet[AnyModel], *order: str, after: str = "", size: int | None = None
) -> CursorPage[AnyModel]:
    """Return the page of ``size`` objects of the queryset that begins after the cursor ``after``.

    ``order`` names columns as ``order_by`` does; none of them is null, and the last is unique. All have the same
    direction. A cursor is the values of the last row, joined by ``~``; text that is no cursor gives the first page.
    """
    size = size or PAGE
    names = [name.removeprefix("-") for name in order]
    if values := _parse(queryset, names, after):
        queryset = queryset.filter(_beyond(names, values, "lt" if order[0].startswith("-") else "gt"))
    rows = list(queryset.order_by(*order)[: size + 1])  # the additional row tells whether there is a next page
    last = rows[size - 1] if len(rows) > size else None
    return CursorPage(rows[:size], SEPARATOR.join(_cursor_text(getattr(last, name)) for name in names) if last else "")


def newest_first(queryset: QuerySet[AnyModel], after: str = "", size: int | None = None) -> CursorPage[AnyModel]:
    """Return a page of the queryset's objects after the cursor ``after``, by descending primary key."""
    return cursor_page(queryset, "-pk", after=after, size=size)


def oldest_first(queryset: QuerySet[AnyModel], after: str = "", size: int | None = None) -> CursorPage[AnyModel]:
    """Return a page of the queryset's objects after the cursor ``after``, by ascending primary key."""
    return cursor_page(queryset, "pk", after=after, size=size)


def _beyond(names: Sequence[str], values: Sequence[Any], side: str) -> Q:
    """Return the condition (Q) for rows that follow a row in the sort order.

    ``values`` are that row's values of the columns ``names``; ``side`` is gt for ascending and lt for descending
    order.
    """
    condition = Q(**{f"{names[-1]}__{side}": values[-1]})
    for name, value in reversed(list(zip(names[:-1], values[:-1], strict=True))):
        condition = Q(**{f"{name}__{side}e": value}) & (Q(**{f"{name}__{side}": value}) | condition)
    return condition


def _parse(queryset: QuerySet[Any], names: Sequence[str], after: str) -> list[Any] | None:
    """Return the values of a pagination cursor, each in its column's type; None when it cannot be read."""
    texts = after.rsplit(SEPARATOR, len(names) - 1)
    if len(texts) != len(names) or not after:
        return None
    try:
        return [_value(_field(queryset, name), text) for name, text in zip(names, texts, strict=True)]
    except (ValidationError, OverflowError):
        return None


def _value(field: Any, text: str) -> Any:
    """Return one value of a pagination cursor, converted from text to the type of its model field.

    Raises ValidationError if the text does not fit the type or a number is outside the column's range.
    """
    value = field.to_python(text)
    field.run_validators(value)
    return value


def _field(queryset: QuerySet[Any], name: str) -> Any:
    """Return the model field of a column, or the output field of an annotation."""
    if annotation := queryset.query.annotations.get(name):
        return annotation.output_field
    options = queryset.model._meta
    field: Any = options.pk if name == "pk" else options.get_field(name)
    return field.target_field if field.is_relation else field  # such as latest_id


def _cursor_text(value: Any) -> str:
    """Return a column's value as text for a cursor.

    Times are in UTC without "+", which addresses read as a space.
    """
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")  # an address would read + as a space
    return str(value)  # dates too are ISO
