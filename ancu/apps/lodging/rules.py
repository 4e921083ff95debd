"""Permissions for establishments."""

from ancu.apps.accounts.enums import OFFICE_DECIDERS, OFFICE_READERS, Role
from ancu.apps.lodging.enums import TRANSITIONS, EstablishmentStatus
from ancu.apps.lodging.models import Establishment
from ancu.core.actor import Actor


def reads_area(actor: Actor) -> bool:
    """Whether the actor may read the lodgings of the area: officers who work with foreigners may.

    Hotline operators, tip handlers and analysts may not.
    """
    return actor.has_area and actor.role in OFFICE_READERS


def in_area(actor: Actor, establishment: Establishment) -> bool:
    """Whether the lodging's present or former commune belongs to the agency's area."""
    return establishment.unit_id in actor.area or establishment.locality_id in actor.area


def may_decide(actor: Actor, establishment: Establishment) -> bool:
    """Whether the actor may approve, suspend and close the lodging.

    The commune's officer or the provincial office above may. Circular 53/2016/TT-BCA and 87/2026/TT-BCA: the police
    issue the account a lodging declares with.
    """
    return actor.is_agency and actor.role in OFFICE_DECIDERS and in_area(actor, establishment)


def may_register(actor: Actor) -> bool:
    """Whether the actor may register a lodging: a visitor the first one, a business's manager further ones."""
    return actor.is_public or (actor.is_lodging and actor.role == Role.MANAGER)


def may_manage(actor: Actor, establishment: Establishment) -> bool:
    """Whether the actor is a manager of the lodging, who may change its data, people and keys.

    Circular 53/2016, account data.
    """
    return actor.is_lodging and actor.role == Role.MANAGER and establishment.business_id == actor.organisation_id


def may_edit(actor: Actor, establishment: Establishment) -> bool:
    """Whether the actor, as the lodging's manager, may edit its data; closed lodgings and sandboxes stay unchanged."""
    closed = establishment.status == EstablishmentStatus.CLOSED
    return may_manage(actor, establishment) and not closed and not establishment.sandbox


def may_resubmit(actor: Actor, establishment: Establishment) -> bool:
    """Whether the actor, as the lodging's manager, may resubmit a registration that the police returned."""
    return may_manage(actor, establishment) and establishment.status == EstablishmentStatus.RETURNED


def may_issue_tokens(actor: Actor, establishment: Establishment) -> bool:
    """Whether the actor may issue API keys for the lodging's programs: a manager of an active lodging."""
    return may_manage(actor, establishment) and establishment.status == EstablishmentStatus.ACTIVE


def may_open_sandbox(actor: Actor, establishment: Establishment) -> bool:
    """Whether the actor may open the business's sandbox: managers who may issue the lodging's API keys may.

    A sandbox's declarations reach no list.
    """
    return may_issue_tokens(actor, establishment) and not establishment.sandbox


def may_enter(actor: Actor, establishment: Establishment) -> bool:
    """Whether no sandbox bars the actor: of a business's members without a lodging, only managers enter one.

    Does not check that the lodging is the actor's: callers do.
    """
    is_business_member = actor.is_lodging and actor.establishment_id is None
    return not establishment.sandbox or not is_business_member or may_manage(actor, establishment)


def place_is_fixed(establishment: Establishment) -> bool:
    """Whether the lodging's commune can no longer be changed, because the lodging was approved.

    A lodging that moves is a new establishment.
    """
    return establishment.status not in {EstablishmentStatus.PENDING, EstablishmentStatus.RETURNED}


def follows(before: str, after: str) -> bool:
    """Whether a lodging may change from the state ``before`` directly to ``after``."""
    return EstablishmentStatus(after) in TRANSITIONS[EstablishmentStatus(before)]


def may_be_written_to(establishment: Establishment) -> bool:
    """Whether office and lodging may exchange messages: not with a closed lodging or a sandbox."""
    return establishment.status != EstablishmentStatus.CLOSED and not establishment.sandbox
