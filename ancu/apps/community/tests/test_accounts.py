"""Where gifts of money go: nobody sees an account that a second person has not compared."""

import pytest
from django.db import DatabaseError, transaction

from ancu.apps.audit.models import Event
from ancu.apps.community.models import BankAccount
from ancu.apps.community.selectors.accounts import account_in_force, payment_code
from ancu.apps.community.selectors.public import donor_code
from ancu.apps.community.services import accounts
from ancu.apps.community.tests.factories import ProgrammeBook, make_account, make_pledge
from ancu.apps.lodging.tests.factories import make_world
from ancu.apps.reporting.tests.factories import staff
from ancu.core.errors import Conflict, Forbidden

pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=lambda: staff(make_world()))]
ACCOUNT_FIELDS = {"bank": "Vietcombank", "bin": "970436", "number": "0011 0012 34567", "holder": "PHONG QLXNC"}


def text(response):
    return response.content.decode()


def test_one_enters_a_second_compares_then_everybody_sees_it(shared_data):
    book, quynh, dora = ProgrammeBook(shared_data), shared_data.client("quynh"), shared_data.client("dora")
    page, public = f"/office/community/{book.programme.pk}/account/", f"/community/{book.programme.pk}/"
    wrong = quynh.post(page, ACCOUNT_FIELDS | {"bin": "97", "number": "12-ố"})
    assert wrong.status_code == 422 and "six digits" in text(wrong) and not BankAccount.objects.exists()
    assert quynh.post(page, ACCOUNT_FIELDS).status_code == 302
    bank_account = BankAccount.objects.get()
    assert bank_account.number == "0011001234567" and bank_account.number not in text(shared_data.client().get(public))
    account_page = f"{page}{bank_account.pk}/"
    assert (
        "Approve account" not in text(quynh.get(account_page))
        and quynh.post(f"{account_page}approve/").status_code == 403
    )
    assert "Approve account" in text(dora.get(account_page)) and book.programme.name in text(dora.get("/desk/"))
    dora.post(f"{account_page}approve/")
    page_html = text(shared_data.client().get(public))
    assert bank_account.number in page_html and f"Ung ho CT {book.programme.pk}" in page_html and "<svg" in page_html
    acts = Event.objects.filter(act__startswith="community.account").values_list("act", flat=True)
    assert sorted(acts) == ["community.account", "community.account_approved"]


def test_another_takes_its_place_and_one_person_takes_it_down(shared_data):
    book, dora = ProgrammeBook(shared_data), shared_data.actor("dora")
    first = make_account(book, by=dora)
    second = make_account(book, by=dora, number="999")
    assert account_in_force(book.programme).number == "999"
    first.refresh_from_db()
    assert first.state == "ended"
    accounts.end(actor=book.actor, programme_id=book.programme.pk, account_id=second.pk, reason="closed")
    assert account_in_force(book.programme) is None
    with pytest.raises(Conflict):
        accounts.end(actor=book.actor, programme_id=book.programme.pk, account_id=second.pk, reason="closed")


def test_nobody_is_his_own_second_person_nor_changes_it_behind(shared_data):
    book = ProgrammeBook(shared_data)
    account = make_account(book)
    with pytest.raises(Forbidden):
        accounts.approve(actor=book.actor, programme_id=book.programme.pk, account_id=account.pk)
    with pytest.raises(Conflict, match="waits"):
        make_account(book, number="5")
    for change in ({"number": "666"}, {"state": "approved", "decided_by": account.proposed_by_id}):
        with pytest.raises(DatabaseError), transaction.atomic():
            BankAccount.objects.filter(pk=account.pk).update(**change)


def test_a_programme_that_ended_asks_for_no_money(shared_data):
    book = ProgrammeBook(shared_data)
    make_account(book, by=shared_data.actor("dora"))
    book.programme.ends_on = book.programme.begins_on
    assert account_in_force(book.programme) is None


def test_a_pledge_is_paid_with_its_own_words_and_amount(shared_data):
    book = ProgrammeBook(shared_data)
    pledge, account = make_pledge(book, 250_000), make_account(book, by=shared_data.actor("dora"))
    page_html = text(shared_data.client().get(f"/community/donors/{donor_code(book.donor)}/"))
    assert pledge.reference in page_html and "250,000" in page_html and account.number in page_html
    assert pledge.reference in payment_code(account, vnd=250_000, words=pledge.reference)


def test_strangers(shared_data):
    book = ProgrammeBook(shared_data)
    account_page = f"/office/community/{book.programme.pk}/account/{make_account(book).pk}/"
    for who, expected in (("alice", 404), ("olga", 404), ("anh", 403)):
        assert shared_data.client(who).get(account_page).status_code == expected, who
        assert shared_data.client(who).post(f"{account_page}approve/").status_code == expected, who


def test_refusing_and_taking_down_need_a_reason_that_the_audit_keeps(shared_data):
    book, dora = ProgrammeBook(shared_data), shared_data.client("dora")
    wrong = make_account(book)
    page = f"/office/community/{book.programme.pk}/account/{wrong.pk}/"
    assert dora.post(f"{page}refuse/").status_code == 422
    assert dora.post(f"{page}refuse/", {"reason": "Thiếu một chữ số."}).status_code == 302
    assert Event.objects.get(act="community.account_refused").reason == "Thiếu một chữ số."
    assert "Thiếu một chữ số." in text(shared_data.client("quynh").get(page))
    published_account = make_account(book, by=shared_data.actor("dora"))
    page = f"/office/community/{book.programme.pk}/account/{published_account.pk}/"
    quynh = shared_data.client("quynh")
    assert quynh.post(f"{page}end/").status_code == 422
    assert quynh.post(f"{page}end/", {"reason": "Đổi ngân hàng."}).status_code == 302
    assert Event.objects.get(act="community.account_ended").reason == "Đổi ngân hàng."


def test_an_account_without_a_bank_never_breaks_the_public_page(shared_data):
    book = ProgrammeBook(shared_data)
    fields = ACCOUNT_FIELDS | {"number": "0011001234567"}
    for wrong in ({"bin": ""}, {"bin": "97043"}, {"number": "0011 0012"}):
        with pytest.raises(ValueError, match=r"a bank's number|an account has"):
            accounts.propose(actor=book.actor, programme_id=book.programme.pk, **(fields | wrong))
    assert not BankAccount.objects.exists()
