"""The leaders' page: each indicator of a period beside the period and the year before and the plan; then by unit."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors import standing_on
from ancu.apps.reporting.enums import GROUPS
from ancu.apps.reporting.models import Plan
from ancu.apps.reporting.rules import values
from ancu.apps.reporting.rules.outliers import stands_out
from ancu.apps.reporting.rules.periods import Span
from ancu.apps.reporting.rules.reading import Reading, is_comparable, reading
from ancu.apps.reporting.rules.values import Amount
from ancu.apps.reporting.selectors import rounding
from ancu.apps.reporting.selectors.periods import homes, root_unit
from ancu.apps.reporting.selectors.public import months_compared, public_figures
from ancu.apps.reporting.selectors.stretches import COLUMNS, Keys, Stretches
from ancu.core.actor import Actor
from ancu.core.db.statements import run
from ancu.core.documents.comparisons import Change, Extent, change
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


class CommonMonths(NamedTuple):
    """Of how many months both stretches have a figure, where that is not each month of this one; ``now`` is their sum
    in this one."""

    number: int
    now: Amount | None


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of the period, of all or of one unit, beside like stretches.

    ``extent`` is set where the line tells of fewer months than the period has; ``plan_span`` is the first and the last
    month of ``so_far``. ``is_rounded``: it is shown to a reader who cannot open the list behind it;
    ``published`` are the columns in which he reads what everybody does.
    ``before_months`` and ``last_year_months`` are set where an earlier stretch lacks months: the others are compared.
    """

    indicator: Indicator
    now: Amount | None
    before_amount: Amount | None
    last_year_amount: Amount | None
    so_far_amount: Amount | None
    plan: Decimal | None
    outlier: bool
    demo: bool = False
    extent: Extent | None = None
    plan_span: tuple[date, date] | None = None
    unit: AdministrativeUnit | None = None
    is_rounded: bool = False
    published: frozenset[str] = frozenset()
    before_months: CommonMonths | None = None
    last_year_months: CommonMonths | None = None

    @property
    def is_published(self) -> bool:
        """Whether the period's own figure is shown as everybody reads it."""
        return "now" in self.published

    @property
    def places(self) -> int:
        return values.places(self.indicator)

    @property
    def value(self) -> Decimal | None:
        return values.value_of(self.indicator, self.now)

    @property
    def is_without_figure(self) -> bool:
        """Whether nothing of the period was entered or planned. Of a rounded line only what its extent says anyway."""
        is_known = self.is_rounded and (self.extent is None or self.extent.done > 0)
        return self.value is None and self.plan is None and not is_known

    @property
    def before(self) -> Decimal | None:
        return values.value_of(self.indicator, self.before_amount)

    @property
    def last_year(self) -> Decimal | None:
        return values.value_of(self.indicator, self.last_year_amount)

    @property
    def so_far(self) -> Decimal | None:
        """Of the plan's year, until the period's own end."""
        return values.value_of(self.indicator, self.so_far_amount)

    @property
    def change(self) -> Change | None:
        return self._against("before", self.before, self.before_months)

    @property
    def change_year(self) -> Change | None:
        return self._against("last_year", self.last_year, self.last_year_months)

    def _against(self, column: str, earlier: Decimal | None, months: CommonMonths | None = None) -> Change | None:
        value = values.value_of(self.indicator, months.now) if months else self.value
        return change(value, earlier, share=self.indicator.has_base) if is_comparable(self.published, column) else None

    @property
    def reached(self) -> Decimal | None:
        return values.reached(self.indicator, self.so_far, self.plan)

    @property
    def to_plan(self) -> Change | None:
        """How far a share or an average lies from its target; a rounded one would be compared with an exact target."""
        is_told = self.is_published or not self.is_rounded
        return self._against("now", self.plan) if is_told and self.indicator.has_base else None


@dataclass(frozen=True, slots=True)
class Group:
    name: object
    lines: list[Line]


