"""The mandates that a company gave, and those that a person has."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from ancu.apps.accounts import rules
from ancu.apps.accounts.enums import OrganisationKind
from ancu.apps.accounts.models import Mandate, Membership
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind
from ancu.core.errors import require

PEOPLE = ("organisation", "user", "given_by")


def in_force() -> QuerySet[Mandate]:
    """Return the mandates by which agents may act today (``rules.is_in_force``)."""
    today = clock.today()
    return Mandate.objects.filter(
        accepted_at__isnull=False, revoked_at=None, starts_on__lte=today, ends_on__gte=today
    ).select_related(*PEOPLE)


def effective_mandates() -> QuerySet[Mandate]:
    """Return the mandates by which somebody can act today, as the actor has them (``acting.ACTING``).

    Not those of people who have since begun to work for an agency, a lodging or the company itself.
    """
    today = clock.today()
    works = Membership.objects.filter(user=OuterRef("user"), ended_at=None).exclude(ends_on__lt=today)
    hindering = works.filter(~Q(organisation__kind=OrganisationKind.SPONSOR) | Q(organisation=OuterRef("organisation")))
    return in_force().filter(~Exists(hindering), user__is_active=True)


def company_mandates(actor: Actor) -> QuerySet[Mandate]:
    """Return the mandates of the company that the actor represents, the newest first; 403 for everybody else."""
    require(rules.may_give_mandates(actor))
    own = Mandate.objects.filter(organisation_id=actor.organisation_id or 0)
    return own.select_related(*PEOPLE).order_by("-given_at", "-id")


def get_company_mandate(actor: Actor, pk: int) -> Mandate:
    """Return a mandate of the company that the actor represents, or 404."""
    return get_object_or_404(company_mandates(actor), pk=pk)


def own_mandates(actor: Actor) -> QuerySet[Mandate]:
    """Return the mandates that the person accepted, what ends last first; none for programs."""
    if actor.kind is not ActorKind.PERSON:
        return Mandate.objects.none()
    mine = Mandate.objects.filter(user_id=actor.user_id or 0, accepted_at__isnull=False)
    return mine.select_related(*PEOPLE).order_by("-ends_on", "-id")


def get_readable_mandate(actor: Actor, pk: int) -> Mandate:
    """Return a mandate that the actor gave for the company or accepted, or 404."""
    own = Q(user_id=actor.user_id or 0, accepted_at__isnull=False)
    company = Q(organisation_id=actor.organisation_id or 0) if rules.may_give_mandates(actor) else Q(pk=None)
    return get_object_or_404(Mandate.objects.filter(own | company).select_related(*PEOPLE), pk=pk)


def mandate_by_digest(digest: str) -> Mandate | None:
    """Return the mandate whose letter's link has a secret with this digest; None if there is none."""
    return Mandate.objects.filter(digest=digest).select_related(*PEOPLE).first()


def ending_mandates() -> QuerySet[Mandate]:
    """Return the mandates in force whose end is near and was not announced yet."""
    return in_force().filter(ends_on__lte=clock.today() + rules.MANDATE_ANNOUNCED, reminded_at=None).order_by("id")


def mandates_by_id(ids: Collection[int]) -> list[Mandate]:
    """Return these mandates with their people, the oldest first."""
    return list(Mandate.objects.filter(pk__in=ids).select_related(*PEOPLE).order_by("id"))
