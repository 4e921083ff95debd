"""Two directions from a middle line, and a grid of counts coloured by size."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import NamedTuple

from ancu.core.charts.markup import element, fitted_text, hatched, hatching, percent, svg_text
from ancu.core.charts.rows import TRACK, TrackDrawing, TrackRow
from ancu.core.charts.values import SUPPRESSED, ChartValue, ValueFormat, number_of, numbers_of

HALF_ROOM = 0.34  # of the track: the longest bar of each side; its number needs the rest
HATCH_HALF = 0.08
HEAT_STEPS = 5
PICTURE_CELL = 34


class DivergingRow(NamedTuple):
    """Two opposite counts, such as departures and arrivals."""

    label: str
    departed: ChartValue
    arrived: ChartValue
    words: str
    url: str = ""


@dataclass(frozen=True)
class DivergingRows(TrackDrawing):
    """Bars to both sides of a middle line, on one scale from zero; each side's name is its heading."""

    pairs: Sequence[DivergingRow]
    value_format: ValueFormat
    names: tuple[str, str] = ("", "")

    @cached_property
    def most(self) -> float:
        """The longest bar of either side."""
        return max(numbers_of(value for pair in self.pairs for value in (pair.departed, pair.arrived)), default=0) or 1

    @property
    def axis_ticks(self) -> list[tuple[float, str]]:
        """The names of the two sides."""
        return [(0.25, self.names[0]), (0.75, self.names[1])] if any(self.names) else []

    def track_rows(self, key: str) -> list[TrackRow]:
        """Return a row for each pair."""
        rows = []
        for place, pair in enumerate(self.pairs):
            own = f"{key}-{place}"
            parts = [hatching(own)] if SUPPRESSED in (pair.departed, pair.arrived) else []
            parts += [self._side(own, pair.departed, -1), self._side(own, pair.arrived, 1)]
            parts.append(element("line", x1="50%", x2="50%", y1="-4", y2=TRACK + 4, class_="grid-zero"))
            rows.append(TrackRow(pair.label, "".join(parts), pair.words, url=pair.url))
        return rows

    def _side(self, key: str, value: ChartValue, direction: int) -> str:
        """Return the bar of one side, and its number beyond the bar's end."""
        number = number_of(value)
        length = HATCH_HALF if value is SUPPRESSED else HALF_ROOM * (number or 0) / self.most
        x, end = (0.5 - length, 0.5 - length) if direction < 0 else (0.5, 0.5 + length)
        box = {"x": percent(x), "y": 2, "width": percent(length), "height": TRACK - 4}
        css = "mark-light" if direction < 0 else "mark-now"
        mark = hatched(key, **box) if value is SUPPRESSED else element("rect", class_=css, **box) if number else ""
        anchor, dx = ("end", -6) if direction < 0 else ("start", 6)
        text = svg_text(
            self.value_format(value), x=percent(end), dx=dx, y="10", dy="0.35em", text_anchor=anchor, class_="mark-text"
        )
        return mark + text


class HeatCell(NamedTuple):
    """A count of the grid, and the address of its list."""

    value: ChartValue
    url: str = ""


@dataclass(frozen=True)
class HeatGrid:
    """Counts in rows and columns, such as alerts by severity and age, in five steps of green."""

    rows: Sequence[tuple[str, Sequence[HeatCell]]]
    columns: Sequence[str]
    value_format: ValueFormat
    corner: str = ""

    @cached_property
    def most(self) -> float:
        """The largest count."""
        return max(numbers_of(cell.value for _label, cells in self.rows for cell in cells), default=0)

    def step(self, value: ChartValue) -> str:
        """Return the class of a cell's colour: 0 for none, 1 to 5 by size, or the one for suppressed counts."""
        if value is SUPPRESSED:
            return "heat-hidden"
        number = number_of(value)
        if not number:
            return "heat-0"
        return f"heat-{min(HEAT_STEPS, 1 + int(HEAT_STEPS * (number - 1) / max(self.most, 1.0)))}"

    def html(self, key: str) -> str:
        """Return the grid as a table, whose cells link to their lists."""
        corner = element("td") if not self.corner else element("th", escape(self.corner), scope="col")
        head = element("tr", corner, *(element("th", escape(name), scope="col") for name in self.columns))
        body = [element("tr", element("th", escape(label), scope="row"), *map(self._cell, cells))
                for label, cells in self.rows]  # fmt: skip
        return element("table", element("thead", head), element("tbody", *body), class_="heat")

    def _cell(self, cell: HeatCell) -> str:
        """Return a cell of the table."""
        text = escape(self.value_format(cell.value))
        content = element("a", text, href=cell.url) if cell.url and cell.value else element("span", text)
        return element("td", content, class_=f"num {self.step(cell.value)}")

    def picture(self, key: str, width: int) -> tuple[str, int]:
        """Return the grid for a file of this width, and its height."""
        room, top = (width - 200) / max(1, len(self.columns)), 30
        parts = [hatching(key)]
        for column, name in enumerate(self.columns):
            x = 176 + room * (column + 0.5)
            parts.append(
                svg_text(fitted_text(name, int(room / 8)), x=x, y="20", text_anchor="middle", class_="axis-label")
            )
        for row, (label, cells) in enumerate(self.rows):
            y = top + row * PICTURE_CELL
            parts.append(svg_text(fitted_text(label, 18), x="24", y=y + 21, class_="picture-label"))
            for column, cell in enumerate(cells):
                box = {"x": 176 + room * column, "y": y, "width": room - 4, "height": PICTURE_CELL - 4}
                suppressed = cell.value is SUPPRESSED
                parts.append(
                    hatched(key, **box) if suppressed else element("rect", class_=self.step(cell.value), **box)
                )
                css = "on-deep" if self.step(cell.value) in {"heat-4", "heat-5"} else "picture-label"
                place = {"x": 174 + room * (column + 0.5), "y": y + 20, "text_anchor": "middle"}
                parts.append(svg_text(self.value_format(cell.value), class_=css, **place))
        return "".join(parts), top + PICTURE_CELL * len(self.rows)
