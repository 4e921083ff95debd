"""The lodging's pages: who gets them, what they do, how many queries a list costs."""

import io
import re
import zipfile
from datetime import timedelta
from html import unescape
from typing import Any

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags
from python_calamine import CalamineWorkbook

from ancu.apps.audit.models import Event
from ancu.apps.lodging.tests.factories import make_establishment
from ancu.apps.places.models import RemoteArea
from ancu.apps.stays.models import Device, ExpiredDocument, Stay, Submission
from ancu.apps.stays.selectors.expired_documents import expired_on
from ancu.apps.stays.templatetags.guests import in_room, late_by
from ancu.apps.stays.tests.factories import make_stay, make_submission
from ancu.core import clock
from ancu.core.testing import texts as screen_texts
from ancu.core.testing.query_counts import ExpectQueries
from ancu.engines.exchange import LIMITS, read
from ancu.engines.rulebook import article_of

pytestmark = pytest.mark.django_db
TODAY = "stays:today"


def guest(**changes: str) -> dict[str, str]:
    """The form as a receptionist fills it in."""
    today = clock.today()
    answers = {
        "document_number": "C01X0T478",
        "document_kind": "passport",
        "full_name": "HOFFMANN JÖRG",
        "sex": "M",
        "birth_date": "08/03/1984",
        "nationality": "DEU",
        "room": "5A",
        "arrived_on": f"{today:%d/%m/%Y}",
        "arrived_time": "",
        "expected_departure": f"{today + timedelta(days=3):%d/%m/%Y}",
        "permitted_until": f"{today + timedelta(days=40):%d/%m/%Y}",
        "client_reference": "a1",
    }
    return answers | changes


def post_and_confirm(client: Any, url: str, answers: dict[str, str]) -> Any:
    """Post the form, and confirm what is odd when asked."""
    page = client.post(url, answers)
    asks_first = page.status_code == 422 and page.context.get("sure")
    return client.post(url, answers | {"sure": page.context["sure"]}) if asks_first else page


@pytest.mark.parametrize("name", ["today", "search", "declare", "upload", "receipts", "portal"])
def test_pages_open_for_staff_of_the_lodging_only(world: Any, name: str) -> None:
    url = reverse(f"stays:{name}")
    assert world.client("alice").get(url).status_code == 200
    assert world.client("bob").get(url).status_code == 200
    assert world.client("olga").get(url).status_code == 403
    assert world.client().get(url).status_code == 302
    assert world.client("alice").put(url).status_code == 405


@pytest.mark.parametrize("status", ["pending", "returned", "suspended", "closed"])
def test_a_lodging_that_may_not_declare_is_told_why_and_offered_no_form(world: Any, status: str) -> None:
    world.lodging.status, world.lodging.decision_reason = status, "Thiếu số nhà"
    world.lodging.save()
    alice = world.client("alice")
    body = alice.get(reverse(TODAY)).content.decode()
    assert reverse("stays:declare") not in body
    assert reverse("lodging:mine") in body
    assert ("Thiếu số nhà" in body) == (status != "pending")
    for name in ("declare", "upload"):
        assert alice.get(reverse(f"stays:{name}")).headers["Location"] == reverse(TODAY)
    assert alice.post(reverse("stays:declare"), guest()).headers["Location"] == reverse(TODAY)
    assert not Stay.objects.exists()


def test_a_lodging_that_waits_reads_since_when_with_whom_how_long_and_what_to_do_meanwhile(world: Any) -> None:
    now = clock.now()
    world.lodging.status, world.lodging.registered_at = "pending", now - timedelta(days=3)
    world.lodging.save()
    bob = world.client("bob")
    page = bob.get(reverse(TODAY)).content.decode()
    assert "3 days ago" in page and "Công an xã Mai Hạ" in page and "How long it takes" not in page
    assert "form NA17" in page and "within 12 hours of arrival" in page
    for days in (1, 2, 2, 9, 30):
        decided = {"decided_at": now, "decided_by": world.users["olga"], "registered_at": now - timedelta(days=days)}
        make_establishment(world.other_lodging.business, world.units.elsewhere, **decided)
    for address in (reverse(TODAY), reverse("lodging:mine")):
        assert "Half of recent registrations were answered within 2 days." in bob.get(address).content.decode()
    RemoteArea.objects.create(unit=world.units.commune, valid_from=clock.today())
    assert "within 24 hours of arrival" in bob.get(reverse(TODAY)).content.decode()


