"""A frozen report as one user may read it: exact, rounded, or without a line (``rules.reading``)."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from ancu.apps.reporting.models import Report
from ancu.apps.reporting.rules import values
from ancu.apps.reporting.rules.periods import read_key
from ancu.apps.reporting.rules.reading import ReadingMode, reading_mode
from ancu.apps.reporting.rules.values import IndicatorAmount
from ancu.apps.reporting.selectors.figures import get_indicator
from ancu.apps.reporting.selectors.public import months_compared, public_figures
from ancu.apps.reporting.selectors.published import digest_of_json
from ancu.apps.reporting.selectors.rounding import rounded_amounts, total_line
from ancu.apps.reporting.services.freezing import frozen_figures, line_of
from ancu.core.actor import Actor
from ancu.engines.rulebook import Indicator

Frozen = dict[str, Any]  # a line of a snapshot


def as_readable(snapshot: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """Return the report's snapshot as the actor may read it: lines rounded or left out as on the dashboard.

    Each line has ``rounded`` and ``published`` (columns shown as published).
    """
    on = date.fromisoformat(snapshot["first_day"])
    indicators = {
        line["code"]: get_indicator(line["code"], on) for group in snapshot["groups"] for line in group["lines"]
    }
    how = {code: reading_mode(actor, indicator) for code, indicator in indicators.items()}
    round_line = _line_rounder(snapshot, [indicators[code] for code in how if how[code] is ReadingMode.ROUNDED])
    groups = []
    for group in snapshot["groups"]:
        visible_lines = [line for line in group["lines"] if how[line["code"]] is not ReadingMode.HIDDEN]
        lines = [
            round_line(line, indicators[line["code"]]) if how[line["code"]] is ReadingMode.ROUNDED
            else line | {"rounded": False, "published": []}
            for line in visible_lines
        ]  # fmt: skip
        if lines:
            groups.append(group | {"lines": lines})
    return snapshot | {"groups": groups}


def digest_of_readable(report: Report, readable: dict[str, Any]) -> str:
    """Return the SHA-256 of the figures that the user reads; it is the report's own if every figure is exact."""
    lines = [line for group in readable["groups"] for line in group["lines"]]
    is_whole = len(lines) == sum(len(group["lines"]) for group in report.snapshot["groups"])
    if is_whole and not any(line["rounded"] for line in lines):
        return report.digest
    return digest_of_json(readable)


def _line_rounder(snapshot: dict[str, Any], indicators: list[Indicator]) -> Callable[[Frozen, Indicator], Frozen]:
    """Return a function that rounds a line of the snapshot; values that were published are shown as published."""
    if not indicators:
        return lambda line, _indicator: line
    period = read_key(snapshot["period"])
    assert period is not None, "a report is of a period"  # else its lines would be told exactly
    length = months_compared(period, snapshot["extent"][0])
    public = public_figures(period, indicators, by_unit=True)

    def round_line(line: Frozen, indicator: Indicator) -> Frozen:
        """Return the line with rounded figures and units; its exact amounts are replaced by None."""
        of_units = {
            column: [IndicatorAmount(*amount) for amount in amounts] for column, amounts in line["unit_amounts"].items()
        }
        exact = line_of(line, indicator)
        rounded = total_line(exact, of_units, public.columns_of(exact, period, length))
        hidden = {"amounts": None, "unit_amounts": None}
        marks = {"rounded": True, "published": sorted(rounded.published)}
        return (
            line
            | frozen_figures(rounded)
            | hidden
            | marks
            | {"units": _readable_units(line, indicator, exact.now, public.units_of(indicator.code, period, length))}
        )

    return round_line


def _readable_units(
    line: Frozen, indicator: Indicator, total: IndicatorAmount | None, published: Mapping[str, float]
) -> list[list[Any]]:
    """Return [name, value that the user may see, None] for each unit of the line; the exact amount is left out.

    ``published`` are the public values by unit name; a value equal to the published one is shown exactly.
    """
    _total, parts = rounded_amounts(
        indicator, total, [IndicatorAmount(*amount) for _name, _value, amount in line["units"]]
    )
    return [
        [name, exact if exact is not None and published.get(name) == exact else _value(indicator, part), None]
        for (name, exact, _amount), part in zip(line["units"], parts, strict=True)
    ]


def _value(indicator: Indicator, amount: IndicatorAmount | None) -> float | None:
    """Return the indicator's value as a float; None without an amount."""
    value = values.value_of(indicator, amount)
    return None if value is None else float(value)
