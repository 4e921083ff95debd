"""Disclosure control of releases: no figure under five is shown or can be derived from this or earlier releases.

A reader may subtract months, totals, and units (at the end of the year), in every earlier release too. Hidden cells
therefore stay hidden for the year, shown cells count as known, and each release's total is a sum line with earlier
totals and the months between. See ``disclosure_control``.
A correction reveals a difference. It is published only if every change against every earlier release is zero or at
least five. Until then the published figures stay, and the page says that a revision is pending.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ancu.core.security.disclosure_control import SumLine, Unshowable, is_few, suppressed

Cell = tuple[str, int]  # ("month", 0…11), ("total", number of months), ("unit", its id)


@dataclass(frozen=True)
class Series:
    """Counts of a year: its first months, and its units once the year is complete."""

    months: tuple[int, ...]
    units: Mapping[int, int]

    def cells(self) -> dict[Cell, int]:
        """Return the counts of all months and units, and their total, by cell such as ("month", 0)."""
        cells: dict[Cell, int] = {("month", place): value for place, value in enumerate(self.months)}
        cells |= {("unit", unit): value for unit, value in self.units.items()}
        return cells | {("total", len(self.months)): sum(self.months)}


@dataclass(frozen=True)
class ReleasedSeries:
    """The counts a release was based on, and the hidden cells of each series.

    A share has two series: the part, and the rest of its base. A cell is shown if no series hides it; each series is
    protected separately.
    """

    series: tuple[Series, ...]
    hidden: tuple[frozenset[Cell], ...]

    @property
    def not_shown(self) -> frozenset[Cell]:
        """The cells that are hidden in at least one of the series."""
        return frozenset().union(*self.hidden)

    def shows(self, number: int) -> dict[Cell, int]:
        """Return the counts of series ``number`` that the release shows, by cell."""
        gone = self.hidden[number]
        return {cell: value for cell, value in self.series[number].cells().items() if cell not in gone}


def may_adopt(new: Sequence[Series], earlier: Sequence[ReleasedSeries]) -> bool:
    """Whether corrected counts may replace published ones without revealing few people.

    Each count that an earlier release shows, and each sum of the year's first months, must differ by zero or by at
    least five.
    """
    for release in earlier:
        for number, series in enumerate(new):
            now = series.cells() | _sums(series)
            shown_cells = release.shows(number)
            if any(is_few(abs(now[cell] - value)) for cell, value in shown_cells.items() if cell in now):
                return False
    return True


def _sums(series: Series) -> dict[Cell, int]:
    """Return the sum of the year's first month, of the first two, and so on, by cell ("total", number of months)."""
    return {("total", count): sum(series.months[:count]) for count in range(1, len(series.months) + 1)}


def cells_to_hide(
    new: Sequence[Series], earlier: Sequence[ReleasedSeries], *, elsewhere: bool = False
) -> tuple[frozenset[Cell], ...]:
    """Return, for each series of counts, the cells (months, units, total) that a release must hide.

    ``earlier`` are the year's releases so far. ``elsewhere``: another page shows months of five or more, so hiding
    them here has no use.
    """
    return tuple(frozenset(_hidden_cells(series, number, earlier, elsewhere)) for number, series in enumerate(new))


def _hidden_cells(series: Series, number: int, earlier: Sequence[ReleasedSeries], elsewhere: bool) -> set[Cell]:
    """Return the cells of one series to hide: small counts, and those from which a small count could be derived.

    ``number`` is the series' index in each release. Cells hidden by an earlier release stay hidden; unchanged cells
    that it showed stay visible.
    """
    own = series.cells()
    published = {cell for release in earlier for cell, value in release.shows(number).items() if own.get(cell) == value}
    gone = {cell for release in earlier for cell in release.hidden[number] if cell in own and cell[0] != "total"}
    if elsewhere:
        open_ = {cell for cell, value in own.items() if cell[0] == "month" and not is_few(value)}
        published, gone = published | open_, gone - open_
    cells, lines = dict(own), []
    for axis in ("month", "unit"):
        lines += _sum_lines(series, number, earlier, axis, cells)
    order = sorted(cells)
    place = {cell: position for position, cell in enumerate(order)}
    fixed = (published | (set(cells) - set(own))) - gone
    try:
        positions = suppressed(
            [cells[cell] for cell in order],
            [SumLine(tuple(place[part] for part in parts), place[total]) for parts, total in lines],
            also={place[cell] for cell in gone},
            fixed={place[cell] for cell in fixed},
        )
    except Unshowable:
        return (set(own) - fixed) | gone
    return {order[position] for position in positions} & set(own)


def _sum_lines(
    series: Series, number: int, earlier: Sequence[ReleasedSeries], axis: str, cells: dict[Cell, int]
) -> list[tuple[list[Cell], Cell]]:
    """Return the sums that readers can compute: lists of cells along ``axis``, each with its total cell.

    ``axis`` is month or unit. An earlier release that showed its total reveals the sum of its hidden cells. That sum
    becomes a cell (added to ``cells``), unless a hidden cell was corrected since. Hidden cells only grow, so each
    such sum is the previous one plus the cells hidden since.
    """
    parts = [cell for cell in cells if cell[0] == axis]
    if not parts:
        return []
    lines: list[tuple[list[Cell], Cell]] = []
    before: set[Cell] = set()
    chain: list[Cell] = []
    for place, release in enumerate(earlier):
        then = release.series[number].cells()
        gone = {cell for cell in release.hidden[number] if cell[0] == axis}
        last = ("total", len(release.series[number].months))
        summed = last not in release.hidden[number] and any(cell[0] == axis for cell in then)
        if not summed or not gone or any(then[cell] != cells[cell] for cell in gone) or not before <= gone:
            continue
        together: Cell = (f"{axis}s hidden", place)
        cells[together] = sum(cells[cell] for cell in gone)
        lines.append(([*chain, *sorted(gone - before)], together))
        chain, before = [together], gone
    lines.append(([*chain, *(cell for cell in parts if cell not in before)], ("total", len(series.months))))
    return [(line, total) for line, total in lines if line]


def as_json(release: ReleasedSeries) -> dict[str, Any]:
    """Return the counts and hidden cells of a release as JSON, to be stored for comparison with the next release."""
    return {
        "series": [
            [list(series.months), {str(unit): value for unit, value in series.units.items()}]
            for series in release.series
        ],
        "hidden": [sorted(cells) for cells in release.hidden],
    }


def from_json(raw: Mapping[str, Any]) -> ReleasedSeries:
    """Parse the stored counts and hidden cells of a release (``as_json``)."""
    series = tuple(Series(tuple(months), {int(unit): value for unit, value in units.items()})
                   for months, units in raw["series"])  # fmt: skip
    return ReleasedSeries(series, tuple(frozenset((kind, number) for kind, number in cells) for cells in raw["hidden"]))