def test_a_new_lodging_is_led_to_its_phone_and_its_first_guest(world: Any) -> None:
    alice, bob = world.client("alice"), world.client("bob")
    assert "First steps" not in bob.get(reverse(TODAY)).content.decode()  # approved nobody knows when
    world.lodging.decided_at, world.lodging.decided_by = clock.now() - timedelta(days=2), world.users["olga"]
    world.lodging.save()
    page = bob.get(reverse(TODAY)).content.decode()
    assert f'href="{reverse("stays:queue")}"' in page and "Set up this phone to work offline" in page
    assert "Invite your receptionists" not in page
    assert "Invite your receptionists" in alice.get(reverse(TODAY)).content.decode()
    make_submission(world.lodging)
    assert "First steps" in bob.get(reverse(TODAY)).content.decode()
    now, membership = clock.now(), world.users["bob"].memberships.get()
    Device.objects.create(membership=membership, name="Oppo", secret=b"x", created_at=now, seen_at=now)
    assert "First steps" not in bob.get(reverse(TODAY)).content.decode()
    assert "First steps" in alice.get(reverse(TODAY)).content.decode()  # hers is another phone
    world.lodging.decided_at -= timedelta(days=40)
    world.lodging.save()
    assert "First steps" not in alice.get(reverse(TODAY)).content.decode()


def test_an_empty_table_to_fill_in_is_at_hand_where_files_are_sent(world: Any) -> None:
    bob = world.client("bob")
    link = f'href="{reverse("stays:upload_template")}"'
    assert link in bob.get(reverse("stays:upload")).content.decode()
    broken = SimpleUploadedFile("khach.xlsx", b"PK\x03\x04 no workbook")
    assert link in bob.post(reverse("stays:upload"), {"file": broken}, follow=True).content.decode()
    answer = bob.get(reverse("stays:upload_template"))
    assert answer["Content-Disposition"] == 'attachment; filename="KBTT-mau.xlsx"'
    reading = read(answer.content)
    assert reading.problem is not None and reading.problem.code == "no_guests" and reading.skipped_examples == 1


@pytest.mark.parametrize("name", ["stay", "correct", "guest_receipt", "guest_receipt_pdf"])
def test_a_stay_is_the_lodgings_own(world: Any, name: str) -> None:
    url = reverse(f"stays:{name}", args=[make_stay(world.lodging).pk])
    assert world.client("bob").get(url).status_code == 200
    assert world.client("charlie").get(url).status_code == 404
    assert world.client("bob").put(url).status_code == 405


@pytest.mark.parametrize("name", ["check_out", "extend", "change_room", "withdraw"])
def test_acts_are_the_lodgings_own(world: Any, name: str) -> None:
    stay = make_stay(world.lodging)
    url = reverse(f"stays:{name}", args=[stay.pk])
    answers = {"departed_on": f"{clock.today():%d/%m/%Y}", "reason": "twice", "room": "9"}
    answers["expected_departure"] = f"{clock.today() + timedelta(days=9):%d/%m/%Y}"
    assert world.client("charlie").post(url, answers).status_code == 404
    assert world.client("olga").post(url, answers).status_code == 403
    assert world.client("bob").get(url).status_code == 405
    assert world.client("bob").post(url, {}).status_code == 422
    assert world.client("bob").post(url, answers).status_code == 302


def test_today_shows_the_house(world: Any) -> None:
    today = clock.today()
    make_stay(world.lodging, "KIM NA RA", minutes_late=200)
    make_stay(world.lodging, "ALT", arrived_on=today - timedelta(days=9), expected_departure=today - timedelta(days=1))
    make_stay(world.lodging, "GEHT", arrived_on=today - timedelta(days=9), expected_departure=today)
    make_stay(world.lodging, "FORT", departed_on=today)
    make_stay(world.other_lodging, "FREMD")
    page = world.client("bob").get(reverse(TODAY)).content.decode()
    assert all(name in page for name in ("KIM NA RA", "ALT", "GEHT", "Declared 3 hours late"))
    assert "FORT" not in page and "FREMD" not in page
    assert "1 guest is past the expected departure" in page
    overdue = world.client("bob").get(reverse(TODAY), {"list": "overdue"}).content.decode()
    assert "ALT" in overdue and "GEHT" not in overdue
    assert world.client("bob").get(reverse(TODAY), {"list": "nonsense"}).status_code == 404


