"""Agencies and officers for the office's administrator."""

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from ancu.apps.accounts import rules
from ancu.apps.accounts.enums import OfficerState, OrganisationKind, Role
from ancu.apps.accounts.models import Membership, Organisation, User
from ancu.apps.accounts.selectors import agencies, agency_memberships
from ancu.apps.accounts.selectors.acting import SECOND_FACTORS
from ancu.apps.places.models import AdministrativeUnit
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.name_order import by_name, name_order
from ancu.core.db.pagination import PAGE, CursorPage
from ancu.core.errors import require


def office() -> Organisation | None:
    """Return the office, the agency above all others; None if there is none yet."""
    return Organisation.objects.filter(kind=OrganisationKind.AGENCY, parent=None).order_by("pk").first()


def administrators() -> QuerySet[Membership]:
    """Return the memberships of the office's administrators who can sign in."""
    return agency_memberships().filter(
        organisation__parent=None, role=Role.ADMINISTRATOR, ended_at=None, user__is_active=True
    )


def is_only_administrator(actor: Actor) -> bool:
    """Whether nobody administers except the actor and colleagues whom the actor represents."""
    return not administrators().exclude(user_id__in=actor.own_user_ids).exists()


def is_last_but(actor: Actor, person: User) -> bool:
    """Whether the actor would be the only administrator if this person were none."""
    others = administrators().exclude(user_id__in=actor.own_user_ids).values_list("user_id", flat=True)
    return set(others) == {person.pk}


def agency_list(actor: Actor) -> list[Organisation]:
    """Return the agencies that are not closed, the office first, with the number of members as ``officers``."""
    require(rules.administers_officers(actor))
    count = Count("memberships__user", filter=Q(memberships__ended_at=None), distinct=True)
    rows = agencies().annotate(officers=count).prefetch_related("jurisdiction")
    return sorted(rows, key=lambda agency: (agency.parent_id is not None, name_order(agency.name)))


def get_agency(actor: Actor, pk: int) -> Organisation:
    """Return an agency that is not closed, or 404; 403 unless the actor is the office's administrator."""
    require(rules.administers_officers(actor))
    return get_object_or_404(agencies(), pk=pk)


def get_subordinate_agency(actor: Actor, pk: int) -> Organisation:
    """Return an agency below the office that is not closed, or 404; 403 for all but the office's administrator.

    The office itself can be neither changed nor closed.
    """
    require(rules.administers_officers(actor))
    return get_object_or_404(agencies().filter(parent__isnull=False), pk=pk)


def communes_of(agency: Organisation) -> list[AdministrativeUnit]:
    """Return the administrative units of the agency's area, by name."""
    return sorted(agency.jurisdiction.all(), key=lambda unit: name_order(unit.name))


def officer_memberships() -> QuerySet[Membership]:
    """Return all memberships of agencies, ended ones included.

    Annotated with ``second_factor``: whether the member has set one up.
    """
    factors = Authenticator.objects.filter(user_id=OuterRef("user_id"), type__in=SECOND_FACTORS)
    return agency_memberships().select_related("user", "organisation").annotate(second_factor=Exists(factors))


def due_memberships() -> QuerySet[Membership]:
    """Return the officers' roles that can be confirmed for another year (``rules.is_in_last_month``)."""
    until = clock.today() + rules.CONFIRMED_BEFORE
    return officer_memberships().filter(Q(ends_on=None) | Q(ends_on__lte=until), ended_at=None)


IN_STATE = {
    OfficerState.WORKING: Q(ended_at=None, user__is_active=True),
    OfficerState.LOCKED: Q(ended_at=None, user__is_active=False),
    OfficerState.ENDED: Q(ended_at__isnull=False),
}


def officer_page(
    actor: Actor, *, text: str = "", agency: int | None = None, state: str = "", after: int = 0
) -> CursorPage[Membership]:
    """Return a page of officers' memberships by name, filtered by agency and state (by default, current ones).

    ``text`` is part of a name or address, with or without accents; ``after`` is the id of the last membership of the
    page before. Python sorts the names, not the database (``core.db.name_order``): 0.1 s for 10,000 officers.
    """
    require(rules.administers_officers(actor))
    chosen = OfficerState(state or OfficerState.WORKING)
    is_due = chosen == OfficerState.TO_CONFIRM
    rows = due_memberships() if is_due else officer_memberships().filter(IN_STATE[chosen])
    if text:
        words = Q(user__full_name__unaccent__icontains=text) | Q(user__email__icontains=text)
        rows = rows.filter(words)
    if agency:
        rows = rows.filter(organisation_id=agency)
    keys = [pk for pk, _name in by_name(rows.values_list("pk", "user__full_name"))]
    first = keys.index(after) + 1 if after in keys else 0
    by_id = {row.pk: row for row in rows.filter(pk__in=keys[first : first + PAGE])}
    page = [by_id[pk] for pk in keys[first : first + PAGE]]
    return CursorPage(page, str(page[-1].pk) if len(keys) > first + PAGE else "")


def get_officer(actor: Actor, pk: int) -> User:
    """Return a user who is or was a member of an agency, or 404; 403 unless the actor is the administrator."""
    require(rules.administers_officers(actor))
    return get_object_or_404(User.objects.filter(pk__in=officer_memberships().values("user_id")), pk=pk)


def memberships_of(officer: User) -> list[Membership]:
    """Return all agency memberships of an officer, the current ones first."""
    rows = officer_memberships().filter(user=officer).order_by("-pk")
    return sorted(rows, key=lambda membership: membership.ended_at is not None)


def get_officer_membership(actor: Actor, pk: int) -> Membership:
    """Return a current membership of an agency, or 404; 403 unless the actor is the office's administrator."""
    require(rules.administers_officers(actor))
    return get_object_or_404(officer_memberships().filter(ended_at=None), pk=pk)
