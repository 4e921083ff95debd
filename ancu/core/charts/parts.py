"""Several drawings in one chart, one under the next: rows, and then what they come to together."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from ancu.core.charts.figures import ChartKey, Drawing
from ancu.core.charts.markup import element, fitted_text, svg_text

PICTURE_TITLE = 34  # pixels: the line of a part's title in a file
PICTURE_KEYS = 26


@dataclass(frozen=True)
class DrawingPart:
    """A drawing of a chart with its own title and key."""

    drawing: Drawing
    title: str = ""
    keys: Sequence[ChartKey] = ()


@dataclass(frozen=True)
class DrawingParts:
    """The parts of a chart from top to bottom; each but the first is separated by a line."""

    parts: Sequence[DrawingPart]

    def html(self, key: str) -> str:
        """Return the drawings for a page; ``key`` is unique on it."""
        return "".join(_part_html(part, f"{key}-part{place}") for place, part in enumerate(self.parts))

    def picture(self, key: str, width: int) -> tuple[str, int]:
        """Return the drawings for a file of this width, and their height."""
        contents, top = [], 0
        for place, part in enumerate(self.parts):
            if part.title:
                top += PICTURE_TITLE
                title = fitted_text(part.title, 90)
                contents.append(svg_text(title, x="24", y=top - 10, class_="mark-text"))
            content, height = part.drawing.picture(f"{key}-part{place}", width)
            contents.append(element("svg", content, x="0", y=top, width=width, height=height, overflow="visible"))
            top += height
            if part.keys:
                contents.append(svg_text(" · ".join(entry.text for entry in part.keys), x="24", y=top + 14,
                                         class_="axis-label"))  # fmt: skip
                top += PICTURE_KEYS
        return "".join(contents), top


def _part_html(part: DrawingPart, key: str) -> str:
    """Return a part with its title above and its key below the drawing."""
    title = element("p", escape(part.title), class_="chart-part-title") if part.title else ""
    marks = [
        element("li", element("span", class_=f"key-mark key-mark-{entry.mark}"), escape(entry.text), class_="chart-key")
        for entry in part.keys
    ]
    keys = element("ul", *marks, class_="chart-keys") if marks else ""
    return element("div", title, part.drawing.html(key), keys, class_="chart-part")
