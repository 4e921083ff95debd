"""Convert a line of the dashboard to its frozen form, and back."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ancu.apps.reporting.rules.values import IndicatorAmount, value_of
from ancu.apps.reporting.selectors.board_lines import BoardLine, CommonMonths
from ancu.core.documents.comparisons import Extent
from ancu.engines.rulebook import Indicator


def frozen_figures(line: BoardLine) -> dict[str, Any]:
    """Return all figures of a line as JSON values, to be stored in a report; ``amounts`` has their parts and bases."""
    numbers = {
        "value": line.value, "before": line.before, "last_year": line.last_year, "plan": line.plan,
        "so_far": line.so_far, "reached": line.reached,
    }  # fmt: skip
    changes = {"change": line.change, "change_year": line.change_year, "to_plan": line.to_plan}
    common = {"before_months": line.before_months, "last_year_months": line.last_year_months}
    return {
        **{name: None if value is None else float(value) for name, value in numbers.items()},
        **{name: change and [float(change.amount), str(change.measure)] for name, change in changes.items()},
        **{name: months and _frozen_common_months(line.indicator, months) for name, months in common.items()},
        "amounts": {
            "value": line.now, "before": line.before_amount, "last_year": line.last_year_amount,
            "so_far": line.so_far_amount,
        },
        "places": line.places, "outlier": line.outlier, "demo": line.demo,
        "extent": line.extent and list(line.extent),
        "plan_span": line.plan_span and [month.isoformat() for month in line.plan_span],
    }  # fmt: skip


def _frozen_common_months(indicator: Indicator, months: CommonMonths) -> list[Any]:
    """Return, for JSON, the number of months that are compared and this period's value in them."""
    value = value_of(indicator, months.now)
    return [months.number, None if value is None else float(value)]


def line_of(frozen: Mapping[str, Any], indicator: Indicator) -> BoardLine:
    """Return the line restored from ``frozen``, the form in which ``frozen_figures`` stored it.

    Of the common months only the number was stored.
    """
    amounts = {name: amount and IndicatorAmount(*amount) for name, amount in frozen["amounts"].items()}
    plan, extent, span = frozen["plan"], frozen["extent"], frozen["plan_span"]
    before_months, last_year_months = (
        frozen[name] and CommonMonths(frozen[name][0], None) for name in ("before_months", "last_year_months")
    )
    return BoardLine(
        indicator, amounts["value"], amounts["before"], amounts["last_year"], amounts["so_far"],
        None if plan is None else Decimal(str(plan)), frozen["outlier"], demo=frozen["demo"],
        extent=extent and Extent(*extent),
        plan_span=span and (date.fromisoformat(span[0]), date.fromisoformat(span[1])),
        before_months=before_months, last_year_months=last_year_months,
    )  # fmt: skip
