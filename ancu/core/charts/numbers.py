"""Numbers that stand for themselves: without months, shares or a scale to draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from ancu.core.charts.markup import element, fitted_text, short_number, svg_text

PICTURE_HEIGHT = 56


class NumberCell(NamedTuple):
    """A number in words, what it counts, and the address of its page."""

    text: str
    title: str
    url: str = ""


@dataclass(frozen=True)
class NumberCells:
    """Numbers side by side, each above what it counts."""

    cells: Sequence[NumberCell]

    def html(self, key: str) -> str:
        """Return the numbers for a page."""
        return element("ul", *map(_cell_html, self.cells), class_="figure-list", role="list")

    def picture(self, key: str, width: int) -> tuple[str, int]:
        """Return the numbers for a file of this width, and their height."""
        room, parts = (width - 24) / max(1, len(self.cells)), []
        for place, cell in enumerate(self.cells):
            x = short_number(24 + room * place)
            parts.append(svg_text(cell.text, x=x, y="24", class_="picture-value"))
            parts.append(svg_text(fitted_text(cell.title, int(room / 8)), x=x, y="44", class_="axis-label"))
        return "".join(parts), PICTURE_HEIGHT


def _cell_html(cell: NumberCell) -> str:
    """Return one number above what it counts."""
    content = element("b", escape(cell.text), class_="num") + element("span", escape(cell.title))
    return element("li", element("a", content, href=cell.url) if cell.url else content)
