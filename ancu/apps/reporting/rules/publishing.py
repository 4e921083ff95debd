"""What may be shown of a year: no figure under five, nor one that follows from others, of this release or earlier ones.

Whoever subtracts has the months, the sum of the months so far, at the year's end the units, and all of that as every
earlier release had it. So what was hidden once stays hidden in its year; what was shown stays known; and the sum of a
release is one line with each earlier sum and the months between. What is shown follows ``disclosure_control``.

A correction is a difference, too: it is taken in only when everything it changes, against every earlier release, is
changed by nothing or by five and more. Until then the published figures stay, and it is said that more is known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ancu.core.security.disclosure_control import SumLine, Unshowable, is_few, suppressed

Cell = tuple[str, int]  # ("month", 0…11), ("total", number of months), ("unit", its id)


@dataclass(frozen=True)
class Series:
    """Counts of a year: of its first months, and of its units once it is whole."""

    months: tuple[int, ...]
    units: Mapping[int, int]

    def cells(self) -> dict[Cell, int]:
        found: dict[Cell, int] = {("month", place): value for place, value in enumerate(self.months)}
        found |= {("unit", unit): value for unit, value in self.units.items()}
        return found | {("total", len(self.months)): sum(self.months)}


@dataclass(frozen=True)
class Told:
    """What a release knew and what of each series it had to hide. A share has two: the part, and what is left of its
    base. Shown is what none of them hides; each is guarded as if it stood alone, for who sees less knows no more."""

    series: tuple[Series, ...]
    hidden: tuple[frozenset[Cell], ...]

    @property
    def not_shown(self) -> frozenset[Cell]:
        return frozenset().union(*self.hidden)

    def shows(self, number: int) -> dict[Cell, int]:
        gone = self.hidden[number]
        return {cell: value for cell, value in self.series[number].cells().items() if cell not in gone}


def may_adopt(new: Sequence[Series], earlier: Sequence[Told]) -> bool:
    """Whether corrected figures may take the place of published ones: each differs by nothing, or by five and more."""
    for told in earlier:
        for number, series in enumerate(new):
            now = series.cells() | _sums(series)
            shown = told.shows(number)
            if any(is_few(abs(now[cell] - value)) for cell, value in shown.items() if cell in now):
                return False
    return True


def _sums(series: Series) -> dict[Cell, int]:
    """The sum of the first month, of the first two, and so on."""
    return {("total", count): sum(series.months[:count]) for count in range(1, len(series.months) + 1)}


def to_hide(new: Sequence[Series], earlier: Sequence[Told], *, elsewhere: bool = False) -> tuple[frozenset[Cell], ...]:
    """Of each series the cells that must not be shown.

    ``elsewhere``: another page tells its months of five and more, so that hiding them here is no use.
    """
    return tuple(frozenset(_hidden(series, number, earlier, elsewhere)) for number, series in enumerate(new))


def _hidden(series: Series, number: int, earlier: Sequence[Told], elsewhere: bool) -> set[Cell]:
    own = series.cells()
    known = {cell for told in earlier for cell, value in told.shows(number).items() if own.get(cell) == value}
    gone = {cell for told in earlier for cell in told.hidden[number] if cell in own and cell[0] != "total"}
    if elsewhere:
        open_ = {cell for cell, value in own.items() if cell[0] == "month" and not is_few(value)}
        known, gone = known | open_, gone - open_
    cells, lines = dict(own), []
    for axis in ("month", "unit"):
        lines += _lines(series, number, earlier, axis, cells)
    order = sorted(cells)
    place = {cell: position for position, cell in enumerate(order)}
    fixed = (known | (set(cells) - set(own))) - gone
    try:
        found = suppressed(
            [cells[cell] for cell in order],
            [SumLine(tuple(place[part] for part in parts), place[total]) for parts, total in lines],
            also={place[cell] for cell in gone},
            fixed={place[cell] for cell in fixed},
        )
    except Unshowable:
        return (set(own) - fixed) | gone
    return {order[position] for position in found} & set(own)


def _lines(
    series: Series, number: int, earlier: Sequence[Told], axis: str, cells: dict[Cell, int]
) -> list[tuple[list[Cell], Cell]]:
    """What adds up, of the months or of the units. Each earlier release that showed its sum tells how much its hidden
    cells are together; that is a cell of its own here (put into ``cells``), unless one of them was corrected since.
    What is hidden grows from release to release, so each such sum is the one before and what was hidden between."""
    parts = [cell for cell in cells if cell[0] == axis]
    if not parts:
        return []
    lines: list[tuple[list[Cell], Cell]] = []
    before: set[Cell] = set()
    chain: list[Cell] = []
    for place, told in enumerate(earlier):
        then = told.series[number].cells()
        gone = {cell for cell in told.hidden[number] if cell[0] == axis}
        last = ("total", len(told.series[number].months))
        summed = last not in told.hidden[number] and any(cell[0] == axis for cell in then)
        if not summed or not gone or any(then[cell] != cells[cell] for cell in gone) or not before <= gone:
            continue
        together: Cell = (f"{axis}s hidden", place)
        cells[together] = sum(cells[cell] for cell in gone)
        lines.append(([*chain, *sorted(gone - before)], together))
        chain, before = [together], gone
    lines.append(([*chain, *(cell for cell in parts if cell not in before)], ("total", len(series.months))))
    return [(line, total) for line, total in lines if line]


def as_json(told: Told) -> dict[str, Any]:
    """For the table: what the next release must know of this one."""
    return {
        "series": [[list(one.months), {str(unit): value for unit, value in one.units.items()}] for one in told.series],
        "hidden": [sorted(cells) for cells in told.hidden],
    }


def from_json(raw: Mapping[str, Any]) -> Told:
    series = tuple(Series(tuple(months), {int(unit): value for unit, value in units.items()})
                   for months, units in raw["series"])  # fmt: skip
    return Told(series, tuple(frozenset((kind, number) for kind, number in cells) for cells in raw["hidden"]))
