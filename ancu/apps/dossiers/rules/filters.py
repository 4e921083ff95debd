"""Permissions on saved filters of the queue."""

from ancu.apps.accounts.enums import Role
from ancu.apps.dossiers.models import SavedFilter
from ancu.apps.dossiers.rules import reads_dossiers
from ancu.core.actor import Actor


def may_change_filter(actor: Actor, saved: SavedFilter) -> bool:
    """Whether the actor may change or delete a saved filter: who saved it; a shared one also the head of the unit."""
    own = saved.user_id == actor.user_id
    head = saved.shared and actor.role == Role.APPROVING_OFFICER
    return reads_dossiers(actor) and saved.agency_id == actor.organisation_id and (own or head)
