"""Records related to the dossiers: fees, payments and receipts; promises; appointments and post."""

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from random import Random
from typing import Any

from django.conf import settings
from django.db.models import Max

from ancu.apps.dossiers.enums import (
    BEFORE_DECISION,
    BankLineProblem,
    BankLineState,
    Handover,
    PaymentMethod,
    SlotPurpose,
    State,
)
from ancu.apps.dossiers.models import (
    Appointment,
    BankLine,
    BankStatement,
    CashClosing,
    Charge,
    Counter,
    DatePromise,
    Dossier,
    ExchangeRate,
    FeeReceipt,
    OpeningHours,
    Payment,
    Posting,
    Slot,
)
from ancu.apps.dossiers.services.money.charging import reference_prefix
from ancu.core import clock
from ancu.core.clock import VIETNAM, local
from ancu.core.documents.reference_numbers import new_reference
from ancu.core.working_days import calendar
from ancu.demo.dossiers.histories import DossierRows
from ancu.demo.dossiers.people import DossierCast
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


def make_fees_and_appointments(rng: Random, cast: DossierCast, rows: DossierRows) -> None:
    """Create the dossiers' fees, payments, receipts, promised dates, appointments and shipments."""
    sent = [dossier for dossier in rows.dossiers if dossier.submitted_at]
    ready = {result.dossier.pk: result.entered_at for result in rows.results}
    passports_received = {
        dossier.pk: rows.passports[dossier.number] for dossier in sent if dossier.number in rows.passports
    }
    rates = _rates(rng)
    charges = _charges(sent, rates)
    payments = _payments(rng, cast, charges)
    _statements(rng, cast, payments)
    _closings(cast, payments)
    _promises(rng, sent)
    _handovers(rng, cast, sent, passports_received, ready)


# ---- money ---------------------------------------------------------------------------------------------


def _rates(rng: Random) -> dict[date, ExchangeRate]:
    """Store an invented exchange rate for each working day of the last thirteen months; return them by day."""
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
    """Create the fee of each submitted dossier, at the exchange rate of the day it was submitted."""
    charges = []
    for dossier in sent:
        assert dossier.submitted_at is not None
        day = local(dossier.submitted_at).date()
        lines = fee_for(get_procedure(dossier.procedure, day), dossier.answers, day)
        usd, rate = total_usd(lines), rates[max(rate_day for rate_day in rates if rate_day <= day)]
        items = [{"key": line.code, "count": line.quantity, "usd": line.usd} for line in lines]
        charges.append(
            Charge(
                dossier=dossier, items=items, usd=usd, rate=rate, vnd=to_vnd(usd, rate.vnd_per_usd),
                reference=new_reference(reference_prefix()), charged_at=dossier.submitted_at,
            )
        )  # fmt: skip
    return Charge.objects.bulk_create(charges)


def _payments(rng: Random, cast: DossierCast, charges: Iterable[Charge]) -> list[Payment]:
    """Create payments with receipts, usually within two days; some charges stay unpaid. Earliest first."""
    payments = []
    for charge in charges:
        dossier = charge.dossier
        if rng.random() < UNPAID.get(State(dossier.state), 0):
            continue
        method = rng.choices(METHODS, (55, 33, 12))[0]
        paid = min(charge.charged_at + timedelta(minutes=rng.randint(4, 2800)), clock.now() - timedelta(minutes=5))
        at_counter = calendar().add_working_hours(paid, timedelta(0))
        if method == PaymentMethod.CASH and at_counter > clock.now():
            method = PaymentMethod.TRANSFER
        cash = method == PaymentMethod.CASH
        paid = at_counter if cash else paid
        reference = "" if cash else f"{'FT' if method == PaymentMethod.TRANSFER else 'TP'}{rng.getrandbits(44):014}"
        payments.append(
            Payment(
                charge=charge, method=method, vnd=charge.vnd, paid_at=paid, provider_reference=reference,
                taken_by=rng.choice(cast.intake) if cash else None, payer=dossier.filed_by.full_name,
            )
        )  # fmt: skip
    payments.sort(key=lambda payment: payment.paid_at)
    Payment.objects.bulk_create(payments)
    FeeReceipt.objects.bulk_create(_receipts(payments, {}))
    return payments


