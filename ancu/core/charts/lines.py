"""Lines over time: with axes, or as a small spark line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import NamedTuple

from ancu.core.charts.markup import (
    element,
    hatched,
    hatching,
    percent,
    short_number,
    stretched,
    svg_text,
)
from ancu.core.charts.values import (
    SUPPRESSED,
    ChartValue,
    Scale,
    ValueFormat,
    number_of,
    numbers_of,
    runs_of,
    scale_of,
)

LABEL_GAP = 18  # pixels between two labels at the end of lines
HATCH_HEIGHT = 12
NOTE_LINE = 15  # pixels from a line of a note to the next
NOTE_GAP = 12  # pixels from a note's last line down to the plot
NOTE_CLEARANCE = 6  # pixels from the foot of a note's line to the nearest line of values
FOOT = 28  # pixels under the axis for its labels
PICTURE_MARGINS = (64, 130)


class ChartLine(NamedTuple):
    """The values of a line, and its name beside the last mark; ``url`` is the page of the last value."""

    name: str
    values: Sequence[ChartValue]
    url: str = ""


class TargetLine(NamedTuple):
    """A target, and its name at the end of its line."""

    name: str
    value: float


class PointNote(NamedTuple):
    """A short note at a point of the line, such as a revision, with the address that explains it.

    The text may have several lines.
    """

    place: int
    text: str
    url: str = ""


class EndLabel(NamedTuple):
    """A label beside the last mark of a line; ``y`` is its middle in pixels."""

    y: float
    name: str
    text: str
    tone: str
    number: float = 0
    url: str = ""


@dataclass(frozen=True)
class LineChart:
    """A line of the present, optionally beside the same time a year before and a target.

    ``labels`` stand under the axis. A line that does not start at zero carries no area.
    """

    labels: Sequence[str]
    now: ChartLine
    value_format: ValueFormat
    before: ChartLine | None = None
    target: TargetLine | None = None
    from_zero: bool = True
    height: int = 240
    notes: Sequence[PointNote] = ()
    axis: Scale | None = None
    words: str = ""

    @cached_property
    def scale(self) -> Scale:
        """The scale that covers both lines and the target."""
        before = self.before.values if self.before else ()
        target = [self.target.value] if self.target else []
        return self.axis or scale_of([*self.now.values, *before, *target], from_zero=self.from_zero)

    def html(self, key: str) -> str:
        """Return the drawing for a page; ``key`` is unique on it."""
        has_links = any(note.url for note in self.notes) or any(label.url for label in self._end_labels())
        drawing = element(
            "svg", self.content(key), class_="plot-svg", width="100%", height=self.height + FOOT,
            role="group" if has_links else "img", aria_label=self.words or self.now.name,
        )  # fmt: skip
        css = f"plot {self.sides}"
        return element("div", drawing, class_=f"{css} plot-notes-{min(self._note_lines, 4)}" if self.notes else css)

    @property
    def sides(self) -> str:
        """The classes that leave room for the labels of the scale and of the lines' ends."""
        ticks = max(len(self.value_format(tick)) for tick in self.scale.ticks)
        ends = max((len(f"{label.name}: {label.text}") for label in self._end_labels()), default=0)
        return f"plot-start-{min(ticks, 9)} plot-end-{min(ends // 4, 5)}"

    def picture(self, key: str, width: int) -> tuple[str, int]:
        """Return the drawing for a file of this width, and its height."""
        start, end = PICTURE_MARGINS
        height, top = self.height + FOOT, 12 + NOTE_LINE * self._note_lines if self.notes else 12
        content = element(
            "svg", self.content(key, has_links=False), x=start, y=top, width=width - start - end, height=height,
            overflow="visible",
        )  # fmt: skip
        return content, height + top + 8

    @cached_property
    def _note_lines(self) -> int:
        """The number of lines of the longest note; 1 at least."""
        return max((note.text.count("\n") + 1 for note in self.notes), default=1)

    def content(self, key: str, *, has_links: bool = True) -> str:
        """Return all SVG elements: the grid, the lines, their last marks, labels and notes."""
        suppressed = [place for place, value in enumerate(self.now.values) if value is SUPPRESSED]
        parts = [hatching(key) if suppressed else "", self._grid(), stretched(self._paths(), self.height)]
        step = 1 / max(1, len(self.labels) - 1)
        parts += [
            hatched(key, x=percent(max(0.0, (place - 0.4) * step)), width=percent(0.8 * step),
                    y=self.height - HATCH_HEIGHT, height=HATCH_HEIGHT)
            for place in suppressed
        ]  # fmt: skip
        parts += [self._marks(), *(_end_text(label, has_links) for label in self._end_labels())]
        return "".join([*parts, *(self._note(note, has_links) for note in self.notes)])

    def _x(self, place: int) -> float:
        """Return how far across the point with this number lies, between 0 and 1."""
        return place / max(1, len(self.labels) - 1)

    def _y(self, value: float) -> float:
        """Return how far down the value lies, in pixels."""
        return round(self.height * (1 - self.scale.position(value)), 2)

    def _grid(self) -> str:
        """Return the lines and labels of the scale, and the labels under the axis."""
        parts = []
        for tick in self.scale.ticks:
            is_zero = tick == self.scale.low == 0
            y, css = short_number(self._y(tick)), "grid-zero" if is_zero else "grid-line"
            parts.append(element("line", x1="0", x2="100%", y1=y, y2=y, class_=css))
            label = self.value_format(tick)
            parts.append(svg_text(label, x="0", y=y, dx="-8", dy="0.35em", text_anchor="end", class_="axis-label"))
        return "".join(parts) + axis_labels(self.labels, self._x, self.height)

    def _paths(self) -> str:
        """Return the area and the lines in a square of 100 by 100."""
        parts = []
        if self.from_zero and self.scale.low == 0:
            parts += [
                element("path", d=_area(run, self._point), class_="mark-area") for run in runs_of(self.now.values)
            ]
        if self.target:
            y = short_number(100 * (1 - self.scale.position(self.target.value)))
            parts.append(element("path", d=f"M0 {y}H100", class_="line-target"))
        if self.before:
            parts += [
                element("path", d=_path(run, self._point), class_="line-was") for run in runs_of(self.before.values)
            ]
        parts += [element("path", d=_path(run, self._point), class_="line-now") for run in runs_of(self.now.values)]
        return "".join(parts)

    def _point(self, place: int, value: float) -> str:
        """Return a point in the square of 100 by 100."""
        return f"{short_number(100 * self._x(place))} {short_number(100 * (1 - self.scale.position(value)))}"

    def _marks(self) -> str:
        """Return the last mark of each line, and marks for single points between gaps."""
        parts = []
        for line, css in ((self.before, "dot-was"), (self.now, "dot-now")):
            runs = runs_of(line.values) if line else []
            points = [run[0] for run in runs if len(run) == 1] + [run[-1] for run in runs[-1:]]
            parts += [
                element("circle", cx=percent(self._x(place)), cy=short_number(self._y(value)), r="4", class_=css)
                for place, value in dict(points).items()
            ]
        return "".join(parts)

    def _end_labels(self) -> list[EndLabel]:
        """Return the labels at the lines' ends from top to bottom, moved apart where they would touch."""
        labels = []
        for line, tone in ((self.now, "now"), (self.before, "was")):
            numbers = numbers_of(line.values) if line else []
            if line and numbers:
                last = numbers[-1]
                labels.append(EndLabel(self._y(last), line.name, self.value_format(last), tone, last, line.url))
        if self.target:
            text = self.value_format(self.target.value)
            labels.append(EndLabel(self._y(self.target.value), self.target.name, text, "target"))
        return _apart(sorted(labels), self.height)

    def _note(self, note: PointNote, has_links: bool) -> str:
        """Return the note above its point: a fine line down to the point, and the text or link."""
        x, rows = self._x(note.place), note.text.split("\n")
        top = -NOTE_GAP - NOTE_LINE * (len(rows) - 1)
        text = "".join(
            svg_text(row, x=percent(x), y=top + NOTE_LINE * place, dx="6" if x < 0.5 else "-6",
                     text_anchor="start" if x < 0.5 else "end", class_="mark-note")
            for place, row in enumerate(rows)
        )  # fmt: skip
        foot = short_number(self._note_foot(note.place))
        line = element("line", x1=percent(x), x2=percent(x), y1=top - 8, y2=foot, class_="note-line")
        return line + (element("a", text, href=note.url) if note.url and has_links else text)

    def _note_foot(self, place: int) -> float:
        """Return how far down the line of a note reaches: not quite to the upper one of the lines of values."""
        courses = [self.now.values, self.before.values if self.before else ()]
        points = [number_of(values[place]) for values in courses if place < len(values)]
        heights = [self._y(point) - NOTE_CLEARANCE for point in points if point is not None]
        return max(0.0, min(heights, default=float(self.height)))


