"""A gift from donor to household to the public page; names stay with the office."""

import csv
import io
import re
from uuid import uuid4

import pytest
from python_calamine import CalamineWorkbook

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.tests.factories import make_member, make_user
from ancu.apps.community.models import Donor, LedgerEntry, Programme, Recipient
from ancu.apps.community.selectors import public
from ancu.apps.community.selectors.public import donor_code
from ancu.apps.community.services import confirming, planning, posting, reconciling
from ancu.apps.community.services.programmes import donor_named
from ancu.apps.community.tests.factories import ProgrammeBook, make_donor, make_photo_row, make_pledge, make_selection
from ancu.apps.lodging.tests.factories import make_world
from ancu.core import actor, clock
from ancu.core.templatetags.ui import vnd
from ancu.core.testing import texts

pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_world)]


def text(response):
    return response.content.decode()


BILL = {"seller": "Trại giống", "paper": "HĐ 12, 01/03/2026"}
ANSWER = re.compile(r'name="sure" value="(\w+)"')


def sent(act, **fields):
    return {f"{act}-{name}": str(value) for name, value in ({"key": uuid4(), "day": "01/03/2026"} | fields).items()}


def test_from_the_donor_to_the_household_to_the_public_page(shared_data):
    quynh, unit = shared_data.client("quynh"), shared_data.units.commune
    opened = quynh.post(
        "/office/community/",
        {"name": "Bò giống", "purpose": "Mỗi hộ một con.", "unit": unit.pk, "begins_on": "01/01/2026",
         "ends_on": "31/12/2026"},
    )  # fmt: skip
    programme = Programme.objects.get()
    page = f"/office/community/{programme.pk}/"
    assert opened["Location"] == page
    cow_fields = sent("item", name="Bò cái", measure="pieces", vnd_each=16_666_666, valued_by="hóa đơn")
    question = text(quynh.post(f"{page}item/", cow_fields))
    quynh.post(f"{page}item/", cow_fields | {"sure": ANSWER.search(question)[1]})
    money, cow = programme.items.order_by("pk")
    gift_form = sent("gift", name="Công ty Sông Đà", kind="organisation", item=money.pk, quantity=150_000_000)
    for _turn in range(2):
        assert quynh.post(f"{page}gift/", gift_form).status_code == 302
    hidden = sent("gift", name="Bà Nụ", kind="person", item=money.pk, quantity=50, anonymous="on")
    quynh.post(f"{page}gift/", hidden)
    quynh.post(f"{page}purchase/", sent("purchase", paid=150_000_000, item=cow.pk, quantity=9, **BILL))
    handed = sent("handover", name="Hộ Mùa Thị Dở", kind="household", unit=unit.pk, reason="hộ nghèo", item=cow.pk,
                  quantity=1)  # fmt: skip
    assert quynh.post(f"{page}handover/", handed).status_code == 302
    assert LedgerEntry.objects.count() == 4
    public = text(shared_data.client().get(f"/community/{programme.pk}/"))
    assert "150,000,050" in public and "Công ty Sông Đà" in public and texts.WE_DO_NOT_NAME_PLACES in public
    assert "Mùa Thị Dở" not in public and "Bà Nụ" not in public
    gift = LedgerEntry.objects.filter(kind="gift").order_by("pk")[0]
    receipt = text(shared_data.client().get(f"/community/gifts/{gift.number}/"))
    assert "1 handed over" in receipt and "Công ty Sông Đà" not in receipt and "Mùa Thị Dở" not in receipt
    assert "Hộ Mùa Thị Dở" in text(quynh.get(page))
    undone = quynh.post(f"{page}reverse/{gift.pk}/", {"reason": "x", "key": str(uuid4())}, follow=True)
    assert texts.ALREADY_BEEN_USED in text(undone)


def test_goods_are_told_with_what_they_are_worth(shared_data):
    book = ProgrammeBook(shared_data)
    cow = book.items["pieces"]
    book.give(book.of("pieces", 5))
    book.hand_over(book.of("pieces", 2))
    public = text(shared_data.client().get(f"/community/{book.programme.pk}/"))
    assert vnd(5 * cow.vnd_each) in public and vnd(2 * cow.vnd_each) in public


