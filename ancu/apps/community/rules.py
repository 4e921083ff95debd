"""Who keeps a programme's ledger (Decree 93/2021 on mobilising, distributing and using voluntary contributions)."""

from ancu.apps.accounts.enums import OFFICE_DECIDERS
from ancu.apps.community.enums import ACCOUNT_TRANSITIONS, SELECTION_TRANSITIONS, AccountState, SelectionState
from ancu.apps.community.models import BankAccount, Programme, Selection
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind


def keeps_ledgers(actor: Actor) -> bool:
    """Who decides at an agency answers for what is given to it."""
    return actor.kind is ActorKind.PERSON and actor.is_agency and actor.role in OFFICE_DECIDERS


def may_enter(actor: Actor, programme: Programme) -> bool:
    """The programme's own agency."""
    return keeps_ledgers(actor) and programme.agency_id == actor.organisation_id


def may_take_along(actor: Actor) -> bool:
    """A keeper's own phone works without a line; not a stand-in's, which would keep what is a colleague's."""
    return keeps_ledgers(actor) and actor.stands_for is None


def may_speak(actor: Actor) -> bool:
    """A recipient says himself that he received; no officer of any agency says it in his place."""
    return not actor.is_agency


def follows(state: str, to: SelectionState) -> bool:
    return to in SELECTION_TRANSITIONS[SelectionState(state)]


def may_decide(actor: Actor, selection: Selection) -> bool:
    """A second person of the agency, or of the agency above it: never the hand that proposed it."""
    return selection.state == SelectionState.PROPOSED and _is_second(actor, selection)


def may_decide_account(actor: Actor, account: BankAccount) -> bool:
    """As of a selection."""
    return account.state == AccountState.PROPOSED and _is_second(actor, account)


def _is_second(actor: Actor, asked: Selection | BankAccount) -> bool:
    own = {asked.programme.agency_id, asked.programme.agency.parent_id}
    day = clock.local(asked.proposed_at).date() if asked.proposed_at else None
    return keeps_ledgers(actor) and actor.organisation_id in own and not actor.same_hand(asked.proposed_by_id, day)


def account_follows(state: str, to: AccountState) -> bool:
    return to in ACCOUNT_TRANSITIONS[AccountState(state)]


def takes_money(programme: Programme) -> bool:
    """Until its last day; what comes later has nothing to go to."""
    return programme.ends_on >= clock.today()
