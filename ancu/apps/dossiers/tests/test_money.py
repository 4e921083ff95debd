"""Fees: charged when sent, paid once by whichever way, receipts without gaps."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Organisation
from ancu.apps.accounts.tests.factories import make_member, make_user
from ancu.apps.audit.models import Event as AuditEvent
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import BankLineProblem, BankLineState, PaymentMethod, ReceiverProof, State
from ancu.apps.dossiers.models import BankLine, BankStatement, CashClosing, Charge, Dossier, FeeReceipt, Payment
from ancu.apps.dossiers.selectors.money import fee_of, find_for_counter, find_receipt, receipt_code
from ancu.apps.dossiers.selectors.public import look_up, look_up_code
from ancu.apps.dossiers.services import filing, handling
from ancu.apps.dossiers.services.money import providers, statements
from ancu.apps.dossiers.services.money.cash import close_cash
from ancu.apps.dossiers.services.money.paying import match_by_hand, set_aside, take_cash
from ancu.apps.dossiers.services.money.rates import UnusualRate, enter_rate
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, make_draft, make_rate, pay
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.core.documents.reference_numbers import new_reference, references_in
from ancu.core.errors import Conflict, Forbidden


@pytest.fixture
def cast(world: World, tmp_path: Any, settings: Any) -> World:
    settings.MEDIA_ROOT = tmp_path
    return make_cast(world)


@pytest.fixture
def dossier(cast: World) -> Dossier:
    """A card for two years, sent: 145 dollars at 26,400 dong."""
    make_rate(cast)
    return make_dossier(cast)


# ---- the reference -------------------------------------------------------------------------------------


def test_a_reference_survives_what_banks_do_to_it() -> None:
    for _time in range(200):
        reference = new_reference("HBP")
        spaced = " ".join([reference[:5], reference[5:9], reference[9:]])
        for text in (
            reference,
            reference.lower(),
            f"MBVCB.8123.{spaced.lower()}.CT tu 0011 toi 0022",
            f"Lệ phí {reference[:4]}-{reference[4:]}, cảm ơn",
            f"123{reference}999 FT26",
            f"{reference} {reference}",
        ):
            assert references_in(text, "HBP") == {reference}, text


def test_the_prefix_within_a_reference_begins_no_other_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for signs in ("7HBP2M9X", "HBP7K3M9", "7K3MHBP9"):  # by chance, one reference in four thousand
        monkeypatch.setattr("ancu.core.documents.reference_numbers._random_signs", lambda _count, signs=signs: signs)
        reference = new_reference("HBP")
        for tail in range(1000):
            assert references_in(f"{reference}{tail:04}{tail * 7919:08}", "HBP") == {reference}


def test_a_mistyped_reference_is_none() -> None:
    reference = new_reference("HBP")
    for place in range(3, len(reference)):
        other_dossier = "A" if reference[place] != "A" else "B"
        assert references_in(reference[:place] + other_dossier + reference[place + 1 :], "HBP") == set()
    assert references_in("HBP", "HBP") == references_in("nothing at all", "HBP") == set()


def test_two_references_are_both_found() -> None:
    first, two = new_reference("HBP"), new_reference("HBP")
    assert references_in(f"{first}{two}", "HBP") == {first, two}


# ---- rates and charges ---------------------------------------------------------------------------------


def test_a_dossier_is_charged_when_it_is_sent(cast: World, dossier: Dossier) -> None:
    charge = Charge.objects.get(dossier=dossier)
    assert (charge.usd, charge.vnd) == (Decimal(145), 145 * 26_400)
    assert charge.items == [{"key": charge.items[0]["key"], "count": 1, "usd": 145}]
    assert references_in(charge.reference, "HBP") == {charge.reference}
    assert dossier.events.get(act="charged").by is None, "the table sets the fee, not who sent the dossier"


def test_the_rate_is_the_latest_on_or_before_the_day(cast: World) -> None:
    today = clock.today()
    make_rate(cast, today - timedelta(days=3), 26_000)
    make_rate(cast, today - timedelta(days=1), 26_100)
    charge = Charge.objects.get(dossier=make_dossier(cast))
    assert (charge.rate.day, charge.vnd) == (today - timedelta(days=1), 145 * 26_100)


def test_without_a_rate_the_fee_follows_and_is_charged_when_one_is_entered(cast: World) -> None:
    dossier = make_dossier(cast)
    assert (fee_of(dossier).state, Charge.objects.count()) == ("follows", 0)
    with pytest.raises(Conflict, match="fee_follows"):
        take_cash(cast.actor("ines"), dossier=dossier, vnd=1)
    _rate, charged = enter_rate(
        cast.actor("ines"), day=clock.today(), vnd_per_usd=Decimal("26400"), source="Vietcombank"
    )
    assert (charged, fee_of(dossier).state) == (1, "due")
    dossier.refresh_from_db()
    assert dossier.state == State.SUBMITTED


@pytest.mark.parametrize("way", ["deliver", "send-back"])
def test_a_result_is_not_handed_out_before_its_fee_was_set_and_paid(cast: World, way: str) -> None:
    dossier, ines = make_dossier(cast, State.READY), cast.client("ines")
    url = f"/office/dossiers/{dossier.number}/{way}"
    posted = {"carrier": "VNPost", "tracking_number": "EE987654321VN", "sent_on": f"{clock.today():%d/%m/%Y}"}
    proof_fields = {"received_by": "ADAMS CLAIRE", "proof": "identity", "proof_number": "533380006"}
    fields = proof_fields if way == "deliver" else posted
    for what, lacks in (("", "no exchange rate has been entered"), ("rate", "The fee has not been paid yet")):
        if what == "rate":
            enter_rate(cast.actor("ines"), day=clock.today(), vnd_per_usd=Decimal(26_400), source="Vietcombank")
        assert lacks in ines.get(url).content.decode()
        assert lacks in ines.post(url, fields).content.decode()
        dossier.refresh_from_db()
        assert dossier.state == State.READY
    pay(cast, dossier)
    assert ines.post(url, fields).status_code == 302
    dossier.refresh_from_db()
    assert dossier.state == State.DELIVERED


def test_a_fee_that_the_table_does_not_tell_is_not_taken_for_none(cast: World) -> None:
    dossier = make_dossier(cast, State.READY)
    dossier.answers["NA8"]["card_until"] = ""
    dossier.save()
    with pytest.raises(Conflict, match="fee_untold"):
        handling.deliver(
            cast.actor("ines"), dossier=dossier, received_by="ADAMS CLAIRE",
            proof=ReceiverProof.IDENTITY, proof_number="533380006",
        )  # fmt: skip


def test_the_officer_is_led_to_what_the_result_waits_for(cast: World) -> None:
    dossier, ines = make_dossier(cast, State.READY), cast.client("ines")

    def first() -> str:
        bar = ines.get(f"/office/dossiers/{dossier.number}/").context["bar"]
        return str(bar.acts[0].url)

    assert first() == "/office/money/rates"
    enter_rate(cast.actor("ines"), day=clock.today(), vnd_per_usd=Decimal(26_400), source="Vietcombank")
    assert first().endswith(f"/take/{dossier.number}")
    pay(cast, dossier)
    assert first().endswith("/deliver")


def test_a_jump_asks_and_a_rate_that_was_used_stands(cast: World) -> None:
    ines, today = cast.actor("ines"), clock.today()
    make_rate(cast, today - timedelta(days=1), 26_000)
    with pytest.raises(UnusualRate) as raised:
        enter_rate(ines, day=today, vnd_per_usd=Decimal("26521"), source="VCB")
    assert round(raised.value.jump, 1) == Decimal("2.0")
    assert enter_rate(ines, day=today, vnd_per_usd=Decimal("26520"), source="VCB")[0].vnd_per_usd == Decimal("26520")
    enter_rate(ines, day=today, vnd_per_usd=Decimal("27000"), source="VCB", confirmed=True)
    make_dossier(cast)
    with pytest.raises(Conflict, match="rate_used"):
        enter_rate(ines, day=today, vnd_per_usd=Decimal("27001"), source="VCB")
    with pytest.raises(Conflict, match="rate_of_tomorrow"):
        enter_rate(ines, day=today + timedelta(days=1), vnd_per_usd=Decimal("27001"), source="VCB")
    with pytest.raises(Forbidden):
        enter_rate(cast.actor("selma"), day=today, vnd_per_usd=Decimal("27001"), source="VCB")


def ask_for(cast: World, dossier: Dossier, years: int) -> Dossier:
    """The office asked for something; the answer asks for a longer card."""
    until = (clock.today() + timedelta(days=365 * years)).isoformat()
    longer = {form: {"card_until": until} for form, answers in dossier.answers.items() if "card_until" in answers}
    listed = {form: answers["people"] for form, answers in dossier.answers.items() if "people" in answers}
    longer |= {
        form: {"people": [row | {"card_until": until} for row in rows if "card_until" in row]}
        for form, rows in listed.items()
    }
    filing.save(cast.actor("ramon"), dossier=dossier, answers=longer)
    return filing.resubmit(cast.actor("ramon"), dossier=dossier)


def test_a_supplement_that_asks_for_something_else_costs_what_that_costs(cast: World) -> None:
    make_rate(cast)
    dossier = make_dossier(
        cast, State.SUPPLEMENT, card_symbol="ĐT1", present_symbol="ĐT1", passport_expiry="2040-01-01"
    )
    before = Charge.objects.get(dossier=dossier)
    ask_for(cast, dossier, 4)
    charge = Charge.objects.get(dossier=dossier)
    assert (before.usd, charge.usd, charge.vnd) == (145, 155, 155 * 26_400)
    assert charge.reference == before.reference
    assert [event.data["usd"] for event in dossier.events.filter(act="charged").order_by("sequence")] == [145, 155]


def test_what_was_paid_is_not_asked_for_again_and_more_is_not_asked_for_the_same_money(cast: World) -> None:
    make_rate(cast)
    dossier = make_dossier(
        cast, State.SUPPLEMENT, card_symbol="ĐT1", present_symbol="ĐT1", passport_expiry="2040-01-01"
    )
    take_cash(cast.actor("ines"), dossier=dossier, vnd=145 * 26_400)
    with pytest.raises(Conflict, match="fee_paid_less"):
        ask_for(cast, dossier, 4)
    assert Dossier.objects.get(pk=dossier.pk).state == State.SUPPLEMENT
    ask_for(cast, Dossier.objects.get(pk=dossier.pk), 1)
    assert fee_of(dossier).state == "paid"


def test_a_refused_request_is_still_paid_for_by_every_way_and_an_ended_one_by_none(cast: World) -> None:
    make_rate(cast)
    refused, withdrawn = make_dossier(cast, State.REFUSED), make_dossier(cast, State.WITHDRAWN)
    ramon = cast.actor("ramon")
    assert (rules.may_pay(ramon, refused), rules.may_pay(ramon, withdrawn)) == (True, False)
    for dossier, entry in ((refused, True), (withdrawn, False)):
        results = look_up(dossier.number, look_up_code(dossier.number))
        assert results is not None
        assert results.unpaid is entry


# ---- paying --------------------------------------------------------------------------------------------


def test_the_counter_takes_exactly_the_fee_and_once(cast: World, dossier: Dossier) -> None:
    ines, charge = cast.actor("ines"), dossier.charge
    with pytest.raises(Conflict, match="fee_other_amount"):
        take_cash(ines, dossier=dossier, vnd=charge.vnd - 1)
    receipt = take_cash(ines, dossier=dossier, vnd=charge.vnd, payer="Nguyễn Văn A")
    assert (str(receipt), receipt.payment.method) == (f"HB/{clock.today():%y}-000001", PaymentMethod.CASH)
    with pytest.raises(Conflict, match="fee_paid"):
        take_cash(ines, dossier=dossier, vnd=charge.vnd)
    for entry in ("selma", "ramon", "olga"):
        with pytest.raises(Forbidden):
            take_cash(cast.actor(entry), dossier=dossier, vnd=charge.vnd)
    assert fee_of(dossier).state == "paid"
    assert dossier.events.filter(act="paid").count() == 1


def test_another_agency_takes_nothing(cast: World, dossier: Dossier) -> None:
    Dossier.objects.filter(pk=dossier.pk).update(agency=Organisation.objects.get(pk=cast.elsewhere_agency.pk))
    with pytest.raises(Forbidden):
        take_cash(cast.actor("ines"), dossier=dossier, vnd=dossier.charge.vnd)
    assert find_for_counter(cast.actor("ines"), dossier.number) is None


def test_a_refusal_does_not_give_the_fee_back(cast: World) -> None:
    make_rate(cast)
    dossier = make_dossier(cast)
    take_cash(cast.actor("ines"), dossier=dossier, vnd=dossier.charge.vnd)
    dossier = refused(cast, dossier)
    assert (dossier.state, fee_of(dossier).state) == (State.REFUSED, "paid")
    unpaid = make_dossier(cast, State.REFUSED)
    assert fee_of(unpaid).state == "due"


def refused(cast: World, dossier: Dossier) -> Dossier:
    from ancu.apps.dossiers.tests.factories import accept

    accept(cast, dossier)
    handling.assess(cast.actor("selma"), dossier=dossier, proposal="refuse", reason="The permit is false.")  # type: ignore[arg-type]
    return handling.refuse(cast.actor("dora"), dossier=dossier, reason="The permit is false.", article="art. 20")


def test_a_withdrawn_dossier_owes_nothing(cast: World, dossier: Dossier) -> None:
    filing.withdraw(cast.actor("ramon"), dossier=dossier, reason="Leaving.")
    dossier.refresh_from_db()
    assert fee_of(dossier).state == "ended"
    line = read(cast, (dossier.charge.reference, dossier.charge.vnd))[0]
    assert line.problem == BankLineProblem.ENDED


# ---- statements ----------------------------------------------------------------------------------------


def upload(cast: World, text: str, name: str = "saoke.csv") -> Any:
    return statements.store_for_preview(cast.actor("ines"), data=text.encode(), name=name)


def statement_of(*lines: tuple[Any, ...], day: date | None = None) -> str:
    rows = [
        f'{day or clock.today():%d/%m/%Y},"{text}","{vnd:,}",{rest[0] if rest else f"FT{text[:12]}{vnd}"}'
        for text, vnd, *rest in lines
    ]
    return "\n".join(["Ngày giao dịch,Nội dung,Ghi có,Số tham chiếu", *rows, ""])


def read(cast: World, *lines: tuple[Any, ...]) -> list[BankLine]:
    stored, _paid = statements.import_statement(cast.actor("ines"), file=upload(cast, statement_of(*lines)))
    return list(stored.lines.order_by("pk"))


def test_a_statement_pays_what_it_names_exactly(cast: World) -> None:
    make_rate(cast)
    paid, less, more, twice = (make_dossier(cast).charge for _ in range(4))
    lines = read(
        cast,
        (f"MBVCB.77.{paid.reference.lower()}.tu 001", paid.vnd),
        (less.reference, less.vnd - 1),
        (more.reference, more.vnd + 1),
        (f"{twice.reference} a", twice.vnd, "A1"),
        (f"{twice.reference} b", twice.vnd, "A2"),
        (new_reference("HBP"), 100_000),
        ("tien com", 50_000),
        (f"{less.reference} va {more.reference}", 1_000_000),
    )
    assert [(line.state, line.problem) for line in lines] == [
        (BankLineState.MATCHED, ""),
        (BankLineState.OPEN, BankLineProblem.UNDERPAID),
        (BankLineState.OPEN, BankLineProblem.OVERPAID),
        (BankLineState.MATCHED, ""),
        (BankLineState.OPEN, BankLineProblem.PAID),
        (BankLineState.OPEN, BankLineProblem.UNKNOWN),
        (BankLineState.OPEN, BankLineProblem.NO_REFERENCE),
        (BankLineState.OPEN, BankLineProblem.SEVERAL),
    ]
    assert {payment.charge for payment in Payment.objects.all()} == {paid, twice}
    assert FeeReceipt.objects.count() == 2


def test_the_preview_says_what_reading_will_do_and_does_nothing(cast: World, dossier: Dossier) -> None:
    charge, ines = dossier.charge, cast.actor("ines")
    file = upload(
        cast,
        statement_of(
            (f"{charge.reference} a", charge.vnd, "1"), (f"{charge.reference} b", charge.vnd, "2"), ("?", 5, "3")
        ),
    )
    visited = statements.preview(ines, file=file)
    assert (visited.matched, visited.open, visited.known_count, visited.read_before) == (1, 2, 0, None)
    assert [line.outcome.problem for line in visited.lines] == ["", BankLineProblem.PAID, BankLineProblem.NO_REFERENCE]
    assert (BankLine.objects.count(), Payment.objects.count()) == (0, 0)
    stored, paid = statements.import_statement(ines, file=file)
    assert (paid, [line.problem for line in stored.lines.order_by("pk")]) == (
        1,
        [line.outcome.problem for line in visited.lines],
    )
    second_response = statements.preview(ines, file=file)
    assert (second_response.known_count, second_response.read_before) == (3, stored)


def test_the_same_file_and_the_same_line_are_known(cast: World, dossier: Dossier) -> None:
    charge, ines = dossier.charge, cast.actor("ines")
    first = upload(cast, statement_of((charge.reference, charge.vnd, "F1")))
    stored, paid = statements.import_statement(ines, file=first)
    assert (statements.import_statement(ines, file=first), paid) == ((stored, 0), 1)
    longer = statement_of((charge.reference, charge.vnd, "F1"), ("?", 5, "F2"), ("?", 5, "F2"))
    other_dossier, paid = statements.import_statement(ines, file=upload(cast, longer))
    assert (other_dossier == stored, paid, [line.reference for line in other_dossier.lines.all()]) == (False, 0, ["F2"])
    assert (BankStatement.objects.count(), Payment.objects.count()) == (2, 1)


def test_a_number_the_bank_used_twice_is_looked_at(cast: World, dossier: Dossier) -> None:
    charge = dossier.charge
    read(cast, ("?", 5, "F1"))
    line = read(cast, (charge.reference, charge.vnd, "F1"))[0]
    assert (line.state, line.problem) == (BankLineState.OPEN, BankLineProblem.DOUBLED)
    assert read(cast, ("x", 1, "F9"), (charge.reference, charge.vnd, "F1"))[0].reference == "F9"
    assert BankLine.objects.count() == 3
    match_by_hand(cast.actor("ines"), line=line, dossier=dossier, note_text="the bank's number is wrong")
    assert fee_of(dossier).state == "paid"


def test_one_number_of_the_bank_over_two_payers_of_one_day_loses_neither(cast: World, dossier: Dossier) -> None:
    """Equal fees, one day, one number for the whole batch: only the references in the words tell them apart."""
    other_dossier = make_dossier(cast)
    pair = [(entry.charge.reference, entry.charge.vnd, "BATCH 7") for entry in (dossier, other_dossier)]
    first, second = sorted(read(cast, *pair), key=lambda line: line.state != BankLineState.MATCHED)
    assert (first.state, second.state, second.problem) == (
        BankLineState.MATCHED,
        BankLineState.OPEN,
        BankLineProblem.DOUBLED,
    )
    read(cast, *reversed(pair))
    assert BankLine.objects.count() == 2


def test_a_line_is_settled_by_hand_once(cast: World, dossier: Dossier) -> None:
    ines, charge = cast.actor("ines"), dossier.charge
    less, more, none = read(cast, ("phi", charge.vnd - 1, "L"), ("phi", charge.vnd + 50_000, "M"), ("?", 5, "N"))
    with pytest.raises(Conflict, match="fee_underpaid"):
        match_by_hand(ines, line=less, dossier=dossier, note_text="said so by phone")
    receipt = match_by_hand(ines, line=more, dossier=dossier, note_text="50.000 to be sent back")
    assert (receipt.payment.vnd, receipt.payment.method) == (charge.vnd, PaymentMethod.TRANSFER)
    more.refresh_from_db()
    assert (more.state, more.payment, more.note) == (BankLineState.MATCHED, receipt.payment, "50.000 to be sent back")
    with pytest.raises(Conflict, match="line_settled"):
        set_aside(ines, line=more, note_text="again")
    with pytest.raises(Conflict, match="fee_not_open"):
        match_by_hand(ines, line=less, dossier=dossier, note_text="again")
    assert set_aside(ines, line=none, note_text="the canteen's").state == BankLineState.SET_ASIDE
    with pytest.raises(Forbidden):
        set_aside(cast.actor("selma"), line=less, note_text="?")
    acts = set(AuditEvent.objects.values_list("act", flat=True))
    assert {"dossiers.line_matched", "dossiers.line_set_aside", "dossiers.statement_read", "dossiers.paid"} <= acts


# ---- providers -----------------------------------------------------------------------------------------


def notified(charge: Charge, vnd: int | None = None, number: str = "P1") -> tuple[bytes, dict[str, str]]:
    return providers.TestProvider().notification(charge.reference, charge.vnd if vnd is None else vnd, number)


def receive_notification(body: bytes, headers: dict[str, str]) -> BankLine:
    return providers.receive(code="test", body=body, headers=headers)


def test_a_provider_pays_once_however_often_it_tells(cast: World, dossier: Dossier) -> None:
    line = receive_notification(*notified(dossier.charge))
    assert (line.state, line.payment.method) == (BankLineState.MATCHED, PaymentMethod.PROVIDER)
    assert receive_notification(*notified(dossier.charge)) == line
    assert (Payment.objects.count(), BankLine.objects.count(), FeeReceipt.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize(
    ("by", "problem"), [(-1, BankLineProblem.UNDERPAID), (1, BankLineProblem.OVERPAID)], ids=["less", "more"]
)
def test_a_wrong_amount_is_looked_at(cast: World, dossier: Dossier, by: int, problem: str) -> None:
    line = receive_notification(*notified(dossier.charge, dossier.charge.vnd + by))
    assert (line.state, line.problem, Payment.objects.count()) == (BankLineState.OPEN, problem, 0)


def test_a_late_notification_is_looked_at(cast: World, dossier: Dossier) -> None:
    take_cash(cast.actor("ines"), dossier=dossier, vnd=dossier.charge.vnd)
    line = receive_notification(*notified(dossier.charge))
    assert (line.state, line.problem) == (BankLineState.OPEN, BankLineProblem.PAID)
    assert Payment.objects.get().method == PaymentMethod.CASH


def test_a_bad_signature_changes_nothing(cast: World, dossier: Dossier) -> None:
    body, headers = notified(dossier.charge)
    unsigned: list[tuple[bytes, dict[str, str]]] = [
        (body, {}),
        (body, {"x-signature": "0" * 64}),
        (body, {"x-signature": "chữ ký"}),
        (body.replace(b"P1", b"P2"), headers),
    ]
    garbage = b"not json"
    unsigned.append((garbage, {"x-signature": providers.TestProvider()._sign(garbage)}))
    for forged in unsigned:
        with pytest.raises(providers.ForgedNotification):
            receive_notification(*forged)
    assert (BankLine.objects.count(), Payment.objects.count()) == (0, 0)


def test_only_the_filer_starts_a_payment(cast: World, dossier: Dossier) -> None:
    assert providers.start(cast.actor("ramon"), dossier=dossier, return_url="/x").startswith("/d/")
    with pytest.raises(Forbidden):
        providers.start(cast.actor("ines"), dossier=dossier, return_url="/x")
    receive_notification(*notified(dossier.charge))
    with pytest.raises(Conflict, match="fee_not_open"):
        providers.start(cast.actor("ramon"), dossier=dossier, return_url="/x")


# ---- the cash book and receipts ------------------------------------------------------------------------


def test_the_drawer_is_counted_against_the_book(cast: World) -> None:
    make_rate(cast)
    ines = cast.actor("ines")
    vnd = [
        take_cash(ines, dossier=entry, vnd=entry.charge.vnd).payment.vnd
        for entry in (make_dossier(cast), make_dossier(cast))
    ]
    with pytest.raises(Conflict, match="cash_moved"):
        close_cash(ines, book=vnd[0], counted=vnd[0])
    with pytest.raises(Conflict, match="cash_differs"):
        close_cash(ines, book=sum(vnd), counted=sum(vnd) - 1000)
    closing = close_cash(ines, book=sum(vnd), counted=sum(vnd) - 1000, note_text="a note of 1.000 is missing")
    assert (closing.number, closing.payments, closing.counted - closing.book) == (1, 2, -1000)
    with pytest.raises(Conflict, match="cash_empty"):
        close_cash(ines, book=0, counted=0)
    later = make_dossier(cast)
    take_cash(ines, dossier=later, vnd=later.charge.vnd)
    assert close_cash(ines, book=later.charge.vnd, counted=later.charge.vnd).number == 2
    assert CashClosing.objects.count() == 2


@translation.override("en")
def test_who_took_money_or_closed_the_book_meanwhile_is_named(cast: World) -> None:
    make_rate(cast)
    cast.users["iris"] = make_user("Iris")
    make_member(cast.users["iris"], cast.provincial_agency, Role.INTAKE_OFFICER)
    ines, iris = cast.actor("ines"), cast.actor("iris")
    first, second = make_dossier(cast), make_dossier(cast)
    first_vnd = take_cash(ines, dossier=first, vnd=first.charge.vnd).payment.vnd
    take_cash(iris, dossier=second, vnd=second.charge.vnd)
    with pytest.raises(Conflict, match="cash_moved") as moved:
        close_cash(ines, book=first_vnd, counted=first_vnd)
    assert "money was received while you were counting" in str(moved.value.message) and "by Iris" in str(
        moved.value.message
    )
    total_vnd = first_vnd + second.charge.vnd
    close_cash(iris, book=total_vnd, counted=total_vnd)
    with pytest.raises(Conflict, match="cash_moved") as closed:
        close_cash(ines, book=total_vnd, counted=total_vnd)
    assert "The book was closed while you were counting" in str(closed.value.message) and "by Iris" in str(
        closed.value.message
    )


def test_a_receipt_is_found_by_its_whole_code_only(cast: World, dossier: Dossier) -> None:
    receipt = take_cash(cast.actor("ines"), dossier=dossier, vnd=dossier.charge.vnd)
    code = receipt_code(receipt)
    assert find_receipt(code.lower()) == receipt
    for wrong in (code[:-1], code[:-1] + ("A" if code[-1] != "A" else "B"), code.replace("000001", "000002"), "", "x"):
        assert find_receipt(wrong) is None


def test_a_failed_payment_leaves_no_hole(cast: World, monkeypatch: pytest.MonkeyPatch) -> None:
    make_rate(cast)
    ines = cast.actor("ines")
    first, failed, third = (make_dossier(cast) for _ in range(3))
    take_cash(ines, dossier=first, vnd=first.charge.vnd)
    with monkeypatch.context() as patch:
        patch.setattr("ancu.apps.dossiers.services.money.paying.note", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            take_cash(ines, dossier=failed, vnd=failed.charge.vnd)
    take_cash(ines, dossier=third, vnd=third.charge.vnd)
    assert sorted(FeeReceipt.objects.values_list("number", flat=True)) == [1, 2]


def test_a_draft_has_no_fee(cast: World) -> None:
    make_rate(cast)
    assert fee_of(make_draft(cast)).state == "none"
