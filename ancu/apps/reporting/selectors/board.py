"""The dashboard: each indicator of a period compared with the period before, the year before and the plan; by unit."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors import units_on_day
from ancu.apps.reporting.enums import GROUPS
from ancu.apps.reporting.models import FigurePlan
from ancu.apps.reporting.rules import values
from ancu.apps.reporting.rules.outliers import stands_out
from ancu.apps.reporting.rules.periods import Span
from ancu.apps.reporting.rules.reading import ReadingMode, reading_mode
from ancu.apps.reporting.rules.values import IndicatorAmount
from ancu.apps.reporting.selectors import rounding
from ancu.apps.reporting.selectors.board_lines import BoardLine, CommonMonths
from ancu.apps.reporting.selectors.compared_periods import COLUMNS, ComparedPeriods, Keys
from ancu.apps.reporting.selectors.periods import root_unit, unit_of_agencies
from ancu.apps.reporting.selectors.public import months_compared, public_figures
from ancu.core.actor import Actor
from ancu.core.db.statements import run
from ancu.core.documents.comparisons import Extent
from ancu.engines.rulebook import Indicator, indicators

Amounts = dict[int, IndicatorAmount]  # by period
# Raw SQL: the pages read thousands of rows often, each from one index, without model instances.
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
UNIT_TOTALS = """
SELECT unit_id, period_id, part, base FROM reporting_total
WHERE period_id = ANY(%(periods)s) AND indicator = %(code)s AND unit_id IS NOT NULL
    AND (%(area)s::bigint[] IS NULL OR unit_id = ANY(%(area)s))
"""


@dataclass(frozen=True, slots=True)
class IndicatorGroup:
    name: object
    lines: list[BoardLine]

    @property
    def columns(self) -> frozenset[str]:
        """The names of the columns in which at least one of the lines has something."""
        return columns_with_figures(self.lines)


def board(actor: Actor, period: Span, at: ComparedPeriods, *, exact: bool = False) -> list[IndicatorGroup]:
    """Return the dashboard: the lines of all indicators with a figure or plan, by group, rounded for the actor.

    ``exact`` leaves them unrounded, for a report to store.
    """
    amounts, demo = _amounts(actor, at.all)
    counted: Mapping[str, Collection[int]] = amounts if actor.is_office else _counted(at.all)
    plans = _plans(actor, period.label_year)
    lines = []
    for indicator in indicators(period.first_day):
        by_period, plan = amounts.get(indicator.code, {}), plans.get(indicator.code)
        if not exact and reading_mode(actor, indicator) is ReadingMode.HIDDEN:
            continue
        if plan is not None or any(
            values.value_of(indicator, by_period.get(key)) is not None for key in at.recent_keys
        ):
            invented = any((key, indicator.code) in demo for key in at.now)
            recorded = _recorded(
                indicator, at, counted.get(indicator.code, ()) if indicator.how == "query" else by_period
            )
            line = _line(indicator, at, by_period, plan, recorded)
            lines.append(replace(line, demo=invented, course=_course(actor, indicator, at, by_period)))
    return _in_groups(lines if exact else _as_readable(actor, period, at, lines))


def _course(actor: Actor, indicator: Indicator, at: ComparedPeriods, by_period: Amounts) -> tuple[Decimal | None, ...]:
    """Return the indicator's values of the last twelve months; empty for users who read it rounded."""
    if reading_mode(actor, indicator) is not ReadingMode.EXACT:
        return ()
    return tuple(values.value_of(indicator, by_period.get(key)) for key in at.course)


def columns_with_figures(lines: Iterable[BoardLine]) -> frozenset[str]:
    """Return the names of the columns in which at least one line has something: before, last_year, course."""
    columns = set()
    for line in lines:
        columns |= {"before"} if line.before is not None or line.before_months else set()
        columns |= {"last_year"} if line.last_year is not None or line.last_year_months else set()
        columns |= {"course"} if line.spark else set()
    return frozenset(columns)


