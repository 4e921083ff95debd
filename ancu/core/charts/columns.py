"""Columns over time, alone or as small multiples on a common scale."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape

from ancu.core.charts.deltas import Delta, PlanBar
from ancu.core.charts.lines import FOOT, axis_labels
from ancu.core.charts.markup import (
    element,
    fitted_text,
    hatched,
    hatching,
    percent,
    short_number,
    svg_text,
    value_label,
)
from ancu.core.charts.values import SUPPRESSED, ChartValue, Scale, ValueFormat, number_of, scale_of

COLUMN_SHARE = 0.78  # of the room that each column has
HATCH_SHARE = 0.2  # the height of every suppressed column, whatever its value is
PICTURE_COLUMNS = 3
LABEL_ROOM = 20  # the height of a column's value, with air


@dataclass(frozen=True)
class ColumnChart:
    """Columns that start at zero; a dark tick marks the same time a year before, hatching a suppressed value.

    The last column has the full colour, those before it are light. With ``is_large`` the columns have a scale, and
    the first, the highest and the last one their value.
    ``ends`` are the labels under the first and last column of a small chart.
    """

    values: Sequence[ChartValue]
    value_format: ValueFormat
    before: Sequence[ChartValue] = ()
    labels: Sequence[str] = ()
    axis: Scale | None = None
    height: int = 58
    words: str = ""
    is_large: bool = False
    has_ends: bool = False

    @cached_property
    def scale(self) -> Scale:
        """The scale from zero that covers the columns and ticks."""
        if self.axis:
            return self.axis
        fitted = scale_of([*self.values, *self.before])
        numbers = [number_of(value) or 0.0 for value in (*self.values, *self.before)]
        return fitted if self.is_large else Scale(0.0, max(numbers, default=0.0) or 1.0, ())

    def html(self, key: str) -> str:
        """Return the drawing for a page; ``key`` is unique on it."""
        height = self.height + (FOOT if self.is_large else 22 if self.has_ends else 1)
        drawing = element(
            "svg", self.content(key), class_="columns-svg", width="100%", height=height, role="img",
            aria_label=self.words or None, aria_hidden=None if self.words else "true",
        )  # fmt: skip
        if not self.is_large:
            return drawing
        ticks = max(len(self.value_format(tick)) for tick in self.scale.ticks)
        return element("div", drawing, class_=f"plot plot-start-{min(ticks, 9)} plot-end-0")

    def picture(self, key: str, width: int) -> tuple[str, int]:
        """Return the drawing for a file of this width, and its height."""
        height = self.height + (FOOT if self.is_large else 22)
        content = element("svg", self.content(key), x=64, y=12, width=width - 88, height=height, overflow="visible")
        return content, height + 20

    def content(self, key: str) -> str:
        """Return the columns, ticks and labels."""
        parts = [hatching(key)] if SUPPRESSED in self.values else []
        parts += [self._grid()] if self.is_large else []
        parts += [self._column(key, place, value) for place, value in enumerate(self.values)]
        parts += [self._tick(place, value) for place, value in enumerate(self.before) if number_of(value) is not None]
        y = short_number(self.height)
        parts.append(element("line", x1="0", x2="100%", y1=y, y2=y, class_="grid-zero"))
        if self.has_ends and self.labels and not self.is_large:
            parts.append(svg_text(self.labels[0], x="0", y=y, dy="16", class_="axis-label"))
            parts.append(svg_text(self.labels[-1], x="100%", y=y, dy="16", text_anchor="end", class_="axis-label"))
        return "".join(parts)

    def _span(self, place: int, share: float = COLUMN_SHARE) -> dict[str, str]:
        """Return the x and width of a mark that takes this share of the column's room."""
        step = 1 / max(1, len(self.values))
        return {"x": percent((place + (1 - share) / 2) * step), "width": percent(share * step)}

    def _column(self, key: str, place: int, value: ChartValue) -> str:
        """Return a column; a suppressed one always has the same height, an unknown one is not drawn."""
        if value is SUPPRESSED:
            height = short_number(self.height * HATCH_SHARE)
            return hatched(key, y=short_number(self.height * (1 - HATCH_SHARE)), height=height, **self._span(place))
        number = number_of(value)
        if number is None:
            return ""
        height_ = max(self.height * self.scale.position(number), 1.0)
        css = "mark-now" if place == len(self.values) - 1 else "mark-light"
        title = element("title", escape(self._title(place, value)))
        column = element(
            "rect", title, y=short_number(self.height - height_), height=short_number(height_), class_=css,
            **self._span(place),
        )  # fmt: skip
        return column + self._value(place, number) if self.is_large and place in self._labelled_places else column

    @cached_property
    def _labelled_places(self) -> set[int]:
        """The places of the first, the highest and the last column that have a number."""
        numbers = [(place, number) for place, value in enumerate(self.values)
                   if (number := number_of(value)) is not None]  # fmt: skip
        highest = max(numbers, key=lambda pair: pair[1], default=None)
        return {pair[0] for pair in (*numbers[:1], highest, *numbers[-1:]) if pair is not None}

    def _value(self, place: int, number: float) -> str:
        """Return the value above its column, and above the tick of the year before where that would cross it."""
        before = number_of(self.before[place]) if place < len(self.before) else None
        top, tick = (self.height * (1 - self.scale.position(n)) for n in (number, before or 0.0))
        y = (tick if 0 <= top - tick < LABEL_ROOM else top) - 6
        return value_label((place + 0.5) / len(self.values), y, self.value_format(number))

    def _title(self, place: int, value: ChartValue) -> str:
        """Return the text that appears when a pointer rests on the column: its label and value."""
        label = f"{self.labels[place]}: " if place < len(self.labels) else ""
        return f"{label}{self.value_format(value)}"

    def _tick(self, place: int, value: ChartValue) -> str:
        """Return the tick of the same time a year before."""
        y = self.height * (1 - self.scale.position(number_of(value) or 0.0))
        return element("rect", y=short_number(y - 1), height="2", class_="mark-tick", **self._span(place, 0.94))

    def _grid(self) -> str:
        """Return the lines and labels of the scale, and the labels under the columns."""
        parts = []
        for tick in self.scale.ticks[1:]:
            y = short_number(self.height * (1 - self.scale.position(tick)))
            parts.append(element("line", x1="0", x2="100%", y1=y, y2=y, class_="grid-line"))
        for tick in self.scale.ticks:
            y = short_number(self.height * (1 - self.scale.position(tick)))
            label = self.value_format(tick)
            parts.append(svg_text(label, x="0", y=y, dx="-8", dy="0.35em", text_anchor="end", class_="axis-label"))
        count = max(1, len(self.values))
        return "".join(parts) + axis_labels(self.labels, lambda place: (place + 0.5) / count, self.height)


