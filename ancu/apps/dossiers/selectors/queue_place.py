"""The place of a dossier in the queue that its officer works through, and the dossiers before and after it."""

from dataclasses import dataclass, replace

from django.db.models import Q

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.queues import (
    DECIDED,
    UNDECIDED,
    QueueFilter,
    QueueRow,
    cursor_of,
    dossiers_in_queue,
    first_queue,
    is_after,
    is_before,
    queue_rows,
    rows_of,
)
from ancu.core.actor import Actor


@dataclass(frozen=True)
class QueuePlace:
    """``number`` counts from 1; ``part`` is how much of the queue lies before the dossier, in hundredths."""

    queue: QueueFilter
    number: int
    total: int
    following: QueueRow | None
    is_first: bool

    @property
    def part(self) -> int:
        """How much of the queue lies before the dossier, in hundredths."""
        return round(100 * (self.number - 1) / self.total) if self.total else 0


def working_queue(actor: Actor, filters: QueueFilter) -> QueueFilter:
    """Return the queue to work through: the filter, or else that of the actor's own work; never a search."""
    plain = replace(filters, text="")
    return plain if plain.codes() else QueueFilter(state=first_queue(actor))


def queue_place(actor: Actor, filters: QueueFilter, dossier: Dossier, cursor: str = "") -> QueuePlace:
    """Return where the dossier stands in the queue.

    ``cursor`` is where it stood before it was worked on, if it has left the queue since.
    """
    key = cursor or cursor_of(dossier)
    queue = dossiers_in_queue(actor, filters, _states(filters))
    before = queue.filter(is_before(key)).exclude(pk=dossier.pk).count()
    following = neighbour(actor, filters, dossier, key)
    return QueuePlace(filters, before + 1, max(queue.count(), before + 1), following, before == 0)


def neighbour(
    actor: Actor, filters: QueueFilter, dossier: Dossier, cursor: str = "", *, back: bool = False
) -> QueueRow | None:
    """Return the next dossier of the queue, or with ``back`` the one before; None at its end."""
    key = cursor or cursor_of(dossier)
    beyond: Q = is_before(key) if back else is_after(key)
    order = ("-due_on", "-id") if back else ("due_on", "id")
    queue = dossiers_in_queue(actor, filters, _states(filters)).filter(beyond).exclude(pk=dossier.pk)
    rows = queue_rows(actor, rows_of(list(queue.order_by(*order).values_list("pk", flat=True)[:1])))
    return rows[0] if rows else None


def _states(filters: QueueFilter) -> list[State]:
    """Return the states whose dossiers are in one order: decided ones only if the filter names their state."""
    return [State(state) for state in (DECIDED if filters.state in DECIDED else UNDECIDED)]
