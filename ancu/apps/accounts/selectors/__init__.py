"""Users, memberships and agencies."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from ancu.apps.accounts import rules
from ancu.apps.accounts.enums import OrganisationKind, Role
from ancu.apps.accounts.models import (
    Delegation,
    Invitation,
    Membership,
    Organisation,
    OrganisationToken,
    User,
)
from ancu.apps.accounts.selectors.acting import SECOND_FACTORS
from ancu.apps.accounts.selectors.acting import actor_for as actor_for
from ancu.apps.places.enums import COMMUNE_KINDS
from ancu.apps.places.models import AdministrativeUnit
from ancu.core import clock
from ancu.core.actor import PUBLIC, Actor, ActorKind
from ancu.core.db.name_order import name_order
from ancu.core.security.tokens import digest_of


def open_memberships(user_id: int) -> QuerySet[Membership]:
    """Return the memberships a person may act in, the oldest first.

    ``second_factor`` says whether the person has set one up.
    """
    factors = Authenticator.objects.filter(user_id=OuterRef("user_id"), type__in=SECOND_FACTORS)
    return (
        Membership.objects.filter(user_id=user_id, ended_at__isnull=True)
        .select_related("organisation")
        .annotate(second_factor=Exists(factors))
        .order_by("id")
    )


def actor_for_request(user: object, membership_id: int | None) -> Actor:
    """Return the signed-in user as an actor in this membership; the public actor for an anonymous visitor."""
    return actor_for(user, membership_id) if isinstance(user, User) else PUBLIC


def get_user(user_id: int) -> User:
    """Return the user with this id. Raises User.DoesNotExist for an unknown one."""
    return User.objects.get(pk=user_id)


def profile_values(user: User) -> dict[str, Any]:
    """Return the user's ``full_name`` and ``phone``, for the profile form.

    The language is left out, because a button on each page changes it too.
    """
    return {"full_name": user.full_name, "phone": user.phone}


def user_by_email(email: str) -> User | None:
    """Return the user with this e-mail address, compared case-insensitively; None if there is none."""
    return User.objects.filter(email__iexact=email.strip()).first()


def agency_memberships() -> QuerySet[Membership]:
    """Return all memberships of agencies, including ended ones."""
    return Membership.objects.filter(organisation__kind=OrganisationKind.AGENCY)


def is_officer(user_id: int) -> bool:
    """Whether the user acts for an agency in any membership."""
    return agency_memberships().filter(user_id=user_id, ended_at=None).exists()


def user_by_phone(phone: str) -> User | None:
    """Return the user who signs in by a code sent to this telephone number; None if there is none.

    Never an officer, who needs password and second factor.
    """
    officers = agency_memberships().filter(user_id=OuterRef("pk"), ended_at=None)
    users = User.objects.filter(~Exists(officers), sign_in_phone=phone, is_active=True)
    return users.first() if phone else None


def verified_user_by_email(email: str) -> User | None:
    """Return the active user whose verified e-mail address this is; None if there is none.

    A signature may depend on it.
    """
    unproved = EmailAddress.objects.filter(user_id=OuterRef("pk"), email__iexact=email.strip(), verified=False)
    return User.objects.filter(~Exists(unproved), email__iexact=email.strip(), is_active=True).first()


def members(actor: Actor) -> QuerySet[Membership]:
    """Return the current memberships of the actor's organisation, by role, then by the member's name."""
    return (
        Membership.objects.filter(organisation_id=actor.organisation_id or 0, ended_at__isnull=True)
        .select_related("user")
        .order_by("role", "user__full_name", "id")
    )


def invitations(actor: Actor) -> QuerySet[Invitation]:
    """Return the pending invitations of the actor's organisation; some may have expired."""
    return Invitation.objects.filter(
        organisation_id=actor.organisation_id or 0, accepted_at__isnull=True, revoked_at__isnull=True
    ).order_by("-created_at", "-id")