def board(actor: Actor, wanted: Span, at: Stretches, *, exact: bool = False) -> list[Group]:
    """Every indicator of which there is a figure, group by group, as the actor may read it.

    ``exact``: for a report, which is frozen as it is and read by each as he may.
    """
    amounts, demo = _amounts(actor, at.all)
    counted: Mapping[str, Collection[int]] = amounts if actor.is_office else _counted(at.all)
    plans = _plans(actor, wanted.label_year)
    lines = []
    for one in indicators(wanted.first_day):
        known, plan = amounts.get(one.code, {}), plans.get(one.code)
        if not exact and reading(actor, one) is Reading.HIDDEN:
            continue
        if plan is not None or any(values.value_of(one, known.get(period)) is not None for period in at.lately):
            invented = any((period, one.code) in demo for period in at.now)
            recorded = _recorded(one, at, counted.get(one.code, ()) if one.how == "query" else known)
            line = _line(one, at, known, plan, recorded)
            lines.append(replace(line, demo=invented))
    return _in_groups(lines if exact else _as_readable(actor, wanted, at, lines))


def _as_readable(actor: Actor, wanted: Span, at: Stretches, lines: list[Line]) -> list[Line]:
    """Rounded where the actor cannot open the list behind, together with the lines of the units."""
    codes = {line.indicator.code for line in lines if reading(actor, line.indicator) is Reading.ROUNDED}
    if not codes:
        return lines
    of_units = sums_of_units(actor, wanted, at, codes)
    public = public_figures(wanted, [line.indicator for line in lines if line.indicator.code in codes])
    length = months_compared(wanted, at.extent.done)
    return [
        rounding.total_line(line, of_units.get(line.indicator.code, {}), public.columns_of(line, wanted, length))
        if line.indicator.code in codes else line
        for line in lines
    ]  # fmt: skip


def _in_groups(lines: Iterable[Line]) -> list[Group]:
    groups: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        groups[line.indicator.group].append(line)
    return [Group(GROUPS[name], groups[name]) for name in GROUPS if name in groups]


def _line(one: Indicator, at: Stretches, known: Amounts, plan: Decimal | None, recorded: Collection[int]) -> Line:
    """``recorded``: the periods that count as known in comparisons (``_recorded``)."""
    if not one.adds_up:
        return _line_of_whole(one, at, known, plan, recorded)
    length = _months_told(one, at, known)
    now = _sum(known, at.now[:length])
    before, before_months = _earlier(at, known, at.before[:length], recorded)
    last_year, last_year_months = _earlier(at, known, at.last_year[:length], recorded)
    past = [values.value_of(one, known.get(key)) for key in at.past]
    outlier = stands_out(values.value_of(one, now), past[::-1])
    done = length if one.how == "query" else sum(key in known for key in at.now)
    extent = Extent(done, at.extent.total) if at.by_months and done < at.extent.total else None
    so_far, plan_span = _sum(known, at.so_far), _plan_span(at, known)
    return Line(one, now, before, last_year, so_far, plan, outlier, extent=extent, plan_span=plan_span,
                before_months=before_months, last_year_months=last_year_months)  # fmt: skip


def _recorded(one: Indicator, at: Stretches, periods: Collection[int]) -> Collection[int]:
    """Those of the periods with a figure; what the program counts is recorded from its first figure on."""
    if one.how != "query":
        return periods
    months = [key for key in dict.fromkeys((*at.last_year, *at.before, *at.now)) if key]
    first = next((place for place, key in enumerate(months) if key in periods), len(months))
    return set(months[first:])


def _earlier(
    at: Stretches, known: Amounts, keys: Keys, recorded: Collection[int]
) -> tuple[Amount | None, CommonMonths | None]:
    """The sum of an earlier stretch over the months that are recorded of both."""
    if not at.by_months:
        return _sum(known, keys), None
    pairs = [(now, key) for now, key in zip(at.now, keys, strict=False) if now in recorded and key in recorded]
    now_keys = tuple(now for now, _key in pairs)
    is_whole = len(pairs) == sum(now in recorded for now in at.now)
    months = None if is_whole or not keys else CommonMonths(len(pairs), _sum(known, now_keys))
    return _sum(known, tuple(key for _now, key in pairs)), months


