"""Compare HTML by what a browser draws, whatever line breaks a template has."""

import re


def without_line_breaks(html: str) -> str:
    """Return the HTML on one line: runs of whitespace become one space, line breaks beside tags none."""
    return re.sub(r"\s+", " ", re.sub(r">\s*\n\s*|\s*\n\s*<", lambda gap: gap[0].strip(), html))
