"""Permission to read the audit log."""

from ancu.core.actor import Actor

ADMINISTRATOR = "administrator"  # accounts.enums.Role, which lies above this app


def may_read_audit(actor: Actor) -> bool:
    """Whether the actor may read what members of the own and subordinate agencies did: an administrator."""
    return actor.is_agency and actor.role == ADMINISTRATOR