def test_every_list_names_all_areas_of_a_programme(shared_data):
    programme = ProgrammeBook(shared_data).programme
    programme.areas.add(shared_data.units.elsewhere)
    areas = f"{programme.unit.full_name}, {shared_data.units.elsewhere.full_name}"
    for client, path in ((shared_data.client(), "/community/"), (shared_data.client("quynh"), "/office/community/")):
        assert areas in text(client.get(path))
    assert areas in text(shared_data.client("quynh").post("/find/", {"q": shared_data.units.elsewhere.name}))


def test_what_nobody_promised_gave_or_received_has_no_line(shared_data):
    book = ProgrammeBook(shared_data)
    path, own = f"/community/{book.programme.pk}/", {"actor": book.actor, "programme_id": book.programme.pk}

    def lines():
        pages = shared_data.client().get(path), shared_data.client("quynh").get(f"/office{path}")
        kinds_by_page = [
            [kind for kind, item in book.items.items() if f"<b>{item.name}</b>" in text(page)] for page in pages
        ]
        assert kinds_by_page[0] == kinds_by_page[1] and all(
            ("Nothing yet" in text(page)) != bool(kinds_by_page[0]) for page in pages
        )
        return kinds_by_page[0]

    mistyped = book.give(book.of("minutes", 60))
    assert lines() == ["minutes"]
    posting.reverse(**own, entry_id=mistyped.pk, reason="nhập nhầm", key=uuid4())
    assert lines() == []
    pledge = make_pledge(book)
    assert lines() == ["vnd"]
    planning.withdraw(**own, pledge_id=pledge.pk, why="mất việc")
    book.give(book.of("pieces", 5))
    book.hand_over(book.of("pieces", 5))
    assert lines() == ["pieces"], "it came and went, though nothing is left"


def test_one_gift_and_one_handing_over_hold_several_items(shared_data):
    book, quynh = ProgrammeBook(shared_data), shared_data.client("quynh")
    page, money, cow, work = f"/office/community/{book.programme.pk}/", *(item_id.pk for item_id in book.items.values())
    several = {
        "item": money,
        "quantity": "500.000",
        "item_2": cow,
        "quantity_2": 3,
        "item_5": work,
        "quantity_5": "1.200",
    }
    donor = {"name": "Công ty Sông Đà", "kind": "organisation"}
    wrong = quynh.post(f"{page}gift/", sent("gift", **several | {"item_5": cow}, **donor))
    assert wrong.status_code == 422 and "already listed above" in text(wrong) and "1.200" in text(wrong)
    half = quynh.post(f"{page}gift/", sent("gift", **several | {"quantity_2": ""}, **donor))
    assert half.status_code == 422 and "Fill this in" in text(half) and not LedgerEntry.objects.exists()
    assert quynh.post(f"{page}gift/", sent("gift", **several, **donor)).status_code == 302
    gift = LedgerEntry.objects.get()
    assert [(lot.item_id, lot.quantity) for lot in gift.lots.order_by("pk")] == [
        (money, 500_000),
        (cow, 3),
        (work, 1200),
    ]
    assert Donor.objects.count() == 1
    bag = {"item": money, "quantity": 100_000, "item_2": cow, "quantity_2": 1}
    whom = {"name": "Hộ ông Vì", "kind": "household", "unit": shared_data.units.commune.pk, "reason": "hộ nghèo"}
    assert quynh.post(f"{page}handover/", sent("handover", **bag, **whom)).status_code == 302
    assert LedgerEntry.objects.get(kind="handover").legs.filter(account="given").count() == 2
    too_much = quynh.post(f"{page}handover/", sent("handover", **bag | {"quantity_2": 9}, **whom))
    assert too_much.status_code == 422 and LedgerEntry.objects.count() == 2, "all of it or nothing"


