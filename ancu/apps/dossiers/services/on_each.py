"""One act on several dossiers, one after the other: what cannot be done to one does not keep the rest from it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ancu.apps.dossiers.models import Dossier
from ancu.core.errors import Conflict, Forbidden

Refusals = list[tuple[Dossier, str]]


@dataclass
class ManyOutcome:
    """The dossiers on which the act was done, and the others with the reason."""

    done: list[Dossier] = field(default_factory=list)
    refusals: Refusals = field(default_factory=list)


def act_on_each(dossiers: Iterable[Dossier], act: Callable[[Dossier], Any], *, forbidden: str) -> ManyOutcome:
    """Do the act on each dossier; ``forbidden`` is the reason where the actor may not do it."""
    outcome = ManyOutcome()
    for dossier in dossiers:
        try:
            act(dossier)
        except Conflict as conflict:
            outcome.refusals.append((dossier, str(conflict.message)))
        except Forbidden:
            outcome.refusals.append((dossier, forbidden))
        else:
            outcome.done.append(dossier)
    return outcome
