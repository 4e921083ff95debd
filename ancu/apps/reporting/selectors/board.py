"""The leaders' page: each indicator of a period beside the period and the year before and the plan; then by unit."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.reporting.enums import GROUPS, PeriodKind, State
from ancu.apps.reporting.models import Figure, Plan, Total
from ancu.apps.reporting.rules import values
from ancu.apps.reporting.rules.outliers import PAST, stands_out
from ancu.apps.reporting.rules.periods import Span, span
from ancu.apps.reporting.rules.values import Amount
from ancu.apps.reporting.selectors.periods import homes, ids_of, root_unit
from ancu.core.actor import Actor
from ancu.core.statements import run
from ancu.engines.rulebook import Indicator, indicators

Amounts = dict[tuple[int, str], Amount]  # by period and indicator
# By hand: two thousand rows of a page that leaders open all day, read from one index and made into nothing else.
TOTALS = """
SELECT period_id, indicator, part, base, demo FROM reporting_total WHERE unit_id IS NULL AND period_id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of the period, of all or of one unit. Changes are in per cent, of shares and averages in points."""

    indicator: Indicator
    value: Decimal | None
    before: Decimal | None
    last_year: Decimal | None
    plan: Decimal | None
    so_far: Decimal | None
    outlier: bool
    demo: bool = False
    unit: AdministrativeUnit | None = None

    @property
    def places(self) -> int:
        return values.places(self.indicator)

    @property
    def change(self) -> Decimal | None:
        return values.change(self.indicator, self.value, self.before)

    @property
    def change_year(self) -> Decimal | None:
        return values.change(self.indicator, self.value, self.last_year)

    @property
    def better(self) -> bool | None:
        return values.is_better(self.indicator, self.change)

    @property
    def better_year(self) -> bool | None:
        return values.is_better(self.indicator, self.change_year)

    @property
    def reached(self) -> Decimal | None:
        """Of the year's plan."""
        return values.reached(self.indicator, self.so_far, self.plan)


@dataclass(frozen=True, slots=True)
class Group:
    name: object
    lines: list[Line]


def past_of(wanted: Span) -> list[Span]:
    """The periods before it, the nearest first."""
    found = [wanted.before()]
    while len(found) < PAST:
        found.append(found[-1].before())
    return found


def board(actor: Actor, wanted: Span) -> list[Group]:
    """Every indicator of which there is a figure, group by group."""
    past = past_of(wanted)
    year = span(PeriodKind.YEAR, wanted.last_day)
    ids = ids_of({wanted, year, wanted.last_year(), *past})
    amounts, demo = _amounts(actor, ids.values())
    plans = _plans(actor, wanted.label_year)
    groups: dict[str, list[Line]] = defaultdict(list)
    for one in indicators(wanted.first_day):

        def of(period: Span, one: Indicator = one) -> Decimal | None:
            return values.value_of(one, amounts.get((ids.get(period, 0), one.code)))

        known = [of(period) for period in past]
        if of(wanted) is None and not any(value is not None for value in known[:12]) and one.code not in plans:
            continue
        line = Line(one, of(wanted), known[0], of(wanted.last_year()), plans.get(one.code), of(year),
                    stands_out(of(wanted), known[::-1]), (ids.get(wanted, 0), one.code) in demo)  # fmt: skip
        groups[one.group].append(line)
    return [Group(GROUPS[name], groups[name]) for name in GROUPS if name in groups]


def _amounts(actor: Actor, periods: Iterable[int]) -> tuple[Amounts, set[tuple[int, str]]]:
    """Of the office's province the sums that are kept; of a smaller area its units', added here."""
    wanted = list(periods)
    if actor.is_office:
        rows = run(TOTALS, [wanted])
    else:
        area = list(actor.area)
        kept = Total.objects.filter(unit__in=area, period__in=wanted).order_by()
        rows = list(kept.values_list("period_id", "indicator", "part", "base", "demo"))
        months = Figure.objects.filter(unit__in=area, period__in=wanted, state=State.CURRENT).order_by()
        found = months.filter(period__kind=PeriodKind.MONTH)
        rows += [(period, code, part, base, origin == "demo") for period, code, part, base, origin in
                 found.values_list("period_id", "indicator", "part", "base", "origin")]  # fmt: skip
    amounts: Amounts = {}
    demo = set()
    for period, code, part, base, invented in rows:
        key, amount = (period, code), Amount(part, base)
        amounts[key] = amounts[key] + amount if key in amounts else amount
        if invented:
            demo.add(key)
    return amounts, demo


def _plans(actor: Actor, year: int) -> dict[str, Decimal]:
    """The year's, of the province or of the unit that the actor's agency stands for."""
    root = root_unit() if actor.is_office else None
    unit = root.pk if root else homes().get(actor.organisation_id or 0)
    return dict(Plan.objects.filter(year=year, unit=unit).order_by("pk").values_list("indicator", "value"))


def by_unit(actor: Actor, one: Indicator, wanted: Span) -> list[Line]:
    """The units that had a figure in the period or in the one before, or have a plan; the largest first."""
    past = past_of(wanted)
    year = span(PeriodKind.YEAR, wanted.last_day)
    ids = ids_of({wanted, year, wanted.last_year(), *past})
    amounts = _of_units(actor, one, list(ids.values()))
    plans = _plans_of_units(actor, one, wanted.label_year)
    shown = {ids.get(wanted, 0), ids.get(past[0], 0)}
    units = AdministrativeUnit.objects.in_bulk({unit for unit, period in amounts if period in shown} | plans.keys())
    lines = []
    for pk, unit in units.items():

        def of(period: Span, pk: int = pk) -> Decimal | None:
            return values.value_of(one, amounts.get((pk, ids.get(period, 0))))

        known = [of(period) for period in past]
        line = Line(one, of(wanted), known[0], of(wanted.last_year()), plans.get(pk), of(year),
                    stands_out(of(wanted), known[::-1]), unit=unit)  # fmt: skip
        lines.append((line.value is None, -(line.value or 0), unit.name, pk, line))
    return [line for *_order, line in sorted(lines)]


def _plans_of_units(actor: Actor, one: Indicator, year: int) -> dict[int, Decimal]:
    """The province's own is on the page of all indicators."""
    root = root_unit()
    found = Plan.objects.filter(year=year, indicator=one.code).exclude(unit=root).order_by()
    own = found if actor.is_office else found.filter(unit__in=actor.area)
    return dict(own.values_list("unit_id", "value"))


def _of_units(actor: Actor, one: Indicator, periods: Sequence[int]) -> dict[tuple[int, int], Amount]:
    months = Figure.objects.filter(period__in=periods, indicator=one.code, state=State.CURRENT).order_by()
    kept = Total.objects.filter(period__in=periods, indicator=one.code, unit__isnull=False).order_by()
    found: dict[tuple[int, int], Amount] = {}
    for rows in (months, kept):
        own = rows if actor.is_office else rows.filter(unit__in=actor.area)
        for unit, period, part, base in own.values_list("unit_id", "period_id", "part", "base"):
            found[unit, period] = Amount(part, base)
    return found
