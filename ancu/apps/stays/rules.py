"""Who may do what with declarations, and when."""

from ancu.apps.accounts.enums import Role
from ancu.apps.lodging.enums import EstablishmentStatus
from ancu.apps.lodging.models import Establishment
from ancu.apps.stays.enums import StayStatus
from ancu.apps.stays.models import Stay
from ancu.core.actor import Actor, ActorKind

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


def may_declare(actor: Actor, establishment: Establishment) -> bool:
    """Members of the lodging's business, its own program, and the system (commands, jobs) may declare for it."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    if actor.kind is ActorKind.TOKEN:
        return actor.establishment_id == establishment.pk
    return actor.is_lodging and actor.organisation_id == establishment.business_id


def may_declare_now(actor: Actor, establishment: Establishment) -> bool:
    """Only a lodging that the police have confirmed, and neither suspended nor closed, declares."""
    return may_declare(actor, establishment) and establishment.status == EstablishmentStatus.ACTIVE


def is_open(stay: Stay) -> bool:
    """The guest is still in the house, as far as anybody said."""
    return stay.departed_on is None and stay.status != StayStatus.WITHDRAWN


def stands(stay: Stay) -> bool:
    """A withdrawn declaration stays as it was: no act on it but a new declaration."""
    return stay.status != StayStatus.WITHDRAWN


def can_leave(stay: Stay) -> bool:
    """Nobody said yet when the guest left: a day presumed from a later arrival is the house's own guess."""
    return stands(stay) and (stay.departed_on is None or stay.departure_presumed)


def may_change(actor: Actor, stay: Stay) -> bool:
    """Who may declare for a lodging may also check out, extend, move, correct and withdraw its stays."""
    return may_declare(actor, stay.establishment)
