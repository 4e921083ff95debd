"""How several dossiers would be shared out among officers, and the shares that can still be undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import AssignmentWay
from ancu.apps.dossiers.models import Dossier, DossierEvent
from ancu.apps.dossiers.rules.assigning import share_out
from ancu.apps.dossiers.selectors.officers import (
    colleagues,
    is_assignable,
    officer_roles,
    officers_of,
    officers_on_leave,
    open_counts,
)
from ancu.apps.dossiers.selectors.queue_orders import order_of
from ancu.apps.dossiers.selectors.queues import QueueFilter, dossiers_in_queue, received, rows_of
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Http404

MOST_ASSIGNED = 200  # together: each is locked, noted and audited
UNDO_TIME = timedelta(minutes=10)  # as for acts on stays (ADR 26)


@dataclass(frozen=True)
class OfficerShare:
    """An officer and what the plan gives: ``before`` are the open dossiers now, ``number`` those that are added."""

    pk: int
    full_name: str
    before: int
    number: int
    is_on_leave: bool = False
    is_eligible: bool = True

    @property
    def after(self) -> int:
        """The number of open dossiers afterwards."""
        return self.before + self.number


@dataclass(frozen=True)
class AssignmentPlan:
    """Who would get each dossier; ``refusals`` are the others, each with the reason."""

    rows: list[tuple[Dossier, OfficerShare]]
    shares: list[OfficerShare]
    refusals: list[tuple[Dossier, str]]


def unassigned_in_queue(actor: Actor, filters: QueueFilter) -> list[Dossier]:
    """Return the first dossiers of a queue that nobody is in charge of, at most ``MOST_ASSIGNED``, in its order."""
    unassigned = dossiers_in_queue(actor, filters).filter(assigned_to=None)
    return rows_of(list(order_of(filters.order).sorted(unassigned).values_list("pk", flat=True)[:MOST_ASSIGNED]))


def dossiers_to_assign(actor: Actor, numbers: Sequence[str]) -> list[Dossier]:
    """Return the agency's dossiers with these numbers, in their order; 404 if none is named or one is missing."""
    dossiers = received(actor).filter(number__in=numbers).select_related("assigned_to").defer("answers")
    by_number = {dossier.number: dossier for dossier in dossiers}
    if not numbers or len(numbers) > MOST_ASSIGNED or len(by_number) != len(set(numbers)):
        raise Http404
    return [by_number[number] for number in dict.fromkeys(numbers)]


def officer_shares(actor: Actor, dossiers: Sequence[Dossier]) -> list[OfficerShare]:
    """Return every officer of the actor's agency with the open dossiers now, by name.

    Eligible is who may be in charge of at least one of the dossiers.
    """
    people, roles = colleagues(actor), officer_roles(actor.organisation_id)
    counts, absent = open_counts([pk for pk, _name in people]), officers_on_leave(actor.organisation_id)
    return [
        OfficerShare(
            pk, name, counts[pk], 0, pk in absent, any(is_assignable(pk, dossier, roles) for dossier in dossiers)
        )
        for pk, name in people
    ]


def plan_assignment(
    actor: Actor, dossiers: Sequence[Dossier], way: AssignmentWay, officer_ids: Sequence[int]
) -> AssignmentPlan:
    """Return who would get each dossier, if it is shared out this way among these officers; nothing is changed."""
    officers = [share for share in officer_shares(actor, dossiers) if share.pk in officer_ids]
    movable, refusals = _movable(actor, dossiers)
    eligible = _eligible(actor, movable, [officer.pk for officer in officers])
    loads = {officer.pk: officer.before if way == AssignmentWay.LOAD else 0 for officer in officers}
    shares = share_out([dossier.pk for dossier in movable], eligible, loads)
    numbers = list(shares.values())
    planned = {
        officer.pk: OfficerShare(officer.pk, officer.full_name, officer.before, numbers.count(officer.pk))
        for officer in officers
    }
    rows = [(dossier, planned[shares[dossier.pk]]) for dossier in movable if dossier.pk in shares]
    nobody = _("None of the chosen officers may be in charge of it.")
    refusals += [(dossier, nobody) for dossier in movable if dossier.pk not in shares]
    return AssignmentPlan(rows, list(planned.values()), refusals)


def _movable(actor: Actor, dossiers: Sequence[Dossier]) -> tuple[list[Dossier], list[tuple[Dossier, str]]]:
    """Return the dossiers that the actor may assign, and the others with the reason."""
    ended = _("It is no longer at the office, or you may not assign it.")
    movable = [dossier for dossier in dossiers if rules.may_assign(actor, dossier)]
    return movable, [(dossier, ended) for dossier in dossiers if dossier not in movable]


def _eligible(actor: Actor, dossiers: Sequence[Dossier], officer_ids: Sequence[int]) -> Mapping[int, list[int]]:
    """Return which of the officers may be in charge of each dossier, by its id."""
    roles = officer_roles(actor.organisation_id)
    return {dossier.pk: [pk for pk in officer_ids if is_assignable(pk, dossier, roles)] for dossier in dossiers}


# ---- what can be undone --------------------------------------------------------------------------------


@dataclass(frozen=True)
class AssignedBatch:
    """Dossiers that the actor assigned together; ``events`` are their last assignments."""

    key: str
    events: list[DossierEvent]


def last_batch(actor: Actor) -> AssignedBatch | None:
    """Return the actor's latest assignment of several dossiers that can be undone now; None without one.

    A dossier that was assigned since is no longer part of it.
    """
    since = clock.now() - UNDO_TIME
    officers = officers_of(actor.organisation_id)
    recent = received(actor).filter(assigned_to__in=officers.values("pk"), assigned_at__gte=since)
    events = DossierEvent.objects.filter(dossier__in=recent.values("pk"), act="assigned", at__gte=since)
    latest: dict[int, DossierEvent] = {}
    for event in events.order_by("id"):
        latest[event.dossier_id] = event
    own = [event for event in latest.values() if event.by_id == actor.user_id and event.data.get("batch")]
    if not own:
        return None
    key = max(own, key=lambda event: event.pk).data["batch"]
    return AssignedBatch(key, [event for event in own if event.data["batch"] == key])
