"""Fees, payments, cash book, bank statements and exchange rates."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import IN_THE_OFFICE, BankLineState, PaymentMethod
from ancu.apps.dossiers.models import (
    BankLine,
    BankStatement,
    CashClosing,
    Charge,
    Dossier,
    ExchangeRate,
    FeeReceipt,
    Payment,
)
from ancu.apps.dossiers.selectors.procedures import day_of, issued_by, procedure_of
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.pagination import PAGE, CursorPage, oldest_first
from ancu.core.documents.reference_numbers import normalise_number, references_in, seal, seal_matches
from ancu.core.errors import require
from ancu.core.web.language import localized
from ancu.engines.bank import transfer_code
from ancu.engines.rulebook import ChargeRule as Item
from ancu.engines.rulebook import fee_for, fees

FEE_PROBLEMS = {
    "due": ("fee_unpaid", _("The fee has not been paid yet.")),
    "follows": (
        "fee_follows",
        _("The fee is not set yet: no exchange rate has been entered. Enter the rate of the day, then take the fee."),
    ),
    "none": (
        "fee_untold",
        _(
            "The fee table has no line for this request, so the fee is not set. Tell the person responsible for "
            "the rulebook."
        ),
    ),
}
RECEIPT_CODE = re.compile(r"([A-Z]{1,6})(\d\d)-(\d{6,9})-([0-9A-Z]{8})")


# ---- rates ---------------------------------------------------------------------------------------------


def rate_on(day: date) -> ExchangeRate | None:
    """Return the exchange rate of the day, otherwise the latest before it; None without any.

    The bank publishes none on Sundays and holidays.
    """
    return ExchangeRate.objects.filter(day__lte=day).order_by("-day").first()


def rate_before(day: date) -> ExchangeRate | None:
    """Return the latest exchange rate before a day; None without one."""
    return ExchangeRate.objects.filter(day__lt=day).order_by("-day").first()


def rate_change_percent(before: ExchangeRate | None, vnd_per_usd: Decimal) -> Decimal:
    """Return by how many per cent ``vnd_per_usd`` lies above ``before`` (below: negative); 0 without ``before``."""
    return (vnd_per_usd / before.vnd_per_usd - 1) * 100 if before else Decimal(0)


def rates(actor: Actor) -> list[ExchangeRate]:
    """Return the exchange rates of the last 31 days that have one, newest first; 403 without the right to money."""
    require(rules.may_take_money(actor))
    return list(ExchangeRate.objects.select_related("entered_by").order_by("-day")[:31])


# ---- what a dossier owes -------------------------------------------------------------------------------


def fee_items(dossier: Dossier) -> tuple[Item, ...]:
    """Return the lines of the fee table that the dossier's request costs; empty when no line fits."""
    try:
        return fee_for(procedure_of(dossier), dossier.answers, day_of(dossier), issued_by=issued_by(dossier))
    except ValueError:
        return ()


def waiting_for_rate() -> QuerySet[Dossier]:
    """Return the dossiers in the office, sent but not ended, that have no charge yet."""
    return Dossier.objects.filter(state__in=sorted(IN_THE_OFFICE), charge=None)


@dataclass(frozen=True)
class FeeLine:
    """One line of a fee, in the reader's language."""

    name: str
    count: int
    usd: Decimal


@dataclass(frozen=True)
class FeeStatus:
    """A dossier's fee as its page shows it. ``state``: none, follows, due, paid, or ended (no longer due)."""

    dossier: Dossier
    state: str
    charge: Charge | None = None
    payment: Payment | None = None
    receipt: FeeReceipt | None = None

    @property
    def lines(self) -> list[FeeLine]:
        """The lines of the fee with name, quantity and dollars; empty before it is charged."""
        return fee_lines(self.charge, self.dossier) if self.charge else []


