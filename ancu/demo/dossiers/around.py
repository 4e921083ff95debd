"""What stands around the dossiers: fees with rates, payments and receipts; promises; appointments and post."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from random import Random

from django.conf import settings

from ancu.apps.dossiers.enums import Handover, LineProblem, LineState, PaymentMethod, SlotPurpose, State
from ancu.apps.dossiers.models import (
    Appointment,
    BankLine,
    BankStatement,
    CashClosing,
    Charge,
    Counter,
    Dossier,
    ExchangeRate,
    FeeReceipt,
    OpeningHours,
    Payment,
    Posting,
    Promise,
    Slot,
)
from ancu.apps.dossiers.selectors.clock import calendar
from ancu.apps.dossiers.services.money.charging import reference_prefix
from ancu.core import clock
from ancu.core.clock import VIETNAM, local
from ancu.core.numbers import new_reference
from ancu.demo.dossiers.lives import Rows
from ancu.demo.dossiers.people import Cast
from ancu.engines.rulebook import fee_for, get_procedure, to_vnd, total_usd

UNPAID = {
    State.SUBMITTED: 0.5, State.SUPPLEMENT: 0.4, State.RESUBMITTED: 0.3, State.ACCEPTED: 0.1, State.READY: 0.2,
    State.NOT_ACCEPTED: 0.8, State.WITHDRAWN: 0.7, State.CLOSED: 0.8, State.TRANSFERRED: 0.8,
}  # fmt: skip
METHODS = (PaymentMethod.TRANSFER, PaymentMethod.CASH, PaymentMethod.PROVIDER)
STRANGE_LINES = (
    (250_000, "CHUYEN TIEN LE PHI"),
    (130_000, "NOP PHI GIA HAN TAM TRU"),
    (4_050_000, "CTY TNHH THANH TOAN LE PHI THE TAM TRU"),
    (65_000, "TEST"),
)
SESSIONS = ((time(7, 30), time(11, 0)), (time(13, 30), time(16, 30)))


def make_surroundings(rng: Random, cast: Cast, rows: Rows) -> None:
    sent = [dossier for dossier in rows.dossiers if dossier.submitted_at]
    ready = {result.dossier.pk: result.entered_at for result in rows.results}
    rates = _rates(rng)
    charges = _charges(sent, rates)
    payments = _payments(rng, cast, charges)
    _statements(rng, cast, payments)
    _closings(cast, payments)
    _promises(rng, sent, ready)
    _handovers(rng, cast, sent, ready)


# ---- money ---------------------------------------------------------------------------------------------


def _rates(rng: Random) -> dict[date, ExchangeRate]:
    """The rate of each working day of the last thirteen months."""
    day, today, value = clock.today() - timedelta(days=400), clock.today(), 26_100
    rates = {}
    while day <= today:
        if calendar().is_working(day):
            value += rng.randint(-25, 27)
            at = datetime.combine(day, time(8, 5), VIETNAM)
            rates[day] = ExchangeRate(day=day, vnd_per_usd=Decimal(value), source="Vietcombank", entered_at=at)
        day += timedelta(days=1)
    ExchangeRate.objects.bulk_create(rates.values())
    return rates


def _charges(sent: Iterable[Dossier], rates: dict[date, ExchangeRate]) -> list[Charge]:
    charges = []
    for dossier in sent:
        assert dossier.submitted_at is not None
        day = local(dossier.submitted_at).date()
        lines = fee_for(get_procedure(dossier.procedure, day), dossier.answers, day)
        usd, rate = total_usd(lines), rates[max(known for known in rates if known <= day)]
        items = [{"key": line.code, "count": line.quantity, "usd": line.usd} for line in lines]
        charges.append(
            Charge(
                dossier=dossier, items=items, usd=usd, rate=rate, vnd=to_vnd(usd, rate.vnd_per_usd),
                reference=new_reference(reference_prefix()), charged_at=dossier.submitted_at,
            )
        )  # fmt: skip
    return Charge.objects.bulk_create(charges)


def _payments(rng: Random, cast: Cast, charges: Iterable[Charge]) -> list[Payment]:
    """Paid within two days as a rule; the receipts run without a gap through each year."""
    payments = []
    for charge in charges:
        dossier = charge.dossier
        if rng.random() < UNPAID.get(State(dossier.state), 0):
            continue
        method = rng.choices(METHODS, (55, 33, 12))[0]
        paid = min(charge.charged_at + timedelta(minutes=rng.randint(4, 2800)), clock.now() - timedelta(minutes=5))
        cash = method == PaymentMethod.CASH
        reference = "" if cash else f"{'FT' if method == PaymentMethod.TRANSFER else 'TP'}{rng.getrandbits(44):014}"
        payments.append(
            Payment(
                charge=charge, method=method, vnd=charge.vnd, paid_at=paid, provider_reference=reference,
                taken_by=rng.choice(cast.intake) if cash else None, payer=dossier.filed_by.full_name,
            )
        )  # fmt: skip
    payments.sort(key=lambda payment: payment.paid_at)
    Payment.objects.bulk_create(payments)
    FeeReceipt.objects.bulk_create(_receipts(payments))
    return payments


def _receipts(payments: Iterable[Payment]) -> Iterable[FeeReceipt]:
    last: dict[str, int] = defaultdict(int)
    for payment in payments:
        series = f"{settings.OFFICE_PREFIX}/{local(payment.paid_at):%y}"
        last[series] += 1
        yield FeeReceipt(payment=payment, series=series, number=last[series], issued_at=payment.paid_at)


def _statements(rng: Random, cast: Cast, payments: Iterable[Payment]) -> None:
    """One file of the bank for each month, and in the last a few lines that somebody has to look at."""
    by_month: dict[str, list[Payment]] = defaultdict(list)
    for payment in payments:
        if payment.method == PaymentMethod.TRANSFER:
            by_month[f"{local(payment.paid_at):%Y-%m}"].append(payment)
    lines = []
    for month, paid in sorted(by_month.items()):
        statement = BankStatement.objects.create(
            name=f"sao-ke-{month}.csv", sha256=sha256(month.encode()).hexdigest(), read_by=cast.intake[0],
            read_at=paid[-1].paid_at + timedelta(hours=1),
        )  # fmt: skip
        lines += [
            BankLine(
                statement=statement, reference=payment.provider_reference, booked_on=local(payment.paid_at).date(),
                vnd=payment.vnd, text=f"{payment.charge.reference} LE PHI", state=LineState.MATCHED, payment=payment,
            )
            for payment in paid
        ]  # fmt: skip
    for vnd, text in STRANGE_LINES if lines else ():
        reference = f"FT{rng.getrandbits(44):014}"
        last = lines[-1]
        lines.append(
            BankLine(
                statement=last.statement, reference=reference, booked_on=last.booked_on, vnd=vnd, text=text,
                problem=LineProblem.NO_REFERENCE,
            )
        )  # fmt: skip
    BankLine.objects.bulk_create(lines)


def _closings(cast: Cast, payments: Iterable[Payment]) -> None:
    """The drawer was counted each evening; what was taken today lies in it still."""
    by_day: dict[date, list[Payment]] = defaultdict(list)
    for payment in payments:
        if payment.method == PaymentMethod.CASH:
            by_day[local(payment.paid_at).date()].append(payment)
    by_day.pop(clock.today(), None)
    for number, (day, taken) in enumerate(sorted(by_day.items()), start=1):
        book = sum(payment.vnd for payment in taken)
        short = 10_000 if number % 40 == 0 else 0
        closing = CashClosing.objects.create(
            agency=cast.office, number=number, book=book, counted=book - short, payments=len(taken),
            note="thối nhầm tiền lẻ" if short else "", closed_by=cast.intake[0],
            closed_at=datetime.combine(day, time(17, 5), VIETNAM),
        )  # fmt: skip
        Payment.objects.filter(pk__in=[payment.pk for payment in taken]).update(closing=closing)


# ---- promises ------------------------------------------------------------------------------------------


def _promises(rng: Random, sent: Iterable[Dossier], ready: dict[int, datetime]) -> None:
    """What each applicant was told when he sent the dossier, and whether it held."""
    promises = []
    for dossier in sent:
        assert dossier.submitted_at is not None
        day = local(dossier.submitted_at).date()
        spans = (4, rng.randint(6, 7), rng.randint(9, 12))
        earliest, likely, latest = (calendar().add_working_days(day, span) for span in spans)
        happened = local(ready[dossier.pk]).date() if dossier.pk in ready else None
        promises.append(
            Promise(
                dossier=dossier, made_at=dossier.submitted_at, earliest_on=earliest, likely_on=likely, latest_on=latest,
                basis={"procedure": dossier.procedure, "cases": rng.randint(20, 160), "queue": rng.randint(18, 60)},
                happened_on=happened, kept=None if happened is None else happened <= latest,
            )
        )  # fmt: skip
    Promise.objects.bulk_create(promises)


# ---- counters and post ---------------------------------------------------------------------------------


def _handovers(rng: Random, cast: Cast, sent: Iterable[Dossier], ready: dict[int, datetime]) -> None:
    """Who brings the passport takes a place at a counter on the next working day; others send it."""
    counter = _counters(cast)[0]
    slots: dict[datetime, Slot] = {}
    appointments, postings = [], []
    for dossier in sent:
        assert dossier.submitted_at is not None
        day = calendar().add_working_days(local(dossier.submitted_at).date(), 1)
        open_since = day > clock.today()
        if dossier.handover == Handover.POST:
            postings.append(_posting(rng, cast, dossier, arrived=not open_since))
            continue
        slot = _place(rng, slots, counter, day)
        if slot is None or (open_since and rng.random() < 0.3):
            continue
        slot.taken += 1
        came = None if open_since else slot.starts_at + timedelta(minutes=rng.randint(0, 25))
        appointments.append(
            Appointment(
                dossier=dossier, slot=slot, purpose=SlotPurpose.BRING, booked_by=dossier.filed_by,
                booked_at=dossier.submitted_at, came_at=came, received_by=rng.choice(cast.intake) if came else None,
            )
        )  # fmt: skip
        if dossier.state == State.READY and (slot := _place(rng, slots, counter, _ahead(rng))) is not None:
            slot.taken += 1
            appointments.append(
                Appointment(
                    dossier=dossier, slot=slot, purpose=SlotPurpose.COLLECT, booked_by=dossier.filed_by,
                    booked_at=ready[dossier.pk] + timedelta(hours=2),
                )
            )  # fmt: skip
    Slot.objects.bulk_create(slots.values())
    Appointment.objects.bulk_create(appointments)
    Posting.objects.bulk_create(postings)


def _counters(cast: Cast) -> list[Counter]:
    counters = Counter.objects.bulk_create(
        Counter(agency=cast.office, name=name, address="Số 6, đường Trần Hưng Đạo, phường Hòa Bình")
        for name in ("Quầy số 1", "Quầy số 2")
    )
    OpeningHours.objects.bulk_create(
        OpeningHours(counter=counter, weekday=weekday, opens=opens, closes=closes)
        for counter in counters
        for weekday in range(6)
        for opens, closes in SESSIONS[: 1 if weekday == 5 else 2]
    )
    return counters


def _ahead(rng: Random) -> date:
    return calendar().add_working_days(clock.today(), rng.randint(1, 4))


def _place(rng: Random, slots: dict[datetime, Slot], counter: Counter, day: date) -> Slot | None:
    """A slot of that day with a place left."""
    for _try in range(6):
        hour, minute = rng.choice((8, 9, 10, 14, 15)), rng.choice((0, 30))
        starts = datetime.combine(day, time(hour, minute), VIETNAM)
        ends = starts + timedelta(minutes=counter.slot_minutes)
        slot = slots.setdefault(
            starts, Slot(counter=counter, starts_at=starts, ends_at=ends, capacity=counter.capacity)
        )
        if slot.taken < slot.capacity:
            return slot
    return None


def _posting(rng: Random, cast: Cast, dossier: Dossier, *, arrived: bool) -> Posting:
    assert dossier.submitted_at is not None
    sent_on = local(dossier.submitted_at).date()
    at = datetime.combine(calendar().add_working_days(sent_on, 1), time(9, rng.randint(0, 59)), VIETNAM)
    return Posting(
        dossier=dossier, to_office=True, carrier="Vietnam Post", tracking_number=f"EH{rng.randint(10**8, 10**9 - 1)}VN",
        sent_on=sent_on, arrived_at=at if arrived and at < clock.now() else None, entered_by=dossier.filed_by,
        entered_at=dossier.submitted_at,
    )  # fmt: skip
