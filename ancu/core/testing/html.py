"""Compare HTML by what a browser draws, whatever line breaks a template has."""

import re


def without_line_breaks(html: str) -> str:
    """The page on one line: each run of whitespace is one space, and none stands beside a line break at a tag."""
    return re.sub(r"\s+", " ", re.sub(r">\s*\n\s*|\s*\n\s*<", lambda gap: gap[0].strip(), html))