@pytest.mark.parametrize("name", ["today", "search", "receipts"])
@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_however_long(world: Any, expect_queries: ExpectQueries, name: str, rows: int) -> None:
    for _number in range(rows):
        make_stay(world.lodging)
    client = world.client("bob")
    with expect_queries(name):
        client.get(reverse(f"stays:{name}"))


def test_pages_follow_one_another_without_gap(world: Any) -> None:
    from ancu.apps.stays.selectors.today import day_page, find_stays

    for day in (1, 1, 2, 3, 3):
        make_stay(world.lodging, expected_departure=clock.today() + timedelta(days=day))
    actor = world.actor("bob")
    for turn in (
        lambda after: day_page(actor, world.lodging, "here", clock.today(), after=after, size=2),
        lambda after: find_stays(actor, world.lodging, "", after=after, size=2),
    ):
        pks, after = [], ""
        while True:
            page = turn(after)
            pks += [stay.pk for stay in page.rows]
            if not (after := page.after):
                break
        assert len(pks) == len(set(pks)) == 5


def test_declare_gives_a_receipt_and_again_the_same(world: Any) -> None:
    client = world.client("bob")
    first = client.post(reverse("stays:declare"), guest(), follow=True)
    page = first.content.decode()
    assert screen_texts.HAS_BEEN_DECLARED in page and first.redirect_chain[-1][0].endswith("/receipt/?declared=1")
    assert page.index("handout-number") < page.index("Declare the next guest")
    repeated = client.post(reverse("stays:declare"), guest(), follow=True).content.decode()
    number = Submission.objects.get().number
    assert Stay.objects.get().full_name == "HOFFMANN JÖRG"
    assert "already declared" in repeated and number in repeated
    shorter = client.post(reverse("stays:declare"), guest(permitted_until=""), follow=True).content.decode()
    assert "already declared" in shorter and "is still missing" not in shorter  # it was said the first time


def test_a_date_is_quoted_as_people_write_one(world: Any) -> None:
    wrong = world.client("bob").post(reverse("stays:declare"), guest(expected_departure="01/01/2020"))
    assert "“01/01/2020”" in wrong.context["form"].errors["expected_departure"][0]


def test_the_next_of_a_group_keeps_room_and_dates(world: Any) -> None:
    answer = world.client("bob").post(reverse("stays:declare"), guest(another="1"), follow=True)
    form = answer.context["form"]
    assert form.initial["room"] == "5A" and "full_name" not in form.initial
    page, guest_before = answer.content.decode(), Stay.objects.get()
    assert "draft:declare" in page and reverse("stays:guest_receipt", args=[guest_before.pk]) in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"full_name": ""}, "full_name"),
        ({"room": ""}, "room"),
        ({"nationality": "VNM"}, "nationality"),
        ({"expected_departure": "01/01/2020"}, "expected_departure"),
        ({"document_expiry": f"{clock.today() + timedelta(days=40):%d/%m/%Y}"}, "permitted_until"),
        ({"document_expiry": f"{clock.today() + timedelta(days=30):%d/%m/%Y}"}, "permitted_until"),
        ({"birth_date": "08/03/20"}, "birth_date"),  # of which century?
    ],
)
def test_errors_stand_beside_their_field(world: Any, changes: dict[str, str], field: str) -> None:
    answer = world.client("bob").post(reverse("stays:declare"), guest(**changes))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}
    assert not Stay.objects.exists()


