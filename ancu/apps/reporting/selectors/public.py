"""Already published values of figures that some users read rounded: those are shown as published."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from ancu.apps.dossiers.selectors.promises import punctuality_by_month
from ancu.apps.reporting.enums import PeriodKind
from ancu.apps.reporting.rules.periods import Span, shift
from ancu.apps.reporting.rules.values import value_of
from ancu.apps.reporting.selectors.rounding import FIELDS
from ancu.core.actor import PUBLIC
from ancu.core.db.statements import run
from ancu.engines.rulebook import Indicator

if TYPE_CHECKING:
    from ancu.apps.reporting.selectors.board_lines import BoardLine

Months = tuple[date, ...]  # first days
RELEASED = """
SELECT release.year, code, months, hidden, total, CASE WHEN %(by_unit)s THEN units END
FROM (
    SELECT DISTINCT ON (year) year, content -> 'indicators' AS indicators FROM reporting_release
    WHERE year = ANY(%(years)s) ORDER BY year, number DESC
) AS release, jsonb_to_recordset(indicators) AS told(
    code text, months jsonb, hidden jsonb, total float8, units jsonb
)
WHERE code = ANY(%(codes)s)
"""


@dataclass(frozen=True)
class PublicFigures:
    """Published values by indicator: of months, of a year's first months, and of units of a complete year."""

    months: Mapping[str, Mapping[date, float]]
    totals: Mapping[str, Mapping[Months, float]]
    units: Mapping[str, Mapping[tuple[Months, str], float]]

    def value(self, indicator: Indicator, months: Months) -> float | None:
        """Return the published total of these months; without one the sum of their published values.

        None if a value is missing, or if the indicator's months do not add up (only counts do).
        """
        if months in self.totals[indicator.code]:
            return self.totals[indicator.code][months]
        values = [self.months[indicator.code].get(month) for month in months]
        available = [value for value in values if value is not None]
        adds_up = indicator.sums == "count" or len(months) == 1
        return sum(available) if available and len(available) == len(values) and adds_up else None

    def units_of(self, code: str, period: Span, length: int) -> dict[str, float]:
        """Return the published values of the units for the period's first ``length`` months, by unit name."""
        compared = tuple(period.months[:length])
        return {name: value for (months, name), value in self.units[code].items() if months == compared}

    def columns_of_units(self, lines: Mapping[int, BoardLine], period: Span, length: int) -> dict[int, set[str]]:
        """Return, by unit id, the columns of the unit's line whose value equals a published one.

        A single unit's line is compared with the published total.
        """
        if len(lines) == 1:
            return {unit: self.columns_of(replace(line, unit=None), period, length) for unit, line in lines.items()}
        return {unit: self.columns_of(line, period, length) for unit, line in lines.items()}

    def columns_of(self, line: BoardLine, period: Span, length: int) -> set[str]:
        """Return the columns of the line (now, before, and so on) whose value equals the published one.

        ``length`` is the number of months covered. A figure corrected since publication is not included.
        """
        columns = set()
        for column, months in _months_of(line, period, length).items():
            name = line.unit.full_name if line.unit else None
            public = self.units[line.indicator.code].get((months, name)) if name else self.value(line.indicator, months)
            value = value_of(line.indicator, getattr(line, FIELDS[column]))
            if public is not None and value is not None and float(value) == public:
                columns.add(column)
        return columns


def _months_of(line: BoardLine, period: Span, length: int) -> dict[str, Months]:
    """Return the months that each column of a line sums up: now, before, last_year and, with a plan, so_far.

    ``length`` is the number of months covered.
    """
    spans = {"now": period, "before": period.before(), "last_year": period.last_year()}
    months = {column: tuple(span.months[:length]) for column, span in spans.items()}
    if line.plan_span:
        first, last = line.plan_span
        number = (last.year - first.year) * 12 + last.month - first.month + 1
        months["so_far"] = tuple(shift(first, place) for place in range(number))
    return months


def months_compared(period: Span, done: int) -> int:
    """Return how many months a comparison covers: 1 for a month, otherwise ``done``, the months that are over."""
    return 1 if period.kind == PeriodKind.MONTH else done


def public_figures(period: Span, requested_indicators: Iterable[Indicator], *, by_unit: bool = False) -> PublicFigures:
    """Return the published values of the indicators for the period and the periods it is compared with.

    They come from releases and from the public page of expected dates; ``by_unit``: those of single units, too.
    """
    indicators = {indicator.code: indicator for indicator in requested_indicators}
    years = {day.year for span in (period, period.before(), period.last_year()) for day in span.months}
    months: dict[str, dict[date, float]] = defaultdict(dict)
    totals: dict[str, dict[Months, float]] = defaultdict(dict)
    units: dict[str, dict[tuple[Months, str], float]] = defaultdict(dict)
    parameters = {"years": sorted(years), "codes": list(indicators), "by_unit": by_unit}
    for year, code, values, hidden, total, of_units in run(RELEASED, parameters):
        numbers, is_hidden = json.loads(values), json.loads(hidden)
        of_year = tuple(date(year, place, 1) for place in range(1, len(numbers) + 1))
        for month, number, withheld in zip(of_year, numbers, is_hidden, strict=True):
            if number is not None or (not withheld and indicators[code].sums == "count"):
                months[code][month] = number or 0  # none at all adds nothing
        if total is not None:
            totals[code][of_year] = total
        units[code] |= _by_name(of_year, json.loads(of_units) if of_units else [])
    _add_expected_dates(months, indicators.values())
    return PublicFigures(months, totals, units)


def _by_name(months: Months, units: Sequence[Mapping[str, object]]) -> dict[tuple[Months, str], float]:
    """Return the released values of units by (months, unit name); names that several units bear are left out."""
    names = Counter(unit["unit"] for unit in units)
    return {
        (months, str(unit["unit"])): float(str(unit["value"]))
        for unit in units
        if unit["value"] is not None and names[unit["unit"]] == 1
    }


def _add_expected_dates(months: dict[str, dict[date, float]], indicators: Collection[Indicator]) -> None:
    """Add to ``months`` the numbers of decided dossiers by month that the public page of expected dates shows."""
    codes = {indicator.part: indicator.code for indicator in indicators if indicator.source == "dossiers.decided"}
    for month in punctuality_by_month(PUBLIC).months if codes else ():
        if month.procedure in codes:
            months[codes[month.procedure]][month.first_day] = month.cases