def test_an_organisation_entered_twice_at_the_same_time_is_still_found(shared_data):
    book = ProgrammeBook(shared_data)
    make_donor(shared_data)
    donor_fields = {"kind": "organisation", "name": "Công ty Sông Đà", "contact": "", "anonymous": False}
    assert donor_named(book.actor, **donor_fields) == book.donor, "the older of the two"


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_entered(shared_data):
    book, quynh = ProgrammeBook(shared_data), shared_data.client("quynh")
    page = f"/office/community/{book.programme.pk}/"
    too_much = sent("purchase", paid=5, item=book.items["pieces"].pk, quantity=1, **BILL)
    question = quynh.post(f"{page}purchase/", too_much)
    assert question.status_code == 422 and texts.IS_THIS_RIGHT in text(question)
    too_much["sure"] = ANSWER.search(text(question))[1]
    response = quynh.post(f"{page}purchase/", too_much)
    assert response.status_code == 422 and "not enough" in text(response)
    assert quynh.post(f"{page}gift/", sent("gift", name="", quantity=0)).status_code == 422
    elsewhere = sent("handover", name="x", kind="household", unit=999, reason="x", item=1, quantity=1)
    assert quynh.post(f"{page}handover/", elsewhere).status_code == 422
    assert quynh.post(f"{page}other/", {}).status_code == 404
    backwards = {"name": "x", "purpose": "x", "unit": shared_data.units.commune.pk, "begins_on": "02/01/2026",
                 "ends_on": "01/01/2026"}  # fmt: skip
    assert "cannot be before the start" in text(quynh.post("/office/community/", backwards))
    assert not LedgerEntry.objects.exists() and Programme.objects.count() == 1


def test_nothing_is_counted_in_what_nobody_chose_and_money_is_not_bought(shared_data):
    book, quynh = ProgrammeBook(shared_data), shared_data.client("quynh")
    page = f"/office/community/{book.programme.pk}/"
    silent = quynh.post(f"{page}item/", sent("item", name="Áo", measure="", vnd_each=1, valued_by="x"))
    assert silent.status_code == 422 and book.programme.items.count() == 3
    choices = text(quynh.get(f"{page}purchase/"))
    assert "Bò cái giống" in choices and "Tiền (" not in choices
    book.programme.items.exclude(measure="vnd").delete()
    assert "There is nothing to buy yet" in text(quynh.get(f"{page}purchase/"))


def test_a_programme_of_many_donors_names_the_first_of_them(shared_data, monkeypatch):
    monkeypatch.setattr(public, "DONORS", 2)
    book = ProgrammeBook(shared_data)
    for name in ("Ánh", "Bình", "Bình", "Cúc", "Dũng"):
        book.donor = make_donor(shared_data, name, contact=str(Donor.objects.count()))
        book.give(book.of("vnd", 1000))
    page = text(shared_data.client().get(f"/community/{book.programme.pk}/"))
    named = [name for name in ("Ánh", "Bình", "Cúc", "Dũng") if f"<li>{name}</li>" in page]
    assert len(named) == 2 and "2 more people gave" in page


def test_two_people_of_one_name_are_two_donors_and_a_form_sent_twice_is_one(shared_data):
    book, quynh = ProgrammeBook(shared_data), shared_data.client("quynh")
    page, money = f"/office/community/{book.programme.pk}/gift/", book.items["vnd"].pk
    for contact in ("0912 345 678", "an@example.com", "+84 912 345 678"):
        gift = sent("gift", name="Nguyễn Văn An", kind="person", item=money, quantity=len(contact), contact=contact)
        assert quynh.post(page, gift).status_code == 302
    nobody = sent("gift", name="Nguyễn Văn An", kind="person", item=money, quantity=5)
    for _twice in range(2):
        assert quynh.post(page, nobody).status_code == 302
    for contact in ("12x", "12", "an@"):
        refused = quynh.post(
            page, sent("gift", name="Lê Thị Bé", kind="person", item=money, quantity=len(contact), contact=contact)
        )
        assert refused.status_code == 422 and "Enter a telephone number" in text(refused) and contact in text(refused)
    people = Donor.objects.filter(kind="person").order_by("pk")
    assert [donor.contact for donor in people] == ["+84912345678", "an@example.com", ""]
    assert [donor.entries.count() for donor in people] == [2, 1, 1]
    refused = sent("gift", name="Lê Thị Bé", kind="person", item=money, quantity=5) | {"gift-day": "01/01/2099"}
    assert quynh.post(page, refused).status_code == 422 and not Donor.objects.filter(name="Lê Thị Bé").exists()