def _line_of_whole(
    one: Indicator, at: Stretches, known: Amounts, plan: Decimal | None, recorded: Collection[int]
) -> Line:
    """A middle of a year is not its months': it is told of the period itself, and compared once that is over with a
    period of which as many months are recorded."""
    now, before, last_year = (known.get(key) for key in at.whole)
    if not at.extent.is_whole:
        before = last_year = None
    before_months, last_year_months = (_lacking(at, keys, recorded) for keys in (at.before, at.last_year))
    outlier = stands_out(values.value_of(one, now), [values.value_of(one, known.get(key)) for key in at.past][::-1])
    return Line(
        one, now, None if before_months else before, None if last_year_months else last_year, now, plan, outlier,
        before_months=before_months, last_year_months=last_year_months,
    )  # fmt: skip


def _lacking(at: Stretches, keys: Keys, recorded: Collection[int]) -> CommonMonths | None:
    """That nothing can be compared, where an earlier stretch lacks months of this one."""
    if not at.by_months or not at.extent.is_whole:
        return None
    lacks = any(now in recorded and key not in recorded for now, key in zip(at.now, keys, strict=True))
    return CommonMonths(0, None) if lacks else None


def _months_told(one: Indicator, at: Stretches, known: Amounts) -> int:
    """Of how many months the line tells: what units enter comes later than what the program counts."""
    if not at.by_months or one.how == "query":
        return len(at.now)
    return max((place for place, key in enumerate(at.now, start=1) if key in known), default=0)


def _plan_span(at: Stretches, known: Amounts) -> tuple[date, date] | None:
    """The plan's first month, and the last one of which there is a figure."""
    months = [month for month, key in zip(at.plan_months, at.so_far, strict=True) if key in known]
    return (at.plan_months[0], months[-1]) if months else None


def _sum(known: Amounts, keys: Keys) -> Amount | None:
    amounts = [known[key] for key in keys if key in known]
    return sum(amounts[1:], amounts[0]) if amounts else None


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


def _counted(periods: list[int]) -> dict[str, set[int]]:
    """By indicator, the periods of which a unit of the province has a figure: what the program counts, it counts for
    all units from one day on."""
    counted: dict[str, set[int]] = defaultdict(set)
    for period, code, *_amount in run(TOTALS, [periods]):
        counted[code].add(period)
    return counted


def _plans(actor: Actor, year: int) -> dict[str, Decimal]:
    """The year's, of the province or of the unit that the actor's agency stands for."""
    root = root_unit() if actor.is_office else None
    unit = root.pk if root else homes().get(actor.organisation_id or 0)
    return dict(Plan.objects.filter(year=year, unit=unit).order_by("pk").values_list("indicator", "value"))


def by_unit(actor: Actor, one: Indicator, wanted: Span, at: Stretches) -> list[Line]:
    """The units that had a figure in the period or in the one before, or have a plan; the largest first.

    They are those of the period's last day, each with its predecessors' figures, as on the unit's own board.
    """
    separate = _of_units(actor, one, at.all)
    plans = _plans_of_units(actor, one, wanted.label_year)
    standing = standing_on(wanted.last_day, {*separate, *plans}, _area(actor))
    amounts = _with_predecessors(separate, standing)
    plans = {unit: value for unit, value in plans.items() if standing[unit] == unit}
    near = {*at.now, *at.whole[:2], *at.past[:1]} - {0}
    shown = {unit for unit, by_period in amounts.items() if near & by_period.keys()} | plans.keys()
    counted: Collection[int] = {period for by_period in amounts.values() for period in by_period}
    if not actor.is_office:
        counted = _counted(at.all).get(one.code, ())
    lines = {}
    for pk in {*shown, *amounts}:
        by_period = amounts.get(pk, {})
        recorded = _recorded(one, at, counted if one.how == "query" else by_period)
        lines[pk] = _line(one, at, by_period, plans.get(pk), recorded)
    units = AdministrativeUnit.objects.only("name", "full_name", "valid_until").in_bulk(lines)
    lines = {pk: replace(line, unit=units[pk]) for pk, line in lines.items()}
    if reading(actor, one) is Reading.ROUNDED:  # each is looked at beside all others, shown or not
        public, length = public_figures(wanted, [one], by_unit=True), months_compared(wanted, at.extent.done)
        with_figures = {pk: lines[pk] for pk in amounts}
        lines |= rounding.unit_lines(with_figures, public.columns_of_units(with_figures, wanted, length))
    return sorted((lines[pk] for pk in shown), key=_largest_first)


