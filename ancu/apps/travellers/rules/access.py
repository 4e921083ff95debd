"""Permissions to see and decide which records are one person."""

from ancu.apps.accounts.enums import OFFICE_DECIDERS, OFFICE_READERS
from ancu.apps.travellers.enums import UNDECIDED, PairState
from ancu.apps.travellers.models import TravellerPair
from ancu.core.actor import Actor


def may_see_people(actor: Actor) -> bool:
    """Whether the actor may see whose records belong to one person: officers who work with foreigners may.

    Analysts, hotline operators and tip handlers work without names.
    """
    return actor.has_area and actor.role in OFFICE_READERS


def may_decide_people(actor: Actor) -> bool:
    """Whether the actor may join and separate travellers: area officers and approving officers may."""
    return actor.is_agency and actor.role in OFFICE_DECIDERS


def may_join(actor: Actor, pair: TravellerPair) -> bool:
    """Whether the actor may join the pair now: undecided, separated, or joined only by a rule."""
    joined_by_rule = pair.state == PairState.SAME and pair.decided_by_id is None
    return may_decide_people(actor) and (pair.state in {*UNDECIDED, PairState.DIFFERENT} or joined_by_rule)


def may_separate(actor: Actor, pair: TravellerPair) -> bool:
    """Whether the actor may separate the pair now: it is undecided or joined."""
    return may_decide_people(actor) and pair.state in {*UNDECIDED, PairState.SAME}


def may_undo(actor: Actor, pair: TravellerPair) -> bool:
    """Whether the actor may make the pair undecided again now: it is joined or separated."""
    return may_decide_people(actor) and pair.state in {PairState.SAME, PairState.HELD_APART, PairState.DIFFERENT}