def fee_of(dossier: Dossier) -> FeeStatus:
    """Return the state of a visible dossier's fee with charge, payment and receipt, as far as there are any.

    States: none, follows (not charged yet), due, paid, ended (no longer owed).
    """
    charge = Charge.objects.filter(dossier=dossier).select_related("rate", "payment__receipt").first()
    if charge is None:
        owes = dossier.state in IN_THE_OFFICE and fee_items(dossier)
        return FeeStatus(dossier, "follows" if owes else "none")
    payment = getattr(charge, "payment", None)
    if payment is not None:
        return FeeStatus(dossier, "paid", charge, payment, getattr(payment, "receipt", None))
    return FeeStatus(dossier, "due" if rules.fee_stands(dossier) else "ended", charge)


def is_unpaid(dossier: Dossier) -> bool:
    """Whether the dossier's fee is due now: charged, owed and not paid."""
    return fee_of(dossier).state == "due"


def fee_problem(dossier: Dossier) -> tuple[str, str | Promise] | None:
    """Return why the fee blocks the result, as a code and a sentence for the officer; None once it is paid.

    No request is free, so a dossier without a charge has a fee that must be set and paid first.
    """
    return FEE_PROBLEMS.get(fee_of(dossier).state)


def fee_lines(charge: Charge, dossier: Dossier) -> list[FeeLine]:
    """Return the lines of a dossier's charge: name in the reader's language, quantity, and dollars."""
    table: dict[str, Any] = dict(fees(day_of(dossier)))

    def name(key: str) -> str:
        """Return the name, in the reader's language, of the fee ``key`` in the table of the dossier's day."""
        fee = table.get(key)
        return localized(fee, "name") if fee else key

    return [FeeLine(name(item["key"]), item["count"], Decimal(item["usd"])) for item in charge.items]


def has_account() -> bool:
    """Whether the office has configured a bank account for fees."""
    return bool(settings.BANK_BIN and settings.BANK_ACCOUNT)


def transfer_text(charge: Charge) -> str:
    """Return the text of the VietQR code that pays the charge; empty when the office has configured no account."""
    if not has_account():
        return ""
    return transfer_code(
        bank_bin=settings.BANK_BIN, account=settings.BANK_ACCOUNT, vnd=charge.vnd, text=charge.reference
    )


# ---- the counter ---------------------------------------------------------------------------------------


def find_for_counter(actor: Actor, text: str) -> Dossier | None:
    """Return the dossier of the officer's own agency with this number or transfer reference.

    None for a draft, another agency's dossier, or an unknown text.
    """
    require(rules.may_take_money(actor))
    prefix = f"{settings.OFFICE_PREFIX}P"
    matches = Q(charge__reference__in=references_in(text, prefix))
    number = normalise_number(text)
    if number:
        matches |= Q(number=number)
    return Dossier.objects.filter(matches, agency_id=actor.organisation_id).exclude(submitted_at=None).first()


def cash_book(actor: Actor) -> QuerySet[Payment]:
    """Return the cash taken by the officer's agency since the last cash count.

    The keys are read first, from an index: the planner knows how many payments are in cash and how many are uncounted,
    but not that almost none are both, and would join a hundred thousand dossiers.
    """
    drawer = Payment.objects.filter(method=PaymentMethod.CASH, closing=None)
    keys = list(drawer.values_list("pk", flat=True))
    return drawer.filter(pk__in=keys, charge__dossier__agency_id=actor.organisation_id)


def cash_payments(actor: Actor) -> list[Payment]:
    """Return the payments taken in cash since the agency's last cash count with their receipts, newest first."""
    require(rules.may_take_money(actor))
    payments = (
        cash_book(actor).select_related("charge__dossier", "taken_by", "receipt").defer("charge__dossier__answers")
    )
    return list(payments.order_by("-paid_at"))


def closings(actor: Actor) -> list[CashClosing]:
    """Return the ten latest closings of the agency's cash book; 403 for officers who may not take money."""
    require(rules.may_take_money(actor))
    closings_of_agency = CashClosing.objects.filter(agency_id=actor.organisation_id).select_related("closed_by")
    return list(closings_of_agency.order_by("-number")[:10])


# ---- what came by itself -------------------------------------------------------------------------------


def open_lines(actor: Actor, after: str = "") -> CursorPage[BankLine]:
    """Return a page of the bank transfers that match no fee yet, oldest first; ``after`` is the page's cursor."""
    require(rules.may_take_money(actor))
    return oldest_first(BankLine.objects.filter(state=BankLineState.OPEN).select_related("statement"), after)


