"""Random histories: right and wrong people do right and wrong things at any time, and the house's promises hold.

Each history begins at a draft that is ready to be sent and is rolled back at its end, so that thousands fit into
one database. ``make fuzz`` runs many more of them.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ancu.apps.accounts.enums import Role
from ancu.apps.dossiers.enums import (
    FINAL,
    TRANSITIONS,
    BankLineProblem,
    BankLineState,
    ComponentState,
    DecisionProposal,
    Filer,
    PaymentMethod,
    ReceiverProof,
    SlotPurpose,
    State,
)
from ancu.apps.dossiers.models import (
    BankLine,
    Charge,
    Counter,
    Dossier,
    ExchangeRate,
    FeeReceipt,
    Payment,
    Slot,
    Supplement,
)
from ancu.apps.dossiers.selectors.history import replay
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.services import filing, handling, slots
from ancu.apps.dossiers.services.money import providers, statements
from ancu.apps.dossiers.services.money.paying import match_by_hand, set_aside, take_cash
from ancu.apps.dossiers.services.money.rates import enter_rate
from ancu.apps.dossiers.services.passports import read_unread
from ancu.apps.dossiers.tests.factories import answers_for, make_cast, make_dossier, make_draft, make_paper
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.core.actor import Actor, system
from ancu.core.errors import Conflict
from ancu.core.working_days import calendar
from ancu.engines.rulebook import fee_for, get_procedure

LONG = os.environ.get("ANCU_LONG") == "1"
FORBIDDEN = (PermissionDenied, Http404, Conflict, filing.DossierIncomplete)
WHY = {"reason": "It is so.", "article": "art. 21"}
MONEY = {"number": "TRC0000001", "symbol": "LĐ2"}
OFFICE = {"ines", "selma", "dora", "selma_approves", "dora_assesses"}
RECEIVE, ASSESS, DECIDE = {"ines", "selma", "dora_assesses"}, {"selma", "dora_assesses"}, {"dora", "selma_approves"}
SYSTEM = {"system"}
CASHIERS = {"ines", "rosa"}
RATE = Decimal(26_400)


@dataclass
class Stage:
    """One dossier and everybody who might touch it; ``neighbours`` pay fees of their own in between."""

    world: World
    actors: dict[str, Actor]
    number: int
    filer: str
    neighbours: list[int] = field(default_factory=list)
    paid: int | None = None

    @property
    def dossier(self) -> Dossier:
        return Dossier.objects.get(pk=self.number)


def judge_all(actor: Actor, dossier: Dossier, stage: Stage) -> None:
    if dossier.passport_received() is None:
        slots.receive_passport(actor, dossier=dossier)
    for component in dossier.components.all():
        handling.judge_component(actor, dossier=dossier, key=component.key, state=ComponentState.ACCEPTED)


def receive(actor: Actor, dossier: Dossier, stage: Stage) -> None:
    judge_all(actor, dossier, stage)
    handling.accept(actor, dossier=dossier)


def return_one(actor: Actor, dossier: Dossier, stage: Stage) -> None:
    handling.judge_component(
        actor, dossier=dossier, key="passport", state=ComponentState.RETURNED, reason_code="unreadable"
    )


def ask(actor: Actor, dossier: Dossier, stage: Stage) -> None:
    handling.request_supplement(actor, dossier=dossier, note_text="The page is blurred.", article="art. 35")


def close(actor: Actor, dossier: Dossier, stage: Stage) -> None:
    handling.close_unanswered(actor)


def attach(actor: Actor, dossier: Dossier, stage: Stage) -> None:
    filing.attach(actor, dossier=dossier, key="passport", file=make_paper(stage.world), pages=1)
    read_unread(dossier)


def save(actor: Actor, dossier: Dossier, stage: Stage) -> None:
    rules = get_procedure(dossier.procedure, clock.today())
    answers = answers_for(rules, Filer(dossier.filer), stage.world.units.commune.code)
    filing.save(actor, dossier=dossier, answers=answers)


def issue(actor: Actor, dossier: Dossier, stage: Stage) -> None:
    today = clock.today()
    handling.enter_result(actor, dossier=dossier, valid_from=today, valid_until=today + timedelta(days=20), **MONEY)


def book(actor: Actor, dossier: Dossier, stage: Stage) -> None:
    slot = Slot.objects.filter(starts_at__gt=clock.now()).order_by("starts_at").first()
    if slot is not None:
        slots.book(actor, dossier=dossier, slot=slot, purpose=SlotPurpose.BRING)


# ---- the fee -------------------------------------------------------------------------------------------


class Broken(Exception):
    """The line went dead after the receipt had its number."""


def owed(dossier: Dossier) -> int:
    charge = Charge.objects.filter(dossier=dossier).first()
    return charge.vnd if charge else 1


def rate(actor: Actor, dossier: Dossier, stage: Stage) -> None:
    enter_rate(actor, day=clock.today(), vnd_per_usd=RATE, source="VCB")


def cash(actor: Actor, dossier: Dossier, stage: Stage) -> None:
    take_cash(actor, dossier=dossier, vnd=owed(dossier))


def cash_less(actor: Actor, dossier: Dossier, stage: Stage) -> None:
    take_cash(actor, dossier=dossier, vnd=owed(dossier) - 1)


def cash_broken(actor: Actor, dossier: Dossier, stage: Stage) -> None:
    with suppress(Broken), transaction.atomic():
        take_cash(actor, dossier=dossier, vnd=owed(dossier))
        raise Broken


def neighbour_pays(actor: Actor, dossier: Dossier, stage: Stage) -> None:
    first = Dossier.objects.filter(pk__in=stage.neighbours, charge__isnull=False, charge__payment=None).first()
    if first is not None:
        take_cash(actor, dossier=first, vnd=owed(first))


def wire(number: str, less: int = 0) -> Callable[[Actor, Dossier, Stage], Any]:
    """A statement with one transfer; the same number again is the same transfer."""

    def read(actor: Actor, dossier: Dossier, stage: Stage) -> None:
        charge = Charge.objects.filter(dossier=dossier).first()
        words = charge.reference if charge else "tien com"
        row = f'{clock.today():%d/%m/%Y},"{words}","{owed(dossier) - less}",{number}'
        text = "\n".join(["Ngày giao dịch,Nội dung,Ghi có,Số tham chiếu", row, ""])
        file = statements.store_for_preview(actor, data=text.encode(), name="saoke.csv")
        statements.import_statement(actor, file=file)

    return read


def online(number: str) -> Callable[[Actor, Dossier, Stage], Any]:
    """The provider tells of a payment, whoever is asked; it may tell twice, or of a second one."""

    def notify_payment(actor: Actor, dossier: Dossier, stage: Stage) -> None:
        charge = Charge.objects.filter(dossier=dossier).first()
        if charge is not None:
            body, headers = providers.TestProvider().notification(charge.reference, charge.vnd, number)
            providers.receive(code="test", body=body, headers=headers)

    return notify_payment


def open_line() -> BankLine:
    line = BankLine.objects.filter(state=BankLineState.OPEN).order_by("pk").first()
    if line is None:
        raise Http404
    return line


def by_hand(actor: Actor, dossier: Dossier, stage: Stage) -> None:
    match_by_hand(actor, line=open_line(), dossier=dossier, note_text="The payer called.")


def aside(actor: Actor, dossier: Dossier, stage: Stage) -> None:
    set_aside(actor, line=open_line(), note_text="Sent back.")


FEE_ACTS: dict[str, Callable[[Actor, Dossier, Stage], Any]] = {
    "rate": rate,
    "cash": cash,
    "cash_less": cash_less,
    "cash_broken": cash_broken,
    "neighbour_pays": neighbour_pays,
    "wire": wire("FT1"),
    "wire_again": wire("FT2"),
    "wire_less": wire("FT3", less=1000),
    "online": online("TP1"),
    "online_again": online("TP2"),
    "by_hand": by_hand,
    "aside": aside,
}
ACTS: dict[str, Callable[[Actor, Dossier, Stage], Any]] = FEE_ACTS | {
    "submit": lambda actor, dossier, stage: filing.submit(actor, dossier=dossier),
    "resubmit": lambda actor, dossier, stage: filing.resubmit(actor, dossier=dossier),
    "withdraw": lambda actor, dossier, stage: filing.withdraw(actor, dossier=dossier, reason="Leaving."),
    "attach": attach,
    "save": save,
    "judge_all": judge_all,
    "receive": receive,
    "return_one": return_one,
    "ask": ask,
    "close": close,
    "accept": lambda actor, dossier, stage: handling.accept(actor, dossier=dossier),
    "not_accept": lambda actor, dossier, stage: handling.not_accept(actor, dossier=dossier, **WHY),
    "transfer": lambda actor, dossier, stage: handling.transfer(actor, dossier=dossier, reason="Central."),
    "assess": lambda actor, dossier, stage: handling.assess(
        actor, dossier=dossier, proposal=DecisionProposal.APPROVE, reason="Good."
    ),
    "send_back": lambda actor, dossier, stage: handling.send_back(actor, dossier=dossier, reason="Look again."),
    "approve": lambda actor, dossier, stage: handling.approve(actor, dossier=dossier),
    "refuse": lambda actor, dossier, stage: handling.refuse(actor, dossier=dossier, **WHY),
    "issue": issue,
    "deliver": lambda actor, dossier, stage: handling.deliver(
        actor, dossier=dossier, received_by="ADAMS CLAIRE", proof=ReceiverProof.IDENTITY, proof_number="533380006"
    ),
    "book": book,
    "cancel": lambda actor, dossier, stage: slots.cancel(actor, dossier=dossier, purpose=SlotPurpose.BRING),
}
# Who may bring a dossier into a state: written down here apart from ``rules``, from the law and the office's order.
COLLEAGUE = {"ramon": "sam"}  # an organisation's dossier is its present people's, whoever of them began it
MAY_REACH: dict[State, set[str]] = {
    State.SUBMITTED: {"filer"},
    State.RESUBMITTED: {"filer"},
    State.WITHDRAWN: {"filer"},
    State.SUPPLEMENT: RECEIVE,
    State.NOT_ACCEPTED: RECEIVE,
    State.TRANSFERRED: RECEIVE,
    State.ACCEPTED: RECEIVE | DECIDE,  # by sending it back
    State.ASSESSED: ASSESS,
    State.APPROVED: DECIDE,
    State.REFUSED: DECIDE,
    State.READY: RECEIVE,
    State.DELIVERED: RECEIVE,
    State.CLOSED: SYSTEM,
}
# What commonly happens next, so that histories come far; everything else is drawn as well.
COMMON: dict[State, tuple[tuple[str, str], ...]] = {
    State.DRAFT: (("submit", "filer"),) * 4 + (("save", "filer"), ("withdraw", "filer")),
    State.SUBMITTED: (
        ("receive", "ines"), ("receive", "ines"), ("receive", "selma"), ("accept", "selma"), ("return_one", "ines"),
        ("ask", "ines"), ("not_accept", "ines"), ("transfer", "ines"), ("book", "filer"),
        ("rate", "ines"), ("rate", "ines"),
    ),
    State.SUPPLEMENT: (("attach", "filer"), ("resubmit", "filer"), ("resubmit", "filer"), ("close", "system")),
    State.RESUBMITTED: (("receive", "ines"), ("receive", "ines"), ("ask", "ines"), ("not_accept", "selma")),
    State.ACCEPTED: (
        ("assess", "selma"), ("rate", "ines"), ("assess", "dora_assesses"), ("pay", "ines"), ("ask", "selma"),
        ("assess", "selma"), ("pay", "ines"), ("assess", "selma"),
    ),
    State.ASSESSED: (
        ("approve", "dora"), ("approve", "selma_approves"), ("refuse", "dora"), ("send_back", "dora"),
    ),
    State.APPROVED: (("issue", "ines"), ("rate", "ines"), ("issue", "ines"), ("book", "filer")),
    State.READY: (
        ("rate", "ines"), ("pay", "ines"), ("deliver", "ines"), ("rate", "ines"), ("pay", "ines"), ("deliver", "ines"),
    ),
}  # fmt: skip
WAYS_TO_PAY = ("cash", "wire", "online")
Choice = tuple[int, int, int, int]
CHOICES = st.tuples(st.integers(0, 99), st.integers(0, 10**4), st.integers(0, 10**4), st.integers(0, 220))
reached: set[State] = set()
paid_by: set[PaymentMethod] = set()
left_open: set[BankLineProblem] = set()


@pytest.fixture
def stages(world: World, settings: Any, tmp_path: Any) -> list[Stage]:
    settings.PAYMENT_PROVIDER, settings.MEDIA_ROOT = "test", tmp_path
    make_cast(world)
    neighbours = [make_dossier(world).pk for _ in range(3)]
    names = ("ramon", "sam", "mia", "liem", "zoe", "ines", "selma", "dora", "alice", "olga", "rosa")
    actors = {name: world.actor(name) for name in names}
    # One person with two roles, as in a small office: the rules look at the person, not at the hat.
    actors["selma_approves"] = replace(actors["selma"], role=Role.APPROVING_OFFICER)
    actors["dora_assesses"] = replace(actors["dora"], role=Role.ASSESSING_OFFICER)
    actors["system"] = system("test")
    drafts = [
        (make_draft(world, by="ramon"), "ramon"),
        (make_draft(world, "exemption_extension", Filer.SELF, "mia"), "mia"),
        (make_draft(world, "stay_extension", Filer.CITIZEN, "liem"), "liem"),
    ]
    Dossier.objects.filter(pk=drafts[2][0].pk).update(sponsor=world.users["liem"])
    counter = Counter.objects.create(agency=world.provincial_agency, name="1", address="x", capacity=1)
    for day in range(1, 40):
        at = clock.now() + timedelta(days=day)
        Slot.objects.create(counter=counter, starts_at=at, ends_at=at + timedelta(minutes=30), capacity=1)
    return [Stage(world, actors, draft.pk, filer, neighbours) for draft, filer in drafts]


def draw(stage: Stage, state: State, choice: Choice) -> tuple[str, str]:
    kind, first, second, _hours = choice
    if kind < 66 and state in COMMON:
        act, who = COMMON[state][first % len(COMMON[state])]
        return (WAYS_TO_PAY[second % len(WAYS_TO_PAY)], who) if act == "pay" else (act, who)
    if kind < 84:
        return list(FEE_ACTS)[first % len(FEE_ACTS)], "ines"
    return list(ACTS)[first % len(ACTS)], list(stage.actors)[second % len(stage.actors)]


def walk(stage: Stage, choices: list[Choice]) -> None:
    """One history of acts that are drawn."""
    moment, stage.paid = clock.now(), None
    for choice in choices:
        moment += timedelta(minutes=7 + 13 * choice[3])
        with patch("django.utils.timezone.now", return_value=moment):
            try_act(stage, *draw(stage, State(stage.dossier.state), choice))


def try_act(stage: Stage, act: str, who: str) -> None:
    """One act; after each that changed something, everything is looked at again."""
    before = stage.dossier
    name = stage.filer if who == "filer" else who
    try:
        with transaction.atomic():
            ACTS[act](stage.actors[name], before, stage)
    except FORBIDDEN:
        assert stage.dossier.state == before.state
        return
    check(stage, before, name)
    check_fee(stage, stage.dossier)


def check(stage: Stage, before: Dossier, who: str) -> None:
    dossier = stage.dossier
    state = State(dossier.state)
    if state != before.state:
        assert state in TRANSITIONS[State(before.state)]
        name = "filer" if who in {stage.filer, COLLEAGUE.get(stage.filer)} else who
        assert name in MAY_REACH[state], f"{who} brought it to {state}"
        reached.add(state)
    outcome = replay(dossier.events.order_by("sequence"))
    assert (outcome.state, outcome.accepted_at) == (state, dossier.accepted_at)
    assert (dossier.ended_at is not None) == (state in FINAL)
    assert dossier.has_passport == (dossier.passport_received() is not None)
    check_people(dossier)
    check_clock(dossier)
    for slot in Slot.objects.filter(booked_places__gt=0):
        assert slot.booked_places == slot.appointments.filter(cancelled_at=None).count() <= slot.capacity


def check_people(dossier: Dossier) -> None:
    """Nobody decides on his own proposal, whichever role he acts in."""
    if dossier.state in {State.APPROVED, State.READY, State.DELIVERED, State.REFUSED}:
        assert dossier.decided_by_id is not None
        assert dossier.assessed_by_id is not None
        assert dossier.decided_by_id != dossier.assessed_by_id
        by = dict(dossier.events.filter(before__gt="").order_by("sequence").values_list("act", "by_id"))
        assert by["assessed"] == dossier.assessed_by_id


def check_clock(dossier: Dossier) -> None:
    """Day by day: working days from the first acceptance, the stretches of supplements left out."""
    if dossier.due_on is None:
        assert dossier.accepted_at is None or dossier.state in {
            State.SUPPLEMENT, State.RESUBMITTED, State.CLOSED, State.WITHDRAWN, State.NOT_ACCEPTED, State.TRANSFERRED,
        }  # fmt: skip
        return
    assert dossier.accepted_at is not None
    answered = Supplement.objects.filter(dossier=dossier, answered_at__isnull=False)
    pauses = [
        (clock.local(supplement.asked_at).date(), clock.local(supplement.answered_at).date())
        for supplement in answered
        if supplement.asked_at >= dossier.accepted_at and supplement.answered_at
    ]
    day, remaining = clock.local(dossier.accepted_at).date(), procedure_of(dossier).deadline_days
    while remaining:
        day += timedelta(days=1)
        remaining -= calendar().is_working(day) and not any(first <= day <= last for first, last in pauses)
    assert dossier.due_on == day


def check_fee(stage: Stage, dossier: Dossier) -> None:
    """Charged once, by the table and the rate of the day; paid exactly once, whichever way and in whichever order."""
    charge = Charge.objects.filter(dossier=dossier).select_related("rate").first()
    payment = Payment.objects.filter(charge__dossier=dossier).first()
    acts = list(dossier.events.filter(act__in=["charged", "paid"]).order_by("sequence").values_list("act", flat=True))
    assert acts == ["charged"] * bool(charge) + ["paid"] * bool(payment)
    if charge is not None:
        lines = fee_for(procedure_of(dossier), dossier.answers, clock.local(charge.charged_at).date())
        assert dossier.submitted_at is not None
        assert charge.vnd == charge.usd * charge.rate.vnd_per_usd
        assert charge.usd == sum(line.unit_usd * line.quantity for line in lines)
        day = clock.local(charge.charged_at).date()  # a rate that was entered later on that day came too late for it
        assert charge.rate == ExchangeRate.objects.filter(day__lte=day, entered_at__lte=charge.charged_at).latest("day")
    if payment is not None:
        assert charge is not None
        assert (payment.vnd, FeeReceipt.objects.filter(payment=payment).count()) == (charge.vnd, 1)
        assert BankLine.objects.filter(payment=payment).count() == (payment.method != PaymentMethod.CASH)
        assert (payment.taken_by_id in {stage.actors[name].user_id for name in CASHIERS}) == (payment.method == "cash")
        assert stage.paid in {None, payment.pk}, "what was paid stays as it was paid"
        stage.paid = payment.pk
        paid_by.add(PaymentMethod(payment.method))
    assert payment is not None or dossier.state != State.DELIVERED
    check_books()


def check_books() -> None:
    """No receipt's number is missing, no transfer is lost: each pays a fee, was set aside, or says why it waits."""
    books: dict[str, list[int]] = {}  # one a year: a history that goes on into January begins another
    for series, number in FeeReceipt.objects.order_by("series", "number").values_list("series", "number"):
        books.setdefault(series, []).append(number)
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in books.values()), books
    assert Payment.objects.count() == sum(map(len, books.values()))
    assert not BankLine.objects.filter(state=BankLineState.OPEN, problem="").exists()
    assert not BankLine.objects.filter(state=BankLineState.MATCHED, payment=None).exists()
    assert not BankLine.objects.exclude(state=BankLineState.MATCHED).exclude(payment=None).exists()
    left_open.update(
        BankLineProblem(value) for value in BankLine.objects.exclude(problem="").values_list("problem", flat=True)
    )


