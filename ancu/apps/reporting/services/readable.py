"""A frozen report as one reader may read it: exact, rounded, or without a line (``rules.reading``)."""

from datetime import date
from typing import Any

from ancu.apps.reporting.models import Report
from ancu.apps.reporting.rules import values
from ancu.apps.reporting.rules.reading import Reading, reading
from ancu.apps.reporting.rules.values import Amount
from ancu.apps.reporting.selectors.figures import get_indicator
from ancu.apps.reporting.selectors.published import digest_of_json
from ancu.apps.reporting.selectors.rounding import rounded_amounts, total_line
from ancu.apps.reporting.services.freezing import frozen_figures, line_of
from ancu.core.actor import Actor
from ancu.engines.rulebook import Indicator


def as_readable(snapshot: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """The snapshot, each line with ``rounded``: by the rule of the board (``selectors.rounding``)."""
    on, groups = date.fromisoformat(snapshot["first_day"]), []
    for group in snapshot["groups"]:
        lines = [shown for line in group["lines"] if (shown := _line(line, get_indicator(line["code"], on), actor))]
        if lines:
            groups.append(group | {"lines": lines})
    return snapshot | {"groups": groups}


def digest_of_readable(report: Report, shown: dict[str, Any]) -> str:
    """The fingerprint of what the reader's papers say: the report's own where he reads each figure as it is."""
    lines = [line for group in shown["groups"] for line in group["lines"]]
    is_whole = len(lines) == sum(len(group["lines"]) for group in report.snapshot["groups"])
    if is_whole and not any(line["rounded"] for line in lines):
        return report.digest
    return digest_of_json(shown)


def _line(line: dict[str, Any], one: Indicator, actor: Actor) -> dict[str, Any] | None:
    how = reading(actor, one)
    if how is Reading.HIDDEN:
        return None
    return line | {"rounded": False} if how is Reading.EXACT else _rounded(line, one)


def _rounded(line: dict[str, Any], one: Indicator) -> dict[str, Any]:
    of_units = {column: [Amount(*amount) for amount in amounts] for column, amounts in line["unit_amounts"].items()}
    exact = line_of(line, one)
    _total, parts = rounded_amounts(one, exact.now, [Amount(*amount) for _name, _value, amount in line["units"]])
    units = [
        [name, _value(one, part), None] for (name, _exact, _amount), part in zip(line["units"], parts, strict=True)
    ]
    figures = frozen_figures(total_line(exact, of_units))
    return line | figures | {"rounded": True, "units": units, "amounts": None, "unit_amounts": None}


def _value(one: Indicator, amount: Amount | None) -> float | None:
    value = values.value_of(one, amount)
    return None if value is None else float(value)
