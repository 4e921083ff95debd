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
COURSE = 12  # months of the line beside an indicator
COLUMNS = ("now", "before", "last_year", "so_far")


@dataclass(frozen=True, slots=True)
class ComparedPeriods:
    """``now``, ``before`` and ``last_year`` have equal lengths; ``past`` are complete periods, nearest first.

    ``period_keys`` are the period itself, the one before and the same a year ago, for indicators that do not add up.
    ``extent`` counts the months (or days of a month) covered. ``plan_months`` are those of ``so_far``, ``course`` are
    the last complete months.
    """

    now: Keys
    before: Keys
    last_year: Keys
    so_far: Keys
    period_keys: Keys
    past: Keys
    extent: Extent
    plan_months: tuple[date, ...]
    course: Keys = ()

    @property
    def all(self) -> list[int]:
        """The database keys of all periods that are read for the dashboard, each once."""
        groups = (self.now, self.before, self.last_year, self.so_far, self.period_keys, self.past, self.course)
        return list({key for keys in groups for key in keys} - {0})

    @property
    def recent_keys(self) -> list[int]:
        """The database keys of the periods of which one must have a figure, so that an indicator gets a line."""
        return [*self.now, *self.before, *self.period_keys[:1], *self.past[:12]]

    @property
    def by_months(self) -> bool:
        """Whether the figures are sums of months: those of a half year or year, not of a month."""
        return len(self.now) != 1 or self.now != self.period_keys[:1]


def compared_periods(period: Span) -> ComparedPeriods:
    """Return the keys of all periods that the dashboard shows or compares with this period.

    They are its months, the period before, the year before, the year so far, and past periods for outliers.
    """
    today, past = clock.today(), _past_periods(period)
    compared = (period, past[0], period.last_year())
    year, course_months = _year_so_far(period), _course_months(period, today)
    months = tuple(month.first_day for month in year)
    rows = rows_of({*compared, *past, *period.months_as_spans(), *past[0].months_as_spans(),
                    *period.last_year().months_as_spans(), *year, *course_months})  # fmt: skip
    period_keys, course = _period_keys(rows, compared), _period_keys(rows, course_months)
    if period.kind == PeriodKind.MONTH:
        extent = Extent(min((today - period.first_day).days, period.days), period.days)
        before, last_year = period_keys[1:2], period_keys[2:3]
        if not extent.is_whole:
            return ComparedPeriods(
                period_keys[:1], (), (), _period_keys(rows, year), period_keys, (), extent, months, course
            )
        return ComparedPeriods(
            period_keys[:1],
            before,
            last_year,
            _period_keys(rows, year),
            period_keys,
            _period_keys(rows, past),
            extent,
            months,
            course,
        )
    over = [month for month in period.months_as_spans() if month.last_day < today]
    now, before, last_year = (
        _period_keys(rows, compared_span.months_as_spans()[: len(over)]) for compared_span in compared
    )
    year = [month for month in year if month.last_day < today]
    months, extent = months[: len(year)], Extent(len(over), len(period.months))
    past_keys = _period_keys(rows, past) if _is_final(period, rows, today) else ()
    so_far = _period_keys(rows, year)
    return ComparedPeriods(now, before, last_year, so_far, period_keys, past_keys, extent, months, course)


def _course_months(period: Span, today: date) -> list[Span]:
    """Return the ``COURSE`` months that end with the period's last complete one, earliest first."""
    month = span(PeriodKind.MONTH, min(period.last_day, today))
    if month.last_day >= today:
        month = month.before()
    months = [month]
    while len(months) < COURSE:
        months.insert(0, months[0].before())
    return months


def _past_periods(period: Span) -> list[Span]:
    """Return the ``PAST`` periods of the same kind before this one, the nearest first."""
    past = [period.before()]
    while len(past) < PAST:
        past.append(past[-1].before())
    return past


def _year_so_far(period: Span) -> list[Span]:
    """Return the months from January of the year in which the period ends to its last month.

    A plan is for a calendar year, so the December with which a first half year begins is left out.
    """
    year = span(PeriodKind.YEAR, period.last_day)
    return [month for month in year.months_as_spans() if month.last_day <= period.last_day]


def _is_final(period: Span, rows: dict[Span, PeriodRow], today: date) -> bool:
    """Whether the period is over and all its months are closed, so that its figures can be compared with the past."""
    closed = all(month in rows and rows[month].is_closed for month in period.months_as_spans())
    return closed and period.last_day < today


def _period_keys(rows: dict[Span, PeriodRow], spans: "list[Span] | tuple[Span, ...]") -> Keys:
    """Return the database keys of these periods in order; 0 for a period without a row."""
    return tuple(rows[period].pk if period in rows else 0 for period in spans)
