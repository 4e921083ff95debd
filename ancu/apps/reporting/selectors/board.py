"""The leaders' page: each indicator of a period beside the period and the year before and the plan; then by unit."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.reporting.enums import GROUPS, PeriodKind
from ancu.apps.reporting.models import Plan
from ancu.apps.reporting.rules import values
from ancu.apps.reporting.rules.outliers import PAST, stands_out
from ancu.apps.reporting.rules.periods import Span, span
from ancu.apps.reporting.rules.values import Amount
from ancu.apps.reporting.selectors.periods import homes, ids_of, root_unit
from ancu.core.actor import Actor
from ancu.core.statements import run
from ancu.engines.rulebook import Indicator, indicators

Amounts = dict[int, Amount]  # by period
# By hand: thousands of rows of pages that leaders open all day, each read from one index and made into nothing else.
TOTALS = """
SELECT period_id, indicator, part, base, demo FROM reporting_total WHERE unit_id IS NULL AND period_id = ANY(%s)
"""
OF_AREA = """
SELECT period_id, indicator, part, base, demo FROM reporting_total
WHERE unit_id = ANY(%(area)s) AND period_id = ANY(%(periods)s)
UNION ALL
SELECT period_id, indicator, part, base, origin = 'demo' FROM reporting_figure
JOIN reporting_period ON reporting_period.id = period_id AND kind = 'month'
WHERE unit_id = ANY(%(area)s) AND period_id = ANY(%(periods)s) AND state = 'current'
"""
APPROVED = """
SELECT unit_id, period_id, part, base FROM reporting_figure
WHERE period_id = ANY(%(periods)s) AND indicator = %(code)s AND state = 'current'
    AND (%(area)s::bigint[] IS NULL OR unit_id = ANY(%(area)s))
"""
KEPT = """
SELECT unit_id, period_id, part, base FROM reporting_total
WHERE period_id = ANY(%(periods)s) AND indicator = %(code)s AND unit_id IS NOT NULL
    AND (%(area)s::bigint[] IS NULL OR unit_id = ANY(%(area)s))
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
    def reached(self) -> Decimal | None:
        """Of the year's plan."""
        return values.reached(self.indicator, self.so_far, self.plan)


@dataclass(frozen=True, slots=True)
class Group:
    name: object
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Compared:
    """The keys of the periods a line tells of, the nearest past first; 0 for one of which nothing is known."""

    now: int
    past: list[int]
    last_year: int
    year: int

    @property
    def all(self) -> list[int]:
        return list({self.now, *self.past, self.last_year, self.year} - {0})

    @property
    def lately(self) -> list[int]:
        """Of an indicator that says nothing in these no line is shown."""
        return [self.now, *self.past[:12]]


def compared(wanted: Span) -> Compared:
    past = [wanted.before()]
    while len(past) < PAST:
        past.append(past[-1].before())
    last_year, year = wanted.last_year(), span(PeriodKind.YEAR, wanted.last_day)
    ids = ids_of({wanted, last_year, year, *past})
    return Compared(ids.get(wanted, 0), [ids.get(one, 0) for one in past], ids.get(last_year, 0), ids.get(year, 0))


def board(actor: Actor, wanted: Span) -> list[Group]:
    """Every indicator of which there is a figure, group by group."""
    at = compared(wanted)
    amounts, demo = _amounts(actor, at.all)
    plans = _plans(actor, wanted.label_year)
    groups: dict[str, list[Line]] = defaultdict(list)
    for one in indicators(wanted.first_day):
        known, plan = amounts.get(one.code, {}), plans.get(one.code)
        if plan is not None or any(values.value_of(one, known.get(period)) is not None for period in at.lately):
            groups[one.group].append(_line(one, at, known, plan, demo=(at.now, one.code) in demo))
    return [Group(GROUPS[name], groups[name]) for name in GROUPS if name in groups]


def _line(one: Indicator, at: Compared, known: Amounts, plan: Decimal | None, **more: Any) -> Line:
    def of(period: int) -> Decimal | None:
        return values.value_of(one, known.get(period))

    value, past = of(at.now), [of(period) for period in at.past]
    outlier = stands_out(value, past[::-1])
    return Line(one, value, past[0], of(at.last_year), plan, of(at.year), outlier, **more)


def _amounts(actor: Actor, periods: list[int]) -> tuple[dict[str, Amounts], set[tuple[int, str]]]:
    """Of the office's province the sums that are kept; of a smaller area its units', added here."""
    of_area = {"area": list(actor.area), "periods": periods}
    rows = run(TOTALS, [periods]) if actor.is_office else run(OF_AREA, of_area)
    amounts: dict[str, Amounts] = defaultdict(dict)
    demo = set()
    for period, code, part, base, invented in rows:
        of_code, amount = amounts[code], Amount(part, base)
        of_code[period] = of_code[period] + amount if period in of_code else amount
        if invented:
            demo.add((period, code))
    return amounts, demo


def _plans(actor: Actor, year: int) -> dict[str, Decimal]:
    """The year's, of the province or of the unit that the actor's agency stands for."""
    root = root_unit() if actor.is_office else None
    unit = root.pk if root else homes().get(actor.organisation_id or 0)
    return dict(Plan.objects.filter(year=year, unit=unit).order_by("pk").values_list("indicator", "value"))


def by_unit(actor: Actor, one: Indicator, wanted: Span) -> list[Line]:
    """The units that had a figure in the period or in the one before, or have a plan; the largest first."""
    at = compared(wanted)
    amounts = _of_units(actor, one, at.all)
    plans = _plans_of_units(actor, one, wanted.label_year)
    near = {at.now, at.past[0]}
    shown = {unit for unit, known in amounts.items() if near & known.keys()} | plans.keys()
    units = AdministrativeUnit.objects.only("name", "full_name").in_bulk(shown)
    lines = [_line(one, at, amounts.get(pk, {}), plans.get(pk), unit=unit) for pk, unit in units.items()]
    return sorted(lines, key=_largest_first)


def _largest_first(line: Line) -> tuple[bool, Decimal | int, str, int]:
    name, pk = (line.unit.name, line.unit.pk) if line.unit else ("", 0)
    return line.value is None, -(line.value or 0), name, pk


def _plans_of_units(actor: Actor, one: Indicator, year: int) -> dict[int, Decimal]:
    """The province's own is on the page of all indicators."""
    root = root_unit()
    found = Plan.objects.filter(year=year, indicator=one.code).exclude(unit=root).order_by()
    own = found if actor.is_office else found.filter(unit__in=actor.area)
    return dict(own.values_list("unit_id", "value"))


def _of_units(actor: Actor, one: Indicator, periods: list[int]) -> dict[int, Amounts]:
    asked = {"periods": periods, "code": one.code, "area": None if actor.is_office else list(actor.area)}
    found: dict[int, Amounts] = defaultdict(dict)
    for statement in (APPROVED, KEPT):
        for unit, period, part, base in run(statement, asked):
            found[unit][period] = Amount(part, base)
    return found
