"""Who keeps a programme's ledger (Decree 93/2021 on mobilising, distributing and using voluntary contributions)."""

from ancu.apps.accounts.enums import OFFICE_DECIDERS
from ancu.apps.community.models import Programme
from ancu.core.actor import Actor, ActorKind


def keeps_ledgers(actor: Actor) -> bool:
    """Who decides at an agency answers for what is given to it."""
    return actor.kind is ActorKind.PERSON and actor.is_agency and actor.role in OFFICE_DECIDERS


def may_enter(actor: Actor, programme: Programme) -> bool:
    """The programme's own agency."""
    return keeps_ledgers(actor) and programme.agency_id == actor.organisation_id
