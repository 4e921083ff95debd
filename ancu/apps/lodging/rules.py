"""Permissions for establishments."""

from ancu.apps.accounts.enums import OFFICE_DECIDERS, OFFICE_READERS, Role
from ancu.apps.lodging.enums import TRANSITIONS, EstablishmentStatus
from ancu.apps.lodging.models import Establishment
from ancu.core.actor import Actor


def reads_area(actor: Actor) -> bool:
    """Officers read lodgings of their area; hotline operators, tip handlers and analysts do not need to."""
    return actor.is_agency and actor.role in OFFICE_READERS


def in_area(actor: Actor, establishment: Establishment) -> bool:
    """The lodging's present or former commune belongs to the agency's area."""
    return establishment.unit_id in actor.area or establishment.locality_id in actor.area


def may_decide(actor: Actor, establishment: Establishment) -> bool:
    """The commune's officer, or the provincial office above him, confirms, suspends and closes lodgings.

    Circular 53/2016/TT-BCA and 87/2026/TT-BCA: the police issue the account a lodging declares with.
    """
    return actor.is_agency and actor.role in OFFICE_DECIDERS and in_area(actor, establishment)


def may_register(actor: Actor) -> bool:
    """The public registers a first lodging; a manager of a business registers further ones."""
    return actor.is_public or (actor.is_lodging and actor.role == Role.MANAGER)


def may_manage(actor: Actor, establishment: Establishment) -> bool:
    """The manager keeps the data current (Circular 53/2016, account data)."""
    return actor.is_lodging and actor.role == Role.MANAGER and establishment.business_id == actor.organisation_id


def may_edit(actor: Actor, establishment: Establishment) -> bool:
    """Data of closed lodgings are frozen; a sandbox has none of its own."""
    closed = establishment.status == EstablishmentStatus.CLOSED
    return may_manage(actor, establishment) and not closed and not establishment.sandbox


def may_resubmit(actor: Actor, establishment: Establishment) -> bool:
    """The manager may resubmit a returned registration."""
    return may_manage(actor, establishment) and establishment.status == EstablishmentStatus.RETURNED


def may_issue_tokens(actor: Actor, establishment: Establishment) -> bool:
    """A program declares only for an active lodging, with its manager's permission."""
    return may_manage(actor, establishment) and establishment.status == EstablishmentStatus.ACTIVE


def may_open_sandbox(actor: Actor, establishment: Establishment) -> bool:
    """Users who manage API keys may use the sandbox, whose declarations reach no list."""
    return may_issue_tokens(actor, establishment) and not establishment.sandbox


def may_enter(actor: Actor, establishment: Establishment) -> bool:
    """Whether the actor may switch to the lodging; a sandbox is open to managers only, to prevent confusion."""
    is_business_member = actor.is_lodging and actor.establishment_id is None
    return not establishment.sandbox or not is_business_member or may_manage(actor, establishment)


def place_is_fixed(establishment: Establishment) -> bool:
    """A confirmed lodging keeps its commune: a new place is a new establishment."""
    return establishment.status not in {EstablishmentStatus.PENDING, EstablishmentStatus.RETURNED}


def follows(before: str, after: str) -> bool:
    """Whether the state machine allows the transition from ``before`` to ``after``."""
    return EstablishmentStatus(after) in TRANSITIONS[EstablishmentStatus(before)]


def may_be_written_to(establishment: Establishment) -> bool:
    """The office and a lodging exchange messages until it is closed; a sandbox has no counterpart."""
    return establishment.status != EstablishmentStatus.CLOSED and not establishment.sandbox
