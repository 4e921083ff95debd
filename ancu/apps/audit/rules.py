"""Who may read the audit."""

from ancu.core.actor import Actor

ADMINISTRATOR = "administrator"  # accounts.enums.Role, which lies above this app


def may_read_audit(actor: Actor) -> bool:
    """An agency's administrator reads what its members and those of the agencies below it did."""
    return actor.is_agency and actor.role == ADMINISTRATOR
