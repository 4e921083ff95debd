"""Tables of transitions: the states that may follow each state of a record."""

from collections.abc import Collection, Mapping
from typing import TypeVar, cast

from django.db.models import TextChoices

State = TypeVar("State", bound=TextChoices)


def follows(transitions: Mapping[State, Collection[State]], before: str, after: str) -> bool:
    """Whether the table of transitions allows ``after`` as the state directly after ``before``.

    States may be plain text. Raises ``KeyError`` when the table does not have ``before``.
    """
    return after in transitions[cast("State", before)]
