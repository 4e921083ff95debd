"""Which periods a line of results adds up: its own stretch, the one before, a year ago, and the plan's year so far.

A half year or a year is told of by its months that are over and compared with as many months of the earlier ones, so
that it is known which months each of them lacks. A month that runs is compared with nothing.
"""

from dataclasses import dataclass
from datetime import date

from ancu.apps.reporting.enums import PeriodKind
from ancu.apps.reporting.rules.outliers import PAST
from ancu.apps.reporting.rules.periods import Span, span
from ancu.apps.reporting.selectors.periods import PeriodRow, rows_of
from ancu.core import clock
from ancu.core.documents.comparisons import Extent

Keys = tuple[int, ...]  # of periods, the earliest first; 0 for one that is not in the table
COLUMNS = ("now", "before", "last_year", "so_far")


@dataclass(frozen=True, slots=True)
class Stretches:
    """``now``, ``before`` and ``last_year`` are as long as each other; ``past`` are whole periods, the nearest first.

    ``whole``: the keys of the period itself, the one before and the one a year ago, for what does not add up.
    ``extent`` counts the months of the period, or the days of a month, that are told of. ``plan_months`` are those of
    ``so_far``.
    """

    now: Keys
    before: Keys
    last_year: Keys
    so_far: Keys
    whole: Keys
    past: Keys
    extent: Extent
    plan_months: tuple[date, ...]

    @property
    def all(self) -> list[int]:
        stretches = (self.now, self.before, self.last_year, self.so_far, self.whole, self.past)
        return list({key for keys in stretches for key in keys} - {0})

    @property
    def lately(self) -> list[int]:
        """An indicator that says nothing in these gets no line."""
        return [*self.now, *self.before, *self.whole[:1], *self.past[:12]]

    @property
    def by_months(self) -> bool:
        """Whether the months of a half year or year are added up here."""
        return len(self.now) != 1 or self.now != self.whole[:1]


def stretches_of(wanted: Span) -> Stretches:
    today, past = clock.today(), _past(wanted)
    compared = (wanted, past[0], wanted.last_year())
    year = _year_so_far(wanted)
    months = tuple(month.first_day for month in year)
    rows = rows_of({*compared, *past, *wanted.months_as_spans(), *past[0].months_as_spans(),
                    *wanted.last_year().months_as_spans(), *year})  # fmt: skip
    whole = _keys(rows, compared)
    if wanted.kind == PeriodKind.MONTH:
        extent = Extent(min((today - wanted.first_day).days, wanted.days), wanted.days)
        before, last_year = whole[1:2], whole[2:3]
        if not extent.is_whole:
            return Stretches(whole[:1], (), (), _keys(rows, year), whole, (), extent, months)
        return Stretches(whole[:1], before, last_year, _keys(rows, year), whole, _keys(rows, past), extent, months)
    over = [month for month in wanted.months_as_spans() if month.last_day < today]
    now, before, last_year = (_keys(rows, one.months_as_spans()[: len(over)]) for one in compared)
    year = [month for month in year if month.last_day < today]
    months, extent = months[: len(year)], Extent(len(over), len(wanted.months))
    past_keys = _keys(rows, past) if _is_final(wanted, rows, today) else ()
    return Stretches(now, before, last_year, _keys(rows, year), whole, past_keys, extent, months)


def _past(wanted: Span) -> list[Span]:
    past = [wanted.before()]
    while len(past) < PAST:
        past.append(past[-1].before())
    return past


def _year_so_far(wanted: Span) -> list[Span]:
    """The months of the plan's year until the period's own end: a plan is a calendar year's, and December's part of a
    first half belongs to the plan of the year before."""
    year = span(PeriodKind.YEAR, wanted.last_day)
    return [month for month in year.months_as_spans() if month.last_day <= wanted.last_day]


def _is_final(wanted: Span, rows: dict[Span, PeriodRow], today: date) -> bool:
    closed = all(month in rows and rows[month].is_closed for month in wanted.months_as_spans())
    return closed and wanted.last_day < today


def _keys(rows: dict[Span, PeriodRow], spans: "list[Span] | tuple[Span, ...]") -> Keys:
    return tuple(rows[one].pk if one in rows else 0 for one in spans)
