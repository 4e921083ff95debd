"""The office's list of lodgings, with who stays there now and when each declared last. Counts only, no names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, QuerySet, Subquery

from ancu.apps.lodging import selectors as lodging
from ancu.apps.lodging.models import Establishment
from ancu.apps.stays.models import Submission
from ancu.apps.stays.selectors.figures import present_stays
from ancu.core import clock
from ancu.core.actor import Actor

PAGE = lodging.PAGE


@dataclass(frozen=True)
class LodgingRow:
    establishment: Establishment
    present: int
    declared_at: datetime | None

    @property
    def silent_days(self) -> int | None:
        """Days since the last declaration, None when there was none yet."""
        if self.declared_at is None:
            return None
        return (clock.today() - clock.local(self.declared_at).date()).days


@dataclass(frozen=True)
class LodgingPage:
    rows: list[LodgingRow]
    after: str


def lodging_page(
    actor: Actor, *, text: str = "", status: str = "", kind: str = "", order: str = "", after: str = ""
) -> LodgingPage:
    """One page of the lodgings an actor may see: by name, those with most guests first, or the silent ones first."""
    found = lodging.matching(actor, text=text, status=status, kind=kind)
    if order:
        return _by_figure(found, order, int(after) if after.isascii() and after.isdigit() and len(after) < 9 else 0)
    page = lodging.page_by_name(found, after=after)
    return LodgingPage(_rows(page.rows), page.after)


def _by_figure(found: QuerySet[Establishment], order: str, start: int) -> LodgingPage:
    """The figures of all are known before the page is cut, so its place is a number; the table holds thousands at most.

    A lodging that never declared has been silent longest.
    """
    names = dict(found.values_list("pk", "search_key"))
    if order == "guests":
        present = present_in(names)
        places = sorted(names, key=lambda pk: (-present.get(pk, 0), names[pk], pk))
    else:
        never = datetime.min.replace(tzinfo=clock.VIETNAM)
        last = last_declared(names)
        places = sorted(names, key=lambda pk: (last.get(pk) or never, names[pk], pk))
    shown = found.in_bulk(places[start : start + PAGE])
    more = len(places) > start + PAGE
    return LodgingPage(
        _rows(shown[pk] for pk in places[start : start + PAGE] if pk in shown), str(start + PAGE) if more else ""
    )


def _rows(establishments: Iterable[Establishment]) -> list[LodgingRow]:
    shown = list(establishments)
    keys = [one.pk for one in shown]
    present, last = present_in(keys), last_declared(keys)
    return [LodgingRow(one, present.get(one.pk, 0), last.get(one.pk)) for one in shown]


def present_in(establishments: Iterable[int]) -> dict[int, int]:
    """How many guests each has now; lodgings without any are missing."""
    stays = present_stays().filter(establishment_id__in=list(establishments)).order_by()
    return dict(stays.values_list("establishment_id").annotate(Count("id")))


def last_declared(establishments: Iterable[int]) -> dict[int, datetime | None]:
    """When each declared last: one step into an index a lodging, where grouping would read all submissions."""
    newest = Submission.objects.filter(establishment=OuterRef("pk")).order_by("-id").values("received_at")[:1]
    lodgings = Establishment.objects.filter(pk__in=list(establishments)).order_by()
    return dict(lodgings.values_list("pk", Subquery(newest)))
