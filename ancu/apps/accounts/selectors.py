"""Who somebody is, in which memberships, and what an agency answers for."""

from django.db.models import QuerySet

from ancu.apps.accounts.models import Membership, User
from ancu.apps.places.selectors import area_ids
from ancu.core.actor import PUBLIC, Actor, ActorKind


def open_memberships(user_id: int) -> QuerySet[Membership]:
    return (
        Membership.objects.filter(user_id=user_id, ended_at__isnull=True).select_related("organisation").order_by("id")
    )


def actor_for(user: User, membership_id: int | None = None) -> Actor:
    """The actor of a signed-in user: in the membership asked for, else in the first one he has.

    A user without a membership (yet) acts as himself, with no rights of any organisation.
    """
    memberships = list(open_memberships(user.pk))
    chosen = next(
        (m for m in memberships if m.pk == membership_id),
        memberships[0] if memberships else None,
    )
    if chosen is None:
        return Actor(kind=ActorKind.PERSON, label=str(user), user_id=user.pk)
    organisation = chosen.organisation
    units = organisation.jurisdiction.values_list("id", flat=True) if organisation.kind == "agency" else ()
    return Actor(
        kind=ActorKind.PERSON,
        label=str(user),
        user_id=user.pk,
        membership_id=chosen.pk,
        organisation_id=organisation.pk,
        organisation_kind=organisation.kind,
        organisation_name=organisation.name,
        role=chosen.role,
        area=area_ids(frozenset(units)) if units else frozenset(),
    )


def actor_for_request(user: object, membership_id: int | None) -> Actor:
    return actor_for(user, membership_id) if isinstance(user, User) else PUBLIC
