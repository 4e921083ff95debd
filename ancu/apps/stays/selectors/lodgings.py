"""The office's list of lodgings with present guests and last declaration. Counts only, no personal data."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from ancu.apps.lodging import selectors as lodging
from ancu.apps.lodging.models import Establishment
from ancu.apps.stays.selectors import presence
from ancu.apps.stays.selectors.area import Scope
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.statements import run

PAGE = lodging.PAGE


@dataclass(frozen=True)
class LodgingRow:
    establishment: Establishment
    present: int
    declared_at: datetime | None

    @property
    def silent_days(self) -> int | None:
        """The number of days since the lodging's last declaration; None if it never declared."""
        if self.declared_at is None:
            return None
        return (clock.today() - clock.local(self.declared_at).date()).days


@dataclass(frozen=True)
class LodgingPage:
    rows: list[LodgingRow]
    after: str


def lodging_page(
    actor: Actor,
    *,
    text: str = "",
    status: str = "",
    kind: str = "",
    place: Scope | None = None,
    order: str = "",
    after: str = "",
) -> LodgingPage:
    """Return a page of the visible lodgings that match text, status, kind and place.

    ``order`` is "" by name, ``guests`` with most guests first, or ``silent`` with the longest without a declaration
    first.
    """
    establishments = lodging.matching(actor, text=text, status=status, kind=kind)
    if place is not None:
        establishments = establishments.filter(place.lodgings())
    if order:
        return _by_figure(
            establishments, order, int(after) if after.isascii() and after.isdigit() and len(after) < 9 else 0
        )
    page = lodging.page_by_name(establishments, after=after)
    return LodgingPage(_rows(page.rows), page.after)


def _by_figure(establishments: QuerySet[Establishment], order: str, start: int) -> LodgingPage:
    """Return a page from ``start`` on, most guests first or longest without a declaration first.

    All figures are read first, so the cursor is an offset. A lodging that never declared counts as the longest
    without a declaration.
    """
    names = dict(establishments.values_list("pk", "search_key"))
    present = last = None
    if order == "guests":
        present = present_in(names)
        places = sorted(names, key=lambda pk: (-present.get(pk, 0), names[pk], pk))
    else:
        never = datetime.min.replace(tzinfo=clock.VIETNAM)
        last = last_declared(names)
        places = sorted(names, key=lambda pk: (last.get(pk) or never, names[pk], pk))
    establishments_by_id = establishments.in_bulk(places[start : start + PAGE])
    rows = [establishments_by_id[pk] for pk in places[start : start + PAGE] if pk in establishments_by_id]
    return LodgingPage(_rows(rows, present, last), str(start + PAGE) if len(places) > start + PAGE else "")


def _rows(
    establishments: Sequence[Establishment],
    present: Mapping[int, int] | None = None,
    last: Mapping[int, datetime | None] | None = None,
) -> list[LodgingRow]:
    """Return the lodgings with their present guests and last declaration, reading what is not passed.

    ``present`` and ``last`` have these by lodging id, or are None.
    """
    keys = [establishment.pk for establishment in establishments]
    present = present_in(keys) if present is None else present
    last = last_declared(keys) if last is None else last
    return [
        LodgingRow(establishment, present.get(establishment.pk, 0), last.get(establishment.pk))
        for establishment in establishments
    ]


LEAVING = f"""
SELECT scoped.establishment_id, count(*)::int FROM stays_stay scoped
WHERE {presence.LEAVING} AND {presence.AT} GROUP BY scoped.establishment_id
"""  # noqa: S608


def present_in(establishments: Iterable[int]) -> dict[int, int]:
    """Return by lodging id the number of guests present now; lodgings without guests are missing."""
    lodgings = frozenset(establishments)
    present = presence.at_lodgings(lodgings, clock.today())
    for place, leaving in run(LEAVING, {"today": clock.today(), "lodgings": list(lodgings)}):
        present[place] = present.get(place, 0) - leaving  # who came between the two questions may be missing in one
    return {place: number for place, number in present.items() if number > 0}


# One step into an index a lodging, where grouping would read all submissions.
LAST = """
SELECT id, (SELECT received_at FROM stays_submission WHERE establishment_id = asked.id ORDER BY id DESC LIMIT 1)
FROM unnest(%(lodgings)s::bigint[]) AS asked(id)
"""


def last_declared(establishments: Iterable[int]) -> dict[int, datetime | None]:
    """Return by lodging id the time of its last declaration; None if it never declared."""
    return dict(run(LAST, {"lodgings": list(establishments)}))