def run(stages: list[Stage], examples: int, *, derandomize: bool) -> None:
    @settings(
        max_examples=examples, deadline=None, database=None, derandomize=derandomize,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.integers(0, 2), st.lists(CHOICES, min_size=16, max_size=28))
    def histories(which: int, choices: list[Choice]) -> None:
        with transaction.atomic():
            walk(stages[which], choices)
            transaction.set_rollback(True)

    histories()


@pytest.mark.slow
def test_random_histories_keep_every_promise(stages: list[Stage]) -> None:
    run(stages, 40, derandomize=True)


RECEIVED = "submit filer, rate ines, receive ines"
DECIDED = "assess selma, approve dora, issue ines, deliver ines"
WAYS_THROUGH = {
    "cash": f"{RECEIVED}, cash_less ines, cash_broken ines, cash ines, cash ines, {DECIDED}",
    "two transfers": f"{RECEIVED}, wire_less ines, wire ines, wire ines, wire_again ines, by_hand ines, {DECIDED}",
    "online, told twice": f"{RECEIVED}, online ines, online ines, online_again ines, {DECIDED}",
    "a supplement, then refused": "submit filer, return_one ines, ask ines, attach filer, resubmit filer, rate ines, "
    "receive ines, cash ines, assess selma, send_back dora, assess selma, refuse dora",
    "paid after withdrawing": f"{RECEIVED}, withdraw filer, wire ines, aside ines",
}


