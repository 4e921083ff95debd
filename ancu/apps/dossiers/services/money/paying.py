"""One door for money: whoever settles a fee holds its dossier, so that it is paid exactly once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import FEE_STANDS, LineProblem, LineState, PaymentMethod
from ancu.apps.dossiers.models import BankLine, Charge, Dossier, FeeReceipt, Payment
from ancu.apps.dossiers.services.money.charging import reference_prefix
from ancu.apps.dossiers.services.money.locks import SERIES, hold
from ancu.apps.dossiers.services.moving import lock, note, require_in_state
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.documents.reference_numbers import references_in
from ancu.core.errors import Conflict, require


def _pay(actor: Actor, charge: Charge, payment: Payment) -> FeeReceipt:
    """Keep the payment of a charge whose dossier is locked, with its receipt and its place in the history."""
    payment.save(force_insert=True)
    receipt = _receipt(payment)
    note(actor, charge.dossier, "paid", method=payment.method, vnd=payment.vnd, receipt=str(receipt))
    return receipt


def _receipt(payment: Payment) -> FeeReceipt:
    """The next number of the year's series.

    A sequence would leave a hole with each transaction that fails; so the last number is read under a lock, which
    is held until this payment is in or not.
    """
    hold(SERIES)
    now = clock.now()
    series = f"{reference_prefix()[:-1]}/{clock.local(now):%y}"
    last = FeeReceipt.objects.filter(series=series).order_by("-number").values_list("number", flat=True).first()
    return FeeReceipt.objects.create(payment=payment, series=series, number=(last or 0) + 1, issued_at=now)


# ---- at the counter ------------------------------------------------------------------------------------


@transaction.atomic
def take_cash(actor: Actor, *, dossier: Dossier, vnd: int, payer: str = "") -> FeeReceipt:
    """The fee is taken at the counter. ``vnd`` is what the officer saw: he takes neither more nor less."""
    locked = lock(dossier)
    require_in_state(actor, locked, FEE_STANDS, rules.may_take_fee)
    charge = Charge.objects.filter(dossier=locked).first()
    if charge is None:
        raise Conflict("fee_follows", _("There is no fee to take yet: the rate of the day is missing."))
    charge.dossier = locked
    if Payment.objects.filter(charge=charge).exists():
        sentence = _("This fee was already paid. Do not take the money.")
        raise overtaken_conflict(actor, "fee_paid", locked, sentence)
    if vnd != charge.vnd:
        raise Conflict("fee_other_amount", _("The fee is another amount than the one you saw. Load the page again."))
    payment = Payment(
        charge=charge,
        method=PaymentMethod.CASH,
        vnd=vnd,
        paid_at=clock.now(),
        taken_by_id=actor.user_id,
        payer=payer.strip(),
    )
    return _pay(actor, charge, payment)


# ---- without a hand ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """What became of one line: ``problem`` is empty when it pays the fee of ``charge``."""

    charge: Charge | None = None
    problem: str = ""


def judge(text: str, vnd: int, charges: dict[str, Charge]) -> Told:
    """Which fee the words of a transfer mean, and whether it pays it; ``charges`` by reference."""
    named = references_in(text, reference_prefix())
    known = {reference: charges[reference] for reference in named if reference in charges}
    if len(known) != 1:
        problem = LineProblem.SEVERAL if known else LineProblem.UNKNOWN if named else LineProblem.NO_REFERENCE
        return Told(problem=problem)
    charge = next(iter(known.values()))
    return Told(charge, _obstacle(charge, vnd))


def _obstacle(charge: Charge, vnd: int) -> str:
    if hasattr(charge, "payment"):
        return LineProblem.PAID
    if not rules.fee_stands(charge.dossier):
        return LineProblem.ENDED
    if vnd != charge.vnd:
        return LineProblem.UNDERPAID if vnd < charge.vnd else LineProblem.OVERPAID
    return ""


def charges_named(texts: Iterable[str], *, locked: bool = False) -> dict[str, Charge]:
    """The charges whose references stand in these texts; ``locked`` holds their dossiers, in one order."""
    named = {reference for text in texts for reference in references_in(text, reference_prefix())}
    if locked:
        about = Dossier.objects.filter(charge__reference__in=named)
        list(about.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    found = Charge.objects.filter(reference__in=named).select_related("dossier", "payment")
    return {charge.reference: charge for charge in found}


def match(actor: Actor, lines: Sequence[BankLine]) -> int:
    """Settle the fees that new lines pay; the others stay to be looked at, with the reason. How many paid."""
    charges = charges_named([line.text for line in lines], locked=True)
    paid = 0
    for line in lines:
        if line.problem:
            continue
        told = judge(line.text, line.vnd, charges)
        line.problem = told.problem
        if told.charge and not told.problem:
            _pay(actor, told.charge, payment_of(line, told.charge))
            line.payment, line.state = told.charge.payment, LineState.MATCHED
            paid += 1
        line.save(update_fields=["problem", "payment", "state"])
    return paid


def payment_of(line: BankLine, charge: Charge) -> Payment:
    """The payment that a line makes of itself."""
    method = PaymentMethod.PROVIDER if line.provider else PaymentMethod.TRANSFER
    return Payment(
        charge=charge, method=method, vnd=line.vnd, paid_at=_at(line.booked_on), provider_reference=line.reference[:80]
    )


def _at(day: date) -> datetime:
    """A statement has days only: now when it is today's, else that day at noon."""
    return clock.now() if day == clock.today() else datetime.combine(day, time(12), clock.VIETNAM)


