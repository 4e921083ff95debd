"""Permission to read the audit log."""

from ancu.core.actor import Actor

ADMINISTRATOR = "administrator"  # accounts.enums.Role, which lies above this app


def may_read_audit(actor: Actor) -> bool:
    """An agency's administrator reads the acts of members of the agency and its subordinate agencies."""
    return actor.is_agency and actor.role == ADMINISTRATOR
