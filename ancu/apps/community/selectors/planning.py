"""Progress towards goals, and pledges with what came in for them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404

from ancu.apps.community.enums import GoalKind, LedgerAccount
from ancu.apps.community.models import (
    LedgerLeg,
    Pledge,
    Programme,
    ProgrammeGoal,
    ProgrammeItem,
    ProgrammePhoto,
    Recipient,
)
from ancu.apps.community.selectors.ledger import ItemSums
from ancu.core import clock

CHOICES = 200  # pledges in one field


@dataclass(frozen=True, slots=True)
class GoalProgress:
    """A goal and its progress; ``before`` are the goals it replaced, the newest first."""

    goal: ProgrammeGoal
    reached: int
    before: list[ProgrammeGoal]

    @property
    def percent(self) -> int:
        """The progress towards the goal in per cent, rounded down: 99.9 is 99."""
        return min(100, self.reached * 100 // self.goal.quantity)


def progress(programme: Programme, lines: list[ItemSums]) -> list[GoalProgress]:
    """Return for each current goal of the programme how much was reached, from the items' sums ``lines``."""
    by_item = {line.item.pk: line for line in lines}
    goals_by_kind: dict[tuple[str, int | None], list[ProgrammeGoal]] = {}
    for goal in programme.goals.select_related("item").order_by("-pk"):
        goals_by_kind.setdefault((goal.what, goal.item_id), []).append(goal)
    recipients = count_recipients(programme) if any(what == GoalKind.REACHED for what, _item in goals_by_kind) else 0
    progress_list = []
    for (what, item), (goal, *before) in goals_by_kind.items():
        line = by_item.get(item or 0)
        so_far = recipients if line is None else line.received if what == GoalKind.RAISED else line.handed
        progress_list.append(GoalProgress(goal, so_far, before))
    return sorted(progress_list, key=lambda entry: [*GoalKind.values].index(entry.goal.what))


def latest_goal(programme: Programme) -> int:
    """Return the id of the goal that was set last for the programme; 0 if it has none."""
    return programme.goals.order_by("-pk").values_list("pk", flat=True).first() or 0


def count_recipients(programme: Programme) -> int:
    """Return the number of recipients who got at least one handover."""
    recipients = Recipient.objects.filter(programme=programme, entries__isnull=False, entries__reversal__isnull=True)
    return recipients.distinct().count()


def pledges(programme: Programme) -> QuerySet[Any]:
    """Return the programme's pledges by due day, each with ``came``, the quantity received for it."""
    return with_came(Pledge.objects.filter(programme=programme))


def with_came(pledges: QuerySet[Pledge]) -> QuerySet[Any]:
    """Annotate the pledges with ``came``: the quantity received by their gifts that were not reversed."""
    legs = LedgerLeg.objects.filter(
        account=LedgerAccount.DONORS,
        entry__pledge=OuterRef("pk"),
        item=OuterRef("item_id"),
        entry__reversal__isnull=True,
    )
    received = legs.order_by().values("entry__pledge").annotate(sum=-Sum("quantity")).values("sum")
    return (
        pledges.annotate(came=Coalesce(Subquery(received), Value(0)))
        .select_related("donor", "item", "programme")
        .order_by("due_on", "pk")
    )


def open_pledges(programme: Programme) -> QuerySet[Any]:
    """Return the programme's pledges by due day that are neither withdrawn nor fulfilled."""
    return pledges(programme).filter(withdrawn_at=None, came__lt=F("quantity"))


def pledges_to_choose(programme: Programme, preferred: int | None) -> list[Pledge]:
    """Return the programme's open pledges for a form, and the one with the id ``preferred`` in any state."""
    waiting_pledges = open_pledges(programme)
    choices = list(waiting_pledges[:CHOICES])
    return (
        choices
        if not preferred or any(choice.pk == preferred for choice in choices)
        else [*waiting_pledges.filter(pk=preferred), *choices]
    )


def get_pledge(programme: Programme, pk: int) -> Pledge:
    """Return a pledge of the programme with ``came``, or 404."""
    pledge: Pledge = get_object_or_404(pledges(programme), pk=pk)
    return pledge


@dataclass(frozen=True, slots=True)
class PledgeStatus:
    """A pledge for display; ``state`` is kept (fulfilled), withdrawn, overdue or open."""

    pledge: Pledge
    came: int
    state: str

    @property
    def rest(self) -> int:
        """The pledged quantity that has not been given yet; never negative."""
        return max(0, self.pledge.quantity - self.came)


def pledge_status(pledge: Pledge, today: date | None = None) -> PledgeStatus:
    """Return the quantity received for the pledge, and whether it is kept, withdrawn, overdue or open.

    The pledge needs ``came``, as from ``pledges``. ``today`` defaults to the current day.
    """
    came: int = pledge.came  # type: ignore[attr-defined]  # annotated
    if came >= pledge.quantity:
        return PledgeStatus(pledge, came, "kept")
    if pledge.withdrawn_at is not None:
        return PledgeStatus(pledge, came, "withdrawn")
    return PledgeStatus(pledge, came, "overdue" if pledge.due_on < (today or clock.today()) else "open")


def promised_amounts(programme: Programme) -> list[tuple[ProgrammeItem, int]]:
    """Return each item and the quantity promised and not given yet, without names."""
    rest = open_pledges(programme).order_by().values("item").annotate(rest=Sum(F("quantity") - F("came")))
    by_item = {row["item"]: row["rest"] for row in rest}
    return [(item, by_item[item.pk]) for item in ProgrammeItem.objects.filter(pk__in=by_item).order_by("pk")]


def photos(programme: Programme) -> list[ProgrammePhoto]:
    """Return all photos of the programme for its keepers, hidden ones included, the newest first."""
    return list(programme.photos.filter(file__isnull=False).select_related("entry").order_by("-pk")[:60])


def get_photo(programme: Programme, pk: int) -> ProgrammePhoto:
    """Return a photo of the programme whose file still exists, or 404."""
    return get_object_or_404(programme.photos.filter(file__isnull=False).select_related("file"), pk=pk)