def test_five_in_a_place_are_counted_and_four_are_not(shared_data):
    book = ProgrammeBook(shared_data)
    book.give(book.of("pieces", 9))
    page = f"/community/{book.programme.pk}/"
    for number in range(1, 6):
        recipient = Recipient.objects.create(
            programme=book.programme, kind="household", unit=shared_data.units.commune, name=f"Hộ {number}", reason="x"
        )
        book.hand_over(book.of("pieces", 1), recipient=recipient)
        page_html = " ".join(text(shared_data.client().get(page)).split())
        assert (texts.WE_DO_NOT_NAME_PLACES in page_html) == (number < 5) and ("Mai Hạ: 5 recipients" in page_html) == (
            number == 5
        )


def test_a_place_for_each_recipient_is_named_nowhere(shared_data):
    """Else the sum of all tells that each place has one."""
    book = ProgrammeBook(shared_data)
    book.give(book.of("pieces", 9))
    for unit in (shared_data.units.commune, shared_data.units.elsewhere):
        recipient = Recipient.objects.create(
            programme=book.programme, kind="household", unit=unit, name="Hộ", reason="x"
        )
        book.hand_over(book.of("pieces", 1), recipient=recipient)
    page = text(shared_data.client().get(f"/community/{book.programme.pk}/")).split("Where it was handed over")[1]
    assert "Mai Hạ" not in page and "Lương Sơn" not in page
    assert public.places(book.programme) == []


@pytest.mark.parametrize("count", [1, 3])
def test_query_counts(shared_data, count, expect_queries):
    book, quynh, anybody = ProgrammeBook(shared_data), shared_data.client("quynh"), shared_data.client()
    selection = make_selection(book, *[{"poor": 1}] * count)
    donors, statement = [], ["Ngày giao dịch,Số tiền ghi có,Nội dung"]
    for number in range(count):
        donors.append(make_donor(shared_data, f"Công ty {number}"))
        book.donor = donors[0]
        book.give(book.of("vnd", 10_000 + number))
        make_pledge(book, 50)
        book.hand_over(book.of("vnd", 1))
        make_photo_row(book)
        statement.append(f"01/03/2026,{10_000 + number},Ung ho {number}")
    reconciling.read_in(
        actor=book.actor, programme_id=book.programme.pk, data="\n".join(statement).encode(), name="a.csv"
    )
    office, public = f"/office/community/{book.programme.pk}/", f"/community/{book.programme.pk}/"
    donor = f"/community/donors/{donor_code(donors[0])}/"
    quynh.get("/office/community/")
    for label, client, path in (
        ("programmes", quynh, "/office/community/"), ("programme", quynh, office),
        ("pledges", quynh, f"{office}pledges/"), ("selections", quynh, f"{office}selections/"),
        ("selection", quynh, f"{office}selections/{selection.pk}/"), ("photos", quynh, f"{office}photos/"),
        ("bank", quynh, f"{office}bank/"), ("handover", quynh, f"{office}handover/"),
        ("public_programmes", anybody, "/community/"), ("public_programme", anybody, public),
        ("donor", anybody, donor),
    ):  # fmt: skip
        with expect_queries(label):
            assert client.get(path).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_ledger_as_a_file_has_every_leg(shared_data, count, expect_queries):
    book = ProgrammeBook(shared_data)
    gift = book.give(book.of("vnd", 9_000_000))
    for _turn in range(count):
        handed = book.hand_over(book.of("vnd", 1_000))
    confirming.confirm_as_recipient(actor=actor.PUBLIC, entry=handed, agrees=True, words="", key=handed.key)
    quynh, address = shared_data.client("quynh"), f"/office/community/{book.programme.pk}/ledger"
    with expect_queries():
        page = quynh.get(f"{address}.csv")
    head, *lines = csv.reader(io.StringIO(text(page).lstrip("\ufeff")))
    assert head[7] == "Quantity" and len(lines) == 2 * (1 + count)
    assert lines[0][:8] == [gift.number, "01/03/2026", "gift", "", "donors", "Tiền", "đồng", "-9000000"]
    assert lines[0][10:] == ["Công ty Sông Đà", "", "", "Quynh"]
    assert lines[-1][0] == handed.number and lines[-1][11:] == ["Xã Mai Hạ", "yes", "Quynh"]
    assert [line[12] for line in lines].count("yes") == 2 and "Mùa Thị Dở" not in text(page)
    assert sum(int(line[7]) for line in lines) == 0
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(quynh.get(f"{address}.xlsx").content)).get_sheet_by_index(0)
    rows = sheet.to_python()
    assert rows[1] == head and [row[0] for row in rows[2:]] == [line[0] for line in lines]
    assert (rows[2][1], rows[2][7]) == (gift.day, -9_000_000)