def _as_readable(actor: Actor, period: Span, at: ComparedPeriods, lines: list[BoardLine]) -> list[BoardLine]:
    """Round the lines of which the actor may not open the lists of people, consistently with the units' lines.

    All other lines are returned unchanged.
    """
    codes = {line.indicator.code for line in lines if reading_mode(actor, line.indicator) is ReadingMode.ROUNDED}
    if not codes:
        return lines
    of_units = sums_of_units(actor, period, at, codes)
    public = public_figures(period, [line.indicator for line in lines if line.indicator.code in codes])
    length = months_compared(period, at.extent.done)
    return [
        rounding.total_line(line, of_units.get(line.indicator.code, {}), public.columns_of(line, period, length))
        if line.indicator.code in codes else line
        for line in lines
    ]  # fmt: skip


def _in_groups(lines: Iterable[BoardLine]) -> list[IndicatorGroup]:
    """Return the lines grouped by their indicators' group, in the order of ``GROUPS``; empty groups are left out."""
    groups: dict[str, list[BoardLine]] = defaultdict(list)
    for line in lines:
        groups[line.indicator.group].append(line)
    return [IndicatorGroup(GROUPS[name], groups[name]) for name in GROUPS if name in groups]


def _line(
    indicator: Indicator, at: ComparedPeriods, by_period: Amounts, plan: Decimal | None, recorded: Collection[int]
) -> BoardLine:
    """Return an indicator's line: its figures of this and earlier periods, its plan, and whether it is an outlier.

    ``by_period`` has the amounts by period key; ``recorded`` are the periods with data (``_recorded``).
    """
    if not indicator.adds_up:
        return _line_not_adding(indicator, at, by_period, plan, recorded)
    length = _months_covered(indicator, at, by_period)
    now = _sum_amounts(by_period, at.now[:length])
    before, before_months = _earlier_amount(at, by_period, at.before[:length], recorded)
    last_year, last_year_months = _earlier_amount(at, by_period, at.last_year[:length], recorded)
    past = [values.value_of(indicator, by_period.get(key)) for key in at.past]
    outlier = stands_out(values.value_of(indicator, now), past[::-1])
    done = length if indicator.how == "query" else sum(key in by_period for key in at.now)
    extent = Extent(done, at.extent.total) if at.by_months and done < at.extent.total else None
    so_far, plan_span = _sum_amounts(by_period, at.so_far), _plan_span(at, by_period)
    return BoardLine(indicator, now, before, last_year, so_far, plan, outlier, extent=extent, plan_span=plan_span,
                before_months=before_months, last_year_months=last_year_months)  # fmt: skip


def _recorded(indicator: Indicator, at: ComparedPeriods, periods: Collection[int]) -> Collection[int]:
    """Return the keys of the periods for which the indicator has data, even if the figure is zero.

    Those are ``periods`` if units enter it. If the program counts it, all months from its first figure on.
    """
    if indicator.how != "query":
        return periods
    months = [key for key in dict.fromkeys((*at.last_year, *at.before, *at.now)) if key]
    first = next((place for place, key in enumerate(months) if key in periods), len(months))
    return set(months[first:])


def _earlier_amount(
    at: ComparedPeriods, by_period: Amounts, keys: Keys, recorded: Collection[int]
) -> tuple[IndicatorAmount | None, CommonMonths | None]:
    """Return the sum of an earlier period over the months with data in both periods, and a note on missing months.

    ``keys`` are the earlier period's months. The note is None if no month is missing.
    """
    if not at.by_months:
        return _sum_amounts(by_period, keys), None
    pairs = [(now, key) for now, key in zip(at.now, keys, strict=False) if now in recorded and key in recorded]
    now_keys = tuple(now for now, _key in pairs)
    is_whole = len(pairs) == sum(now in recorded for now in at.now)
    months = None if is_whole or not keys else CommonMonths(len(pairs), _sum_amounts(by_period, now_keys))
    return _sum_amounts(by_period, tuple(key for _now, key in pairs)), months


def _line_not_adding(
    indicator: Indicator, at: ComparedPeriods, by_period: Amounts, plan: Decimal | None, recorded: Collection[int]
) -> BoardLine:
    """Return the line of an indicator that cannot be summed over months, such as a median, from its own figure.

    Without comparison if the period is not over or an earlier one lacks months.
    """
    now, before, last_year = (by_period.get(key) for key in at.period_keys)
    if not at.extent.is_whole:
        before = last_year = None
    before_months, last_year_months = (_incomparable(at, keys, recorded) for keys in (at.before, at.last_year))
    outlier = stands_out(
        values.value_of(indicator, now), [values.value_of(indicator, by_period.get(key)) for key in at.past][::-1]
    )
    return BoardLine(
        indicator, now, None if before_months else before, None if last_year_months else last_year, now, plan, outlier,
        before_months=before_months, last_year_months=last_year_months,
    )  # fmt: skip