def get_membership(actor: Actor, pk: int) -> Membership:
    """Return a current membership of the actor's organisation, or 404."""
    return get_object_or_404(members(actor), pk=pk)


def get_invitation(actor: Actor, pk: int) -> Invitation:
    """Return an invitation of the actor's organisation in any state, or 404."""
    return get_object_or_404(Invitation, pk=pk, organisation_id=actor.organisation_id or 0)


def invitation_by_digest(digest: str) -> Invitation | None:
    """Return the invitation whose link has a secret with this digest; None if there is none."""
    return Invitation.objects.select_related("organisation").filter(digest=digest).first()


# ---- while somebody is on leave ------------------------------------------------------------------------


def possible_delegates(actor: Actor) -> list[Membership]:
    """Return the memberships of colleagues to whom the actor may delegate the current membership, by name."""
    own = Membership.objects.select_related("organisation").filter(pk=actor.membership_id or 0).first()
    if own is None or not rules.may_delegate(actor):
        return []
    places = [place_id for place_id in (own.organisation_id, own.organisation.parent_id) if place_id]
    colleagues = Membership.objects.filter(role=own.role, organisation_id__in=places, ended_at=None)
    colleagues = colleagues.select_related("user", "organisation").order_by("id")
    eligible = [mate for mate in colleagues if rules.may_stand_in(own, mate)]
    return sorted(eligible, key=lambda mate: name_order(mate.user.full_name))


def delegations(actor: Actor) -> QuerySet[Delegation]:
    """Return current and future delegations of the actor's membership or to the actor, the earliest first."""
    mine = Q(membership_id=actor.membership_id or 0) | Q(delegate__user_id=actor.user_id or 0)
    current = Delegation.objects.filter(mine, revoked_at=None, ends_on__gte=clock.today(), membership__ended_at=None)
    people = ("membership__user", "membership__organisation", "delegate__user", "delegate__organisation")
    return current.select_related(*people).order_by("starts_on", "id")


def get_delegation(actor: Actor, pk: int) -> Delegation:
    """Return a delegation by or to the actor, or 404."""
    return get_object_or_404(delegations(actor), pk=pk)


def membership_to_act_in(actor: Actor, pk: str) -> int:
    """Return the id of a membership the actor may act in today, or 404. ``pk`` is the submitted value."""
    key = int(pk) if pk.isascii() and pk.isdigit() and len(pk) < 19 else 0
    acted_in = actor_for(get_user(actor.user_id or 0), key).membership_id
    if acted_in != key:
        raise Http404
    return key


# ---- programs of an organisation -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OrganisationProgram:
    """A program with a valid token of an organisation."""

    actor: Actor
    token_id: int
    used_on: date | None


def _valid_tokens() -> QuerySet[OrganisationToken]:
    """Return API keys that are not revoked and whose representative is still a member; some may have expired."""
    return OrganisationToken.objects.filter(
        revoked_at=None,
        membership__ended_at=None,
        membership__role=Role.REPRESENTATIVE,
        membership__user__is_active=True,
    )


def organisation_program(secret: str) -> OrganisationProgram | None:
    """Return the program of a sponsor that uses this API key; None for an invalid key.

    It acts as the representative in that membership alone.
    """
    tokens = (
        _valid_tokens()
        .select_related("membership__organisation")
        .filter(digest=digest_of(secret), expires_on__gte=clock.today())
    )
    token = tokens.first()
    if token is None:
        return None
    membership = token.membership
    actor = Actor(
        kind=ActorKind.TOKEN,
        label=token.name,
        user_id=membership.user_id,
        membership_id=membership.pk,
        organisation_id=membership.organisation_id,
        organisation_kind=membership.organisation.kind,
        organisation_name=membership.organisation.name,
        role=membership.role,
        token_id=token.pk,
    )
    return OrganisationProgram(actor, token.pk, token.last_used_on)


