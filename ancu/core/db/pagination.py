"""One page of a list by key, so that its last page costs what its first does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

PAGE = 50
Row = TypeVar("Row")
MappedRow = TypeVar("MappedRow")
AnyModel = TypeVar("AnyModel", bound=Model)


@dataclass(frozen=True)
class CursorPage(Generic[Row]):
    """``after`` is the key at which the next page begins; None on the last."""

    rows: Sequence[Row]
    after: int | None

    def map(self, each: Callable[[Row], MappedRow]) -> "CursorPage[MappedRow]":
        """The same page of what a list shows of each row."""
        return CursorPage([each(row) for row in self.rows], self.after)


def newest_first(queryset: QuerySet[AnyModel], after: int = 0, size: int | None = None) -> CursorPage[AnyModel]:
    """The rows from key ``after`` down; from the newest when it is 0."""
    return _cut((queryset.filter(pk__lt=after) if after else queryset).order_by("-pk"), size)


def oldest_first(queryset: QuerySet[AnyModel], after: int = 0, size: int | None = None) -> CursorPage[AnyModel]:
    """The rows past key ``after``: the order in which what waits is due."""
    return _cut(queryset.filter(pk__gt=after).order_by("pk"), size)


def by_day(queryset: QuerySet[AnyModel], day: str, after: int = 0, *, newest: bool = False) -> CursorPage[AnyModel]:
    """The rows past that of key ``after`` in the order of their field ``day``; rows of one day by key."""
    way, mark = ("lt", "-") if newest else ("gt", "")
    last = queryset.model._default_manager.filter(pk=after).values_list(day, flat=True).first() if after else None
    if last is not None:
        queryset = queryset.filter(Q(**{f"{day}__{way}": last}) | Q(**{day: last, f"pk__{way}": after}))
    return _cut(queryset.order_by(f"{mark}{day}", f"{mark}pk"), None)


def _cut(queryset: QuerySet[AnyModel], size: int | None) -> CursorPage[AnyModel]:
    size = size or PAGE
    rows = list(queryset[: size + 1])  # the one too many tells that there is a next page
    return CursorPage(rows[:size], rows[size - 1].pk if len(rows) > size else None)
