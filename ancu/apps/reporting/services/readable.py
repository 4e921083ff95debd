"""A frozen report as one reader may read it: exact, rounded, or without a line (``rules.reading``)."""

from datetime import date
from typing import Any

from ancu.apps.reporting.models import Report
from ancu.apps.reporting.rules import values
from ancu.apps.reporting.rules.reading import Reading, reading
from ancu.apps.reporting.rules.values import Amount
from ancu.apps.reporting.selectors.figures import get_indicator
from ancu.apps.reporting.selectors.published import digest_of_json
from ancu.apps.reporting.selectors.rounding import rounded_amounts
from ancu.core.actor import Actor
from ancu.engines.rulebook import Indicator

NOT_FROZEN = (
    "before", "last_year", "before_months", "last_year_months", "change", "change_year", "to_plan", "reached",
)  # fmt: skip


def as_readable(snapshot: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """The snapshot, each line with ``rounded``. What stands in earlier periods is rounded beside their units, which a
    report does not hold: there the rounded reader is told of the report's own period alone."""
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
    amounts = [Amount(*amount) for _name, _value, amount in line["units"]]
    total = line["amounts"]["value"]
    shown, parts = rounded_amounts(one, Amount(*total) if total else None, amounts)
    units = [
        [name, _value(one, part), None] for (name, _exact, _amount), part in zip(line["units"], parts, strict=True)
    ]
    value = _value(one, shown)
    hidden = dict.fromkeys((*NOT_FROZEN, "amounts"))
    return line | hidden | {"rounded": True, "value": value, "so_far": value, "units": units, "outlier": False}


def _value(one: Indicator, amount: Amount | None) -> float | None:
    value = values.value_of(one, amount)
    return None if value is None else float(value)
