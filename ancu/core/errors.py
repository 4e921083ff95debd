"""The refusals a service may give. ``config.middleware.ErrorMiddleware`` turns each into a page or JSON.

404 is for what the actor may not know of, 403 for what he knows but may not do, 409 for what the state
of things forbids now.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.core.exceptions import PermissionDenied
from django.db import DataError
from django.http import Http404
from django.utils.translation import gettext_lazy as _

__all__ = ["Conflict", "Forbidden", "Http404", "Unconfirmed", "UnknownPhone", "holds_nul", "require"]


class Forbidden(PermissionDenied):
    """The actor may see this, but may not do that."""


class UnknownPhone(Http404):
    """The phone belongs to another person, for whom its stored records wait."""


class Conflict(Exception):
    """The act does not fit the present state (already decided, already left, changed meanwhile).

    ``code`` is stable, ``message`` is a (lazy) sentence for the person.
    """

    def __init__(self, code: str, message: Any) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


class Unconfirmed(Conflict):
    """The act is unusual and the person has not confirmed it; ``sentences`` say why it is unusual."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("unconfirmed", " ".join(sentences))
        self.sentences = sentences


def holds_nul(error: Exception) -> bool:
    """Whether the database refused a NUL character, so that the request is bad and nothing was stored."""
    cause = error.__cause__ if isinstance(error, DataError) else error
    return isinstance(cause, psycopg.DataError) and (
        "NUL" in str(cause) or isinstance(cause, psycopg.errors.UntranslatableCharacter)  # within text, within JSON
    )


def require(allowed: bool) -> None:
    """Raise Forbidden unless ``allowed``, the answer of a predicate in rules.py."""
    if not allowed:
        raise Forbidden(str(_("You do not have permission to do this.")))
