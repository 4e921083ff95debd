"""Who keeps a programme's ledger (Decree 93/2021 on mobilising, distributing and using voluntary contributions)."""

from datetime import date, timedelta

from ancu.apps.accounts.enums import OFFICE_DECIDERS, Role
from ancu.apps.community.enums import SELECTION_TRANSITIONS, BankAccountState, SelectionState
from ancu.apps.community.models import BankAccount, LedgerEntry, Programme, Selection
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind

# A gift may come before a programme begins, and an invoice after it ends, but not by years.
DATE_MARGIN = timedelta(days=366)


def keeps_ledgers(actor: Actor) -> bool:
    """Who decides at an agency answers for what is given to it."""
    return actor.kind is ActorKind.PERSON and actor.is_agency and actor.role in OFFICE_DECIDERS


def appoints_keepers(actor: Actor) -> bool:
    """An agency's administrator makes officers members of it, and so those who keep its ledgers."""
    return actor.kind is ActorKind.PERSON and actor.is_agency and actor.role == Role.ADMINISTRATOR


def may_enter(actor: Actor, programme: Programme) -> bool:
    """The programme's own agency."""
    return keeps_ledgers(actor) and programme.agency_id == actor.organisation_id


def may_take_along(actor: Actor) -> bool:
    """A keeper's own phone works without a connection; not a stand-in's, which would keep what is a colleague's."""
    return keeps_ledgers(actor) and actor.stands_for is None


def may_speak(actor: Actor) -> bool:
    """A recipient says himself that he received; no officer of any agency says it in his place."""
    return not actor.is_agency


def may_vouch_for(actor: Actor, handover: LedgerEntry) -> bool:
    """A keeper of the programme's agency, but not the one who entered the handover.

    Who enters a witness, or prints the slip and so can read the recipient's code, could confirm the handover alone:
    who entered it must not be able to confirm it too.
    """
    day = clock.local(handover.made_at).date()
    return may_enter(actor, handover.programme) and not actor.has_conflict_of_interest(handover.made_by_id, day)


def follows(state: str, to: SelectionState) -> bool:
    return to in SELECTION_TRANSITIONS[SelectionState(state)]


def may_decide(actor: Actor, selection: Selection) -> bool:
    """A second person of the agency, or of the agency above it: never the hand that proposed it."""
    return selection.state == SelectionState.PROPOSED and _is_second(actor, selection)


def names_seller(text: str) -> bool:
    """Whether a purchase says who sold it: a dash names nobody."""
    return any(map(str.isalnum, text))


def names_invoice(text: str) -> bool:
    """Whether a purchase says by which paper: an invoice has a number, and a list of purchases has a day."""
    return any(map(str.isdigit, text))


def may_decide_account(actor: Actor, account: BankAccount) -> bool:
    """As of a selection."""
    return account.state == BankAccountState.PROPOSED and _is_second(actor, account)


def _is_second(actor: Actor, proposal: Selection | BankAccount) -> bool:
    day = clock.local(proposal.proposed_at).date() if proposal.proposed_at else None
    return _is_independent_keeper(actor, proposal.programme, proposal.proposed_by_id, day)


def _is_independent_keeper(actor: Actor, programme: Programme, first_id: int | None, day: date | None) -> bool:
    agency_ids = {programme.agency_id, programme.agency.parent_id}
    return (
        keeps_ledgers(actor)
        and actor.organisation_id in agency_ids
        and not actor.has_conflict_of_interest(first_id, day)
    )


def takes_money(programme: Programme) -> bool:
    """Until its last day; what comes later has nothing to go to."""
    return programme.ends_on >= clock.today()


def is_within(programme: Programme, day: date) -> bool:
    return programme.begins_on <= day <= programme.ends_on


def is_plausible_day(programme: Programme, day: date) -> bool:
    """Whether an entry of that day can belong to the programme."""
    return programme.begins_on - DATE_MARGIN <= day <= programme.ends_on + DATE_MARGIN
