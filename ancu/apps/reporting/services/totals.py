"""The sums kept beside figures, written in the transaction that changes them."""

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


# Everything at once: each kind of period from the months that lie in it, and what is worked out anew from its own.
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


def ensure(month: Span) -> dict[str, Period]:
    """The month's period, and the half year and year it belongs to."""
    return {one.kind: _one(one) for one in spans_of(month.first_day)}


def _one(wanted: Span) -> Period:
    period, _new = Period.objects.get_or_create(
        kind=wanted.kind, first_day=wanted.first_day, defaults={"last_day": wanted.last_day}
    )
    return period


def lock(*months: Span) -> list[Period]:
    """The periods of all these months, to the end of the transaction: sums of a year are written by one act at a time,
    or each would miss what the other has not committed. All at once and in one order, so that no two acts wait for
    each other: who writes several months locks them before the first."""
    found = {one.pk for month in months for one in ensure(month).values()}
    return list(Period.objects.select_for_update(of=("self",)).filter(pk__in=found).order_by("pk"))


def locked(month: Span) -> dict[str, Period]:
    """The month, its half year and its year as they stand once they are locked."""
    return {one.kind: one for one in lock(month)}


@transaction.atomic
def keep(month: Span, codes: Collection[str] = (), units: Collection[int] = ()) -> None:
    """Add up anew what the figures of a month changed; without codes or units, everything."""
    periods = locked(month)
    wanted = list(codes) or list(indicator_codes())
    adding = {one.code for one in indicators(month.first_day) if one.adds_up}
    for kind, period in periods.items():
        months = _months(span(kind, month.first_day))
        for own, some in (([period.pk], set(wanted) - adding), (months, adding & set(wanted))):
            _write(period, own, sorted(some), sorted(units), by_unit=kind != PeriodKind.MONTH)


@transaction.atomic
def keep_everything() -> None:
    """Add up all figures anew, for a loaded or restored table; what is kept of single acts is ``keep``'s."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE reporting_total, reporting_figure IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM reporting_total")
        for kind in PeriodKind:
            units = ("NULL::bigint",) if kind == PeriodKind.MONTH else ("NULL::bigint", "figure.unit_id")
            for unit in units:
                cursor.execute(EVERYTHING.format(unit=unit), {"kind": kind, "adding": list(adding_codes())})


def _months(wanted: Span) -> list[int]:
    found = Period.objects.filter(kind=PeriodKind.MONTH, first_day__in=wanted.months)
    return list(found.order_by().values_list("pk", flat=True))


def _write(period: Period, months: list[int], codes: list[str], units: list[int], *, by_unit: bool) -> None:
    if not codes:
        return
    values: dict[str, Any] = {"period": period.pk, "months": months, "codes": codes, "units": units}
    with connection.cursor() as cursor:
        cursor.execute(OF_ALL, values)
        if by_unit:
            cursor.execute(OF_UNITS if units else OF_UNITS.replace("AND unit_id = ANY(%(units)s)", ""), values)
