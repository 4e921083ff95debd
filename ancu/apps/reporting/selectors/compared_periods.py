"""The periods a line adds up: its own, the one before, the same a year ago, and the plan's year so far.

A half year or year covers its finished months and is compared with as many months of earlier periods, so that missing
months are known. A running month is not compared.
"""

from dataclasses import dataclass
from datetime import date

from ancu.apps.reporting.enums import PeriodKind
from ancu.apps.reporting.rules.outliers import PAST
from ancu.apps.reporting.rules.periods import Span, span
from ancu.apps.reporting.selectors.periods import PeriodRow, rows_of
from ancu.core import clock
from ancu.core.documents.comparisons import Extent

Keys = tuple[int, ...]  # primary keys of periods, earliest first; 0 if not in the database
COLUMNS = ("now", "before", "last_year", "so_far")


@dataclass(frozen=True, slots=True)
class ComparedPeriods:
    """``now``, ``before`` and ``last_year`` have equal lengths; ``past`` are complete periods, nearest first.

    ``period_keys`` are the period itself, the one before and the same a year ago, for indicators that do not add up.
    ``extent`` counts the months (or days of a month) covered. ``plan_months`` are those of ``so_far``.
    """

    now: Keys
    before: Keys
    last_year: Keys
    so_far: Keys
    period_keys: Keys
    past: Keys
    extent: Extent
    plan_months: tuple[date, ...]

    @property
    def all(self) -> list[int]:
        """The keys of all periods that a line reads, each once."""
        groups = (self.now, self.before, self.last_year, self.so_far, self.period_keys, self.past)
        return list({key for keys in groups for key in keys} - {0})

    @property
    def recent_keys(self) -> list[int]:
        """The periods of which at least one must have a figure for an indicator to get a line."""
        return [*self.now, *self.before, *self.period_keys[:1], *self.past[:12]]

    @property
    def by_months(self) -> bool:
        """Whether the figure of a half year or year is added up from its months."""
        return len(self.now) != 1 or self.now != self.period_keys[:1]


def compared_periods(period: Span) -> ComparedPeriods:
    """Return the periods whose figures the dashboard shows or compares for this period."""
    today, past = clock.today(), _past_periods(period)
    compared = (period, past[0], period.last_year())
    year = _year_so_far(period)
    months = tuple(month.first_day for month in year)
    rows = rows_of({*compared, *past, *period.months_as_spans(), *past[0].months_as_spans(),
                    *period.last_year().months_as_spans(), *year})  # fmt: skip
    period_keys = _period_keys(rows, compared)
    if period.kind == PeriodKind.MONTH:
        extent = Extent(min((today - period.first_day).days, period.days), period.days)
        before, last_year = period_keys[1:2], period_keys[2:3]
        if not extent.is_whole:
            return ComparedPeriods(period_keys[:1], (), (), _period_keys(rows, year), period_keys, (), extent, months)
        return ComparedPeriods(
            period_keys[:1],
            before,
            last_year,
            _period_keys(rows, year),
            period_keys,
            _period_keys(rows, past),
            extent,
            months,
        )
    over = [month for month in period.months_as_spans() if month.last_day < today]
    now, before, last_year = (
        _period_keys(rows, compared_span.months_as_spans()[: len(over)]) for compared_span in compared
    )
    year = [month for month in year if month.last_day < today]
    months, extent = months[: len(year)], Extent(len(over), len(period.months))
    past_keys = _period_keys(rows, past) if _is_final(period, rows, today) else ()
    return ComparedPeriods(now, before, last_year, _period_keys(rows, year), period_keys, past_keys, extent, months)


def _past_periods(period: Span) -> list[Span]:
    """Return the ``PAST`` periods of the same kind before this one, the nearest first."""
    past = [period.before()]
    while len(past) < PAST:
        past.append(past[-1].before())
    return past


def _year_so_far(period: Span) -> list[Span]:
    """Return the months of the plan's year until the end of the period.

    A plan is for a calendar year; December of a first half belongs to the plan of the year before.
    """
    year = span(PeriodKind.YEAR, period.last_day)
    return [month for month in year.months_as_spans() if month.last_day <= period.last_day]


def _is_final(period: Span, rows: dict[Span, PeriodRow], today: date) -> bool:
    """Whether the period is over and all its months are closed, so that its figures no longer grow."""
    closed = all(month in rows and rows[month].is_closed for month in period.months_as_spans())
    return closed and period.last_day < today


def _period_keys(rows: dict[Span, PeriodRow], spans: "list[Span] | tuple[Span, ...]") -> Keys:
    """Return the primary keys of these periods; 0 for a period that is not in the database."""
    return tuple(rows[period].pk if period in rows else 0 for period in spans)