@pytest.mark.slow
def test_of_a_passport_only_that_it_had_expired_is_kept(world: Any) -> None:
    """Declared all the same: whom the page would not take is never heard of. Another number has a day of its own."""
    client, day = world.client("bob"), clock.today() - timedelta(days=3)
    response = client.post(reverse("stays:declare"), guest(document_expiry=f"{day:%d/%m/%Y}"))
    assert response.status_code == 422 and f"expired on “{day:%d/%m/%Y}”" in response.content.decode()
    assert (
        post_and_confirm(client, reverse("stays:declare"), guest(document_expiry=f"{day:%d/%m/%Y}")).status_code == 302
    )
    stay = Stay.objects.get()
    assert expired_on(stay) == day
    page, url = client.get(reverse("stays:stay", args=[stay.pk])), reverse("stays:correct", args=[stay.pk])
    assert "Passport expired on" in page.content.decode()
    form = client.get(url).context["form"]
    assert form["document_expiry"].value() == day
    for changes, expiry_is_stored in (
        ({"room": "9"}, day),
        ({"document_expiry": f"{day + timedelta(days=1):%d/%m/%Y}"}, day + timedelta(days=1)),
        ({"document_expiry": "01/01/2099"}, None),
        ({"document_expiry": f"{day:%d/%m/%Y}"}, day),
        ({"document_number": "P77777777", "document_expiry": f"{day:%d/%m/%Y}"}, None),
    ):
        standing = {"document_expiry": f"{expired_on(stay):%d/%m/%Y}"} if expired_on(stay) else {}
        assert post_and_confirm(client, url, guest(**(standing | changes))).status_code == 302
        assert expired_on(stay) == expiry_is_stored, changes
    history: Any = ExpiredDocument._meta.get_field("events").related_model
    before = list(history.objects.order_by("pgh_id").values_list("expired_on", flat=True))
    assert before == [day, day + timedelta(days=1), day], "what a correction took away is not forgotten"


def test_of_a_valid_passport_no_day_is_kept(world: Any) -> None:
    later = guest(document_expiry=f"{clock.today() + timedelta(days=900):%d/%m/%Y}")
    assert world.client("bob").post(reverse("stays:declare"), later).status_code == 302
    assert Stay.objects.exists() and not ExpiredDocument.objects.exists()


def test_all_that_is_wrong_is_said_at_once_and_each_once(world: Any) -> None:
    """What the form finds (a day that is none) and what the reader of declarations finds (the rest) together."""
    wrong = guest(permitted_until="35/01/2027", document_number="!!!", expected_departure="01/01/2020", sex="")
    errors = world.client("bob").post(reverse("stays:declare"), wrong).context["form"].errors
    assert set(errors) == {"permitted_until", "document_number", "expected_departure", "sex"}
    assert [len(texts) for texts in errors.values()] == [1] * 4


def test_an_empty_form_says_what_to_enter(world: Any) -> None:
    errors = world.client("bob").post(reverse("stays:declare"), {}).context["form"].errors
    assert screen_texts.ENTER_THE_FULL_NAME_AS in errors["full_name"]
    messages = [message for field_messages in errors.values() for message in field_messages]
    assert len(messages) == len(set(messages)) == 8
    long = world.client("bob").post(reverse("stays:declare"), guest(document_number="X" * 40)).context["form"]
    assert long.errors["document_number"] == ["Use 30 characters or fewer. You have used 40."]


def test_a_homestay_need_not_name_the_room(world: Any) -> None:
    world.lodging.kind = "homestay"
    world.lodging.save()
    assert world.client("bob").post(reverse("stays:declare"), guest(room="")).status_code == 302


def test_a_returning_guest_is_filled_in_from_own_stays_only(world: Any) -> None:
    ours = make_stay(world.lodging, document_number="C01X0T478", departed_on=clock.today())
    make_stay(world.other_lodging, "GEHEIM", document_number="P99999999")
    client, url = world.client("bob"), reverse("stays:earlier-guest")
    assert "HOFFMANN" in client.get(url, {"document_number": "c01 x0t478"}).content.decode()
    assert "GEHEIM" not in client.get(url, {"document_number": "P99999999"}).content.decode()
    filled = client.post(reverse("stays:declare"), {"fill": ours.pk, "room": "7"})
    assert filled.context["form"].initial["full_name"] == "HOFFMANN JÖRG"
    assert filled.context["form"].initial["room"] == "7"
    Stay.objects.filter(pk=ours.pk).update(permitted_until=clock.today() - timedelta(days=1))
    filled = client.post(reverse("stays:declare"), {"fill": ours.pk, "room": "7"})
    assert "permitted_until" not in filled.context["form"].initial, "the guest entered by another paper since"
    theirs = make_stay(world.other_lodging)
    assert client.get(reverse("stays:declare"), {"fill": theirs.pk}).status_code == 404


def test_check_out_many(world: Any) -> None:
    stays = [make_stay(world.lodging), make_stay(world.lodging), make_stay(world.other_lodging)]
    answers = {"stay": [stay.pk for stay in stays], "bulk-departed_on": f"{clock.today():%d/%m/%Y}", "list": "here"}
    answer = world.client("bob").post(reverse("stays:check_out_many"), answers | {"sure": "1"}, follow=True)
    assert "2 guests checked out" in answer.content.decode()
    assert Stay.objects.filter(departed_on=clock.today()).count() == 2


