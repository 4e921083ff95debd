"""Months, half years and years, and the due dates of their reports.

Half-yearly reports are due before 15 June and 15 December, before those months end. The first half is therefore
December to May, the second June to November (Decree 09/2019/NĐ-CP, art. 12). A year is the calendar year, due on 15
January.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from ancu.apps.reporting.enums import PeriodKind
from ancu.core.templatetags.ui import counted

REPORT_DAY = 15  # of the month after a period, when its report is due
HALVES = {12: 1, 6: 2}  # first month of each half year


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a period."""

    kind: str
    first_day: date
    last_day: date

    @property
    def label_year(self) -> int:
        """The calendar year in the period's name; a first half year begins in December of the year before."""
        return self.last_day.year

    @property
    def months(self) -> list[date]:
        """The first day of each month of the period."""
        length = {PeriodKind.MONTH: 1, PeriodKind.HALF: 6, PeriodKind.YEAR: 12}[PeriodKind(self.kind)]
        return [shift(self.first_day, number) for number in range(length)]

    def months_as_spans(self) -> list["Span"]:
        """Return the months of the period."""
        return [span(PeriodKind.MONTH, first) for first in self.months]

    @property
    def days(self) -> int:
        """The number of days in the period, including the first and the last."""
        return (self.last_day - self.first_day).days + 1

    @property
    def due_on(self) -> date:
        """The day by which the period's report is due."""
        return shift(self.last_day.replace(day=1), 1).replace(day=REPORT_DAY)

    @property
    def key(self) -> str:
        """The period's key in web addresses: 2026-03, 2026-h1 or 2026."""
        if self.kind == PeriodKind.MONTH:
            return f"{self.first_day:%Y-%m}"
        return (
            f"{self.label_year}-h{HALVES[self.first_day.month]}"
            if self.kind == PeriodKind.HALF
            else f"{self.label_year}"
        )

    def before(self) -> "Span":
        """Return the period of the same kind that ends when this one begins."""
        return span(self.kind, self.first_day - timedelta(days=1))

    def last_year(self) -> "Span":
        """Return the same period one year earlier."""
        return span(self.kind, shift(self.first_day, -12))


def overdue_before(today: date) -> date:
    """Return the day by which a period must have ended so that its report is overdue on ``today``.

    Reports are due on day ``REPORT_DAY`` of the next month.
    """
    first = today.replace(day=1)
    return first if today.day > REPORT_DAY else shift(first, -1)


def shift(first: date, months: int) -> date:
    """Return the first day of the month that is ``months`` after the given first day."""
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def span(kind: str, day: date) -> Span:
    """Return the period of the given kind that contains the day."""
    if kind == PeriodKind.MONTH:
        first, months = day.replace(day=1), 1
    elif kind == PeriodKind.YEAR:
        first, months = date(day.year, 1, 1), 12
    else:
        begins = 6 if 6 <= day.month <= 11 else 12
        first, months = date(day.year - (begins == 12 and day.month < 6), begins, 1), 6
    last = shift(first, months - 1)
    return Span(kind, first, last.replace(day=monthrange(last.year, last.month)[1]))


def months_text(months: tuple[date, date]) -> str:
    """Format a first and last month as "12/2025–05/2026", or "01/2026" for a single month."""
    first, last = (f"{month:%m/%Y}" for month in months)
    return first if first == last else f"{first}–{last}"


def common_months_text(months: int, now: str | None) -> str:
    """Return a note beside an earlier figure: how many months are compared, and this period's value in them.

    If ``months`` is 0 or ``now`` is None, the note says that some of the months have no figures.
    """
    if not months or now is None:
        return _("some of these months have no figures")
    alike = counted("over the %(n)s month that both have", "over the %(n)s months that both have", months)
    return f"{alike}, {_('now %(value)s') % {'value': now}}"


def spans_of(month: date) -> list[Span]:
    """Return the month itself, and the half year and year that contain it."""
    return [span(kind, month) for kind in PeriodKind]


def read_key(text: str) -> Span | None:
    """Parse a period key from a web address; None if it is invalid."""
    if not text.isascii():
        return None
    try:
        if len(text) == 4:
            return span(PeriodKind.YEAR, date(int(text), 1, 1))
        year, rest = int(text[:4]), text[5:]
        if len(text) != 7 or text[4] != "-" or year < 1000:
            return None
        if rest in {"h1", "h2"}:
            return span(PeriodKind.HALF, date(year, 1 if rest == "h1" else 6, 1))
        return span(PeriodKind.MONTH, date(year, int(rest), 1))
    except ValueError:
        return None
