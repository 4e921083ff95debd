"""Who maintains a programme's ledger (Decree 93/2021 on mobilising, distributing and using voluntary contributions)."""

from datetime import date, timedelta

from ancu.apps.accounts.enums import OFFICE_DECIDERS, Role
from ancu.apps.community.enums import SELECTION_TRANSITIONS, BankAccountState, SelectionState
from ancu.apps.community.models import BankAccount, LedgerEntry, Programme, Selection
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind

# A gift may come before a programme begins, and an invoice after it ends, but not by years.
DATE_MARGIN = timedelta(days=366)


def keeps_ledgers(actor: Actor) -> bool:
    """Whether the actor keeps ledgers of community support: the deciders of an agency."""
    return actor.kind is ActorKind.PERSON and actor.is_agency and actor.role in OFFICE_DECIDERS


def appoints_keepers(actor: Actor) -> bool:
    """Whether the actor appoints ledger keepers: the agency's administrator."""
    return actor.kind is ActorKind.PERSON and actor.is_agency and actor.role == Role.ADMINISTRATOR


def may_enter(actor: Actor, programme: Programme) -> bool:
    """Whether the actor may make entries in the programme's ledger: a keeper of its agency."""
    return keeps_ledgers(actor) and programme.agency_id == actor.organisation_id


def may_work_offline(actor: Actor) -> bool:
    """Whether the actor's phone may store handovers to work offline.

    Not for an officer who stands in for a colleague: the phone would store the colleague's data.
    """
    return keeps_ledgers(actor) and actor.stands_for is None


def may_confirm_as_recipient(actor: Actor) -> bool:
    """Whether the actor may confirm or object as the recipient; no officer may do so in the recipient's place."""
    return not actor.is_agency


def may_vouch_for(actor: Actor, handover: LedgerEntry) -> bool:
    """Whether the actor may confirm a handover for the office: a keeper who did not enter it.

    The person who enters a witness, or prints the slip with the recipient's code, could otherwise confirm their own
    entry.
    """
    day = clock.local(handover.made_at).date()
    return may_enter(actor, handover.programme) and not actor.has_conflict_of_interest(handover.made_by_id, day)


def follows(state: str, to: SelectionState) -> bool:
    """Whether a selection in this state may move to the state ``to``."""
    return to in SELECTION_TRANSITIONS[SelectionState(state)]


def may_decide(actor: Actor, selection: Selection) -> bool:
    """Whether the actor may decide the selection of recipients as second person.

    That is a keeper of the agency or the one above it, independent of the proposer.
    """
    return selection.state == SelectionState.PROPOSED and _is_second(actor, selection)


def names_seller(text: str) -> bool:
    """Whether the text names the seller of a purchase; a dash names nobody."""
    return any(map(str.isalnum, text))


def names_invoice(text: str) -> bool:
    """Whether the text names an invoice or a list of purchases, which needs a number or a day in it."""
    return any(map(str.isdigit, text))


def may_decide_account(actor: Actor, account: BankAccount) -> bool:
    """Whether the actor may decide on the bank account, by the same rule as for a selection."""
    return account.state == BankAccountState.PROPOSED and _is_second(actor, account)


def _is_second(actor: Actor, proposal: Selection | BankAccount) -> bool:
    """Whether the actor may decide on the proposal as second person: a keeper independent of the proposer."""
    day = clock.local(proposal.proposed_at).date() if proposal.proposed_at else None
    return _is_independent_keeper(actor, proposal.programme, proposal.proposed_by_id, day)


def _is_independent_keeper(actor: Actor, programme: Programme, first_id: int | None, day: date | None) -> bool:
    """Whether the actor keeps ledgers at the programme's agency or the one above, independent of ``first_id``.

    ``first_id`` is the officer who acted first, on ``day``. Not independent are that officer, whoever represents
    them, and whoever a delegation tied to them on that day; on any day if ``day`` is None. Without an officer (None)
    there is no conflict.
    """
    agency_ids = {programme.agency_id, programme.agency.parent_id}
    return (
        keeps_ledgers(actor)
        and actor.organisation_id in agency_ids
        and not actor.has_conflict_of_interest(first_id, day)
    )


def takes_money(programme: Programme) -> bool:
    """Whether the programme still accepts gifts of money: until its last day."""
    return programme.ends_on >= clock.today()


def is_within(programme: Programme, day: date) -> bool:
    """Whether the day lies between the programme's first and last day."""
    return programme.begins_on <= day <= programme.ends_on


def is_plausible_day(programme: Programme, day: date) -> bool:
    """Whether a ledger entry of that day can belong to the programme: at most ``DATE_MARGIN`` outside its dates."""
    return programme.begins_on - DATE_MARGIN <= day <= programme.ends_on + DATE_MARGIN
