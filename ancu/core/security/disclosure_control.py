"""The policy for figures about few people: the one place where every page, file and role gets it from.

1. Whoever may open the list behind a figure reads the figure. Each app's own predicate decides that.
2. Everybody else reads no figure about one to four people, nor one that follows from the figures beside it.
   - What no longer changes (a release, a month that is over, a closed survey) is *suppressed*: small figures are
     hidden, and as many beside them as it takes. Zero is shown; it identifies nobody.
   - What can be asked for again tomorrow, or for another day, is *rounded* to fives, and zero is hidden too: the
     difference between two exact answers would be about one person.
3. A share follows its parts: it is shown only where its base is of five and more, and neither the part nor the rest
   is of one to four.

Figures stand in lines that add up: the answers to a question, a cross-table's rows and columns, the months of a year.
A table is looked at as a reader would who subtracts: while what is shown leaves a hidden figure fewer than
``MIN_CANDIDATES`` values to be, the smallest figure beside it is hidden too, and at last the sum.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

MIN_PEOPLE = 5
MIN_CANDIDATES = 3
UNBOUNDED = 10**9
SWEEPS = 60
Span = tuple[int, int]
Counts = Mapping[str, int]
RoundedCounts = dict[str, int | None]


def is_few(number: int) -> bool:
    """Whether the number is small enough to identify people: above zero and below ``MIN_PEOPLE``."""
    return 0 < number < MIN_PEOPLE


def is_share_shown(part: int, base: int) -> bool:
    """Whether a share of people may be published without identifying anyone.

    Its base must be five people or more; neither the part nor the rest may be one to four.
    """
    return base >= MIN_PEOPLE and not is_few(part) and not is_few(base - part)


# --- suppressed: what no longer changes -----------------------------------------------------------------


class SumLine(NamedTuple):
    """A line of figures that add up: the indexes of its parts, and the index of their sum."""

    parts: tuple[int, ...]
    total: int


class Unshowable(ValueError):
    """Raised when hiding more figures does not help: the table identifies people however it is shown."""


def suppressed(
    values: Sequence[int], lines: Sequence[SumLine], *, also: Iterable[int] = (), fixed: Iterable[int] = ()
) -> set[int]:
    """Return the indexes of the figures that must be hidden so that no figure identifies people.

    ``lines`` say which figures add up to which. ``also`` are hidden in any case. ``fixed`` are published elsewhere,
    so hiding them does not help. No shown sum leaves few people for all its hidden parts together. Raises Unshowable
    if that is impossible.
    """
    hidden = {place for place, value in enumerate(values) if is_few(value)} | set(also)
    fixed = frozenset(fixed)
    while True:
        if exposed := _narrow_places(values, lines, hidden) or _determined_places(lines, hidden):
            near = [line for line in lines if exposed & {*line.parts, line.total}]
            added = {_smallest_shown(values, line, hidden | fixed) for line in near} - {None}
        elif near := [line for line in lines if _leaves_few(values, line, hidden)]:
            added = {_smallest_shown(values, line, hidden | fixed, zeros=False) for line in near} - {None}
        else:
            return hidden
        if not added:
            raise Unshowable
        hidden |= added  # type: ignore[arg-type]


def _leaves_few(values: Sequence[int], line: SumLine, hidden: set[int]) -> bool:
    """Whether readers can compute that the hidden figures of a sum are one to four people together.

    That is so if the sum is shown and, less its shown parts, is small.
    """
    return line.total not in hidden and is_few(sum(values[part] for part in line.parts if part in hidden))


def _smallest_shown(values: Sequence[int], line: SumLine, hidden: set[int], *, zeros: bool = True) -> int | None:
    """Return the index of a sum's smallest shown part; its own index if all parts are hidden, None if it is too.

    Zeros come last, since hiding them helps little; without ``zeros`` they are left out.
    """
    for places in ([part for part in line.parts if zeros or values[part]], [line.total]):
        candidates = [place for place in places if place not in hidden]
        if candidates:
            return min(candidates, key=lambda place: (values[place] == 0, values[place], place))
    return None


def _narrow_places(values: Sequence[int], lines: Sequence[SumLine], hidden: set[int]) -> set[int]:
    """Return the indexes of hidden figures that a reader can narrow to fewer than MIN_CANDIDATES values."""
    spans = {place: (1, MIN_PEOPLE - 1) if is_few(values[place]) else (0, UNBOUNDED) for place in hidden}
    for _sweep in range(SWEEPS):
        before = dict(spans)
        for line in lines:
            _narrow(values, line, spans)
        if spans == before:
            break
    return {place for place, (low, high) in spans.items() if high - low + 1 < MIN_CANDIDATES}


def _narrow(values: Sequence[int], line: SumLine, spans: dict[int, Span]) -> None:
    """Narrow in ``spans`` the ranges of a line's hidden figures: each part is the sum less the other parts.

    ``spans`` has the lowest and highest possible value by index.
    """
    bounds = [spans.get(place, (values[place], values[place])) for place in line.parts]
    low, high = sum(bound[0] for bound in bounds), sum(bound[1] for bound in bounds)
    total = spans.get(line.total, (values[line.total], values[line.total]))
    if line.total in spans:
        spans[line.total] = (max(total[0], low), min(total[1], high))
        total = spans[line.total]
    for place, (least, most) in zip(line.parts, bounds, strict=True):
        if place in spans:
            spans[place] = (max(least, total[0] - (high - most)), min(most, total[1] - (low - least)))


def _determined_places(lines: Sequence[SumLine], hidden: set[int]) -> set[int]:
    """Return the indexes of hidden figures that all lines together determine, though no single line does."""
    places = sorted(hidden)
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
    _u, sizes, right = np.linalg.svd(rows)
    free = right[int((sizes > 1e-9).sum()) :]
    return {place for place, number in column.items() if not np.any(np.abs(free[:, number]) > 1e-9)}


def suppressed_parts(parts: Sequence[int], *, total_shown: bool = True) -> set[int]:
    """Return the indexes of ``parts`` to hide; all of them where even their sum identifies people.

    ``total_shown``: the sum is published elsewhere, so hiding it does not help.
    """
    if not total_shown:
        return {place for place, value in enumerate(parts) if is_few(value)}
    total = len(parts)
    line = SumLine(tuple(range(total)), total)
    try:
        return suppressed([*parts, sum(parts)], [line], fixed=[total]) - {total}
    except Unshowable:
        return set(range(total))


def table_lines(rows: int, columns: int) -> list[SumLine]:
    """Return which figures of a table add up, for a table stored row by row.

    Each row ends with its sum, and the last row has the columns' sums.
    """
    wide = columns + 1
    across = [SumLine(tuple(range(row * wide, row * wide + columns)), row * wide + columns) for row in range(rows + 1)]
    down = [SumLine(tuple(row * wide + column for row in range(rows)), rows * wide + column) for column in range(wide)]
    return across + down


def with_sums(cells: Sequence[Sequence[int]]) -> list[int]:
    """Return the cells of a table row by row, each row with its sum, then the row of the columns' sums."""
    rows = [[*row, sum(row)] for row in cells]
    return [value for row in [*rows, [sum(column) for column in zip(*rows, strict=True)]] for value in row]


