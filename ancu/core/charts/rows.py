"""Horizontal marks in rows: bars, parts of a whole, ranges, means with their error, and two directions.

Each row has a label, a track on which marks are drawn, and optionally a text at its end. Tracks of a drawing share one
scale.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import NamedTuple

from ancu.core.charts.markup import element, fitted_text, hatched, hatching, percent, short_number, svg_text
from ancu.core.charts.values import SUPPRESSED, ChartValue, Scale, number_of, scale_of

TRACK = 20  # pixels: the height of a track
LIMIT_ROOM = 0.26  # of the scale: within it no other number stands beside a named limit
REACH = 5  # pixels by which a target exceeds its track
HATCH_WIDTH = 0.12  # the width of every suppressed bar, whatever its value is
PICTURE_LABELS, PICTURE_TEXTS, PICTURE_ROW = 250, 130, 32


class TrackRow(NamedTuple):
    """A row as it is drawn: its label, the elements on its track, what they say, and the text at its end."""

    label: str
    track: str
    words: str
    text: str = ""
    note: str = ""
    url: str = ""
    tone: str = ""
    is_withheld: bool = False  # ``text`` says that the value is not shown; a page hatches its place


@dataclass(frozen=True)
class TrackDrawing(ABC):
    """A drawing of rows. Subclasses say what is on each track."""

    is_axis_below = False  # whether the labels of the scale stand under the tracks

    @abstractmethod
    def track_rows(self, key: str) -> list[TrackRow]:
        """Return the rows; ``key`` is unique on the page."""

    @property
    def axis_ticks(self) -> Sequence[tuple[float, str]]:
        """The labels above the tracks: position between 0 and 1, and text."""
        return ()

    @property
    def end_title(self) -> str:
        """The heading of the texts at the rows' ends; "" for none."""
        return ""

    @property
    def css(self) -> str:
        """The classes of the drawing."""
        return "tracks"

    def html(self, key: str) -> str:
        """Return the drawing for a page; ``key`` is unique on it."""
        rows = self.track_rows(key)
        has_texts = any(row.text and not row.is_withheld for row in rows)
        axis = self._axis_html(has_texts) if self.axis_ticks else ""
        items = [_row_html(row, has_texts) for row in rows]
        tracks = element("ul", *items, class_=f"{self.css}{' tracks-texts' if has_texts else ''}", role="list")
        return tracks + axis if self.is_axis_below else axis + tracks

    def _axis_html(self, has_texts: bool) -> str:
        """Return the labels above the tracks; screen readers get the values from the rows."""
        axis = element("svg", self._axis(), class_="track-svg", width="100%", height="18")
        end = element("span", escape(self.end_title), class_="track-text") if has_texts else ""
        row = element("div", element("span"), axis, end, class_="track-row")
        return element(
            "div", row, class_=f"track-axis {self.css}{' tracks-texts' if has_texts else ''}", aria_hidden="true"
        )

    def _axis(self) -> str:
        """Return the labels of the axis as SVG texts."""
        anchors = {0.0: "start", 1.0: "end"}
        return "".join(
            svg_text(text, x=percent(x), y="13", text_anchor=anchors.get(x, "middle"), class_="axis-label")
            for x, text in self.axis_ticks
        )

    def picture(self, key: str, width: int) -> tuple[str, int]:
        """Return the drawing for a file of this width, and its height."""
        rows, top, room = self.track_rows(key), 8, width - PICTURE_LABELS - PICTURE_TEXTS - 24
        parts = []
        if self.axis_ticks:
            parts.append(
                element("svg", self._axis(), x=PICTURE_LABELS, y="4", width=room, height="18", overflow="visible")
            )
            parts.append(svg_text(self.end_title, x=width - 24, y="17", text_anchor="end", class_="axis-label"))
            top = 26
        for place, row in enumerate(rows):
            y = top + place * PICTURE_ROW
            parts.append(svg_text(fitted_text(row.label, 32), x="24", y=y + 15, class_="picture-label"))
            parts.append(element("svg", row.track, x=PICTURE_LABELS, y=y, width=room, height=TRACK, overflow="visible"))
            text = " ".join(filter(None, (row.text, row.note)))
            parts.append(svg_text(text, x=width - 24, y=y + 15, text_anchor="end", class_="picture-label"))
        return "".join(parts), top + PICTURE_ROW * len(rows)


def _row_html(row: TrackRow, has_texts: bool) -> str:
    """Return one row: label, track and, if the drawing has them, the text at its end."""
    label = element("a", escape(row.label), href=row.url) if row.url else escape(row.label)
    track = element(
        "svg", row.track, class_="track-svg", width="100%", height=TRACK, role="img" if row.words else None,
        aria_label=row.words or None, aria_hidden=None if row.words else "true",
    )  # fmt: skip
    tone = f" tone-{row.tone}" if row.tone else ""
    note = f" {element('small', escape(row.note))}" if row.note else ""
    value = _withheld_html(row.text) if row.is_withheld else element("b", escape(row.text))
    text = element("span", value, note, class_=f"track-text num{tone}") if has_texts else ""
    return element("li", element("span", label, class_="track-label"), track, text, class_="track-row")