def _receipts(payments: Iterable[Payment], numbers: Mapping[str, int]) -> Iterable[FeeReceipt]:
    """Yield a receipt for each payment, numbered without gaps in each year after the last ``numbers`` by series."""
    last: dict[str, int] = defaultdict(int, numbers)
    for payment in payments:
        series = f"{settings.OFFICE_PREFIX}/{local(payment.paid_at):%y}"
        last[series] += 1
        yield FeeReceipt(payment=payment, series=series, number=last[series], issued_at=payment.paid_at)


def _statements(rng: Random, cast: DossierCast, payments: Iterable[Payment]) -> None:
    """Create a bank statement for each month; the last one has a few unmatched lines."""
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
                vnd=payment.vnd, text=f"{payment.charge.reference} LE PHI", state=BankLineState.MATCHED,
                payment=payment,
            )
            for payment in paid
        ]  # fmt: skip
    for vnd, text in STRANGE_LINES if lines else ():
        reference = f"FT{rng.getrandbits(44):014}"
        last = lines[-1]
        lines.append(
            BankLine(
                statement=last.statement, reference=reference, booked_on=last.booked_on, vnd=vnd, text=text,
                problem=BankLineProblem.NO_REFERENCE,
            )
        )  # fmt: skip
    BankLine.objects.bulk_create(lines)


def _closings(cast: DossierCast, payments: Iterable[Payment]) -> None:
    """Create the cash desk's closing of each day except today."""
    by_day: dict[date, list[Payment]] = defaultdict(list)
    for payment in payments:
        if payment.method == PaymentMethod.CASH:
            by_day[local(payment.paid_at).date()].append(payment)
    by_day.pop(clock.today(), None)
    for number, (day, day_payments) in enumerate(sorted(by_day.items()), start=1):
        book = sum(payment.vnd for payment in day_payments)
        short = 10_000 if number % 40 == 0 else 0
        closing = CashClosing.objects.create(
            agency=cast.office, number=number, book=book, counted=book - short, payments=len(day_payments),
            note="thối nhầm tiền lẻ" if short else "", closed_by=cast.intake[0],
            closed_at=datetime.combine(day, time(17, 5), VIETNAM),
        )  # fmt: skip
        Payment.objects.filter(pk__in=[payment.pk for payment in day_payments]).update(closing=closing)


def add_paid_fee(rng: Random, dossiers: Iterable[Dossier]) -> None:
    """Create the fee of stored dossiers, paid within minutes through the payment provider, and the promised dates."""
    dossiers = list(dossiers)
    rates = {rate.day: rate for rate in ExchangeRate.objects.order_by("day")}
    payments = [
        Payment(
            charge=charge, method=PaymentMethod.PROVIDER, vnd=charge.vnd, payer=charge.dossier.filed_by.full_name,
            paid_at=charge.charged_at + timedelta(minutes=6), provider_reference=f"TP{rng.getrandbits(44):014}",
        )
        for charge in _charges(dossiers, rates)
    ]  # fmt: skip
    Payment.objects.bulk_create(payments)
    numbers = dict(FeeReceipt.objects.values_list("series").annotate(Max("number")))
    FeeReceipt.objects.bulk_create(_receipts(payments, numbers))
    _promises(rng, dossiers)


# ---- promises ------------------------------------------------------------------------------------------


def _promises(rng: Random, sent: Iterable[Dossier]) -> None:
    """Create for each submitted dossier the dates promised to the applicant: earliest, likely and latest.

    Whether they are met is measured afterwards.
    """
    promises = []
    for dossier in sent:
        assert dossier.submitted_at is not None
        day = local(dossier.submitted_at).date()
        spans = (4, rng.randint(6, 7), rng.randint(9, 12))
        earliest, likely, latest = (calendar().add_working_days(day, span) for span in spans)
        promises.append(
            DatePromise(
                dossier=dossier, made_at=dossier.submitted_at, earliest_on=earliest, likely_on=likely, latest_on=latest,
                basis={
                    "stage": "submission", "procedure": dossier.procedure, "cases": rng.randint(20, 160),
                    "ahead": rng.randint(18, 60), "enough": True,
                },
            )
        )  # fmt: skip
    DatePromise.objects.bulk_create(promises)


# ---- counters and post ---------------------------------------------------------------------------------


