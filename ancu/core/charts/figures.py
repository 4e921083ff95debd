"""A chart with all that belongs to it: title, unit, key, definition, table, files, and a picture of itself."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import NamedTuple, Protocol

from ancu.core.charts.markup import PICTURE_FONT, element, fitted_text, svg_text

PICTURE_WIDTH = 760
CLASS = re.compile(r' class="([^"]*)"')
INK, GREY, EDGE = "#17211d", "#5f6e68", "#81908a"
# A file has no style sheet, so that each class becomes attributes. The colours are those of the light theme.
PICTURE_STYLES = {
    "mark-area": 'fill="#e4f1ec"',
    "line-now": 'fill="none" stroke="#0e5a49" stroke-width="2.5" vector-effect="non-scaling-stroke"',
    "line-was": f'fill="none" stroke="{EDGE}" stroke-width="1.75" stroke-dasharray="1 4" stroke-linecap="round" '
    'vector-effect="non-scaling-stroke"',
    "line-target": 'fill="none" stroke="#a86f0c" stroke-width="1.75" stroke-dasharray="6 4" '
    'vector-effect="non-scaling-stroke"',
    "line-error": 'stroke="#0e5a49" stroke-width="2"',
    "grid-line": 'stroke="#e6ebe7"',
    "grid-zero": f'stroke="{EDGE}"',
    "note-line": f'stroke="{EDGE}"',
    "hatch-line": 'stroke="#aab7b0" stroke-width="1.5"',
    "dot-now": 'fill="#0e5a49" stroke="#ffffff" stroke-width="2"',
    "dot-was": f'fill="{EDGE}" stroke="#ffffff" stroke-width="2"',
    "mark-now": 'fill="#0e5a49"',
    "mark-deep": 'fill="#2f826c"',
    "mark-light": 'fill="#8cc0ad"',
    "mark-rest": 'fill="#c9d3cd"',
    "mark-warn": 'fill="#c98a1b"',
    "mark-bad": 'fill="#b3261e"',
    "mark-tick": 'fill="#2f3d37"',
    "mark-track": 'fill="#eef1ee"',
    "mark-hatch": "",
    "mark-ground": 'fill="#ffffff"',
    "seg": 'stroke="#ffffff" stroke-width="2"',
    "axis-label": f'fill="{GREY}" font-size="13"',
    "mark-value": f'fill="{INK}" font-size="13"',
    "mark-note": f'fill="{GREY}" font-size="13"',
    "end-label": 'font-size="13"',
    "end-now": 'fill="#0e5a49"',
    "end-was": f'fill="{GREY}"',
    "end-target": 'fill="#8f5400"',
    "mark-strong": 'font-weight="700"',
    "mark-text": f'fill="{INK}" font-size="14" font-weight="600"',
    "picture-label": f'fill="{INK}" font-size="14"',
    "picture-value": f'fill="{INK}" font-size="22" font-weight="700"',
    "on-deep": 'fill="#ffffff" font-size="14"',
    "district": 'stroke="#ffffff" stroke-width="1.5"',
    "shade-1": 'fill="#e6f1ed"',
    "shade-2": 'fill="#c3dfd4"',
    "shade-3": 'fill="#8cc0ad"',
    "shade-4": 'fill="#2f826c"',
    "shade-5": 'fill="#0e5a49"',
    "commune": 'fill="#c98a1b" fill-opacity="0.9" stroke="#ffffff"',
    "map-name": f'fill="{INK}" font-size="10" stroke="#ffffff" stroke-width="2.5" paint-order="stroke"',
    "map-number": 'font-weight="700"',
    "map-alert": 'fill="#b3261e" stroke="#ffffff"',
    "map-alert-text": 'fill="#ffffff" font-size="10" font-weight="700"',
    "heat-0": 'fill="#f5f7f4"',
    "heat-1": 'fill="#e6f1ed"',
    "heat-2": 'fill="#c3dfd4"',
    "heat-3": 'fill="#8cc0ad"',
    "heat-4": 'fill="#2f826c"',
    "heat-5": 'fill="#0e5a49"',
}


class Drawing(Protocol):
    """What a chart draws: lines, columns, rows or a grid."""

    def html(self, key: str) -> str:
        """Return the drawing for a page; ``key`` is unique on it."""

    def picture(self, key: str, width: int) -> tuple[str, int]:
        """Return the drawing for a file of this width, and its height."""


class ChartKey(NamedTuple):
    """An entry of the key: now, deep, light, rest, warn, bad, was, target, tick, hatch or dot, and its text."""

    mark: str
    text: str


@dataclass(frozen=True)
class ChartTable:
    """The chart's values as a table of texts; the first cell of each row is its heading."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class ChartFigure:
    """A chart as the page shows it.

    ``unit`` is the grey line: unit, time and scale. ``summary`` says the main point to screen readers. ``definition``
    answers "What is this figure?". ``key`` is unique on the page and is the anchor of the chart. ``tag`` is a period
    other than that of the page.
    """

    key: str
    title: str
    unit: str
    summary: str
    drawing: Drawing
    definition: str = ""
    table: ChartTable | None = None
    csv_url: str = ""
    picture_url: str = ""
    details_url: str = ""
    keys: Sequence[ChartKey] = field(default=())
    notes: Sequence[str] = field(default=())
    has_keys_above: bool = False  # the key follows the grey line, not the drawing
    tag: str = ""

    def picture(self, source: str) -> str:
        """Return the chart as an SVG file; ``source`` is the line under it."""
        width, top = PICTURE_WIDTH, 76
        content, height = self.drawing.picture(self.key, width)
        total = top + height + (30 if self.keys else 0) + 44
        title = f"{self.title}, {self.tag}" if self.tag else self.title
        texts = [
            svg_text(fitted_text(title, 58), x="24", y="36", class_="picture-value"),
            svg_text(fitted_text(self.unit, 100), x="24", y="60", class_="axis-label"),
            self._picture_keys(top + height + 20),
            svg_text(fitted_text(source, 110), x="24", y=total - 18, class_="axis-label"),
        ]
        drawing = element("svg", content, x="0", y=top, width=width, height=height, overflow="visible")
        ground = element("rect", width=width, height=total, fill="#ffffff")
        name = element("title", escape(title)) + element("desc", escape(self.summary))
        file = element(
            "svg", name, ground, *texts, drawing, xmlns="http://www.w3.org/2000/svg", width=width, height=total,
            viewBox=f"0 0 {width} {total}", font_family=PICTURE_FONT, role="img",
        )  # fmt: skip
        return CLASS.sub(_attributes, file)

    def _picture_keys(self, y: int) -> str:
        """Return the key of a file: a small square and a text for each entry."""
        parts, x = [], 24
        for key in self.keys:
            css = {"was": "mark-rest", "target": "mark-warn", "tick": "mark-tick", "hatch": "mark-rest",
                   "dot": "mark-now"}.get(key.mark, f"mark-{key.mark}")  # fmt: skip
            parts.append(element("rect", x=x, y=y - 10, width="11", height="11", class_=css))
            parts.append(svg_text(key.text, x=x + 18, y=y, class_="axis-label"))
            x += 42 + 7 * len(key.text)
        return "".join(parts)


def _attributes(match: re.Match[str]) -> str:
    """Return the attributes that replace the classes of an element in a file."""
    styles = [PICTURE_STYLES.get(name, "") for name in match[1].split()]
    return "".join(f" {style}" for style in styles if style)