def organisation_tokens(actor: Actor) -> QuerySet[OrganisationToken]:
    """Return the valid API keys of the actor's organisation with their representatives."""
    own = _valid_tokens().filter(membership__organisation_id=actor.organisation_id or 0)
    return own.select_related("membership__user").order_by("created_at", "id")


def tokens_of_same_organisation(membership_id: int) -> QuerySet[OrganisationToken]:
    """Return the valid API keys of the organisation that this membership belongs to."""
    return _valid_tokens().filter(membership__organisation__memberships=membership_id)


def get_organisation_token(actor: Actor, pk: int) -> OrganisationToken:
    """Return a valid API key of the actor's organisation, or 404."""
    return get_object_or_404(organisation_tokens(actor), pk=pk)


def sponsors_by_code(code: str) -> list[Organisation]:
    """Return the sponsors with this tax code, dash and spaces ignored; a shorter number is a sponsor's id.

    Commands use it.
    """
    signs = "".join(sign for sign in code if sign.isdigit())
    sponsors = Organisation.objects.filter(kind=OrganisationKind.SPONSOR).order_by("id")
    if signs and len(signs) < len("0123456789"):  # shorter than any tax code
        return list(sponsors.filter(pk=int(signs)))
    return [
        sponsor for sponsor in sponsors.exclude(tax_code="") if signs and sponsor.tax_code.replace("-", "") == signs
    ]


def representatives_of(organisation: Organisation) -> QuerySet[Membership]:
    """Return the members who may sign for the organisation, the longest membership first."""
    own = organisation.memberships.filter(role=Role.REPRESENTATIVE, ended_at=None, user__is_active=True)
    return own.select_related("user").order_by("id")


def agencies() -> QuerySet[Organisation]:
    """Return the agencies that are not closed: the province's office first, then by the agency above, then by name."""
    units = Organisation.objects.filter(kind=OrganisationKind.AGENCY, closed_at=None).select_related("parent")
    return units.order_by(F("parent_id").asc(nulls_first=True), "name", "pk")


def agency_of(actor: Actor) -> Organisation | None:
    """Return the agency of the actor's membership; None if the actor works for no agency."""
    return agencies().filter(pk=actor.organisation_id or 0).first()


def superior_name(agency: Organisation | None) -> str:
    """Return the name of the body above an agency, for the head of the agency's papers; "" for None.

    Above the office, and above the police of a commune, that is the police of the province (Decree 30/2020/NĐ-CP).
    """
    if agency is None:
        return ""
    unit = agency.jurisdiction.filter(valid_until=None).order_by("pk").first()
    is_of_commune = unit is not None and unit.kind in COMMUNE_KINDS
    if agency.parent is not None and not is_of_commune:
        return agency.parent.name
    while unit is not None and unit.parent is not None:
        unit = unit.parent
    return police_of(unit.full_name) if unit else "Công an"


def police_of(unit_name: str) -> str:
    """Return the name of the police of an administrative unit, such as "Công an tỉnh Phú Thọ"."""
    return f"Công an {unit_name[:1].lower()}{unit_name[1:]}"


def is_inspectorate(agency_id: int) -> Exists:
    """Return a filter condition: whether the agency is the inspectorate."""
    return Exists(Organisation.objects.filter(pk=agency_id, is_inspectorate=True))


def inspectorate() -> Organisation | None:
    """Return the agency that answers petitions about the office (the inspectorate); None if it is not set up."""
    return agencies().filter(is_inspectorate=True).first()


def agencies_answering_for(unit: AdministrativeUnit) -> frozenset[int]:
    """Return the ids of the agencies of an administrative unit, else of the nearest unit above with any."""
    place: AdministrativeUnit | None = unit
    while place is not None:
        own = Organisation.objects.filter(kind=OrganisationKind.AGENCY, jurisdiction=place)
        if agencies := frozenset(own.values_list("pk", flat=True)):
            return agencies
        place = place.parent
    return frozenset()
