"""The account for gifts: one person enters it, a second one compares it with the bank's contract."""

from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record, required_reason
from ancu.apps.community import rules
from ancu.apps.community.enums import ACCOUNT_TRANSITIONS, BankAccountState
from ancu.apps.community.models import BankAccount
from ancu.apps.community.selectors.accounts import get_account, transfer_text, visible_accounts
from ancu.apps.community.services.planning import lock_programme
from ancu.apps.messaging.services.decisions import APPROVED, NOT_APPROVED, notify_decision
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require
from ancu.core.transitions import follows
from ancu.engines.bank import transfer_code


@transaction.atomic
def propose(*, actor: Actor, programme_id: int, bank: str, bin: str, number: str, holder: str) -> BankAccount:
    """Enter a bank account of the programme for approval by a second person.

    Conflict while another account of the programme waits for its decision. Raises ValueError for a bank or account
    that no payment code can name: it would break every page that shows the account.
    """
    programme = lock_programme(actor, programme_id)
    transfer_code(bank_bin=bin, account=number, vnd=None, text=transfer_text(programme))
    if programme.accounts.filter(state=BankAccountState.PROPOSED).exists():
        raise overtaken_conflict(
            actor, "waits", programme, _("Another account is already waiting for a second person.")
        )
    bank_account = BankAccount.objects.create(
        programme=programme, bank=bank, bin=bin, number=number, holder=holder, proposed_at=clock.now(),
        proposed_by_id=actor.user_id or 0,
    )  # fmt: skip
    record(actor, "community.account", programme, account=bank_account.pk)
    return bank_account


@transaction.atomic
def approve(*, actor: Actor, programme_id: int, account_id: int) -> BankAccount:
    """Approve and publish the bank account; the programme's previous one is withdrawn."""
    account = _lock_for_decision(actor, programme_id, account_id)
    for before in account.programme.accounts.filter(state=BankAccountState.APPROVED):
        _change_state(actor, before, BankAccountState.ENDED)
    _change_state(actor, account, BankAccountState.APPROVED, decides=True)
    record(actor, "community.account_approved", account.programme, account=account.pk)
    _notify_decision(actor, account, APPROVED)
    return account


@transaction.atomic
def refuse(*, actor: Actor, programme_id: int, account_id: int, reason: str) -> BankAccount:
    """Refuse the proposed bank account, with a reason."""
    account = _lock_for_decision(actor, programme_id, account_id)
    account.reason = required_reason(reason)
    _change_state(actor, account, BankAccountState.REFUSED, decides=True)
    record(actor, "community.account_refused", account.programme, account=account.pk, reason=account.reason)
    _notify_decision(actor, account, NOT_APPROVED)
    return account


@transaction.atomic
def end(*, actor: Actor, programme_id: int, account_id: int, reason: str) -> BankAccount:
    """Withdraw the programme's bank account at once, with a reason.

    One person suffices, because nobody loses money by that.
    """
    lock_programme(actor, programme_id)
    account = _lock_account(actor, programme_id, account_id)
    account.reason = required_reason(reason)
    _change_state(actor, account, BankAccountState.ENDED)
    record(actor, "community.account_ended", account.programme, account=account.pk, reason=account.reason)
    return account


def _notify_decision(actor: Actor, account: BankAccount, outcome: Promise) -> None:
    """Notify the proposer of the bank account of the decision; ``outcome`` is its name for the reader."""
    notify_decision(
        actor=actor, asked_by_id=account.proposed_by_id, outcome=outcome, matter=_("bank account,"),
        name=account.programme.name, subject=("account", account.pk),
        path=reverse("community:account", args=[account.programme_id, account.pk]),
        has_reason=outcome is NOT_APPROVED,
    )  # fmt: skip


def _lock_for_decision(actor: Actor, programme_id: int, account_id: int) -> BankAccount:
    """Return the bank account, locked, if the actor may decide it; Conflict if it was decided."""
    account = _lock_account(actor, programme_id, account_id)
    if account.state != BankAccountState.PROPOSED:
        raise _moved_conflict(actor, account)
    require(rules.may_decide_account(actor, account))
    return account


def _lock_account(actor: Actor, programme_id: int, account_id: int) -> BankAccount:
    """Return the locked bank account; 404 if the actor may not see it."""
    get_account(actor, programme_id, account_id)
    return visible_accounts(actor).select_for_update(of=("self",)).get(pk=account_id)


def _change_state(actor: Actor, account: BankAccount, to: BankAccountState, *, decides: bool = False) -> None:
    """Save the bank account's new state; ``decides`` also records the actor as the decider.

    Conflict if somebody else changed the account first.
    """
    if not follows(ACCOUNT_TRANSITIONS, account.state, to):
        raise _moved_conflict(actor, account)
    account.state = to
    if decides:
        account.decided_at, account.decided_by_id = clock.now(), actor.user_id
    account.save(update_fields=["state", "decided_at", "decided_by", "reason"])


def _moved_conflict(actor: Actor, account: BankAccount) -> Conflict:
    """Return the Conflict that somebody else changed the bank account first, with that person's name."""
    return overtaken_conflict(actor, "account_moved", account, about=account.programme)