def _withheld_html(text: str) -> str:
    """Return a hatched place for a value that is not shown; the chart's key explains it."""
    return element("span", element("span", escape(text), class_="visually-hidden"), class_="withheld", title=text)


def base_line() -> str:
    """Return the vertical line at zero."""
    return element("line", x1="0", x2="0", y1="-4", y2=TRACK + 4, class_="grid-zero")


def _target(position: float) -> str:
    """Return the dashed vertical line of a target or legal limit, which meets those of the rows beside it."""
    x = percent(position)
    return element("line", x1=x, x2=x, y1=-REACH, y2=TRACK + REACH, class_="line-target")


class BarRow(NamedTuple):
    """A bar: its label, value, and the texts at its end.

    ``is_rest`` marks what is combined, ``is_light`` a value of few cases.
    """

    label: str
    value: ChartValue
    text: str
    note: str = ""
    url: str = ""
    is_rest: bool = False
    is_light: bool = False


@dataclass(frozen=True)
class BarRows(TrackDrawing):
    """Bars from zero, with the value at each bar's end; with ``texts_at_end`` in a column of their own.

    ``target`` is a dashed line across all of them.
    """

    bars: Sequence[BarRow]
    axis: Scale | None = None
    target: float | None = None
    texts_at_end: bool = False

    @cached_property
    def scale(self) -> Scale:
        """The scale from zero to the longest bar."""
        numbers = [number_of(bar.value) or 0.0 for bar in self.bars]
        return self.axis or Scale(0.0, max([*numbers, self.target or 0.0], default=0.0) or 1.0, ())

    @property
    def css(self) -> str:
        """The classes of the drawing: with room for values at the bars' ends."""
        return "tracks" if self.texts_at_end else "tracks tracks-room"

    def track_rows(self, key: str) -> list[TrackRow]:
        """Return a row for each bar."""
        return [self._row(f"{key}-{place}", bar) for place, bar in enumerate(self.bars)]

    def _row(self, key: str, bar: BarRow) -> TrackRow:
        """Return the row of a bar. A suppressed one is hatched and always equally long."""
        number, end = number_of(bar.value), 0.0
        css = "mark-rest" if bar.is_rest else "mark-light" if bar.is_light else "mark-now"
        track = base_line()
        if bar.value is SUPPRESSED:
            end = HATCH_WIDTH
            box = {"x": "0", "y": "2", "width": percent(end), "height": TRACK - 4}
            track += element("rect", class_="mark-ground", **box) + hatching(key) + hatched(key, **box)
        elif number is not None:
            end = self.scale.position(number)
            track += element("rect", x="0", y="2", width=percent(end), height=TRACK - 4, rx="2", class_=css)
        track += "" if self.target is None else _target(self.scale.position(self.target))
        if self.texts_at_end:
            return TrackRow(bar.label, track, "", bar.text, bar.note, bar.url)
        note = element("tspan", escape(bar.note), dx="6", class_="axis-label") if bar.note else ""
        css = "axis-label" if bar.value is SUPPRESSED else "mark-text"
        text = element("text", escape(bar.text), note, x=percent(end), dx="8", y="10", dy="0.35em", class_=css)
        return TrackRow(bar.label, track + text, " ".join(filter(None, (bar.text, bar.note))), url=bar.url)


class StackPart(NamedTuple):
    """A part of a stacked bar. ``tone``: now, deep, light, rest, warn or bad, as in the key under the chart."""

    value: ChartValue
    tone: str


class StackRow(NamedTuple):
    """A bar of parts; ``words`` say them to screen readers."""

    label: str
    parts: Sequence[StackPart]
    words: str
    text: str = ""
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class StackedRows(TrackDrawing):
    """Bars of parts, all as long as the track if ``is_share``, else on a common scale from zero."""

    stacks: Sequence[StackRow]
    is_share: bool = True
    target: float | None = None  # of a share, in percent

    def track_rows(self, key: str) -> list[TrackRow]:
        """Return a row for each bar."""
        most = max((_sum(stack) for stack in self.stacks), default=0.0)
        return [
            TrackRow(
                stack.label, self._track(f"{key}-{place}", stack, most), stack.words, stack.text, stack.note, stack.url
            )
            for place, stack in enumerate(self.stacks)
        ]

    def _track(self, key: str, stack: StackRow, most: float) -> str:
        """Return the parts side by side; all of them hatched if one is suppressed, since they show its size."""
        if any(part.value is SUPPRESSED for part in stack.parts):
            length = "100%" if self.is_share else percent(HATCH_WIDTH)
            return hatching(key) + hatched(key, x="0", y="1", width=length, height=TRACK - 2)
        whole_length = (_sum(stack) if self.is_share else most) or 1.0
        marks, x = [], 0.0
        for part in stack.parts:
            width = (number_of(part.value) or 0.0) / whole_length
            if width:
                css = f"seg mark-{part.tone}"
                marks.append(element("rect", x=percent(x), y="1", width=percent(width), height=TRACK - 2, class_=css))
            x += width
        marks += [] if self.target is None else [_target(self.target / 100)]
        return "".join(marks)


