"""Who may be in charge of a dossier, and how dossiers are shared out among several officers."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import TypeVar

from ancu.apps.accounts.enums import Role
from ancu.apps.dossiers.enums import FOR_INTAKE, State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.rules.counter import involved_user_ids

Item = TypeVar("Item", bound=Hashable)
INTAKE, ASSESSING, APPROVING = Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER, Role.APPROVING_OFFICER
WORK_ROLES: dict[State, frozenset[Role]] = {
    **dict.fromkeys((*FOR_INTAKE, State.SUPPLEMENT), frozenset({INTAKE, ASSESSING})),
    State.ACCEPTED: frozenset({ASSESSING}),
    State.ASSESSED: frozenset({ASSESSING, APPROVING}),
    **dict.fromkeys((State.APPROVED, State.READY), frozenset({INTAKE, ASSESSING})),
}  # a decided dossier is entered and handed over by those who may do so


def may_be_in_charge(user_id: int, roles: Collection[Role | str], dossier: Dossier) -> bool:
    """Whether a dossier may be assigned to a user with these roles in its office.

    One of the roles must have work in the dossier's state. Nobody gets the dossier that they filed or sponsor, and who
    took it in at the counter does not assess or decide it.
    """
    at_work = WORK_ROLES.get(State(dossier.state), frozenset())
    return any(role in at_work and user_id not in excluded_user_ids(dossier, Role(role)) for role in roles)


def excluded_user_ids(dossier: Dossier, role: Role) -> frozenset[int | None]:
    """Return the users who never get the dossier in this role: filer, sponsor, and who took it in at the counter.

    In intake, who took it in goes on with it.
    """
    excluded = involved_user_ids(dossier)
    return excluded - {dossier.received_by_id} if role == INTAKE else excluded


def share_out(
    items: Sequence[Item], eligible: Mapping[Item, Sequence[int]], loads: Mapping[int, int]
) -> dict[Item, int]:
    """Share items out: each goes to the eligible person with the lowest load so far; return the person of each.

    Items that few may get come first, so that the others can level the loads. The first of equals in the order of
    ``loads`` gets an item. An item that nobody may get is missing. With equal loads at first, this is sharing out in
    turn.
    """
    present, rank = dict(loads), {person: place for place, person in enumerate(loads)}
    candidates = {item: [person for person in eligible.get(item, ()) if person in present] for item in items}
    shares: dict[Item, int] = {}
    for item in sorted(items, key=lambda item: len(candidates[item])):
        if people := candidates[item]:
            person = min(people, key=lambda candidate: (present[candidate], rank[candidate]))
            shares[item] = person
            present[person] += 1
    return shares
