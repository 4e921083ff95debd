"""Totals maintained beside figures, written in the transaction that changes the figures."""

from collections.abc import Collection
from typing import Any

from django.db import connection, transaction

from ancu.apps.reporting.enums import PeriodKind
from ancu.apps.reporting.models import Period
from ancu.apps.reporting.rules.periods import Span, span, spans_of
from ancu.engines.rulebook import adding_codes, indicator_codes, indicators

SUMS = """
INSERT INTO reporting_total (indicator, period_id, unit_id, part, base, units, demo)
SELECT indicator, %(period)s, {unit}, sum(part), sum(base), count(DISTINCT unit_id), bool_or(origin = 'demo')
FROM reporting_figure
WHERE state = 'current' AND period_id = ANY(%(months)s) AND indicator = ANY(%(codes)s) {units}
GROUP BY indicator{by}
ON CONFLICT (period_id, indicator{by}) WHERE unit_id IS {which} DO UPDATE
SET part = excluded.part, base = excluded.base, units = excluded.units, demo = excluded.demo
"""
OF_ALL = SUMS.format(unit="NULL::bigint", units="", by="", which="NULL")
OF_UNITS = SUMS.format(unit="unit_id", units="AND unit_id = ANY(%(units)s)", by=", unit_id", which="NOT NULL")


# Rebuild everything: each kind of period from its months; indicators that do not add up from their own periods.
EVERYTHING = """
INSERT INTO reporting_total (indicator, period_id, unit_id, part, base, units, demo)
SELECT figure.indicator, period.id, {unit}, sum(figure.part), sum(figure.base), count(DISTINCT figure.unit_id),
    bool_or(figure.origin = 'demo')
FROM reporting_figure figure
    JOIN reporting_period own ON own.id = figure.period_id
    JOIN reporting_period period ON period.kind = %(kind)s AND own.kind = CASE WHEN figure.indicator = ANY(%(adding)s)
        THEN 'month' ELSE period.kind END AND own.first_day BETWEEN period.first_day AND period.last_day
WHERE figure.state = 'current'
GROUP BY 1, 2, 3
"""


def ensure_periods(month: Span) -> dict[str, Period]:
    """Get or create the month's period, its half year and its year, by kind."""
    return {period.kind: _get_or_create_period(period) for period in spans_of(month.first_day)}


def _get_or_create_period(period_span: Span) -> Period:
    """Return the database row of a period, created if it is missing."""
    period, _new = Period.objects.get_or_create(
        kind=period_span.kind, first_day=period_span.first_day, defaults={"last_day": period_span.last_day}
    )
    return period


def lock_months(*months: Span) -> list[Period]:
    """Lock the months, and the half years and years that contain them, until the end of the transaction.

    Totals of a year are written by one transaction at a time, otherwise each would miss the other's uncommitted
    figures. All locks are taken at once in a fixed order, so that transactions do not deadlock.
    """
    period_ids = {period.pk for month in months for period in ensure_periods(month).values()}
    return list(Period.objects.select_for_update(of=("self",)).filter(pk__in=period_ids).order_by("pk"))


def lock_month(month: Span) -> dict[str, Period]:
    """Lock and return the month, its half year and its year, by kind."""
    return {period.kind: period for period in lock_months(month)}


@transaction.atomic
def update_totals(month: Span, codes: Collection[str] = (), units: Collection[int] = ()) -> None:
    """Recompute the stored totals of the month, its half year and its year from approved figures.

    Without ``codes`` all indicators, without ``units`` all units.
    """
    periods = lock_month(month)
    selected_codes = list(codes) or list(indicator_codes())
    adding = {indicator.code for indicator in indicators(month.first_day) if indicator.adds_up}
    for kind, period in periods.items():
        months = _month_ids(span(kind, month.first_day))
        for own, some in (([period.pk], set(selected_codes) - adding), (months, adding & set(selected_codes))):
            _write_totals(period, own, sorted(some), sorted(units), by_unit=kind != PeriodKind.MONTH)


@transaction.atomic
def rebuild_totals() -> None:
    """Recompute the totals of all periods, after the table of figures was loaded or restored."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE reporting_total, reporting_figure IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM reporting_total")
        for kind in PeriodKind:
            units = ("NULL::bigint",) if kind == PeriodKind.MONTH else ("NULL::bigint", "figure.unit_id")
            for unit in units:
                cursor.execute(EVERYTHING.format(unit=unit), {"kind": kind, "adding": list(adding_codes())})


def _month_ids(period_span: Span) -> list[int]:
    """Return the database keys of the period's months that have a row."""
    months = Period.objects.filter(kind=PeriodKind.MONTH, first_day__in=period_span.months)
    return list(months.order_by().values_list("pk", flat=True))


def _write_totals(period: Period, months: list[int], codes: list[str], units: list[int], *, by_unit: bool) -> None:
    """Replace the period's totals by sums over its months; ``by_unit`` also those of single units.

    ``units`` limits the latter; an empty list means all units.
    """
    if not codes:
        return
    values: dict[str, Any] = {"period": period.pk, "months": months, "codes": codes, "units": units}
    with connection.cursor() as cursor:
        cursor.execute(OF_ALL, values)
        if by_unit:
            cursor.execute(OF_UNITS if units else OF_UNITS.replace("AND unit_id = ANY(%(units)s)", ""), values)