# --- rounded: what can be asked for again ---------------------------------------------------------------


def rounded(number: int) -> int | None:
    """Return the number rounded to fives; None for fewer than five people."""
    return None if number < MIN_PEOPLE else max(MIN_PEOPLE, MIN_PEOPLE * round(number / MIN_PEOPLE))


def span(rounded_value: int | None) -> Span:
    """Return the lowest and highest number of people that a rounded (or, as None, hidden) number may stand for."""
    half = MIN_PEOPLE // 2
    return (
        (0, MIN_PEOPLE - 1) if rounded_value is None else (max(MIN_PEOPLE, rounded_value - half), rounded_value + half)
    )


def rounded_parts(total: int, parts: Sequence[int]) -> list[int | None]:
    """Return the parts of a total that is published exactly: rounded to fives, or None if hidden.

    Further parts are hidden where the exact total would let a reader work out a small one.
    """
    return _rounded_parts((total, total), parts)[1]


def rounded_table(total: int, parts: Sequence[int]) -> tuple[int | None, list[int | None]]:
    """Return the total and its parts as they may be shown: rounded to fives, or None if hidden.

    Further parts are hidden where rounding would let a reader work out a small one.
    """
    is_shown, shown_parts = _rounded_parts(span(rounded(total)), parts)
    return rounded(total) if is_shown else None, shown_parts


