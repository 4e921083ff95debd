"""Names of users, memberships and API keys for audit entries, limited to those the actor may know."""

from django.db.models import Q, QuerySet

from ancu.apps.accounts.models import Membership, OrganisationToken, User
from ancu.apps.audit.selectors import NamedRecord
from ancu.core.actor import Actor


def _users_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return the names of those users who are the actor, colleagues, or members of subordinate agencies, by id."""
    own = Q(pk=actor.user_id) | Q(pk__in=_colleagues(actor).values("user_id"))
    users = User.objects.filter(own, pk__in=[key for key in ids if key.isdigit()])
    return {str(user.pk): NamedRecord(user.full_name) for user in users}


def _memberships_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return the names of those members who are colleagues or of subordinate agencies, by membership id."""
    memberships = _colleagues(actor).filter(pk__in=[key for key in ids if key.isdigit()]).select_related("user")
    return {str(membership.pk): NamedRecord(membership.user.full_name) for membership in memberships}


def _colleagues(actor: Actor) -> QuerySet[Membership]:
    """Return the memberships of the actor's organisation and of agencies directly below it, including ended ones."""
    mine = Q(organisation_id=actor.organisation_id or 0)
    below = Q(organisation__parent_id=actor.organisation_id or 0)
    return Membership.objects.filter(mine | below).order_by()


def _tokens_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return the names of API keys of the actor's organisation, by id."""
    own = OrganisationToken.objects.filter(membership__organisation_id=actor.organisation_id or 0)
    return {
        str(token.pk): NamedRecord(token.name) for token in own.filter(pk__in=[key for key in ids if key.isdigit()])
    }


NAMERS = {
    "accounts.user": _users_named,
    "accounts.membership": _memberships_named,
    "accounts.organisationtoken": _tokens_named,
}