@pytest.mark.parametrize(
    ("act", "field", "days"), [("check_out", "departed_on", 2), ("extend", "expected_departure", -90)]
)
def test_a_day_that_does_not_fit_is_said_beside_it_and_stays_typed(world: Any, act: str, field: str, days: int) -> None:
    stay = make_stay(world.lodging)
    day = f"{clock.today() + timedelta(days=days):%d/%m/%Y}"
    page = world.client("bob").post(reverse(f"stays:{act}", args=[stay.pk]), {field: day})
    form = page.context[f"{act}_form"]
    assert page.status_code == 422 and form.errors[field] and form[field].value() == day
    assert Stay.objects.get(pk=stay.pk).departed_on is None


def test_a_withdrawn_declaration_offers_no_act_but_a_new_one(world: Any) -> None:
    stay = make_stay(world.lodging, status="withdrawn")
    bob = world.client("bob")
    body = bob.get(reverse("stays:stay", args=[stay.pk])).content.decode()
    for act in ("check_out", "extend", "change_room", "correct", "withdraw"):
        assert reverse(f"stays:{act}", args=[stay.pk]) not in body, act
    assert bob.get(reverse("stays:correct", args=[stay.pk])).headers["Location"] == reverse(
        "stays:stay", args=[stay.pk]
    )
    assert f"?fill={stay.pk}" in body


def test_a_correction_shows_before_and_after_and_who(world: Any) -> None:
    world.client("bob").post(reverse("stays:declare"), guest())
    stay = Stay.objects.get()
    answer = world.client("bob").post(
        reverse("stays:correct", args=[stay.pk]), guest(full_name="HOFMANN JÖRG"), follow=True
    )
    page = answer.content.decode()
    assert "The declaration of HOFMANN JÖRG is corrected." in page
    assert "<del>HOFFMANN JÖRG</del>" in page and "<ins>HOFMANN JÖRG</ins>" in page and "Bob" in page


def test_a_late_declaration_says_so_on_its_receipt(world: Any) -> None:
    days = {"arrived_on": f"{clock.today() - timedelta(days=3):%d/%m/%Y}"}
    bob = world.client("bob")
    page = bob.post(reverse("stays:declare"), guest(**days), follow=True).content.decode()
    stay = Stay.objects.get()
    with translation.override("en"):
        late = late_by(stay.minutes_late)
    assert f"Declared {late} late" in page and article_of(stay.limit_id, "en") in unescape(page)
    page = bob.post(
        reverse("stays:declare"), guest(**days, document_number="C01X0T479", another="1"), follow=True
    ).content.decode()
    assert f"Declared {late} late." in page
    punctual = make_stay(world.lodging)
    assert "late" not in strip_tags(bob.get(reverse("stays:guest_receipt", args=[punctual.pk])).content.decode())


def test_export_is_text_marked_and_recorded(world: Any) -> None:
    make_stay(world.lodging, '=HYPERLINK("x")')
    client = world.client("bob")
    data = client.get(reverse("stays:export", args=["xlsx"])).content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert "Bob" in rows[0][0] and rows[2][1] == '=HYPERLINK("x")'
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    lines = client.get(reverse("stays:export", args=["csv"])).content.decode("utf-8-sig")
    assert "'=HYPERLINK" in lines
    assert Event.objects.filter(act="looked", details__export="csv", details__rows=1).exists()


def test_files_for_the_portal(world: Any) -> None:
    make_stay(world.lodging)
    today = f"{clock.today():%d/%m/%Y}"
    client, url = world.client("bob"), reverse("stays:portal")
    xml = client.get(url, {"first": today, "last": today, "kind": "xml"}).content.decode()
    assert "<ho_ten>HOFFMANN JORG</ho_ten>" in xml or "<ho_ten>HOFFMANN JÖRG</ho_ten>" in xml
    assert client.get(url, {"first": today, "last": today, "kind": "xlsx"}).content[:2] == b"PK"
    assert (
        "no file to download"
        in client.get(url, {"first": "01/01/2020", "last": "01/01/2020", "kind": "xml"}).content.decode()
    )


def cells(rows: Any) -> set[tuple[Any, ...]]:
    """What must come through a file unchanged, of rows read or of stays."""
    return {
        (
            row.document_number,
            row.nationality,
            row.birth_date,
            row.sex,
            row.arrived_on,
            row.expected_departure,
            row.room,
        )
        for row in rows
    }


