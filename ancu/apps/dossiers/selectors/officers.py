"""The officers of an office, and the agencies it may consult."""

from django.db.models import QuerySet

from ancu.apps.accounts.models import Membership, Organisation, User
from ancu.apps.dossiers import rules
from ancu.core.actor import Actor
from ancu.core.db.name_order import by_name


def officers_of(agency_id: int | None) -> QuerySet[User]:
    """Return the users who may be assigned dossiers of the agency: its present officers who work on dossiers."""
    working = Membership.objects.filter(organisation_id=agency_id or 0, role__in=rules.WORKERS, ended_at=None)
    return User.objects.filter(pk__in=working.values("user_id"), is_active=True)


def colleagues(actor: Actor) -> list[tuple[int, str]]:
    """Return id and name of each officer, by name, for a filter or a list of choices."""
    return by_name(officers_of(actor.organisation_id).values_list("id", "full_name"))


def askable(actor: Actor) -> QuerySet[Organisation]:
    """Return all agencies but the actor's own, by name, which an officer may ask for an opinion."""
    return Organisation.objects.filter(kind="agency").exclude(pk=actor.organisation_id or 0).order_by("name", "id")