def open_count() -> int:
    """Return the number of bank transfers that match no fee yet."""
    return BankLine.objects.filter(state=BankLineState.OPEN).count()


def get_bank_line(actor: Actor, pk: int) -> BankLine:
    """Return the bank transfer with this id, with its payment; 404 without one, 403 without the right to money."""
    require(rules.may_take_money(actor))
    return get_object_or_404(
        BankLine.objects.select_related("statement", "settled_by", "payment__charge__dossier"), pk=pk
    )


@dataclass(frozen=True)
class ReadStatement:
    """A statement with the number of lines by outcome."""

    statement: BankStatement
    lines: int
    vnd: int
    matched: int
    waiting: int


def statements(actor: Actor) -> list[ReadStatement]:
    """Return the last fifty statements with their counts, which come from an index alone."""
    require(rules.may_take_money(actor))
    last = list(BankStatement.objects.select_related("read_by").order_by("-read_at", "-id")[:PAGE])
    lines = BankLine.objects.filter(statement_id__in=[statement.pk for statement in last]).order_by()
    sums: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    by_state = lines.values_list("statement_id", "state").annotate(count=Count("*"), sum=Sum("vnd"))
    for statement, state, count, vnd in by_state:
        sums[statement][state] = count, vnd
    return [_with_sums(statement, sums[statement.pk]) for statement in last]


def _with_sums(statement: BankStatement, sums: dict[str, tuple[int, int]]) -> ReadStatement:
    """Return a bank statement with the number and dong of its transfers, and how many are matched and open.

    ``sums`` holds (number, dong) by state.
    """
    matched, waiting = (sums.get(state, (0, 0))[0] for state in (BankLineState.MATCHED, BankLineState.OPEN))
    lines, vnd = (sum(column) for column in zip((0, 0), *sums.values(), strict=True))
    return ReadStatement(statement, lines, vnd, matched, waiting)


def get_statement(actor: Actor, pk: int) -> BankStatement:
    """Return the bank statement with this id; 404 without one, 403 for officers who may not take money."""
    require(rules.may_take_money(actor))
    return get_object_or_404(BankStatement.objects.select_related("read_by"), pk=pk)


def statement_lines(statement: BankStatement, after: str = "") -> CursorPage[BankLine]:
    """Return a page of the bank statement's transfers, in order, with their payments."""
    return oldest_first(statement.lines.select_related("payment__charge__dossier", "settled_by"), after)


# ---- receipts ------------------------------------------------------------------------------------------


def get_fee_receipt(dossier: Dossier) -> FeeReceipt:
    """Return the receipt of the fee of a dossier the caller may see; 404 before it is paid."""
    receipts = FeeReceipt.objects.select_related("payment__charge__dossier__agency", "payment__charge__rate")
    return get_object_or_404(receipts, payment__charge__dossier=dossier)


def receipt_code(receipt: FeeReceipt) -> str:
    """Return the fee receipt's verification code: its number, which can be guessed, and an unguessable seal."""
    sealed = seal("fee receipt", receipt.series, receipt.number)
    return f"{receipt.series.replace('/', '')}-{receipt.number:06}-{sealed}"


def find_receipt(code: str) -> FeeReceipt | None:
    """Return the receipt with this verification code; None unless the whole code is right."""
    match = RECEIPT_CODE.fullmatch(code.strip().upper())
    if not match:
        return None
    series, number = f"{match[1]}/{match[2]}", int(match[3])
    if not seal_matches(match[4], "fee receipt", series, number):
        return None
    receipts = FeeReceipt.objects.select_related("payment__charge__dossier__agency")
    return receipts.filter(series=series, number=number).first()


def rate_and_waiting_count(actor: Actor) -> tuple[ExchangeRate | None, int]:
    """Return the exchange rate for today and 0; or None and how many dossiers wait to be charged."""
    require(rules.may_take_money(actor))
    rate = rate_on(clock.today())
    return rate, 0 if rate else waiting_for_rate().count()