@pytest.mark.slow
def test_the_ways_through_keep_every_promise(stages: list[Stage]) -> None:
    """Random histories seldom come to these ends: one of each is gone through on purpose."""
    for entry in (reached, paid_by, left_open):
        entry.clear()
    for acts in WAYS_THROUGH.values():
        with transaction.atomic():
            follow(stages[1], acts)
            transaction.set_rollback(True)
    assert reached >= {State.SUPPLEMENT, State.RESUBMITTED, State.DELIVERED, State.REFUSED, State.WITHDRAWN}
    assert paid_by == set(PaymentMethod)
    assert left_open >= {BankLineProblem.PAID, BankLineProblem.ENDED}


def follow(stage: Stage, acts: str) -> None:
    moment, stage.paid = clock.now(), None
    for step in acts.split(", "):
        moment += timedelta(hours=1)
        with patch("django.utils.timezone.now", return_value=moment):
            try_act(stage, *step.split())


@pytest.mark.fuzz
@pytest.mark.skipif(not LONG, reason="several minutes: make fuzz")
def test_thousands_of_random_histories(stages: list[Stage]) -> None:
    for entry in (reached, paid_by, left_open):
        entry.clear()
    run(stages, 4000, derandomize=False)
    assert reached == set(State) - {State.DRAFT}
    assert paid_by == set(PaymentMethod)
    assert left_open >= {
        BankLineProblem.PAID,
        BankLineProblem.ENDED,
        BankLineProblem.UNDERPAID,
        BankLineProblem.NO_REFERENCE,
    }
