"""The officers of an office, and the agencies it may consult."""

from collections.abc import Iterable, Mapping

from django.db.models import Count, QuerySet

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Delegation, Membership, Organisation, User
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import IN_THE_OFFICE
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.rules.assigning import may_be_in_charge
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.name_order import by_name

OfficerRoles = Mapping[int, frozenset[Role]]


def officers_of(agency_id: int | None) -> QuerySet[User]:
    """Return the present officers of the agency who work on dossiers."""
    working = Membership.objects.filter(organisation_id=agency_id or 0, role__in=rules.WORKERS, ended_at=None)
    return User.objects.filter(pk__in=working.values("user_id"), is_active=True)


def _working_memberships(agency_id: int | None) -> QuerySet[Membership]:
    """Return the present memberships of the agency's officers who work on dossiers."""
    return Membership.objects.filter(
        organisation_id=agency_id or 0, role__in=rules.WORKERS, ended_at=None, user__is_active=True
    )


def _grouped(rows: Iterable[tuple[int, str]]) -> dict[int, frozenset[Role]]:
    """Return the roles of each user id of these (user id, role)."""
    roles: dict[int, set[Role]] = {}
    for user_id, role in rows:
        roles.setdefault(user_id, set()).add(Role(role))
    return {user_id: frozenset(names) for user_id, names in roles.items()}


def officer_roles(agency_id: int | None) -> OfficerRoles:
    """Return the roles of each present officer of the agency who works on dossiers, by user id."""
    return _grouped(_working_memberships(agency_id).values_list("user_id", "role"))


def is_assignable(user_id: int, dossier: Dossier, roles: OfficerRoles) -> bool:
    """Whether the dossier may be assigned to the user, by the roles in its office: the rule of every assignment."""
    return may_be_in_charge(user_id, roles.get(user_id, frozenset()), dossier)


def assignable_officers(dossier: Dossier) -> list[tuple[int, str]]:
    """Return id and name of each officer to whom the dossier may be assigned, by name."""
    rows = list(_working_memberships(dossier.agency_id).values_list("user_id", "user__full_name", "role"))
    names, roles = {pk: name for pk, name, _role in rows}, _grouped((pk, role) for pk, _name, role in rows)
    return by_name((pk, name) for pk, name in names.items() if is_assignable(pk, dossier, roles))


def open_counts(user_ids: list[int]) -> dict[int, int]:
    """Return the number of open dossiers that each of these officers is in charge of."""
    rows = Dossier.objects.filter(assigned_to__in=user_ids, state__in=sorted(IN_THE_OFFICE)).order_by()
    counts = dict(rows.values_list("assigned_to").annotate(number=Count("id")))
    return {user_id: counts.get(user_id, 0) for user_id in user_ids}


def officers_on_leave(agency_id: int | None) -> set[int]:
    """Return the ids of the agency's officers for whom a colleague stands in today."""
    today = clock.today()
    leaves = Delegation.objects.filter(
        membership__organisation_id=agency_id or 0, starts_on__lte=today, ends_on__gte=today, revoked_at=None
    )
    return set(leaves.values_list("membership__user_id", flat=True))


def colleagues(actor: Actor) -> list[tuple[int, str]]:
    """Return id and name of each officer, by name, for a filter or a list of choices."""
    return by_name(officers_of(actor.organisation_id).values_list("id", "full_name"))


def askable(actor: Actor) -> QuerySet[Organisation]:
    """Return all agencies but the actor's own, by name, which an officer may ask for an opinion."""
    return Organisation.objects.filter(kind="agency").exclude(pk=actor.organisation_id or 0).order_by("name", "id")
