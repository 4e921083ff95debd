"""Who may do what with declarations, and when."""

from ancu.apps.accounts.enums import Role
from ancu.core.actor import Actor

# Analysts, hotline operators and tip handlers do their work without the names of guests.
READERS = frozenset(
    {Role.AREA_OFFICER, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER, Role.APPROVING_OFFICER, Role.ADMINISTRATOR}
)


def may_see_area(actor: Actor) -> bool:
    """Every member of an agency may see how many guests stay where in the agency's area."""
    return actor.is_agency


def may_see_guests(actor: Actor) -> bool:
    """Officers whose work is with foreigners may see who the guests in their area are."""
    return actor.is_agency and actor.role in READERS
