"""No figure of fewer than five people, nor one that can be worked out from the figures beside it.

Figures stand in lines that add up: the answers of a question to everybody, a cross-table's rows and columns to their
sums. A figure under five is hidden, and then the table is looked at as somebody would who subtracts, again and again:
while what is shown leaves a hidden figure fewer than ``OPEN`` numbers to be, the smallest figure beside it is hidden
too. At last it is asked whether the sums taken together name a hidden figure, which no line by itself would.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

LEAST = 5
OPEN = 3
MANY = 10**9
SWEEPS = 60


class Line(NamedTuple):
    """The places of the parts, and of their sum."""

    parts: tuple[int, ...]
    total: int


class Unshowable(ValueError):
    """Nothing is left to hide: the table tells too much however it is shown."""


def hidden(
    values: Sequence[int], lines: Sequence[Line], *, also: Iterable[int] = (), fixed: Iterable[int] = ()
) -> set[int]:
    """The places not to be shown. ``also`` are hidden anyhow; ``fixed`` are shown elsewhere, so hiding them is no use.

    Raises Unshowable.
    """
    shown_elsewhere = set(fixed)
    out = {place for place, value in enumerate(values) if value < LEAST} | set(also)
    while True:
        told = _told(values, lines, out) or _named(values, lines, out)
        if not told:
            return out
        for line in told:
            out.add(_next(values, line, out, shown_elsewhere))


def _next(values: Sequence[int], line: Line, out: set[int], fixed: set[int]) -> int:
    """The smallest part still shown, else the sum."""
    for places in (line.parts, (line.total,)):
        left = [place for place in places if place not in out and place not in fixed]
        if left:
            return min(left, key=lambda place: (values[place], place))
    raise Unshowable


def _told(values: Sequence[int], lines: Sequence[Line], out: set[int]) -> list[Line]:
    """The lines in which a hidden figure has fewer than OPEN numbers left."""
    spans = {place: (0, LEAST - 1 if values[place] < LEAST else MANY) for place in out}
    for _sweep in range(SWEEPS):
        before = dict(spans)
        for line in lines:
            _narrow(values, line, spans)
        if spans == before:
            break
    tight = {place for place, (low, high) in spans.items() if high - low + 1 < OPEN}
    if not tight:
        return []
    found = [line for line in lines if tight & {*line.parts, line.total} and _is_tight(values, line, spans, tight)]
    return found or [line for line in lines if tight & {*line.parts, line.total}][:1]


def _is_tight(values: Sequence[int], line: Line, spans: dict[int, tuple[int, int]], tight: set[int]) -> bool:
    """Whether another figure of this line can still be hidden: one whose every figure is hidden says no more."""
    return any(place not in spans for place in (*line.parts, line.total))


def _narrow(values: Sequence[int], line: Line, spans: dict[int, tuple[int, int]]) -> None:
    """Parts are the sum less the other parts."""
    bounds = [spans.get(place, (values[place], values[place])) for place in line.parts]
    low, high = sum(one[0] for one in bounds), sum(one[1] for one in bounds)
    whole = spans.get(line.total, (values[line.total], values[line.total]))
    if line.total in spans:
        spans[line.total] = (max(whole[0], low), min(whole[1], high))
        whole = spans[line.total]
    for place, (least, most) in zip(line.parts, bounds, strict=True):
        if place in spans:
            spans[place] = (max(least, whole[0] - (high - most)), min(most, whole[1] - (low - least)))


def _named(values: Sequence[int], lines: Sequence[Line], out: set[int]) -> list[Line]:
    """Lines of a hidden figure that all sums together determine."""
    places = sorted(out)
    if not places:
        return []
    column = {place: number for number, place in enumerate(places)}
    rows = np.zeros((len(lines), len(places)))
    for number, line in enumerate(lines):
        for place in line.parts:
            if place in column:
                rows[number, column[place]] = 1
        if line.total in column:
            rows[number, column[line.total]] = -1
    _left, sizes, right = np.linalg.svd(rows)
    free = right[int((sizes > 1e-9).sum()) :]
    known = {places[number] for number in range(len(places)) if not np.any(np.abs(free[:, number]) > 1e-9)}
    if not known:
        return []
    found = [line for line in lines if known & {*line.parts, line.total}]
    open_ones = [line for line in found if any(place not in out for place in (*line.parts, line.total))]
    return open_ones[:1] or found[:1]


def table_lines(rows: int, columns: int) -> list[Line]:
    """The lines of a table stored row by row, each row's sum behind it, the columns' sums last."""
    wide = columns + 1
    across = [Line(tuple(row * wide + column for column in range(columns)), row * wide + columns) for row in range(rows + 1)]
    down = [Line(tuple(row * wide + column for row in range(rows)), rows * wide + column) for column in range(wide)]
    return across + down


def with_sums(cells: Sequence[Sequence[int]]) -> list[int]:
    """A table's figures with their sums, as ``table_lines`` counts them."""
    rows = [[*row, sum(row)] for row in cells]
    return [value for row in [*rows, [sum(column) for column in zip(*rows, strict=True)]] for value in row]
