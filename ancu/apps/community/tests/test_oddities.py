"""Impossible and unlikely values are refused or asked about before they are entered."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import translation

from ancu.apps.community.enums import ObjectionDecision
from ancu.apps.community.models import BooksClosing, LedgerEntry, ProgrammeGoal, Voucher
from ancu.apps.community.selectors.plausibility import oddities
from ancu.apps.community.services import confirming, planning
from ancu.apps.community.tests.factories import ProgrammeBook, make_programme
from ancu.apps.community.tests.test_bank import day, read, statement
from ancu.apps.community.tests.test_pages import ANSWER, BILL, sent, text
from ancu.apps.community.tests.test_planning import of
from ancu.apps.lodging.tests.factories import make_world
from ancu.core import clock
from ancu.core.actor import PUBLIC
from ancu.core.errors import Conflict
from ancu.core.forms.confirming import confirmation_digest

pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_world)]
DAY = timedelta(days=1)


def test_nothing_is_paid_before_the_money_came(shared_data):
    book, came = ProgrammeBook(shared_data), clock.today() - 5 * DAY
    book.give(book.of("vnd", 1_000), day=came)
    with pytest.raises(Conflict, match="not_there_yet"):
        book.buy(book.of("vnd", 900), book.of("pieces", 1), day=came - DAY)
    with pytest.raises(Conflict, match="not_there_yet"):
        book.hand_over(book.of("vnd", 900), day=came - DAY)
    assert LedgerEntry.objects.count() == 1
    assert book.buy(book.of("vnd", 900), book.of("pieces", 1), day=came)


def test_nothing_of_other_years_is_entered_and_what_is_near_is_asked(shared_data):
    book, quynh = ProgrammeBook(shared_data), shared_data.client("quynh")
    for far in (book.programme.begins_on - 400 * DAY, book.programme.begins_on - 3000 * DAY):
        with pytest.raises(Conflict, match="another_time"):
            book.give(book.of("vnd", 5), day=far)
    page = f"/office/community/{book.programme.pk}/gift/"
    early = book.programme.begins_on - 10 * DAY
    form = sent("gift", name="A", kind="person", item=book.items["vnd"].pk, quantity=5, day=f"{early:%d/%m/%Y}")
    response = quynh.post(page, form)
    assert (
        response.status_code == 422 and "outside the programme" in text(response) and not LedgerEntry.objects.exists()
    )
    assert quynh.post(page, form | {"sure": "0" * 16}).status_code == 422
    answer = ANSWER.search(text(response))[1]
    assert quynh.post(page, form | {"sure": answer}).status_code == 302
    assert LedgerEntry.objects.get().day == early


def test_a_coat_valued_far_from_other_coats_is_asked(shared_data):
    book, quynh = ProgrammeBook(shared_data), shared_data.client("quynh")
    form = {
        "item-name": "Áo ấm trẻ em", "item-measure": "pieces", "item-vnd_each": "1.500.000",
        "item-valued_by": "giá chợ",
    }  # fmt: skip
    page = f"/office/community/{book.programme.pk}/item/"
    unlike = quynh.post(page, form)
    assert unlike.status_code == 422 and "anything similar" in text(unlike)
    make_programme(shared_data).items.create(name="Áo phao", measure="pieces", vnd_each=180_000)
    response = quynh.post(page, form)
    assert (
        response.status_code == 422
        and "180,000" in text(response)
        and not book.programme.items.filter(vnd_each=1_500_000)
    )
    assert quynh.post(page, form | {"sure": ANSWER.search(text(response))[1]}).status_code == 302
    assert quynh.post(page, form | {"item-name": "Áo len", "item-vnd_each": "150.000"}).status_code == 302


@translation.override("en")
def test_fifteen_million_for_ten_coats_is_asked(shared_data):
    book = ProgrammeBook(shared_data)
    coats = book.programme.items.create(name="Áo ấm", measure="pieces", vnd_each=150_000, valued_by="giá chợ")
    values = {"key": uuid4(), "day": clock.today(), "amounts": {coats.pk: 10}}
    questions = {
        paid: oddities(book.programme, "purchase", values | {"paid": paid}) for paid in (1_500_000, 15_000_000, 150)
    }
    assert not questions[1_500_000] and len(questions[150]) == 1
    (question,) = questions[15_000_000]
    assert "15,000,000" in question and "10 Áo ấm" in question and "1,500,000" in question
    assert confirmation_digest(questions[15_000_000]) != confirmation_digest(questions[150]), (
        "who is sure of one figure is asked about another"
    )


def test_a_gift_of_more_than_the_whole_programme_aims_at_is_asked(shared_data):
    book = ProgrammeBook(shared_data)
    roofs = book.programme.items.create(name="Tấm lợp", measure="pieces", vnd_each=50_000, valued_by="giá chợ")
    values = {"key": uuid4(), "day": clock.today(), "amounts": {roofs.pk: 301}}
    assert oddities(book.programme, "gift", values) == []  # nothing is aimed at
    ProgrammeGoal.objects.create(
        programme=book.programme,
        what="raised",
        item=roofs,
        quantity=300,
        set_on=clock.today(),
        set_by=shared_data.users["quynh"],
    )
    (question,) = oddities(book.programme, "gift", values)
    assert "301 Tấm lợp" in question and "300" in question
    assert oddities(book.programme, "gift", values | {"amounts": {roofs.pk: 300}}) == []


def test_a_purchase_says_who_sold_and_by_which_paper(shared_data):
    book, quynh = ProgrammeBook(shared_data), shared_data.client("quynh")
    book.give(book.of("vnd", 20_000_000))
    page, cow = f"/office/community/{book.programme.pk}/", book.items["pieces"]
    form = sent("purchase", paid=16_666_666, item=cow.pk, quantity=1)
    for missing in BILL:
        incomplete = {name: value for name, value in BILL.items() if name != missing}
        assert quynh.post(f"{page}purchase/", sent("purchase", **incomplete) | form).status_code == 422
    with pytest.raises(Conflict, match="no_voucher"):
        book.buy(book.of("vnd", 1), book.of("pieces", 1), seller=" ")
    assert not Voucher.objects.exists()
    response = quynh.post(f"{page}purchase/", form | sent("purchase", **BILL), follow=True)
    assert "Trại giống" in text(response) and "HĐ 12" in text(response)


@translation.override("en")
def test_books_are_not_closed_over_objections_nor_over_open_money(shared_data):
    book = ProgrammeBook(shared_data)
    book.give(book.of("vnd", 500))
    handed, until = book.hand_over(book.of("vnd", 5)), clock.today() - DAY
    confirming.confirm_as_recipient(actor=PUBLIC, entry=handed, agrees=False, words="Thiếu", key=uuid4())
    read(book, statement((day(), 300, "ai đó", "FT1"), ("31/02/2026", 5, "ai đó", "FT2")))
    assert "1 objection of a recipient, 2 open transfers of the bank" in refusal(book, until)
    message = refusal(book, handed.day - DAY)  # of 31/02 nobody knows the day
    assert ": 1 open transfer of the bank." in message and "objection" not in message
    answer = shared_data.client("quynh").post(
        f"/office/community/{book.programme.pk}/close/", {"close-until": f"{until:%d/%m/%Y}"}
    )
    html = text(answer)
    assert "1 objection of a recipient, 2 open transfers" in html and 'name="sure"' not in html, "read before the tick"
    assert answer.status_code == 422 and not BooksClosing.objects.exists()
    handed.confirmations.update(
        decision=ObjectionDecision.UPHELD, decided_by=shared_data.users["pavel"], decided_at=clock.now()
    )
    message = refusal(book, until)
    assert "1 handover to be reversed because its recipient was right" in message and "objection" not in message


def refusal(book, until):
    with pytest.raises(Conflict) as refused:
        planning.close(**of(book, until=until))
    return str(refused.value.message)


def test_closing_the_books_says_what_it_covers_and_is_confirmed(shared_data):
    book, quynh = ProgrammeBook(shared_data), shared_data.client("quynh")
    book.give(book.of("vnd", 5_000_000))
    book.hand_over(book.of("vnd", 1_000_000))
    page, until = f"/office/community/{book.programme.pk}/close/", clock.today() - timedelta(days=5)
    answer = quynh.post(page, {"close-until": f"{until:%d/%m/%Y}"})
    page_html = answer.content.decode()
    assert answer.status_code == 422 and not BooksClosing.objects.exists()
    assert "2 entries up to and including" in page_html and "You cannot undo this" in page_html
    assert "5,000,000 received, 1,000,000 handed over, 4,000,000 left" in page_html
    sure = answer.context["sure"]
    assert quynh.post(page, {"close-until": f"{until:%d/%m/%Y}", "sure": sure}).status_code == 302
    assert BooksClosing.objects.get().until == until


def test_the_same_from_another_form_within_the_hour_is_asked_about(shared_data, monkeypatch):
    book, quynh = ProgrammeBook(shared_data), shared_data.client("quynh")
    book.give(book.of("vnd", 50_000_000))
    money, pieces, today = book.items["vnd"].pk, book.items["pieces"].pk, f"{clock.today():%d/%m/%Y}"
    forms = {
        "gift": {"name": "Công ty Hai Thẻ", "kind": "organisation", "item": money, "quantity": 9_000_000, "day": today},
        "purchase": {"paid": 500, "seller": "Chợ", "paper": "HĐ 12", "item": pieces, "quantity": 5, "day": today},
        "handover": {
            "name": "Hộ Hai Thẻ",
            "kind": "household",
            "unit": shared_data.units.commune.pk,
            "reason": "x",
            "item": money,
            "quantity": 100,
            "day": today,
        },
        "pledge": {"name": "Công ty Hai Thẻ", "kind": "organisation", "item": money, "quantity": 70, "day": today},
    }
    for act, values in forms.items():
        page = f"/office/community/{book.programme.pk}/{act}/"
        first = sent(act, **values)
        answer = quynh.post(page, first)
        if ask := ANSWER.search(text(answer)):
            first |= {"sure": ask[1]}
            answer = quynh.post(page, first)
        assert answer.status_code == 302, act
        assert quynh.post(page, first).status_code == 302, "the same form sent again is the same entry"
        second = sent(act, **values)
        question = quynh.post(page, second)
        assert question.status_code == 422 and "Quynh entered the same" in text(question), act
        sure = {"sure": ANSWER.search(text(question))[1]}
        another = quynh.post(page, sent(act, **values | {"quantity": 3}), follow=True)
        assert "entered the same" not in text(another), "so much of it was not entered yet"
        assert quynh.post(page, second | sure).status_code == 302, act
    later = clock.now() + timedelta(minutes=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    page = f"/office/community/{book.programme.pk}/gift/"
    assert quynh.post(page, sent("gift", **forms["gift"])).status_code == 302
