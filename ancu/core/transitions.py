"""Tables of transitions: the states that may follow each state of a record."""

from collections.abc import Collection, Mapping
from typing import TypeVar, cast

from django.db.models import TextChoices

State = TypeVar("State", bound=TextChoices)


def follows(transitions: Mapping[State, Collection[State]], before: str, after: str) -> bool:
    """Whether a record in the state ``before`` may move directly to the state ``after``, by this table.

    States may be plain text. Raises ``KeyError`` when the table does not have ``before``.
    """
    return after in transitions[cast("State", before)]