def _incomparable(at: ComparedPeriods, keys: Keys, recorded: Collection[int]) -> CommonMonths | None:
    """Return a ``CommonMonths`` of 0 if the earlier period lacks months of this one, so no comparison is possible.

    Otherwise None. ``keys`` are the earlier period's months.
    """
    if not at.by_months or not at.extent.is_whole:
        return None
    lacks = any(now in recorded and key not in recorded for now, key in zip(at.now, keys, strict=True))
    return CommonMonths(0, None) if lacks else None


def _months_covered(indicator: Indicator, at: ComparedPeriods, by_period: Amounts) -> int:
    """Return how many of the period's months the line covers.

    If the program counts the indicator, all months that are over; otherwise those up to the last one with a figure.
    """
    if not at.by_months or indicator.how == "query":
        return len(at.now)
    return max((place for place, key in enumerate(at.now, start=1) if key in by_period), default=0)


def _plan_span(at: ComparedPeriods, by_period: Amounts) -> tuple[date, date] | None:
    """Return the first month of the plan's year and the last month with a figure; None without figures."""
    months = [month for month, key in zip(at.plan_months, at.so_far, strict=True) if key in by_period]
    return (at.plan_months[0], months[-1]) if months else None


def _sum_amounts(by_period: Amounts, keys: Keys) -> IndicatorAmount | None:
    """Return the sum of the amounts of the periods ``keys``; None if none of them has an amount."""
    amounts = [by_period[key] for key in keys if key in by_period]
    return sum(amounts[1:], amounts[0]) if amounts else None


def _amounts(actor: Actor, periods: list[int]) -> tuple[dict[str, Amounts], set[tuple[int, str]]]:
    """Return each indicator's amounts by period in the actor's area, and which of them are demo data.

    Demo data are pairs of period key and indicator code. The office reads the stored totals of the province; for a
    smaller area the units are summed.
    """
    of_area = {"area": list(actor.area), "periods": periods}
    rows = run(TOTALS, [periods]) if actor.is_office else run(OF_AREA, of_area)
    amounts: dict[str, Amounts] = defaultdict(dict)
    demo = set()
    for period, code, part, base, invented in rows:
        of_code, amount = amounts[code], IndicatorAmount(part, base)
        of_code[period] = of_code[period] + amount if period in of_code else amount
        if invented:
            demo.add((period, code))
    return amounts, demo


def _counted(periods: list[int]) -> dict[str, set[int]]:
    """Return, by indicator code, the keys of those periods for which the province has a figure."""
    counted: dict[str, set[int]] = defaultdict(set)
    for period, code, *_amount in run(TOTALS, [periods]):
        counted[code].add(period)
    return counted


def _plans(actor: Actor, year: int) -> dict[str, Decimal]:
    """Return the year's plans by indicator code: for the office the province's, else those of the agency's unit."""
    root = root_unit() if actor.is_office else None
    unit = root.pk if root else unit_of_agencies().get(actor.organisation_id or 0)
    return dict(FigurePlan.objects.filter(year=year, unit=unit).order_by("pk").values_list("indicator", "value"))


def by_unit(actor: Actor, indicator: Indicator, period: Span, at: ComparedPeriods) -> list[BoardLine]:
    """Return the indicator's line for each unit with a recent figure or a plan, the largest value first.

    A unit's figures include those of its predecessors. Lines are rounded as the actor may read them.
    """
    separate = _amounts_of_units(actor, indicator, at.all)
    plans = _plans_of_units(actor, indicator, period.label_year)
    standing = units_on_day(period.last_day, {*separate, *plans}, _area(actor))
    amounts = _merge_predecessors(separate, standing)
    plans = {unit: value for unit, value in plans.items() if standing[unit] == unit}
    near = {*at.now, *at.period_keys[:2], *at.past[:1]} - {0}
    shown_units = {unit for unit, by_period in amounts.items() if near & by_period.keys()} | plans.keys()
    counted: Collection[int] = {key for by_period in amounts.values() for key in by_period}
    if not actor.is_office:
        counted = _counted(at.all).get(indicator.code, ())
    lines = {}
    for pk in {*shown_units, *amounts}:
        by_period = amounts.get(pk, {})
        recorded = _recorded(indicator, at, counted if indicator.how == "query" else by_period)
        lines[pk] = _line(indicator, at, by_period, plans.get(pk), recorded)
    units = AdministrativeUnit.objects.only("name", "full_name", "valid_until").in_bulk(lines)
    lines = {pk: replace(line, unit=units[pk]) for pk, line in lines.items()}
    if reading_mode(actor, indicator) is ReadingMode.ROUNDED:  # each is looked at beside all others, shown or not
        public, length = public_figures(period, [indicator], by_unit=True), months_compared(period, at.extent.done)
        with_figures = {pk: lines[pk] for pk in amounts}
        lines |= rounding.unit_lines(with_figures, public.columns_of_units(with_figures, period, length))
    return sorted((lines[pk] for pk in shown_units), key=_largest_first)


