"""Periods in the database, and the units whose figures an actor handles."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Q, Subquery

from ancu.apps.accounts.models import Organisation
from ancu.apps.places.enums import UnitKind
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors import in_force
from ancu.apps.reporting.enums import PeriodKind
from ancu.apps.reporting.models import Period
from ancu.apps.reporting.rules.periods import Span, shift, span
from ancu.core import clock
from ancu.core.actor import Actor

WIDEST_FIRST = [*UnitKind]


class PeriodRow(NamedTuple):
    """A period's row, reduced to what pages need."""

    pk: int
    is_closed: bool


def rows_of(spans: Iterable[Span]) -> dict[Span, PeriodRow]:
    """Return key and closing of those periods that have a database row, by period."""
    by_start = {(period.kind, period.first_day): period for period in spans}
    days = [first for _kind, first in by_start]
    rows = Period.objects.filter(first_day__in=days).order_by().values_list("kind", "first_day", "pk", "closed_at")
    return {
        by_start[kind, first]: PeriodRow(pk, closed_at is not None)
        for kind, first, pk, closed_at in rows
        if (kind, first) in by_start
    }


def ids_of(spans: Iterable[Span]) -> dict[Span, int]:
    """Return the primary keys of those periods that exist, by period."""
    return {period: row.pk for period, row in rows_of(spans).items()}


def month_of(first_day: date) -> Period | None:
    """Return the stored month that begins on this day; None if it has no row yet."""
    return Period.objects.filter(kind=PeriodKind.MONTH, first_day=first_day).first()


def last_whole_month() -> Span:
    """Return the previous month, the newest complete one."""
    return span(PeriodKind.MONTH, shift(clock.today().replace(day=1), -1))


def months_to_enter(count: int = 24) -> list[Span]:
    """Return the current month and those before it, for which figures may be entered, newest first."""
    now = clock.today().replace(day=1)
    return [span(PeriodKind.MONTH, shift(now, -number)) for number in range(count)]


def root_unit() -> AdministrativeUnit | None:
    """Return the office's province as of today; None if it is not set up."""
    office = Organisation.objects.filter(kind="agency", parent=None).order_by("pk").values("pk")[:1]
    return AdministrativeUnit.objects.filter(agencies=Subquery(office), valid_until=None).order_by("pk").first()


def unit_of_agencies() -> dict[int, int]:
    """Return, by agency id, the unit id that the agency's figures belong to.

    Of several units it is one in force today, of these the first.
    """
    pairs = Organisation.objects.filter(kind="agency", jurisdiction__isnull=False).order_by(
        "pk",
        "jurisdiction__valid_until",
        "-jurisdiction__pk",  # the last one counts: in force today, the first of these
    )
    return dict(pairs.values_list("pk", "jurisdiction"))


def units_to_enter(actor: Actor, on: date) -> list[AdministrativeUnit]:
    """Return the units of the actor's area in force on the day, the largest first."""
    units = in_force(on).filter(pk__in=actor.area).order_by("name", "pk")
    return sorted(units, key=lambda unit: WIDEST_FIRST.index(unit.kind))


def closed_count(year: int) -> int:
    """Return the number of closed months of the year, counted from January without a gap."""
    closed = set(
        Period.objects.filter(Q(closed_at__isnull=False), kind=PeriodKind.MONTH, first_day__year=year)
        .order_by()
        .values_list("first_day__month", flat=True)
    )
    return next((month - 1 for month in range(1, 14) if month not in closed), 12)
