"""Which periods there are, and the units whose figures an actor has to do with."""

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
    """A period of the table, as far as pages need it."""

    pk: int
    is_closed: bool


def rows_of(spans: Iterable[Span]) -> dict[Span, PeriodRow]:
    """The periods of these spans that are in the table."""
    wanted = {(one.kind, one.first_day): one for one in spans}
    days = [first for _kind, first in wanted]
    rows = Period.objects.filter(first_day__in=days).order_by().values_list("kind", "first_day", "pk", "closed_at")
    return {
        wanted[kind, first]: PeriodRow(pk, closed_at is not None)
        for kind, first, pk, closed_at in rows
        if (kind, first) in wanted
    }


def ids_of(spans: Iterable[Span]) -> dict[Span, int]:
    """The keys of the periods of these spans that are in the table."""
    return {one: row.pk for one, row in rows_of(spans).items()}


def month_of(first_day: date) -> Period | None:
    return Period.objects.filter(kind=PeriodKind.MONTH, first_day=first_day).first()


def last_whole_month() -> Span:
    """The month before this one: the newest of which everything is known."""
    return span(PeriodKind.MONTH, shift(clock.today().replace(day=1), -1))


def months_to_enter(count: int = 24) -> list[Span]:
    """The months a figure is entered for, the newest first; this month's may be entered before it ends."""
    now = clock.today().replace(day=1)
    return [span(PeriodKind.MONTH, shift(now, -number)) for number in range(count)]


def root_unit() -> AdministrativeUnit | None:
    """What the office answers for: its own province as it stands today."""
    office = Organisation.objects.filter(kind="agency", parent=None).order_by("pk").values("pk")[:1]
    return AdministrativeUnit.objects.filter(agencies=Subquery(office), valid_until=None).order_by("pk").first()


def homes() -> dict[int, int]:
    """Of each agency, the unit its figures belong to: of those it answers for, one in force today, else the first."""
    pairs = Organisation.objects.filter(kind="agency", jurisdiction__isnull=False).order_by(
        "pk",
        "jurisdiction__valid_until",
        "-jurisdiction__pk",  # the last one counts: in force today, the first of these
    )
    return dict(pairs.values_list("pk", "jurisdiction"))


def units_to_enter(actor: Actor, on: date) -> list[AdministrativeUnit]:
    """The units of the own area that were in force that day, the widest first."""
    found = in_force(on).filter(pk__in=actor.area).order_by("name", "pk")
    return sorted(found, key=lambda one: WIDEST_FIRST.index(one.kind))


def closed_count(year: int) -> int:
    """How many of the year's months are closed without a gap from January on."""
    closed = set(
        Period.objects.filter(Q(closed_at__isnull=False), kind=PeriodKind.MONTH, first_day__year=year)
        .order_by()
        .values_list("first_day__month", flat=True)
    )
    return next((month - 1 for month in range(1, 14) if month not in closed), 12)