def _rounded_parts(total_span: Span, parts: Sequence[int]) -> tuple[bool, list[int | None]]:
    """Return whether a total of which readers know this range may be shown, and its parts, rounded or hidden."""
    shown_parts = [rounded(number) for number in parts]
    small = [place for place, value in enumerate(shown_parts) if value is None]
    spans = [span(value) for value in shown_parts]
    while any(_candidates(total_span, spans, place) < MIN_CANDIDATES for place in small):
        others = [place for place, value in enumerate(shown_parts) if value is not None]
        if not others:
            return False, shown_parts
        least = min(others, key=lambda place: parts[place])
        shown_parts[least], spans[least] = None, (0, UNBOUNDED)
    return True, shown_parts


Share = tuple[int, int]  # a part and its base


def rounded_shares(total: Share, shares: Sequence[Share]) -> tuple[Share | None, list[Share | None]]:
    """Return a total and its parts, each as (part, base), as they may be shown; None if hidden.

    A share is shown only where its part and the rest of its base are five or more.
    """
    part_total, parts = rounded_table(total[0], [part for part, _base in shares])
    rest_total, rests = rounded_table(total[1] - total[0], [base - part for part, base in shares])
    return _with_base(part_total, rest_total), [_with_base(*pair) for pair in zip(parts, rests, strict=True)]


def _with_base(part: int | None, rest: int | None) -> Share | None:
    """Return a share as (part, base) from its part and the rest; None if either is hidden."""
    return None if part is None or rest is None else (part, part + rest)


def rounded_page(
    total: Counts, tables: Mapping[str, Sequence[Counts]], above: Mapping[str, int | None] | None = None
) -> tuple[RoundedCounts, dict[str, list[RoundedCounts]]]:
    """Return a page's total and the rows of its tables as they may be shown: rounded, or None.

    Each is a number by column. ``above`` is what the page of the larger area shows of this one: what is hidden there
    is hidden here too. Without a shown total no rows are shown, as they would reveal it.
    """
    rounded_totals = {name: rounded(number) for name, number in total.items()}
    shown_tables: dict[str, list[RoundedCounts]] = {}
    for kind, rows in tables.items():
        shown_tables[kind] = [{} for _row in rows]
        for name, number in total.items():
            column_total, column = rounded_table(number, [row[name] for row in rows])
            for row, value in zip(shown_tables[kind], column, strict=True):
                row[name] = value
            if rows and column_total is None:
                rounded_totals[name] = None
    if above is not None:
        rounded_totals = {name: None if above[name] is None else value for name, value in rounded_totals.items()}
    for shown_rows in shown_tables.values():
        for row in shown_rows:
            row.update({name: None for name in row if rounded_totals[name] is None})
    return rounded_totals, shown_tables


def _candidates(total: Span, spans: Sequence[Span], place: int) -> int:
    """Return how many values a hidden part may have, given the ranges of the total and of all parts."""
    others = [span for position, span in enumerate(spans) if position != place]
    least = max(spans[place][0], total[0] - sum(high for _low, high in others))
    most = min(spans[place][1], total[1] - sum(low for low, _high in others))
    return most - least + 1