def _handovers(
    rng: Random, cast: DossierCast, sent: Iterable[Dossier], came: dict[int, datetime], ready: dict[int, datetime]
) -> None:
    """Create appointments and shipments by which passports come, and appointments to collect results.

    ``came`` and ``ready`` hold by dossier id when the passport came and the result was ready.
    """
    desk, waiting = CounterDesk(rng, cast, _counters(cast)[0]), Tally[tuple[str, str]]()
    for dossier in sent:
        at, group = came.get(dossier.pk), (dossier.state, dossier.handover)
        is_waiting = at is None and dossier.state in BEFORE_DECISION
        waiting[group] += is_waiting
        if at is not None or (is_waiting and waiting[group] % 3):  # in turn, so that there are some on any day
            bring = desk.post if dossier.handover == Handover.POST else desk.bring
            bring(dossier, at)
        if dossier.state == State.READY and dossier.handover == Handover.COUNTER:
            desk.collect(dossier, ready[dossier.pk] + timedelta(hours=2))
    desk.save()


class CounterDesk:
    """The slots, appointments and postings of one counter."""

    def __init__(self, rng: Random, cast: DossierCast, counter: Counter) -> None:
        self.rng, self.cast, self.counter = rng, cast, counter
        self.slots: dict[datetime, Slot] = {}
        self.appointments: list[Appointment] = []
        self.postings: list[Posting] = []

    def bring(self, dossier: Dossier, received_at: datetime | None) -> None:
        """Book the appointment to bring the dossier's passport: kept at ``received_at``, or still to come."""
        self._book(
            dossier,
            SlotPurpose.BRING,
            dossier.submitted_at,
            local(received_at).date() if received_at else None,
            received_at,
        )

    def collect(self, dossier: Dossier, booked_at: datetime) -> None:
        """Book the dossier's coming appointment to collect the result."""
        self._book(dossier, SlotPurpose.COLLECT, booked_at, None, None)

    def _book(
        self, dossier: Dossier, purpose: SlotPurpose, booked_at: Any, day: date | None, received_at: datetime | None
    ) -> None:
        """Book an appointment for the dossier on ``day``, or without one on a day to come.

        Kept at ``received_at``, if given. Nothing is booked when the day is full.
        """
        on = day or calendar().add_working_days(clock.today(), self.rng.randint(1, 4))
        slot = self._place(on)
        if slot is None:
            return
        slot.booked_places += 1
        self.appointments.append(
            Appointment(
                dossier=dossier, slot=slot, purpose=purpose, booked_by=dossier.filed_by, booked_at=booked_at,
                came_at=received_at, received_by=self.rng.choice(self.cast.intake) if received_at else None,
            )
        )  # fmt: skip

    def _place(self, day: date) -> Slot | None:
        """Return a random appointment slot of that day with a free place; None if six tries find none."""
        for _try in range(6):
            hour, minute = self.rng.choice((8, 9, 10, 14, 15)), self.rng.choice((0, 30))
            starts = datetime.combine(day, time(hour, minute), VIETNAM)
            ends = starts + timedelta(minutes=self.counter.slot_minutes)
            places = self.counter.capacity
            slot = self.slots.setdefault(
                starts, Slot(counter=self.counter, starts_at=starts, ends_at=ends, capacity=places)
            )
            if slot.booked_places < slot.capacity:
                return slot
        return None

    def post(self, dossier: Dossier, received_at: datetime | None) -> None:
        """Record the dossier's passport as sent by post; arrived at ``received_at``, or None while on its way."""
        assert dossier.submitted_at is not None
        self.postings.append(
            Posting(
                dossier=dossier, to_office=True, carrier="Vietnam Post",
                tracking_number=f"EH{self.rng.randint(10**8, 10**9 - 1)}VN",
                sent_on=local(dossier.submitted_at).date(), arrived_at=received_at, entered_by=dossier.filed_by,
                entered_at=dossier.submitted_at,
            )
        )  # fmt: skip

    def save(self) -> None:
        """Write slots, appointments and postings to the database."""
        Slot.objects.bulk_create(self.slots.values())
        Appointment.objects.bulk_create(self.appointments)
        Posting.objects.bulk_create(self.postings)


def _counters(cast: DossierCast) -> list[Counter]:
    """Create the office's counters with their opening hours."""
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
