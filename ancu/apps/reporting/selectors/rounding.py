"""Lines rounded by ``disclosure_control`` for users who may not open the list behind them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ancu.apps.reporting.rules.reading import has_rounded
from ancu.apps.reporting.rules.values import IndicatorAmount
from ancu.core.security.disclosure_control import Share, rounded_shares, rounded_table
from ancu.engines.rulebook import Indicator

if TYPE_CHECKING:
    from ancu.apps.reporting.selectors.board_lines import BoardLine

FIELDS = {"now": "now", "before": "before_amount", "last_year": "last_year_amount", "so_far": "so_far_amount"}
RoundedAmounts = tuple[IndicatorAmount | None, list[IndicatorAmount | None]]


def total_line(
    line: BoardLine, of_units: Mapping[str, Sequence[IndicatorAmount]], published: Collection[str]
) -> BoardLine:
    """Return the line of all units with rounded figures, consistent with the rounded lines of the units.

    A figure is hidden if these would reveal it. Columns in ``published`` are shown as published.
    """
    rounded = {
        field: rounded_amounts(line.indicator, getattr(line, field), of_units.get(column, ()))[0]
        for column, field in FIELDS.items()
    }
    return _rounded_line(line, rounded, published)


def unit_lines(lines: Mapping[int, BoardLine], published: Mapping[int, Collection[str]]) -> dict[int, BoardLine]:
    """Return the units' lines with rounded figures, by unit id, consistent with the rounded total.

    ``published`` has, by unit id, the columns shown as published.
    """
    rounded_by_unit: dict[int, dict[str, IndicatorAmount | None]] = {unit: {} for unit in lines}
    for field in FIELDS.values():
        exact = {unit: amount for unit, line in lines.items() if (amount := getattr(line, field)) is not None}
        rounded = rounded_amounts(next(iter(lines.values())).indicator, None, list(exact.values()))[1] if exact else []
        by_unit = dict(zip(exact, rounded, strict=True))
        for unit, values in rounded_by_unit.items():
            values[field] = by_unit.get(unit)
    return {unit: _rounded_line(line, rounded_by_unit[unit], published[unit]) for unit, line in lines.items()}


def is_explained(line: BoardLine) -> bool:
    """Whether the line has a figure that is rounded or hidden, so that the page explains why."""
    earlier = {"before": line.before_amount, "last_year": line.last_year_amount}
    return line.is_rounded and has_rounded(line.published, earlier)


def _rounded_line(line: BoardLine, amounts: dict[str, IndicatorAmount | None], published: Collection[str]) -> BoardLine:
    """Return the line with these rounded amounts; columns in ``published`` keep their exact ones.

    A hidden figure is not marked as an outlier.
    """
    amounts |= {FIELDS[column]: getattr(line, FIELDS[column]) for column in published}
    outlier = line.outlier and amounts["now"] is not None
    # The sum of the common months would be a second sum of the same figures, which could reveal a small count.
    amounts |= {"before_amount": None} if line.before_months else {}
    amounts |= {"last_year_amount": None} if line.last_year_months else {}
    line = replace(
        line,
        outlier=outlier,
        is_rounded=True,
        published=frozenset(published),
        before_months=None,
        last_year_months=None,
    )
    return replace(line, **amounts)  # type: ignore[arg-type]


def rounded_amounts(
    indicator: Indicator, total: IndicatorAmount | None, parts: Sequence[IndicatorAmount]
) -> RoundedAmounts:
    """Return the total and the units' amounts, rounded together; None for what must be hidden.

    Of a share, part and rest must each be at least five. An average stays exact, or is hidden if its base is small.
    """
    if indicator.sums == "count":
        shown_total, shown_parts = rounded_table(_total_part(total, parts), [amount.part for amount in parts])
        return _count_amount(shown_total if total or parts else None), [_count_amount(number) for number in shown_parts]
    bases = [amount.base or 0 for amount in parts]
    base_total, base_shown = rounded_table(_total_base(total, parts), bases)
    if indicator.sums != "share":
        safe_parts = [amount if base is not None else None for amount, base in zip(parts, base_shown, strict=True)]
        return total if base_total is not None else None, safe_parts
    shown_share, shown_shares = rounded_shares(
        (_total_part(total, parts), _total_base(total, parts)), [(amount.part, amount.base or 0) for amount in parts]
    )
    return _share_amount(shown_share), [_share_amount(share) for share in shown_shares]


def _total_part(total: IndicatorAmount | None, parts: Sequence[IndicatorAmount]) -> int:
    """Return the numerator of the total; without a total, the sum of the units' numerators.

    Of a count, the numerator is the count itself.
    """
    return total.part if total else sum(amount.part for amount in parts)


def _total_base(total: IndicatorAmount | None, parts: Sequence[IndicatorAmount]) -> int:
    """Return the denominator of the total; without a total, the sum of the units' denominators.

    A missing denominator counts 0.
    """
    return (total.base or 0) if total else sum(amount.base or 0 for amount in parts)


def _count_amount(number: int | None) -> IndicatorAmount | None:
    """Return a rounded count as an ``IndicatorAmount``; None stays None."""
    return None if number is None else IndicatorAmount(number)


def _share_amount(share: Share | None) -> IndicatorAmount | None:
    """Return a rounded part and base as an amount; None stays None."""
    return None if share is None else IndicatorAmount(*share)