@dataclass(frozen=True)
class SparkLine:
    """A small line without axes: a shape, not a scale, so that it may carry an area.

    ``has_zero`` is for a share that should be small: its rises are then not drawn larger than they are.
    ``floor`` is the space under the lowest number, as a share of the range; a line that falls to zero has less.
    """

    now: Sequence[ChartValue]
    before: Sequence[ChartValue] = ()
    target: float | None = None
    height: int = 46
    words: str = ""
    has_zero: bool = False
    floor: float = 0.1

    @cached_property
    def _range(self) -> Scale:
        """The range of the values with a little space above and below."""
        target = [] if self.target is None else [self.target]
        numbers = numbers_of([*self.now, *self.before, *target])
        low, high = min(numbers, default=0.0), max(numbers, default=1.0)
        space = (high - low) * 0.1 or max(abs(high), 1.0) * 0.1
        below = max(space, (high - low) * self.floor) if low > 0 else space
        return Scale(0.0 if self.has_zero else low - below, high + space, ())

    def html(self, key: str) -> str:
        """Return the drawing for a page."""
        return element(
            "svg", self.content(key), class_="spark-svg", width="100%", height=self.height, role="img",
            aria_label=self.words or None, aria_hidden=None if self.words else "true",
        )  # fmt: skip

    def picture(self, key: str, width: int) -> tuple[str, int]:
        """Return the drawing for a file of this width, and its height."""
        content = element("svg", self.content(key), x=24, y=8, width=width - 48, height=self.height, overflow="visible")
        return content, self.height + 16

    def content(self, key: str) -> str:
        """Return the area, the lines and the last mark."""
        runs = runs_of(self.now)
        parts = [element("path", d=_area(run, self._point), class_="mark-area") for run in runs]
        parts += [element("path", d=_path(run, self._point), class_="line-was") for run in runs_of(self.before)]
        if self.target is not None:
            y = short_number(100 * (1 - self._range.position(self.target)))
            parts.append(element("path", d=f"M0 {y}H100", class_="line-target"))
        parts += [element("path", d=_path(run, self._point), class_="line-now") for run in runs]
        marks = [run[-1] for run in runs[-1:]]
        dots = [
            element("circle", cx=percent(place / max(1, len(self.now) - 1)), r="3.5", class_="dot-now",
                    cy=short_number(self.height * (1 - self._range.position(value))))
            for place, value in marks
        ]  # fmt: skip
        return stretched("".join(parts), self.height) + "".join(dots)

    def _point(self, place: int, value: float) -> str:
        """Return a point in the square of 100 by 100."""
        x = 100 * place / max(1, len(self.now) - 1)
        return f"{short_number(x)} {short_number(100 * (1 - self._range.position(value)))}"


