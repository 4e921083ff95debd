"""Codes on papers of the office: a code typed into the wrong box leads to the page it belongs to.

An app registers a finder in ``CODE_FINDERS``: it returns the page for a code or number of its own papers, as people
type it, else None. It may reveal only what the page at ``url`` shows to anybody.
"""

from collections.abc import Callable
from typing import NamedTuple

from django.utils.functional import Promise

from ancu.core.registry import Hook


class CodePage(NamedTuple):
    """The page for a code: ``url`` is where to type it or, with ``opens``, what it leads to; ``what`` it is of."""

    what: str | Promise
    url: str
    opens: bool = False


CODE_FINDERS: Hook[Callable[[str], CodePage | None]] = Hook()


def page_of_code(text: str) -> CodePage | None:
    """Return the page that shows the record with a typed code, such as a dossier number; None for an unknown code."""
    pages = (find(text) for find in CODE_FINDERS)
    return next((page for page in pages if page is not None), None)