def test_a_programme_spans_areas_and_is_led_by_the_unit_that_runs_it(shared_data):
    quynh, units = shared_data.client("quynh"), shared_data.units
    form = {"name": "Tết ấm", "purpose": "Quà Tết.", "unit": units.commune.pk, "begins_on": "01/01/2026",
            "ends_on": "31/12/2026", "area_2": units.elsewhere.pk, "area_3": units.elsewhere.pk,
            "led_by": "Công an huyện Lạc Sơn"}  # fmt: skip
    assert quynh.post("/office/community/", form | {"area_4": "99999999"}).status_code == 422
    assert quynh.post("/office/community/", form).status_code == 302
    programme = Programme.objects.get()
    assert list(programme.areas.all()) == [units.elsewhere]
    for client, page in (
        (quynh, f"/office/community/{programme.pk}/"),
        (shared_data.client(), f"/community/{programme.pk}/"),
    ):
        html = text(client.get(page))
        assert f"{units.commune.full_name}, {units.elsewhere.full_name}" in html and "huyện Lạc Sơn" in html


def test_a_goal_set_meanwhile_stands_and_the_typed_one_stays_in_the_form(shared_data):
    book = ProgrammeBook(shared_data)
    page, money = f"/office/community/{book.programme.pk}/goal/", book.items["vnd"]
    quynh = shared_data.client("quynh")
    latest_goal = re.search(r'name="latest_goal" value="(\d+)"', text(quynh.get(page)))[1]
    common = {"actor": colleague(shared_data), "programme_id": book.programme.pk, "what": "raised"}
    planning.set_goal(**common, item=money, quantity=5_000)
    fields = {
        "goal-what": "raised",
        "goal-item": money.pk,
        "goal-quantity": 7_000,
        "goal-set_on": f"{clock.today():%d/%m/%Y}",
    }
    response = quynh.post(page, fields | {"latest_goal": latest_goal})
    assert response.status_code == 409 and "This goal is now 5,000" in text(response) and "by Dora" in text(response)
    assert texts.WAS_NOT_SAVED in text(response) and "7000" in text(response).replace(",", "").replace(".", "")
    assert [goal.quantity for goal in book.programme.goals.all()] == [5_000]
    now = re.search(r'name="latest_goal" value="(\d+)"', text(response))[1]
    assert quynh.post(page, fields | {"latest_goal": now}).status_code == 302
    assert book.programme.goals.count() == 2


def colleague(shared_data):
    user = shared_data.users["dora"] = make_user("Dora")
    make_member(user, shared_data.provincial_agency, Role.APPROVING_OFFICER)
    return shared_data.actor("dora")


def test_an_entry_reversed_meanwhile_says_by_whom(shared_data):
    book = ProgrammeBook(shared_data)
    gift = book.give(book.of("vnd", 900))
    own = {"programme_id": book.programme.pk, "entry_id": gift.pk}
    posting.reverse(actor=colleague(shared_data), **own, reason="nhập nhầm", key=uuid4())
    address = f"/office/community/{book.programme.pk}/reverse/{gift.pk}/"
    answer = text(shared_data.client("quynh").post(address, {"reason": "x", "key": str(uuid4())}, follow=True))
    assert "already been reversed" in answer and "by Dora" in answer and texts.WAS_NOT_SAVED in answer