@dataclass(frozen=True)
class MultipleCell:
    """One of several small charts. Each has the same rows: title, value, columns, change, and target.

    ``comparison`` says why there is no change, ``note`` what stands in place of the target or under it.
    """

    title: str
    text: str
    columns: ColumnChart | None
    url: str = ""
    plan: PlanBar | None = None
    delta: Delta | None = None
    note: str = ""
    is_withheld: bool = False  # ``text`` says that the value is not shown
    comparison: str = ""


@dataclass(frozen=True)
class SmallMultiples:
    """Several small charts; with ``is_shared`` they have one scale, which the chart's grey line must say."""

    cells: Sequence[MultipleCell]
    is_shared: bool = True
    is_dense: bool = False  # up to six in a row

    @cached_property
    def scaled_cells(self) -> list[MultipleCell]:
        """The cells, their columns on the common scale."""
        if not self.is_shared:
            return list(self.cells)
        scale = Scale(0.0, max((columns.scale.high for columns in self._columns), default=1.0), ())
        return [
            replace(cell, columns=replace(cell.columns, axis=scale)) if cell.columns else cell for cell in self.cells
        ]

    @property
    def _columns(self) -> list[ColumnChart]:
        """The columns of those cells that have some."""
        return [cell.columns for cell in self.cells if cell.columns]

    def html(self, key: str) -> str:
        """Return the drawings for a page; ``key`` is unique on it."""
        cells = [_cell_html(cell, f"{key}-{place}") for place, cell in enumerate(self.scaled_cells)]
        css = " multiples-single" if len(cells) == 1 else " multiples-dense" if self.is_dense else ""
        return element("ul", *cells, class_=f"multiples{css}", role="list")

    def picture(self, key: str, width: int) -> tuple[str, int]:
        """Return the drawings for a file of this width, and their height."""
        room = (width - 24) / PICTURE_COLUMNS
        high = max((columns.height for columns in self._columns), default=0) + 100
        parts = []
        for place, cell in enumerate(self.scaled_cells):
            x, y = 24 + room * (place % PICTURE_COLUMNS), high * (place // PICTURE_COLUMNS)
            parts.append(
                svg_text(fitted_text(cell.title, int(room / 8)), x=short_number(x), y=y + 24, class_="axis-label")
            )
            parts.append(svg_text(cell.text, x=short_number(x), y=y + 48, class_="picture-value"))
            if cell.columns:
                columns = cell.columns.content(f"{key}-{place}")
                box = {"x": short_number(x), "y": y + 58, "width": short_number(room - 24), "height": high - 58}
                parts.append(element("svg", columns, overflow="visible", **box))
        return "".join(parts), high * -(-len(self.cells) // PICTURE_COLUMNS)


def _value_html(cell: MultipleCell) -> str:
    """Return the value in words, quietly if it is not shown."""
    text = escape(cell.text)
    return element("span", element("span", text), class_="suppressed") if cell.is_withheld else text


def _cell_html(cell: MultipleCell, key: str) -> str:
    """Return one small chart with its title, value, change, target and note."""
    change = cell.delta.html() if cell.delta else escape(cell.comparison)
    title = element("a", escape(cell.title), href=cell.url) if cell.url else escape(cell.title)
    return element(
        "li",
        element("span", title, class_="multiple-title"),
        element("span", _value_html(cell), class_="multiple-value num"),
        cell.columns.html(key) if cell.columns else "",
        element("span", change, class_="multiple-note") if change else "",
        cell.plan.html() if cell.plan else "",
        element("span", escape(cell.note), class_="multiple-note multiple-foot") if cell.note else "",
        class_="multiple",
    )
