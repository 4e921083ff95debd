"""Elements of HTML and SVG as text.

Positions across are percentages, so that a drawing takes any width while its texts keep their size. Positions down are
pixels. Colours come from classes (``ancu/charts.css``), because the pages forbid style attributes.
"""

import re
from functools import cache
from html import escape

PICTURE_FONT = "'Be Vietnam Pro', 'Noto Sans', Arial, sans-serif"
HATCH_SIZE = 6
SPECIAL = re.compile("[&<>\"']").search


def element(name: str, *children: str, **attributes: object) -> str:
    """Return an element with its children, which are markup already.

    ``class_`` and ``aria_label`` stand for ``class`` and ``aria-label``. An attribute that is None is left out.
    """
    pairs = "".join(
        [f' {_attribute_name(key)}="{_escaped(str(value))}"' for key, value in attributes.items() if value is not None]
    )
    return f"<{name}{pairs}>{''.join(children)}</{name}>"


@cache
def _attribute_name(key: str) -> str:
    """Return the attribute's name in HTML for its name in Python."""
    return key.rstrip("_").replace("_", "-")


def _escaped(text: str) -> str:
    """Return the text with its special characters escaped; most attributes have none, and looking is faster."""
    return escape(text) if SPECIAL(text) else text


def svg_text(text: str, **attributes: object) -> str:
    """Return an SVG text with escaped content."""
    return element("text", escape(text), **attributes)


def value_label(position: float, y: float, text: str) -> str:
    """Return the value of a mark without its unit, which the scale has; narrow pages leave it out."""
    number = text.partition("\N{NO-BREAK SPACE}")[0]
    return svg_text(number, x=percent(position), y=short_number(y), text_anchor="middle", class_="mark-value")


def percent(position: float) -> str:
    """Return a position between 0 and 1 as a percentage: ``41.67%``."""
    return f"{short_number(100 * position)}%"


def short_number(number: float) -> str:
    """Return a number with at most two decimal places, without trailing zeros."""
    return f"{number:.2f}".rstrip("0").rstrip(".") or "0"


def hatch_id(key: str) -> str:
    """Return the id of a drawing's hatching; ``key`` is unique on the page."""
    return f"{key}-hatch"


def hatching(key: str) -> str:
    """Return the definition of the pattern that fills marks of suppressed values."""
    stripe = element("path", d="M-1 7 7 -1M-1 1 1 -1M5 7 7 5", class_="hatch-line")
    pattern = element(
        "pattern", stripe, id=hatch_id(key), width=HATCH_SIZE, height=HATCH_SIZE, patternUnits="userSpaceOnUse"
    )
    return element("defs", pattern)


def hatched(key: str, **attributes: object) -> str:
    """Return a rectangle filled with the drawing's hatching."""
    return element("rect", class_="mark-hatch", fill=f"url(#{hatch_id(key)})", **attributes)


def stretched(content: str, height: float) -> str:
    """Return paths drawn in a square of 100 by 100, stretched over the whole width of the drawing."""
    return element(
        "svg", content, viewBox="0 0 100 100", preserveAspectRatio="none", width="100%", height=short_number(height),
        overflow="visible",
    )  # fmt: skip


def fitted_text(text: str, characters: int) -> str:
    """Return the text, shortened with an ellipsis if it has more characters."""
    return text if len(text) <= characters else f"{text[: characters - 1].rstrip()}…"
