"""Who waits at the counters, by number: for the clerk who calls, the board in the hall, and the slip."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from ancu.apps.accounts.models import Organisation
from ancu.apps.dossiers.models import Counter, Dossier, QueueTicket
from ancu.core import clock
from ancu.core.actor import Actor

ON_BOARD = 6  # the latest calls that the board shows


@dataclass(frozen=True)
class CounterQueue:
    """What a clerk sees of the queue; ``current`` is the number that the clerk serves now."""

    current: QueueTicket | None
    waiting: int
    counters: Sequence[Counter]
    counter_id: int | None  # at which the clerk called last today


def counter_queue(actor: Actor) -> CounterQueue:
    """Return the queue of the actor's agency today, and which number the actor serves."""
    latest = _latest_called(actor)
    counters = list(Counter.objects.filter(agency_id=actor.organisation_id or 0, is_open=True).order_by("name", "id"))
    return CounterQueue(
        current=latest if latest and latest.ended_at is None else None,
        waiting=uncalled(actor.organisation_id or 0).count(),
        counters=counters,
        counter_id=latest.counter_id if latest else counters[0].pk if counters else None,
    )


def _latest_called(actor: Actor) -> QueueTicket | None:
    """Return the number that the actor called last today at the own agency, served or not."""
    own = QueueTicket.objects.filter(called_by_id=actor.user_id or 0, agency_id=actor.organisation_id or 0)
    return own.filter(day=clock.today()).select_related("counter").order_by("-called_at", "-id").first()


def served_ticket(actor: Actor) -> QueueTicket | None:
    """Return the number that the actor serves now; None without one."""
    latest = _latest_called(actor)
    return latest if latest and latest.ended_at is None else None


def uncalled(agency_id: int) -> QuerySet[QueueTicket]:
    """Return today's numbers of the agency that nobody called yet, in their order."""
    waiting = QueueTicket.objects.filter(agency_id=agency_id, day=clock.today(), called_at=None)
    return waiting.order_by("number")


def ticket_number(dossier: Dossier) -> int | None:
    """Return the number that was served when the dossier was begun; None if none was."""
    return QueueTicket.objects.filter(queued_dossiers__dossier=dossier).values_list("number", flat=True).first()


@dataclass(frozen=True)
class QueueBoard:
    """The numbers of one office that were called last, newest first, and how many people wait."""

    office: Organisation
    calls: Sequence[QueueTicket]
    waiting: int


def queue_boards() -> list[QueueBoard]:
    """Return the board of each receiving office with open counters; without any personal data, for the public."""
    today = clock.today()
    uncalled_today = QueueTicket.objects.filter(day=today, called_at=None)
    waiting_counts = dict(uncalled_today.values_list("agency_id").annotate(waiting=Count("pk")).order_by())
    open_ids = Counter.objects.filter(is_open=True).values("agency_id")
    return [
        QueueBoard(office, _latest_calls(office), waiting_counts.get(office.pk, 0))
        for office in Organisation.objects.filter(pk__in=open_ids, parent=None).order_by("pk")
    ]


def _latest_calls(office: Organisation) -> list[QueueTicket]:
    """Return the office's numbers that were called today, the latest first."""
    called = QueueTicket.objects.filter(agency=office, day=clock.today(), called_at__isnull=False)
    return list(called.select_related("counter").order_by("-called_at", "-number")[:ON_BOARD])