def _sum(stack: StackRow) -> float:
    """Return the sum of the parts that are numbers."""
    return sum(number_of(part.value) or 0.0 for part in stack.parts)


class RangeRow(NamedTuple):
    """Half are done by ``half``, nine of ten by ``most``; ``limit`` is the legal one. ``words`` say it.

    With ``is_withheld`` the text says that the value at the row's end is not shown.
    """

    label: str
    half: float
    most: float
    words: str
    limit: float | None = None
    text: str = ""
    note: str = ""
    url: str = ""
    is_low: bool = False
    is_withheld: bool = False


@dataclass(frozen=True)
class RangeRows(TrackDrawing):
    """From half done to nine of ten done, with the legal limit as a dashed line, on a scale from zero.

    ``common_limit`` names on the scale the limit that all ranges have.
    """

    ranges: Sequence[RangeRow]
    unit: str = ""
    title: str = ""
    is_axis_below: bool = False
    common_limit: str = ""

    @cached_property
    def scale(self) -> Scale:
        """The scale from zero that covers all ranges and limits."""
        return scale_of([bound for row in self.ranges for bound in (row.half, row.most, row.limit)])

    @property
    def axis_ticks(self) -> list[tuple[float, str]]:
        """The labels of the scale; the unit stands beside the second one, or beside the limit that is named."""
        ticks = [(self.scale.position(tick), short_number(tick)) for tick in self.scale.ticks]
        limit = self.ranges[0].limit if self.ranges else None
        if self.common_limit and limit is not None:
            at = self.scale.position(limit)
            return [*((x, text) for x, text in ticks if abs(x - at) > LIMIT_ROOM), (at, self.common_limit)]
        return [(x, f"{text} {self.unit}".strip() if place == 1 else text) for place, (x, text) in enumerate(ticks)]

    @property
    def end_title(self) -> str:
        """The heading of the texts at the rows' ends."""
        return self.title

    def track_rows(self, key: str) -> list[TrackRow]:
        """Return a row for each range."""
        return [self._row(row) for row in self.ranges]

    def _row(self, row: RangeRow) -> TrackRow:
        """Return the row of a range; a low share has the tone of what is wrong."""
        tone = "bad" if row.is_low else ""
        return TrackRow(row.label, self._track(row), row.words, row.text, row.note, row.url, tone, row.is_withheld)

    def _track(self, row: RangeRow) -> str:
        """Return the range, its middle mark and its limit."""
        start, end = self.scale.position(row.half), self.scale.position(row.most)
        middle = TRACK / 2
        parts = [
            element("line", x1="0", x2="100%", y1=middle, y2=middle, class_="grid-line"),
            element(
                "rect",
                x=percent(start),
                width=percent(end - start),
                y=middle - 4,
                height="8",
                rx="4",
                class_="mark-light",
            ),
            "" if row.limit is None else _target(self.scale.position(row.limit)),
            element("circle", cx=percent(start), cy=middle, r="6", class_="dot-now"),
        ]
        return "".join(parts)


class DotRow(NamedTuple):
    """A mean with its error (None without one); ``words`` say both."""

    label: str
    mean: float
    error: float | None
    text: str
    words: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class DotRows(TrackDrawing):
    """Means as dots with a line as long as their error, on a given scale such as 1 to 5."""

    dots: Sequence[DotRow]
    scale: Scale
    title: str = ""

    @property
    def axis_ticks(self) -> list[tuple[float, str]]:
        """The labels of the scale."""
        return [(self.scale.position(tick), short_number(tick)) for tick in self.scale.ticks]

    @property
    def end_title(self) -> str:
        """The heading of the means."""
        return self.title

    def track_rows(self, key: str) -> list[TrackRow]:
        """Return a row for each mean."""
        return [TrackRow(dot.label, self._track(dot), dot.words, dot.text, dot.note, dot.url) for dot in self.dots]

    def _track(self, dot: DotRow) -> str:
        """Return the mean and its error."""
        middle, x = TRACK / 2, percent(self.scale.position(dot.mean))
        parts = [element("line", x1="0", x2="100%", y1=middle, y2=middle, class_="grid-line")]
        if dot.error:
            low, high = self.scale.position(dot.mean - dot.error), self.scale.position(dot.mean + dot.error)
            parts.append(element("line", x1=percent(low), x2=percent(high), y1=middle, y2=middle, class_="line-error"))
        return "".join(parts) + element("circle", cx=x, cy=middle, r="6", class_="dot-now")


def share_bar(percentage: float, words: str, target: float | None = None) -> StackedRows:
    """Return one bar without a label: a share of a hundred, the rest, and the target of the share."""
    parts = [StackPart(percentage, "now"), StackPart(100 - percentage, "rest")]
    return StackedRows([StackRow("", parts, words)], target=target)
