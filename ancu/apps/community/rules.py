"""Who keeps a programme's ledger (Decree 93/2021 on mobilising, distributing and using voluntary contributions)."""

from ancu.apps.accounts.enums import OFFICE_DECIDERS
from ancu.apps.community.enums import SELECTION_TRANSITIONS, SelectionState
from ancu.apps.community.models import Programme, Selection
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind


def keeps_ledgers(actor: Actor) -> bool:
    """Who decides at an agency answers for what is given to it."""
    return actor.kind is ActorKind.PERSON and actor.is_agency and actor.role in OFFICE_DECIDERS


def may_enter(actor: Actor, programme: Programme) -> bool:
    """The programme's own agency."""
    return keeps_ledgers(actor) and programme.agency_id == actor.organisation_id


def may_speak(actor: Actor) -> bool:
    """A recipient says himself that he received; no officer of any agency says it in his place."""
    return not actor.is_agency


def follows(state: str, to: SelectionState) -> bool:
    return to in SELECTION_TRANSITIONS[SelectionState(state)]


def may_decide(actor: Actor, selection: Selection) -> bool:
    """A second person of the agency, or of the agency above it: never the hand that proposed it."""
    day = clock.local(selection.proposed_at).date() if selection.proposed_at else None
    own = {selection.programme.agency_id, selection.programme.agency.parent_id}
    return (
        keeps_ledgers(actor)
        and actor.organisation_id in own
        and selection.state == SelectionState.PROPOSED
        and not actor.same_hand(selection.proposed_by_id, day)
    )
