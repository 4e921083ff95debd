"""Bank accounts for gifts of money, and their payment codes."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from ancu.apps.community import rules
from ancu.apps.community.enums import BankAccountState
from ancu.apps.community.models import BankAccount, Programme
from ancu.core.actor import Actor
from ancu.engines.bank import transfer_code


def visible_accounts(actor: Actor) -> QuerySet[BankAccount]:
    """Return the bank accounts a keeper may see: all of the agency, undecided ones of agencies below it.

    Other actors get none.
    """
    if not rules.keeps_ledgers(actor):
        return BankAccount.objects.none()
    own = Q(programme__agency_id=actor.organisation_id)
    below = Q(programme__agency__parent_id=actor.organisation_id, state=BankAccountState.PROPOSED)
    accounts = BankAccount.objects.filter(own | below)
    return accounts.select_related("programme__agency", "programme__unit", "proposed_by", "decided_by")


def get_account(actor: Actor, programme_id: int, pk: int) -> BankAccount:
    """Return a programme's bank account that the actor may see, or 404."""
    return get_object_or_404(visible_accounts(actor), pk=pk, programme_id=programme_id)


def accounts_of(actor: Actor, programme: Programme) -> list[BankAccount]:
    """Return every bank account of the programme, the newest first."""
    return list(visible_accounts(actor).filter(programme=programme).order_by("-pk")[:20])


def accounts_to_decide(actor: Actor) -> QuerySet[BankAccount]:
    """Return the bank accounts of programmes that wait for the actor's decision, the oldest first."""
    accounts = (
        visible_accounts(actor)
        .filter(state=BankAccountState.PROPOSED)
        .exclude(proposed_by__in=actor.conflicting_user_ids)
    )
    return accounts.order_by("proposed_at", "pk")


def accounts_in_force(programmes: Iterable[Programme]) -> dict[int, BankAccount]:
    """Return the approved bank account of each programme that still accepts money, by programme id."""
    open_ = {programme.pk for programme in programmes if rules.takes_money(programme)}
    accounts = BankAccount.objects.filter(programme__in=open_, state=BankAccountState.APPROVED)
    return {account.programme_id: account for account in accounts}


def account_in_force(programme: Programme) -> BankAccount | None:
    """Return the programme's approved bank account; None without one, or after the programme's last day."""
    return accounts_in_force([programme]).get(programme.pk)


def transfer_text(programme: Programme) -> str:
    """Return the text for a bank transfer to the programme that is a gift without a pledge.

    It is no reference, so transfers are not matched by it.
    """
    return f"Ung ho CT {programme.pk}"


def payment_code(account: BankAccount, *, vnd: int | None, words: str) -> str:
    """Return the content of a VietQR code for a transfer to the account; without ``vnd`` the amount is free."""
    return transfer_code(bank_bin=account.bin, account=account.number, vnd=vnd, text=words)
