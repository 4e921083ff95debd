"""Tables of transitions: the states that may follow each state of a record."""

from collections.abc import Collection, Mapping
from typing import TypeVar, cast

from django.db.models import TextChoices

State = TypeVar("State", bound=TextChoices)


def follows(transitions: Mapping[State, Collection[State]], before: str, after: str) -> bool:
    """Return whether the table leads from ``before`` to ``after``. A state is read from its column as plain text.

    Raises ``KeyError`` when the table does not know ``before``.
    """
    return after in transitions[cast("State", before)]
