"""Codes on papers of the office: a code typed into the box of another kind is led to the page it belongs to.

An app names ``opens_code`` in its ``AppConfig`` (``hooks``): ``opens_code(text) → CodePage | None`` for a code or
number of its own papers, as people type it. Only what the page at ``url`` shows to anybody may be told by it.
"""

from typing import NamedTuple

from django.utils.functional import Promise

from ancu.core.registry.hooks import offered


class CodePage(NamedTuple):
    """``what`` the code is of, in a sentence; ``url`` of the right box's page, or of what it ``opens``."""

    what: str | Promise
    url: str
    opens: bool = False


def page_of_code(text: str) -> CodePage | None:
    """Where a code belongs that is none of the box it was typed into."""
    pages = (ask(text) for ask in offered("opens_code"))
    return next((page for page in pages if page is not None), None)
