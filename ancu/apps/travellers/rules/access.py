"""Who may see and decide who is one person."""

from ancu.apps.accounts.enums import OFFICE_DECIDERS, OFFICE_READERS
from ancu.apps.travellers.enums import UNDECIDED, PairState
from ancu.apps.travellers.models import Pair
from ancu.core.actor import Actor


def may_see_people(actor: Actor) -> bool:
    """Officers whose work is with foreigners; analysts, hotline operators and tip handlers work without names."""
    return actor.is_agency and actor.role in OFFICE_READERS


def may_decide_people(actor: Actor) -> bool:
    """The officer of the area and the approving officer say who is one person, and take it back."""
    return actor.is_agency and actor.role in OFFICE_DECIDERS


def may_join(actor: Actor, pair: Pair) -> bool:
    """Also after it was told apart: a decision about people is never final. What a rule joined he confirms."""
    joined_by_rule = pair.state == PairState.SAME and pair.decided_by_id is None
    return may_decide_people(actor) and (pair.state in {*UNDECIDED, PairState.DIFFERENT} or joined_by_rule)


def may_tell_apart(actor: Actor, pair: Pair) -> bool:
    return may_decide_people(actor) and pair.state in {*UNDECIDED, PairState.SAME}


def may_undo(actor: Actor, pair: Pair) -> bool:
    """A join, also one that is held, and a word that they are different: each goes back to being undecided."""
    return may_decide_people(actor) and pair.state in {PairState.SAME, PairState.HELD, PairState.DIFFERENT}
