"""Rules of the register: its periods, who reads it, and who opens a closed month for an audit."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from ancu.apps.accounts.enums import Role
from ancu.apps.dossiers.rules import reads_dossiers
from ancu.core import clock
from ancu.core.actor import Actor

AUDIT_DAYS = 14  # on which the inspectorate reads a month that was opened, the day itself included
DAY = timedelta(days=1)
WRITTEN_PERIOD = re.compile(
    r"(?P<iso_year>\d{4})(?:-(?P<iso_month>\d{1,2})(?:-(?P<iso_day>\d{1,2}))?)?"
    r"|(?:(?:(?P<day>\d{1,2})[/.-])?(?P<month>\d{1,2})[/.-])(?P<year>\d{4})"
)
FIRST_YEAR, LAST_YEAR = 2000, 2199  # a year outside was mistyped


class PeriodLength(StrEnum):
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class RegisterPeriod:
    """A day, a month or a year of the register, from its first to its last day."""

    length: PeriodLength
    first: date

    @property
    def last(self) -> date:
        """The last day of the period."""
        return self.following.first - DAY

    @property
    def following(self) -> "RegisterPeriod":
        """The period of the same length that begins when this one ends."""
        days = {PeriodLength.DAY: 1, PeriodLength.MONTH: monthrange(self.first.year, self.first.month)[1]}
        return period_of(self.length, self.first + DAY * days.get(self.length, 366))

    @property
    def previous(self) -> "RegisterPeriod":
        """The period of the same length that ends when this one begins."""
        return period_of(self.length, self.first - DAY)

    @property
    def key(self) -> str:
        """The period in ISO form: 2026-12-01, 2026-12 or 2026."""
        signs = {PeriodLength.DAY: 10, PeriodLength.MONTH: 7, PeriodLength.YEAR: 4}
        return self.first.isoformat()[: signs[self.length]]

    @property
    def text(self) -> str:
        """The period as officers write it: 01/12/2026, 12/2026 or 2026."""
        return "/".join(reversed(self.key.split("-")))

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The moment at which the period begins, and the one at which the next begins."""
        return clock.start_of(self.first), clock.start_of(self.following.first)

    @property
    def month(self) -> date:
        """The first day of the month in which the period begins."""
        return self.first.replace(day=1)


def period_of(length: PeriodLength, day: date) -> RegisterPeriod:
    """Return the period of this length in which the day lies."""
    if length == PeriodLength.YEAR:
        return RegisterPeriod(length, day.replace(month=1, day=1))
    return RegisterPeriod(length, day if length == PeriodLength.DAY else day.replace(day=1))


def read_period(text: str) -> RegisterPeriod | None:
    """Parse a period from 24/11/2026, 11/2026, 2026 or their ISO forms; None if it is not one."""
    match = WRITTEN_PERIOD.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day = (match[f"iso_{name}"] or match[name] for name in ("year", "month", "day"))
    length = PeriodLength.DAY if day else PeriodLength.MONTH if month else PeriodLength.YEAR
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return period_of(length, first) if FIRST_YEAR <= first.year <= LAST_YEAR else None


def is_closed(period: RegisterPeriod, today: date) -> bool:
    """Whether the period is over, so that it gets no further line."""
    return period.last < today


def inspects_register(actor: Actor) -> bool:
    """Whether the actor inspects the office's register: a deciding officer of an agency without an area.

    Such an agency is the inspectorate. It reads only closed months that were opened for an audit.
    """
    below_office = actor.is_agency and not actor.is_office and not actor.has_area
    return below_office and actor.role == Role.APPROVING_OFFICER


def reads_register(actor: Actor) -> bool:
    """Whether the actor may open the register's page: who reads dossiers, and the inspectorate for its audits."""
    return reads_dossiers(actor) or inspects_register(actor)


def may_open_months(actor: Actor) -> bool:
    """Whether the actor may open closed months for an audit: the office's leader and the inspectorate."""
    leads_office = actor.is_office and actor.role == Role.APPROVING_OFFICER
    return leads_office or inspects_register(actor)


def may_open_month(actor: Actor, period: RegisterPeriod, today: date) -> bool:
    """Whether the actor may open this period for an audit: a month that is over."""
    return may_open_months(actor) and period.length == PeriodLength.MONTH and is_closed(period, today)
