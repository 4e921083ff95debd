"""Plans of units, with the result of the year before."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.reporting.enums import PeriodKind
from ancu.apps.reporting.models import FigurePlan, Total
from ancu.apps.reporting.rules import values
from ancu.apps.reporting.rules.periods import span
from ancu.apps.reporting.rules.values import IndicatorAmount
from ancu.apps.reporting.selectors.periods import ids_of, root_unit
from ancu.core import clock
from ancu.engines.rulebook import Indicator, indicators

AHEAD, BACK = 1, 3  # years that may be planned ahead, and corrected back


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A row of the plan page: the plan, who set it when, and the result of the year before."""

    indicator: Indicator
    plan: Decimal | None
    before: Decimal | None
    set_by: str = ""
    set_at: datetime | None = None

    @property
    def places(self) -> int:
        """The number of decimal places in which the plan is shown."""
        return values.places(self.indicator)


def years_to_plan() -> list[int]:
    """Return the years for which plans may be set, from some years ahead to some years back, the newest first."""
    now = clock.today().year
    return list(range(now + AHEAD, now - BACK - 1, -1))


def plan_rows(unit: AdministrativeUnit, year: int) -> list[PlanRow]:
    """Return a row for each indicator with the unit's plan of the year and its value of the year before.

    Indicators are those defined at the beginning of the year; for next year those of today.
    """
    rows = FigurePlan.objects.filter(unit=unit, year=year).values_list(
        "indicator", "value", "set_by__full_name", "set_at"
    )
    plans = {code: plan for code, *plan in rows}
    before = _year_before(unit, year)
    defined = indicators(min(date(year, 1, 1), clock.today()))
    return [_plan_row(indicator, before.get(indicator.code), *plans.get(indicator.code, ())) for indicator in defined]


def _plan_row(
    indicator: Indicator,
    before: IndicatorAmount | None,
    plan: Decimal | None = None,
    by: str = "",
    at: datetime | None = None,
) -> PlanRow:
    """Return the row of an indicator in the plan; ``before`` is its amount of the year before.

    ``by`` and ``at`` say who set the plan and when.
    """
    return PlanRow(indicator, plan, values.value_of(indicator, before), by, at)


def _year_before(unit: AdministrativeUnit, year: int) -> dict[str, IndicatorAmount]:
    """Return the unit's totals of the year before ``year`` by indicator code; for the province those of all units."""
    root = root_unit()
    year_span = span(PeriodKind.YEAR, date(year - 1, 1, 1))
    of = None if root and root.pk == unit.pk else unit
    rows = Total.objects.filter(period=ids_of([year_span]).get(year_span, 0), unit=of).order_by()
    return {code: IndicatorAmount(part, base) for code, part, base in rows.values_list("indicator", "part", "base")}