PointFormat = Callable[[int, float], str]


def _path(run: Sequence[tuple[int, float]], point: PointFormat) -> str:
    """Return the path through the points of a stretch."""
    return "M" + " ".join(point(place, value) for place, value in run)


def _area(run: Sequence[tuple[int, float]], point: PointFormat) -> str:
    """Return the path around the area between a stretch and the axis."""
    points = [point(place, value) for place, value in run]
    first, last = points[0].split()[0], points[-1].split()[0]
    return f"M{' '.join(points)}L{last} 100L{first} 100Z"


def axis_labels(labels: Sequence[str], position: Callable[[int], float], y: float) -> str:
    """Return the labels under an axis, whose height is ``y``; on narrow pages only every third is drawn."""
    last = len(labels) - 1
    parts = []
    for place, label in enumerate(labels):
        css = "axis-label" if place in {0, last} or (place % 3 == 0 and last - place > 2) else "axis-label axis-dense"
        x = position(place)
        anchor = "start" if x == 0 else "middle"  # beside the last point there is room for the lines' labels
        parts.append(svg_text(label, x=percent(x), y=short_number(y), dy="20", text_anchor=anchor, class_=css))
    return "".join(parts)


def _apart(labels: Sequence[EndLabel], height: float) -> list[EndLabel]:
    """Return the labels, sorted by height, at least ``LABEL_GAP`` apart and within the drawing."""
    placed: list[EndLabel] = []
    for label in labels:
        lowest = placed[-1].y + LABEL_GAP if placed else 0.0
        placed.append(label._replace(y=max(label.y, lowest)))
    ceiling = height + LABEL_GAP
    for place in range(len(placed) - 1, -1, -1):
        placed[place] = placed[place]._replace(y=min(placed[place].y, ceiling - LABEL_GAP))
        ceiling = placed[place].y
    return placed


def _end_text(label: EndLabel, has_links: bool) -> str:
    """Return the text beside a line's last mark: its name and, in bold, its value."""
    value = element("tspan", escape(label.text), class_="mark-strong")
    text = element(
        "text", escape(f"{label.name}: "), value, x="100%", y=short_number(label.y), dx="10", dy="0.35em",
        class_=f"end-label end-{label.tone}",
    )  # fmt: skip
    if not (label.url and has_links):
        return text
    return element("a", text, href=label.url, data_count=int(label.number))


def last_number(values: Sequence[ChartValue]) -> float | None:
    """Return the last number of the values; None if there is none."""
    return next((number for value in reversed(values) if (number := number_of(value)) is not None), None)