# ---- by hand -------------------------------------------------------------------------------------------


def _open(actor: Actor, line: BankLine) -> BankLine:
    locked = BankLine.objects.select_for_update().get(pk=line.pk)
    if locked.state != LineState.OPEN:
        raise overtaken_conflict(actor, "line_settled", locked, _("This transfer is settled already."))
    return locked


@transaction.atomic
def match_by_hand(actor: Actor, *, line: BankLine, dossier: Dossier, note_text: str) -> FeeReceipt:
    """An officer says which dossier's fee a transfer pays; other amounts than the fee need his reason.

    Less than the fee is never a payment: the rest is asked for, or the transfer set aside and sent back.
    """
    require(rules.may_take_money(actor))
    found = lock(dossier)  # before the line, as everywhere
    require(rules.may_take_fee(actor, found))
    locked = _open(actor, line)
    charge = Charge.objects.filter(dossier=found).select_related("payment").first()
    if charge is None or hasattr(charge, "payment"):
        raise Conflict("fee_not_open", _("This dossier has no fee that is still to be paid."))
    charge.dossier = found
    if locked.vnd < charge.vnd:
        raise Conflict("fee_underpaid", _("The transfer is less than the fee."))
    payment = payment_of(locked, charge)
    payment.vnd = charge.vnd  # what was paid over stays on the line, with the reason
    receipt = _pay(actor, charge, payment)
    locked.payment, locked.state = payment, LineState.MATCHED
    _settle(actor, locked, note_text, "dossiers.line_matched")
    return receipt


@transaction.atomic
def set_aside(actor: Actor, *, line: BankLine, note_text: str) -> BankLine:
    """No fee, or one that cannot be settled: sent back, or somebody else's matter; the reason says which."""
    require(rules.may_take_money(actor))
    locked = _open(actor, line)
    locked.state = LineState.SET_ASIDE
    _settle(actor, locked, note_text, "dossiers.line_set_aside")
    return locked


def _settle(actor: Actor, line: BankLine, note_text: str, act: str) -> None:
    line.settled_by_id, line.note = actor.user_id, note_text
    line.save(update_fields=["payment", "state", "settled_by", "note"])
    record(actor, act, line, vnd=line.vnd)