def test_our_own_files_read_again_give_the_same_guests(world: Any) -> None:
    make_stay(world.lodging, "HOFFMANN JÖRG", document_number="C01X0T478", birth_date="1984-03-08")
    make_stay(world.lodging, "SUTARNO", nationality="IDN", birth_date="1962", room="")
    make_stay(world.lodging, "KIM NA RA", nationality="KOR", birth_date="1971-05", sex="F", document_number="00123456")
    client, today = world.client("bob"), f"{clock.today():%d/%m/%Y}"
    stays = cells(Stay.objects.all())
    days = {"first": today, "last": today}
    files = {kind: client.get(reverse("stays:export", args=[kind])) for kind in ("xlsx", "csv")}
    files |= {f"portal.{kind}": client.get(reverse("stays:portal"), days | {"kind": kind}) for kind in ("xlsx", "xml")}
    for name, answer in files.items():
        reading = read(answer.content, today=clock.today())
        assert reading.problem is None, (name, reading.problem)
        rows = [row for row in reading.rows if not row.is_example]  # the portal's own form begins with one
        assert not any(row.errors for row in rows), (name, rows)
        assert cells(guest_with_blanks(row.values) for row in rows) == stays, name


def guest_with_blanks(values: Any) -> Any:
    return msgspec.structs.replace(values, sex=values.sex or "", room=values.room or "")


def test_switch_to_another_lodging_of_the_business(world: Any) -> None:
    second = make_establishment(world.lodging.business, world.units.commune, name="Nhà sàn 2")
    make_stay(second, "SUTARNO")
    client = world.client("alice")
    assert client.post(reverse("stays:switch"), {"establishment": world.other_lodging.pk}).status_code == 404
    page = client.post(reverse("stays:switch"), {"establishment": second.pk}, follow=True).content.decode()
    assert "SUTARNO" in page
    header = client.get(reverse("stays:declare")).content.decode().split("</header>")[0]
    assert "Nhà sàn 2" in header and world.lodging.name not in header


def test_a_name_in_another_script_is_led_to_its_own_field_and_stands_on_the_receipt(world: Any) -> None:
    client = world.client("bob")
    response = client.post(reverse("stays:declare"), guest(full_name="김민준"))
    page = response.content.decode()
    assert response.status_code == 422 and "full_name" in response.context["form"].errors and not Stay.objects.exists()
    assert "김민준" in page and response.context["form"].more_is_open
    answers = guest(full_name="KIM MINJUN", native_name="김민준")
    receipt = client.post(reverse("stays:declare"), answers, follow=True).content.decode()
    stay = Stay.objects.get()
    assert (stay.full_name, stay.native_name) == ("KIM MINJUN", "김민준") and "김민준" in receipt
    for page in (reverse("stays:stay", args=[stay.pk]), reverse("stays:receipt", args=[stay.submission.number])):
        assert "김민준" in client.get(page).content.decode(), page
    assert "김민준" in world.client("olga").get(reverse("stays:stay-office", args=[stay.pk])).content.decode()
    corrected = client.get(reverse("stays:correct", args=[stay.pk])).content.decode()
    assert 'value="김민준"' in corrected


def test_search_finds_without_accents_by_number_and_room(world: Any) -> None:
    make_stay(world.lodging, document_number="C01X0T478", room="5A", departed_on=clock.today())
    client = world.client("bob")
    for text in ("hoffmann jorg", "Jörg", "01x0t4", "5a"):
        assert "HOFFMANN" in client.get(reverse("stays:search"), {"q": text}).content.decode(), text
    assert "HOFFMANN" not in client.get(reverse("stays:search"), {"q": "kim"}).content.decode()


@pytest.mark.parametrize(("text", "is_found"), [("7b", True), ("phòng 7B", True), ("tầng 2", True), ("7", False)])
def test_a_room_is_found_by_any_word_of_its_name(world: Any, text: str, is_found: bool) -> None:
    make_stay(world.lodging, document_number="C01X0T478", room="Phòng 7B – tầng 2")
    assert ("HOFFMANN" in world.client("bob").get(reverse("stays:search"), {"q": text}).content.decode()) is is_found


