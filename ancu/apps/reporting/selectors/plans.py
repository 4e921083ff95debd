"""What units are to reach in a year, beside what they reached in the year before."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.reporting.enums import PeriodKind
from ancu.apps.reporting.models import Plan, Total
from ancu.apps.reporting.rules import values
from ancu.apps.reporting.rules.periods import span
from ancu.apps.reporting.rules.values import Amount
from ancu.apps.reporting.selectors.periods import ids_of, root_unit
from ancu.core import clock
from ancu.engines.rulebook import Indicator, indicators

AHEAD, BACK = 1, 3  # years that are planned for, and that can still be put right


@dataclass(frozen=True, slots=True)
class Planned:
    """An indicator of a unit's year: its plan, who set it when, and what the year before came to."""

    indicator: Indicator
    plan: Decimal | None
    before: Decimal | None
    set_by: str = ""
    set_at: datetime | None = None

    @property
    def places(self) -> int:
        return values.places(self.indicator)


def years_to_plan() -> list[int]:
    """The next one first."""
    now = clock.today().year
    return list(range(now + AHEAD, now - BACK - 1, -1))


def planned(unit: AdministrativeUnit, year: int) -> list[Planned]:
    """Every indicator, as defined at the beginning of the year (of next year, today)."""
    rows = Plan.objects.filter(unit=unit, year=year).values_list("indicator", "value", "set_by__full_name", "set_at")
    plans = {code: plan for code, *plan in rows}
    before = _year_before(unit, year)
    defined = indicators(min(date(year, 1, 1), clock.today()))
    return [_planned(indicator, before.get(indicator.code), *plans.get(indicator.code, ())) for indicator in defined]


def _planned(
    indicator: Indicator, before: Amount | None, plan: Decimal | None = None, by: str = "", at: datetime | None = None
) -> Planned:
    return Planned(indicator, plan, values.value_of(indicator, before), by, at)


def _year_before(unit: AdministrativeUnit, year: int) -> dict[str, Amount]:
    """As it is kept: of the province for all units together."""
    root = root_unit()
    whole = span(PeriodKind.YEAR, date(year - 1, 1, 1))
    of = None if root and root.pk == unit.pk else unit
    rows = Total.objects.filter(period=ids_of([whole]).get(whole, 0), unit=of).order_by()
    return {code: Amount(part, base) for code, part, base in rows.values_list("indicator", "part", "base")}