def _largest_first(line: BoardLine) -> tuple[bool, Decimal | int, str, int]:
    """Return the sort key of a unit's line: largest value first, then by name; units without a value last."""
    name, pk = (line.unit.name, line.unit.pk) if line.unit else ("", 0)
    return line.value is None, -(line.value or 0), name, pk


def _plans_of_units(actor: Actor, indicator: Indicator, year: int) -> dict[int, Decimal]:
    """Return the units' plans for the year, without the province's own, which is on the page of all indicators."""
    plans = FigurePlan.objects.filter(year=year, indicator=indicator.code).exclude(unit=root_unit()).order_by()
    own = plans if actor.is_office else plans.filter(unit__in=actor.area)
    return dict(own.values_list("unit_id", "value"))


def _area(actor: Actor) -> list[int] | None:
    """Return the ids of the units whose figures are summed for the actor; None (all units) for the office."""
    return None if actor.is_office else list(actor.area)


def _amounts_of_units(actor: Actor, indicator: Indicator, periods: list[int]) -> dict[int, Amounts]:
    """Return the indicator's approved amounts by unit id and period key, for the units of the actor's area."""
    parameters = {"periods": periods, "code": indicator.code, "area": _area(actor)}
    amounts: dict[int, Amounts] = defaultdict(dict)
    for statement in (APPROVED, UNIT_TOTALS):
        for unit, period, part, base in run(statement, parameters):
            amounts[unit][period] = IndicatorAmount(part, base)
    return amounts


def _merge_predecessors(amounts: dict[int, Amounts], standing: Mapping[int, int]) -> dict[int, Amounts]:
    """Return the amounts by today's unit: those of former units are added to their successors.

    ``standing`` maps each unit to the unit that exists in its place.
    """
    sums: dict[int, Amounts] = defaultdict(dict)
    for unit, of_unit in amounts.items():
        together = sums[standing[unit]]
        for period, amount in of_unit.items():
            together[period] = together[period] + amount if period in together else amount
    return sums


# Sums by unit and column, to round all lines consistently. Months are in figures, half years and years in totals.
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
    actor: Actor, period: Span, at: ComparedPeriods, codes: Iterable[str]
) -> dict[str, dict[str, list[IndicatorAmount]]]:
    """Return the amounts of all units by indicator code and column, smallest first and without the units' names.

    Columns are now, before, last_year and so_far. A unit's amount includes its predecessors. They are used to round
    the total.
    """
    area = _area(actor)
    pairs = [(place, key) for place, name in enumerate(COLUMNS) for key in getattr(at, name) if key]
    columns, keys = [place for place, _key in pairs], [key for _place, key in pairs]
    rows = run(OF_UNITS, {"columns": columns, "keys": keys, "codes": list(codes), "area": area})
    standing = units_on_day(period.last_day, {row[2] for row in rows}, area)
    sums: dict[tuple[str, str, int], IndicatorAmount] = {}
    for place, code, unit, part, base in rows:
        column, amount = (
            (code, COLUMNS[place], standing[unit]),
            IndicatorAmount(int(part), None if base is None else int(base)),
        )
        sums[column] = sums[column] + amount if column in sums else amount
    of_units: dict[str, dict[str, list[IndicatorAmount]]] = defaultdict(lambda: defaultdict(list))
    for (code, name, _unit), amount in sorted(sums.items(), key=lambda item: (item[1].part, item[1].base or 0)):
        of_units[code][name].append(amount)
    return of_units
