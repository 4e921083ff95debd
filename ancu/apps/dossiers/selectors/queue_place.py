"""The place of a dossier in the queue that its officer works through, and the dossiers before and after it."""

from dataclasses import dataclass, replace

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.queue_orders import DECIDED, UNDECIDED, QueueCursor, QueueOrder, order_of
from ancu.apps.dossiers.selectors.queues import (
    QueueFilter,
    QueueRow,
    dossiers_in_queue,
    first_queue,
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
    order = order_of(filters.order)
    queue = dossiers_in_queue(actor, filters, _states(filters))
    before = order.beyond(queue, _cursor(order, dossier, cursor), back=True).exclude(pk=dossier.pk).count()
    following = neighbour(actor, filters, dossier, cursor)
    return QueuePlace(filters, before + 1, max(queue.count(), before + 1), following, before == 0)


def neighbour(
    actor: Actor, filters: QueueFilter, dossier: Dossier, cursor: str = "", *, back: bool = False
) -> QueueRow | None:
    """Return the next dossier of the queue, or with ``back`` the one before; None at its end."""
    order = order_of(filters.order)
    queue = dossiers_in_queue(actor, filters, _states(filters)).exclude(pk=dossier.pk)
    beyond = order.beyond(queue, _cursor(order, dossier, cursor), back=back)
    keys = order.sorted(beyond, back=back).values_list("pk", flat=True)[:1]
    rows = queue_rows(actor, rows_of(list(keys)))
    return rows[0] if rows else None


def _cursor(order: QueueOrder, dossier: Dossier, cursor: str) -> QueueCursor:
    """Return the place that ``cursor`` names, or else the dossier's own place in the order."""
    place = order.parse(cursor) if cursor else None
    place = place or order.parse(order.cursor_of(dossier))
    assert place is not None  # an order reads its own cursors
    return place


def _states(filters: QueueFilter) -> list[State]:
    """Return the states whose dossiers are in one order: decided ones only if the filter names their state."""
    return [State(state) for state in (DECIDED if filters.state in DECIDED else UNDECIDED)]
