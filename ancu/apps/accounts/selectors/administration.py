"""Agencies, officers and proposals, as the office's administrator sees them."""

from django.db.models import QuerySet

from ancu.apps.accounts.enums import OrganisationKind, Role
from ancu.apps.accounts.models import Membership, Organisation


def office() -> Organisation | None:
    """The agency that stands under no other."""
    return Organisation.objects.filter(kind=OrganisationKind.AGENCY, parent=None).order_by("pk").first()


def administrators() -> QuerySet[Membership]:
    """The memberships of those who administer the office and can sign in."""
    return Membership.objects.filter(
        organisation__kind=OrganisationKind.AGENCY,
        organisation__parent=None,
        role=Role.ADMINISTRATOR,
        ended_at=None,
        user__is_active=True,
    )
