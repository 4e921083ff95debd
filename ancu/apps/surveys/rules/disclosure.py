"""No figure of fewer than five people, nor one that can be worked out from the figures beside it. Nobody is nobody:
a nought is shown.

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


def is_few(number: int) -> bool:
    """Somebody, but fewer than five."""
    return 0 < number < LEAST


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
    out = {place for place, value in enumerate(values) if is_few(value)} | set(also)
    kept = set(fixed)
    while True:
        known = _tight(values, lines, out) or _named(lines, out)
        if not known:
            return out
        near = [line for line in lines if known & {*line.parts, line.total}]
        found = {place for line in near if (place := _next(values, line, out | kept)) is not None}
        if not found:
            raise Unshowable
        out |= found


def _next(values: Sequence[int], line: Line, gone: set[int]) -> int | None:
    """The smallest part of a line still to be hidden, else its sum; a nought hides little."""
    for places in (line.parts, (line.total,)):
        left = [place for place in places if place not in gone]
        if left:
            return min(left, key=lambda place: (values[place] == 0, values[place], place))
    return None


def _tight(values: Sequence[int], lines: Sequence[Line], out: set[int]) -> set[int]:
    """The hidden figures that have fewer than OPEN numbers left."""
    spans = {place: (1, LEAST - 1) if is_few(values[place]) else (0, MANY) for place in out}
    for _sweep in range(SWEEPS):
        before = dict(spans)
        for line in lines:
            _narrow(values, line, spans)
        if spans == before:
            break
    return {place for place, (low, high) in spans.items() if high - low + 1 < OPEN}


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


def _named(lines: Sequence[Line], out: set[int]) -> set[int]:
    """The hidden figures that all sums together determine."""
    places = sorted(out)
    if not places:
        return set()
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
    return {place for place, number in column.items() if not np.any(np.abs(free[:, number]) > 1e-9)}


def table_lines(rows: int, columns: int) -> list[Line]:
    """The lines of a table stored row by row, each row's sum behind it, the columns' sums last."""
    wide = columns + 1
    across = [Line(tuple(range(row * wide, row * wide + columns)), row * wide + columns) for row in range(rows + 1)]
    down = [Line(tuple(row * wide + column for row in range(rows)), rows * wide + column) for column in range(wide)]
    return across + down


def with_sums(cells: Sequence[Sequence[int]]) -> list[int]:
    """A table's figures with their sums, as ``table_lines`` counts them."""
    rows = [[*row, sum(row)] for row in cells]
    return [value for row in [*rows, [sum(column) for column in zip(*rows, strict=True)]] for value in row]