@pytest.mark.parametrize(
    ("room", "label"),
    [("201", "Room 201"), ("5A", "Room 5A"), ("A&B 3", "Room A&B 3"), ("Phòng Đồi Chè 12", "Phòng Đồi Chè 12"),
     ("P.101 – Hồ Gươm", "P.101 – Hồ Gươm"), ("Lầu 2 - 011", "Lầu 2 - 011")],
)  # fmt: skip
def test_a_room_with_a_name_is_not_called_a_room_twice(room: str, label: str) -> None:
    with translation.override("en"):
        assert in_room(room) == label


def test_a_correction_that_meets_another_stay_says_so_beside_the_field(world: Any) -> None:
    day = clock.today() - timedelta(days=3)
    make_stay(world.lodging, document_number="C0TEST777", nationality="DEU", arrived_on=day, departed_on=day)
    stay = make_stay(world.lodging, document_number="C0TEST778", nationality="DEU", arrived_on=day)
    answers = guest(document_number="C0TEST777", arrived_on=f"{day:%d/%m/%Y}", room="Typed 9")
    page = world.client("bob").post(reverse("stays:correct", args=[stay.pk]), answers)
    assert page.status_code == 422 and page.context["form"].errors["document_number"]
    assert "Typed 9" in page.content.decode()


def test_a_presumed_departure_can_be_set_right(world: Any) -> None:
    today = clock.today()
    stay = make_stay(
        world.lodging,
        arrived_on=today - timedelta(days=5),
        departed_on=today - timedelta(days=1),
        departure_presumed=True,
    )
    url, leaving = reverse("stays:stay", args=[stay.pk]), reverse("stays:check_out", args=[stay.pk])
    assert leaving in world.client("bob").get(url).content.decode()
    day = f"{today - timedelta(days=2):%d/%m/%Y}"
    assert world.client("bob").post(leaving, {"departed_on": day}).status_code == 302
    stay.refresh_from_db()
    assert (stay.departed_on, stay.departure_presumed) == (today - timedelta(days=2), False)
    assert leaving not in world.client("bob").get(url).content.decode()


def test_a_room_that_cannot_be_is_said_beside_it(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stay = make_stay(world.lodging)
    monkeypatch.setitem(LIMITS, "room", 3)
    page = world.client("bob").post(reverse("stays:change_room", args=[stay.pk]), {"room": "A-1204"})
    assert page.status_code == 422 and page.context["room_form"].errors["room"]


@pytest.mark.parametrize("text", ["a\x00b", "\x00"])
def test_signs_that_no_name_has_find_nobody(world: Any, text: str) -> None:
    assert world.client("bob").get(reverse("stays:search"), {"q": text}).status_code == 200


def test_a_reference_is_only_ever_a_sign_of_ours(world: Any) -> None:
    page = world.client("bob").post(reverse("stays:declare"), guest(client_reference="a\x00b"))
    assert page.status_code == 302


@pytest.mark.parametrize(("name", "field"), [("check_out_many", "stay"), ("switch", "establishment")])
def test_a_number_longer_than_any_is_none(world: Any, name: str, field: str) -> None:
    answer = world.client("bob").post(reverse(f"stays:{name}"), {field: "9" * 5000})
    assert answer.status_code in {302, 404}


@pytest.mark.parametrize("name", ["stay", "correct", "guest_receipt"])
def test_the_head_of_pages_about_a_guest_names_the_lodging(world: Any, name: str) -> None:
    lodging = make_establishment(world.lodging.business, world.units.commune, name="Nhà nghỉ Sao Mai")
    stay = make_stay(lodging)
    page = world.client("bob").get(reverse(f"stays:{name}", args=[stay.pk])).content.decode()
    assert re.findall(r'class="top-org">([^<]*)<', page) == ["Nhà nghỉ Sao Mai"]


@pytest.mark.parametrize("name", ["messaging:inbox", "notifications:list", "desk:find"])
def test_the_head_names_the_only_lodging_of_the_business_and_the_chosen_one_of_several(world: Any, name: str) -> None:
    def head(client: Any) -> list[str]:
        return re.findall(r'class="top-org">([^<]*)<', client.get(reverse(name)).content.decode())

    bob = world.client("bob")
    assert head(bob) == [world.lodging.name]
    lodging = make_establishment(world.lodging.business, world.units.commune, name="Nhà nghỉ Sao Mai")
    assert head(bob) == [world.lodging.business.name]
    session = bob.session
    session["establishment"] = lodging.pk
    session.save()
    assert head(bob) == ["Nhà nghỉ Sao Mai"]
