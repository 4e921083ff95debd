"""What waits for a person: each app offers its own (``core.offers``, ``waits``), and one list holds them all.

``waits(actor) → list[Pile]``. An app asks its own predicates and selectors, gives at most ``SHOWN`` tasks of each kind
in a number of queries that does not grow with them, and says how many there are in all. What it asks is worded once
for each actor (``core.questions``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise

from ancu.core.actor import Actor
from ancu.core.offers import offered
from ancu.core.questions import Question

SHOWN = 12  # of one kind; its own page has the rest
MANY = 1000  # beyond this a count says "more than"
Words = str | Promise


@dataclass(frozen=True, slots=True)
class Task:
    """One thing somebody must do. ``due`` is the last day for it; ``grave`` ones come first, whatever their day."""

    title: Words
    url: str
    second: Words = ""
    due: date | None = None
    grave: bool = False


@dataclass(frozen=True, slots=True)
class Pile:
    """Tasks of one kind, the first of them, how many there are, and the page where they are worked off."""

    label: Words
    icon: str
    url: str
    total: int
    tasks: Sequence[Task] = field(default=())


def pile(label: Words, icon: str, url: str, asked: Question, task: Callable[..., Task]) -> Pile:
    """Of what is asked for in order the first ``SHOWN``, each row given to ``task``; all are counted only when there
    are more, and never beyond ``MANY``."""
    rows = asked.rows(SHOWN + 1)
    total = len(rows) if len(rows) <= SHOWN else asked.number(MANY + 1)
    return Pile(label, icon, url, total, [task(*row) for row in rows[:SHOWN]])


def piles(actor: Actor) -> list[Pile]:
    """What waits for the actor in every app; kinds of which nothing waits are left out."""
    return [pile for ask in offered("waits") for pile in ask(actor) if pile.total]