def _largest_first(line: Line) -> tuple[bool, Decimal | int, str, int]:
    name, pk = (line.unit.name, line.unit.pk) if line.unit else ("", 0)
    return line.value is None, -(line.value or 0), name, pk


def _plans_of_units(actor: Actor, one: Indicator, year: int) -> dict[int, Decimal]:
    """The province's own is on the page of all indicators."""
    plans = Plan.objects.filter(year=year, indicator=one.code).exclude(unit=root_unit()).order_by()
    own = plans if actor.is_office else plans.filter(unit__in=actor.area)
    return dict(own.values_list("unit_id", "value"))


def _area(actor: Actor) -> list[int] | None:
    """The units whose figures count; None for all of them."""
    return None if actor.is_office else list(actor.area)


def _of_units(actor: Actor, one: Indicator, periods: list[int]) -> dict[int, Amounts]:
    parameters = {"periods": periods, "code": one.code, "area": _area(actor)}
    amounts: dict[int, Amounts] = defaultdict(dict)
    for statement in (APPROVED, KEPT):
        for unit, period, part, base in run(statement, parameters):
            amounts[unit][period] = Amount(part, base)
    return amounts


def _with_predecessors(amounts: dict[int, Amounts], standing: Mapping[int, int]) -> dict[int, Amounts]:
    sums: dict[int, Amounts] = defaultdict(dict)
    for unit, of_unit in amounts.items():
        together = sums[standing[unit]]
        for period, amount in of_unit.items():
            together[period] = together[period] + amount if period in together else amount
    return sums


# What the rounded lines of all units together need: each unit's sum of each stretch. Months lie in figures, half years
# and years in the sums beside them.
OF_UNITS = """
WITH stretch AS (
    SELECT * FROM unnest(%(columns)s::int[], %(keys)s::bigint[]) AS asked (place, period_id)
)
SELECT place, indicator, unit_id, sum(part), sum(base) FROM (
    SELECT place, indicator, unit_id, part, base FROM stretch JOIN reporting_figure USING (period_id)
    JOIN reporting_period ON reporting_period.id = period_id AND kind = 'month' WHERE state = 'current'
    UNION ALL
    SELECT place, indicator, unit_id, part, base FROM stretch JOIN reporting_total USING (period_id)
    WHERE unit_id IS NOT NULL
) AS told
WHERE indicator = ANY(%(codes)s) AND (%(area)s::bigint[] IS NULL OR unit_id = ANY(%(area)s))
GROUP BY place, indicator, unit_id
"""


def sums_of_units(
    actor: Actor, wanted: Span, at: Stretches, codes: Iterable[str]
) -> dict[str, dict[str, list[Amount]]]:
    """By indicator and column, what its units have, each with its predecessors; the smallest first."""
    area = _area(actor)
    pairs = [(place, key) for place, name in enumerate(COLUMNS) for key in getattr(at, name) if key]
    columns, keys = [place for place, _key in pairs], [key for _place, key in pairs]
    rows = run(OF_UNITS, {"columns": columns, "keys": keys, "codes": list(codes), "area": area})
    standing = standing_on(wanted.last_day, {row[2] for row in rows}, area)
    sums: dict[tuple[str, str, int], Amount] = {}
    for place, code, unit, part, base in rows:
        column, amount = (code, COLUMNS[place], standing[unit]), Amount(int(part), None if base is None else int(base))
        sums[column] = sums[column] + amount if column in sums else amount
    of_units: dict[str, dict[str, list[Amount]]] = defaultdict(lambda: defaultdict(list))
    for (code, name, _unit), amount in sorted(sums.items(), key=lambda item: (item[1].part, item[1].base or 0)):
        of_units[code][name].append(amount)
    return of_units
