"""Lines for readers who cannot open the list behind them, as ``disclosure_control`` lets numbers of people through."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ancu.apps.reporting.rules.reading import has_rounded
from ancu.apps.reporting.rules.values import Amount
from ancu.core.security.disclosure_control import Share, rounded_shares, rounded_table
from ancu.engines.rulebook import Indicator

if TYPE_CHECKING:
    from ancu.apps.reporting.selectors.board import Line

FIELDS = {"now": "now", "before": "before_amount", "last_year": "last_year_amount", "so_far": "so_far_amount"}
Told = tuple[Amount | None, list[Amount | None]]


def total_line(line: Line, of_units: Mapping[str, Sequence[Amount]], published: Collection[str]) -> Line:
    """The line of all units together; hidden where theirs, rounded beside it, could be worked out.

    The columns that are ``published`` (``selectors.public``) are shown as everybody reads them.
    """
    shown = {
        field: rounded_amounts(line.indicator, getattr(line, field), of_units.get(column, ()))[0]
        for column, field in FIELDS.items()
    }
    return _rounded(line, shown, published)


def unit_lines(lines: Mapping[int, Line], published: Mapping[int, Collection[str]]) -> dict[int, Line]:
    """The lines of all single units, as they may stand beside the line of them together; by unit what is published."""
    shown: dict[int, dict[str, Amount | None]] = {unit: {} for unit in lines}
    for field in FIELDS.values():
        known = {unit: amount for unit, line in lines.items() if (amount := getattr(line, field)) is not None}
        told = rounded_amounts(next(iter(lines.values())).indicator, None, list(known.values()))[1] if known else []
        by_unit = dict(zip(known, told, strict=True))
        for unit, values in shown.items():
            values[field] = by_unit.get(unit)
    return {unit: _rounded(line, shown[unit], published[unit]) for unit, line in lines.items()}


def is_explained(line: Line) -> bool:
    """Whether one of the line's figures is rounded or hidden, which the page explains."""
    earlier = {"before": line.before_amount, "last_year": line.last_year_amount}
    return line.is_rounded and has_rounded(line.published, earlier)


def _rounded(line: Line, shown: dict[str, Amount | None], published: Collection[str]) -> Line:
    """What stands out is not said of a figure that is not shown."""
    shown |= {FIELDS[column]: getattr(line, FIELDS[column]) for column in published}
    outlier = line.outlier and shown["now"] is not None
    # The months that both have would be a second sum of the same figures: from the two a few people could be told.
    shown |= {"before_amount": None} if line.before_months else {}
    shown |= {"last_year_amount": None} if line.last_year_months else {}
    line = replace(
        line,
        outlier=outlier,
        is_rounded=True,
        published=frozenset(published),
        before_months=None,
        last_year_months=None,
    )
    return replace(line, **shown)  # type: ignore[arg-type]


def rounded_amounts(one: Indicator, total: Amount | None, parts: Sequence[Amount]) -> Told:
    """Rounded, or None; of a share both what was and what was not is of five and more, of an average its base."""
    if one.sums == "count":
        shown_total, shown = rounded_table(_part(total, parts), [amount.part for amount in parts])
        return _count(shown_total if total or parts else None), [_count(number) for number in shown]
    bases = [amount.base or 0 for amount in parts]
    base_total, base_shown = rounded_table(_base(total, parts), bases)
    if one.sums != "share":
        kept = [amount if base is not None else None for amount, base in zip(parts, base_shown, strict=True)]
        return total if base_total is not None else None, kept
    shown_share, shown_shares = rounded_shares(
        (_part(total, parts), _base(total, parts)), [(amount.part, amount.base or 0) for amount in parts]
    )
    return _share(shown_share), [_share(share) for share in shown_shares]


def _part(total: Amount | None, parts: Sequence[Amount]) -> int:
    return total.part if total else sum(amount.part for amount in parts)


def _base(total: Amount | None, parts: Sequence[Amount]) -> int:
    return (total.base or 0) if total else sum(amount.base or 0 for amount in parts)


def _count(number: int | None) -> Amount | None:
    return None if number is None else Amount(number)


def _share(share: Share | None) -> Amount | None:
    return None if share is None else Amount(*share)
