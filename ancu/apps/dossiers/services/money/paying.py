"""Payments: settling a fee locks its dossier, so that it is paid exactly once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import FEE_STANDS, BankLineProblem, BankLineState, PaymentMethod
from ancu.apps.dossiers.models import BankLine, Charge, Dossier, FeeReceipt, Payment
from ancu.apps.dossiers.services.money.charging import reference_prefix
from ancu.apps.dossiers.services.money.locks import SERIES, lock_until_commit
from ancu.apps.dossiers.services.moving import lock, note, require_in_state
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.documents.reference_numbers import references_in
from ancu.core.errors import Conflict, require


def _store_payment(actor: Actor, charge: Charge, payment: Payment) -> FeeReceipt:
    """Store the payment of a charge, with its receipt and an event in the history; return the receipt.

    The caller has locked the dossier.
    """
    payment.save(force_insert=True)
    receipt = _issue_receipt(payment)
    note(actor, charge.dossier, "paid", method=payment.method, vnd=payment.vnd, receipt=str(receipt))
    return receipt


def _issue_receipt(payment: Payment) -> FeeReceipt:
    """Return a receipt with the next number of the year's series.

    A sequence would leave gaps after failed transactions, so the last number is read under a lock.
    """
    lock_until_commit(SERIES)
    now = clock.now()
    series = f"{reference_prefix()[:-1]}/{clock.local(now):%y}"
    last = FeeReceipt.objects.filter(series=series).order_by("-number").values_list("number", flat=True).first()
    return FeeReceipt.objects.create(payment=payment, series=series, number=(last or 0) + 1, issued_at=now)


# ---- at the counter ------------------------------------------------------------------------------------


@transaction.atomic
def take_cash(actor: Actor, *, dossier: Dossier, vnd: int, payer: str = "") -> FeeReceipt:
    """Record that the dossier's fee was paid in cash at the counter; return the receipt.

    Conflict if there is no fee yet, it is paid, or ``vnd``, the sum the officer saw, is no longer the fee.
    """
    locked = lock(dossier)
    require_in_state(actor, locked, FEE_STANDS, rules.may_take_fee)
    charge = Charge.objects.filter(dossier=locked).first()
    if charge is None:
        raise Conflict("fee_follows", _("There is no fee to take yet, because the rate of the day is missing."))
    charge.dossier = locked
    if Payment.objects.filter(charge=charge).exists():
        sentence = _("This fee has already been paid. Do not take the money.")
        raise overtaken_conflict(actor, "fee_paid", locked, sentence)
    if vnd != charge.vnd:
        raise Conflict("fee_other_amount", _("The fee has changed since you opened this page. Reload the page."))
    payment = Payment(
        charge=charge,
        method=PaymentMethod.CASH,
        vnd=vnd,
        paid_at=clock.now(),
        taken_by_id=actor.user_id,
        payer=payer.strip(),
    )
    return _store_payment(actor, charge, payment)


# ---- without a hand ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MatchOutcome:
    """The outcome of matching one line: ``problem`` is empty when it pays the fee of ``charge``."""

    charge: Charge | None = None
    problem: str = ""


def match_outcome(text: str, vnd: int, charges: dict[str, Charge]) -> MatchOutcome:
    """Return the fee that a transfer of ``vnd`` with this text pays, or the problem that leaves it open.

    ``charges`` are those that may be meant, by payment reference.
    """
    references = references_in(text, reference_prefix())
    referenced = {reference: charges[reference] for reference in references if reference in charges}
    if len(referenced) != 1:
        problem = (
            BankLineProblem.SEVERAL
            if referenced
            else BankLineProblem.UNKNOWN
            if references
            else BankLineProblem.NO_REFERENCE
        )
        return MatchOutcome(problem=problem)
    charge = next(iter(referenced.values()))
    return MatchOutcome(charge, _obstacle(charge, vnd))


def _obstacle(charge: Charge, vnd: int) -> str:
    """Return the problem (``BankLineProblem``) for which ``vnd`` cannot pay the charge; "" if it can.

    It is paid already, no longer owed, or the sum is too small or too large.
    """
    if hasattr(charge, "payment"):
        return BankLineProblem.PAID
    if not rules.fee_stands(charge.dossier):
        return BankLineProblem.ENDED
    if vnd != charge.vnd:
        return BankLineProblem.UNDERPAID if vnd < charge.vnd else BankLineProblem.OVERPAID
    return ""


def charges_by_reference(texts: Iterable[str], *, locked: bool = False) -> dict[str, Charge]:
    """Return the charges whose references appear in these texts; ``locked`` locks their dossiers, in id order."""
    references = {reference for text in texts for reference in references_in(text, reference_prefix())}
    if locked:
        dossiers = Dossier.objects.filter(charge__reference__in=references)
        list(dossiers.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    charges = Charge.objects.filter(reference__in=references).select_related("dossier", "payment")
    return {charge.reference: charge for charge in charges}


def match_lines(actor: Actor, lines: Sequence[BankLine]) -> int:
    """Pay the fees that the new bank transfers match; the others stay open with their problem.

    Returns the number of fees paid.
    """
    charges = charges_by_reference([line.text for line in lines], locked=True)
    paid = 0
    for line in lines:
        if line.problem:
            continue
        outcome = match_outcome(line.text, line.vnd, charges)
        line.problem = outcome.problem
        if outcome.charge and not outcome.problem:
            _store_payment(actor, outcome.charge, payment_of(line, outcome.charge))
            line.payment, line.state = outcome.charge.payment, BankLineState.MATCHED
            paid += 1
        line.save(update_fields=["problem", "payment", "state"])
    return paid


def payment_of(line: BankLine, charge: Charge) -> Payment:
    """Return a new, unsaved payment of the charge by this transfer."""
    method = PaymentMethod.PROVIDER if line.provider else PaymentMethod.TRANSFER
    return Payment(
        charge=charge,
        method=method,
        vnd=line.vnd,
        paid_at=_booking_time(line.booked_on),
        provider_reference=line.reference[:80],
    )


def _booking_time(day: date) -> datetime:
    """Return the time to store for a payment booked on a day: now for today, otherwise noon.

    Bank statements have days only.
    """
    return clock.now() if day == clock.today() else datetime.combine(day, time(12), clock.VIETNAM)


# ---- by hand -------------------------------------------------------------------------------------------


def _lock_open_line(actor: Actor, line: BankLine) -> BankLine:
    """Return the transfer, locked; Conflict ``line_settled`` when it is settled."""
    locked = BankLine.objects.select_for_update().get(pk=line.pk)
    if locked.state != BankLineState.OPEN:
        raise overtaken_conflict(actor, "line_settled", locked, _("This transfer has already been resolved."))
    return locked


@transaction.atomic
def match_by_hand(actor: Actor, *, line: BankLine, dossier: Dossier, note_text: str) -> FeeReceipt:
    """Pay a dossier's fee by a transfer of at least that sum; the note stays on the transfer.

    Conflict if there is no unpaid fee or the transfer is less: then the rest is requested, or the transfer set aside
    and sent back.
    """
    require(rules.may_take_money(actor))
    dossier_locked = lock(dossier)  # locked before the line, as everywhere
    require(rules.may_take_fee(actor, dossier_locked))
    locked = _lock_open_line(actor, line)
    charge = Charge.objects.filter(dossier=dossier_locked).select_related("payment").first()
    if charge is None or hasattr(charge, "payment"):
        raise Conflict("fee_not_open", _("This dossier has no unpaid fee."))
    charge.dossier = dossier_locked
    if locked.vnd < charge.vnd:
        raise Conflict("fee_underpaid", _("The transfer is less than the fee."))
    payment = payment_of(locked, charge)
    payment.vnd = charge.vnd  # an overpayment stays on the line, with the reason
    receipt = _store_payment(actor, charge, payment)
    locked.payment, locked.state = payment, BankLineState.MATCHED
    _settle(actor, locked, note_text, "dossiers.line_matched")
    return receipt


@transaction.atomic
def set_aside(actor: Actor, *, line: BankLine, note_text: str) -> BankLine:
    """Mark a transfer as no fee, or as one that cannot be settled; the reason says which."""
    require(rules.may_take_money(actor))
    locked = _lock_open_line(actor, line)
    locked.state = BankLineState.SET_ASIDE
    _settle(actor, locked, note_text, "dossiers.line_set_aside")
    return locked


def _settle(actor: Actor, line: BankLine, note_text: str, act: str) -> None:
    """Save the bank transfer with its note and the officer who settled it, and record ``act`` in the audit."""
    line.settled_by_id, line.note = actor.user_id, note_text
    line.save(update_fields=["payment", "state", "settled_by", "note"])
    record(actor, act, line, vnd=line.vnd)
