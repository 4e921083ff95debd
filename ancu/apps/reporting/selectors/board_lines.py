"""One line of the dashboard: an indicator's figure, and its comparison with earlier periods and the plan."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.reporting.rules import values
from ancu.apps.reporting.rules.reading import is_comparable
from ancu.apps.reporting.rules.values import IndicatorAmount
from ancu.core.charts import SparkLine
from ancu.core.documents.comparisons import Change, Extent, change
from ancu.engines.rulebook import Indicator


class CommonMonths(NamedTuple):
    """Number of months both periods have, if fewer than this period's, and this period's sum over them (``now``)."""

    number: int
    now: IndicatorAmount | None


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One indicator of the period, of all units or one, with its comparisons.

    ``extent`` is set if the line covers fewer months than the period; ``plan_span`` is the first and last month of
    ``so_far``. ``is_rounded``: the user may not open the list; ``published`` are columns shown as published.
    ``before_months`` and ``last_year_months`` are set if an earlier period lacks months. ``course`` are the values of
    the last twelve months, for users who read them exactly.
    """

    indicator: Indicator
    now: IndicatorAmount | None
    before_amount: IndicatorAmount | None
    last_year_amount: IndicatorAmount | None
    so_far_amount: IndicatorAmount | None
    plan: Decimal | None
    outlier: bool
    demo: bool = False
    extent: Extent | None = None
    plan_span: tuple[date, date] | None = None
    unit: AdministrativeUnit | None = None
    is_rounded: bool = False
    published: frozenset[str] = frozenset()
    before_months: CommonMonths | None = None
    last_year_months: CommonMonths | None = None
    course: tuple[Decimal | None, ...] = ()

    @property
    def spark(self) -> SparkLine | None:
        """The line of the last twelve months, with the target of a share; None with fewer than two values."""
        if sum(value is not None for value in self.course) < 2:
            return None
        target = float(self.plan) if self.plan is not None and self.indicator.has_base else None
        return SparkLine(self.course, target=target, height=32)

    @property
    def is_published(self) -> bool:
        """Whether the line's figure of the period is shown as published, although the line is rounded."""
        return "now" in self.published

    @property
    def places(self) -> int:
        """The number of decimal places in which the line's values are shown."""
        return values.places(self.indicator)

    @property
    def value(self) -> Decimal | None:
        """The period's value; None without a figure."""
        return values.value_of(self.indicator, self.now)

    @property
    def is_without_figure(self) -> bool:
        """Whether the period has neither figure nor plan.

        A rounded line of which part of the period is over counts as having one, so that a hidden figure does not look
        different from none.
        """
        is_known = self.is_rounded and (self.extent is None or self.extent.done > 0)
        return self.value is None and self.plan is None and not is_known

    @property
    def before(self) -> Decimal | None:
        """The value of the period before; None without a figure."""
        return values.value_of(self.indicator, self.before_amount)

    @property
    def last_year(self) -> Decimal | None:
        """The value of the same period a year ago; None without a figure."""
        return values.value_of(self.indicator, self.last_year_amount)

    @property
    def so_far(self) -> Decimal | None:
        """The value from the beginning of the plan's year to the end of the period; None without a figure."""
        return values.value_of(self.indicator, self.so_far_amount)

    @property
    def change(self) -> Change | None:
        """The change from the period before; None if the two cannot be compared."""
        return self._change_from("before", self.before, self.before_months)

    @property
    def change_year(self) -> Change | None:
        """The change from the same period a year ago; None if the two cannot be compared."""
        return self._change_from("last_year", self.last_year, self.last_year_months)

    def _change_from(self, column: str, earlier: Decimal | None, months: CommonMonths | None = None) -> Change | None:
        """Return the change from the value ``earlier`` of a column, over the months that both periods have.

        None if the column is not as exact as the line's own figure, or a value is missing.
        """
        value = values.value_of(self.indicator, months.now) if months else self.value
        return change(value, earlier, share=self.indicator.has_base) if is_comparable(self.published, column) else None

    @property
    def reached(self) -> Decimal | None:
        """The percentage of the year's plan reached so far; None without a plan, or for a share or average."""
        return values.reached(self.indicator, self.so_far, self.plan)

    @property
    def to_plan(self) -> Change | None:
        """The difference, in points, of a share or average from its target; None if the indicator is a count.

        None also for a rounded figure that is not shown as published.
        """
        is_told = self.is_published or not self.is_rounded
        return self._change_from("now", self.plan) if is_told and self.indicator.has_base else None
