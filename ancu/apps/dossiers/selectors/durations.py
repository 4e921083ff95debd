"""How long decisions took: dossiers by month, procedure and working days, and what follows from these counts.

One query counts the dossiers; medians and slowest tenths of any months together follow from the counts exactly, without
sorting the dossiers once for each of them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import ceil
from typing import Any

from django.db import connection

from ancu.core.security.disclosure_control import is_few, is_share_shown, rounded, suppressed_parts

ENOUGH = 20  # dossiers from which a procedure's times are shown
HALF, NINE_TENTHS = 0.5, 0.9
DAYS_SQL = """
SELECT date_trunc('month', decided_on)::date, procedure, since_submission,
    count(*)::int, count(is_on_time)::int, (count(*) FILTER (WHERE is_on_time))::int
FROM dossiers_duration
WHERE decided_on >= %s AND decided_on < %s AND (%s OR agency_id = %s)
GROUP BY 1, 2, 3
ORDER BY 1 DESC, 2
"""


@dataclass
class DecisionCounts:
    """Decided dossiers by working days; ``promised`` of them had a date, ``on_time`` of those met it."""

    by_days: Counter[int] = field(default_factory=Counter)
    promised: int = 0
    on_time: int = 0

    @property
    def cases(self) -> int:
        """The number of decided dossiers."""
        return self.by_days.total()

    def within(self, share: float) -> int:
        """Return the working days within which this share of the dossiers was decided."""
        remaining = ceil(share * self.cases - 1e-9)
        for days in sorted(self.by_days):
            remaining -= self.by_days[days]
            if remaining <= 0:
                return days
        return 0

    def add(self, addend: "DecisionCounts") -> None:
        """Add the dossiers of another month."""
        self.by_days += addend.by_days
        self.promised += addend.promised
        self.on_time += addend.on_time


def decision_counts(first: date, end: date, agency_id: int | None) -> dict[tuple[date, str], DecisionCounts]:
    """Return the decisions from ``first`` to before ``end`` by month and procedure, the newest month first.

    They are those of the agency; of all agencies for None.
    """
    counts: dict[tuple[date, str], DecisionCounts] = {}
    values: list[Any] = [first, end, agency_id is None, agency_id or 0]
    with connection.cursor() as cursor:
        cursor.execute(DAYS_SQL, values)
        for month, procedure, days, cases, promised, on_time in cursor.fetchall():
            counts.setdefault((month, procedure), DecisionCounts()).add(
                DecisionCounts(Counter({days: cases}), promised, on_time)
            )
    return counts


@dataclass(frozen=True)
class ProcedureTimes:
    """A procedure's year: half and nine in ten of ``cases`` were decided within these days.

    ``percent`` of the ``promised`` dates were met; None where that would reveal few people.
    """

    procedure: str
    cases: int
    middle: int
    slow: int
    promised: int | None
    percent: int | None


def times_by_procedure(counts: Mapping[tuple[date, str], DecisionCounts], *, exact: bool) -> list[ProcedureTimes]:
    """Return the year of each procedure with enough dossiers, the one with the most first.

    Unless ``exact``, days are those of months that are shown, so that they reveal nothing about hidden ones. Met dates
    are those of all months, since otherwise only months without a miss would count.
    """
    by_procedure: dict[str, list[DecisionCounts]] = {}
    for (_month, procedure), own in counts.items():
        by_procedure.setdefault(procedure, []).append(own)
    times = [_times(procedure, months, exact) for procedure, months in by_procedure.items()]
    return sorted((own for own in times if own.cases >= ENOUGH), key=lambda own: (-own.cases, own.procedure))


def _times(procedure: str, months: Sequence[DecisionCounts], exact: bool) -> ProcedureTimes:
    """Return the year of one procedure from its months."""
    shown_months, whole_year = DecisionCounts(), DecisionCounts()
    for month in months:
        whole_year.add(month)
        if exact or not is_few(month.cases):
            shown_months.add(month)
    percent = round(100 * whole_year.on_time / whole_year.promised) if whole_year.promised else None
    if not exact and not _is_year_share_public(months, whole_year):
        percent = None
    promised = whole_year.promised if exact else rounded(whole_year.promised)
    return ProcedureTimes(
        procedure, shown_months.cases, shown_months.within(HALF), shown_months.within(NINE_TENTHS), promised, percent
    )


def _is_year_share_public(months: Sequence[DecisionCounts], whole_year: DecisionCounts) -> bool:
    """Whether the year's share of met dates may be shown beside the shares of its months.

    Less the months that are shown, it must leave the hidden ones as unknown as the policy asks, in met and in missed
    dates (``disclosure_control``).
    """
    hidden = {
        place
        for place, month in enumerate(months)
        if is_few(month.cases) or not is_share_shown(month.on_time, month.promised)
    }
    met = suppressed_parts([month.on_time for month in months])
    missed = suppressed_parts([month.promised - month.on_time for month in months])
    return is_share_shown(whole_year.on_time, whole_year.promised) and met | missed <= hidden
