"""Guests of a file, a group or a program's file who could not be declared: they wait until somebody settles them."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import ancu.engines.passports as passports
from ancu.apps.audit.models import Event
from ancu.apps.stays.enums import Dismissal, UndeclaredState
from ancu.apps.stays.models import Stay, Submission, UndeclaredRow, Upload
from ancu.apps.stays.selectors.undeclared import waiting_rows
from ancu.apps.stays.services import retention, uploads
from ancu.apps.stays.services import undeclared as service
from ancu.apps.stays.tests.test_api import make_token
from ancu.apps.stays.tests.test_lodging_pages import guest as form_answers
from ancu.apps.stays.tests.test_photos import FOR_ALL, group
from ancu.apps.stays.tests.test_uploads import answers_of, csv, line, send
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.errors import Conflict
from ancu.core.security.privacy import Keep
from ancu.core.testing import texts as screen_texts
from ancu.core.testing.html import without_line_breaks
from ancu.core.testing.program import Program
from ancu.core.testing.query_counts import ExpectQueries
from ancu.engines.passports.reading import read_passport_image

pytestmark = pytest.mark.django_db
LIST = "stays:undeclared"
WRONG = line("SUTARNO", "X0000777", "???")


@pytest.fixture(autouse=True)
def _files_of_the_test(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT = tmp_path
    uploads._reading.cache_clear()
    monkeypatch.setattr(passports, "read_passport", read_passport_image)
    monkeypatch.setattr("ancu.apps.stays.views.photos.prepare_reader", lambda: None)


@pytest.fixture
def bob(world: Any) -> Client:
    client: Client = world.client("bob")
    return client


def declare_file(client: Client, *lines: str, good: int) -> Any:
    send(client, csv(*lines))
    upload = Upload.objects.order_by("-created_at")[0]
    return client.post(reverse("stays:upload_confirm", args=[upload.pk]), {"good": str(good)}, follow=True)


def row_url(row: UndeclaredRow) -> str:
    return reverse("stays:undeclared_row", args=[row.pk])


def answers(client: Client, row: UndeclaredRow, **corrections: str) -> dict[str, Any]:
    return answers_of(client.get(row_url(row)).context["form"]) | corrections


def page(client: Client) -> str:
    return str(client.get(reverse(LIST)).content.decode())


def strip(client: Client) -> str:
    return str(client.get(reverse("desk:strip"), headers={"HX-Request": "true"}).content.decode())


@pytest.mark.slow
def test_rows_left_out_of_a_file_wait_on_the_first_page_until_they_are_declared(bob: Client) -> None:
    outcome_page = declare_file(bob, line(), WRONG, good=1).content.decode()
    row = UndeclaredRow.objects.get()
    assert row_url(row) in outcome_page  # from the outcome it is one step
    assert "1 guest is not declared yet" in strip(bob)
    assert "SUTARNO" in page(bob) and "???" in page(bob)
    answer = bob.post(row_url(row), answers(bob, row, nationality="IDN", declare="1"), follow=True)
    assert "1 guest declared." in answer.content.decode()
    stay = Stay.objects.get(document_number="X0000777")
    assert (stay.nationality, stay.submission.channel) == ("IDN", "file")
    assert Submission.objects.count() == 2 and stay.submission.number in answer.content.decode()
    row.refresh_from_db()
    assert (row.state, row.stay_id, row.texts, row.name_key) == ("declared", stay.pk, {}, "")
    assert "Every guest is declared" in page(bob) and screen_texts.NOT_DECLARED_YET not in strip(bob)


def test_what_is_still_wrong_stands_beside_its_field_and_nothing_typed_is_lost(bob: Client) -> None:
    declare_file(bob, line(), WRONG.replace("08/03/1990", ""), good=1)
    row = UndeclaredRow.objects.get()
    row_page = bob.get(row_url(row))
    assert set(row_page.context["form"].errors) == {"nationality", "birth_date"}
    assert 'data-typed="???"' in row_page.content.decode()
    invalid_page = bob.post(row_url(row), answers(bob, row, nationality="IDN", room="204", declare="1"), follow=True)
    assert invalid_page.redirect_chain[-1][0] == row_url(row)
    assert (
        set(invalid_page.context["form"].errors) == {"birth_date"}
        and invalid_page.context["form"]["room"].value() == "204"
    )
    assert Stay.objects.count() == 1
    unread_page = bob.post(row_url(row), answers(bob, row, **{"nationality-text": "Atlantis", "room": "9"}))
    assert "“Atlantis”" in unread_page.content.decode() and unread_page.context["form"]["room"].value() == "9"


@pytest.mark.slow
def test_several_are_saved_and_declared_together_by_the_number_that_was_seen(bob: Client) -> None:
    declare_file(bob, line(), WRONG, line("B", "A20417", "!!"), line("C", "A30417", "?!"), good=1)
    for row in UndeclaredRow.objects.order_by("position")[:2]:
        saved_page = bob.post(row_url(row), answers(bob, row, nationality="IDN", save="1"), follow=True)
        assert "ready to be declared" in saved_page.content.decode()
    assert Stay.objects.count() == 1
    declare_url = reverse("stays:undeclared_declare")
    assert "Declare 2 guests" in page(bob)
    assert (
        screen_texts.HAS_CHANGED_SINCE_YOU_LOOKED in bob.post(declare_url, {"good": "3"}, follow=True).content.decode()
    )
    assert "2 guests declared." in bob.post(declare_url, {"good": "2"}, follow=True).content.decode()
    assert Submission.objects.count() == 2  # one receipt for the two
    assert [row.texts["full_name"] for row in UndeclaredRow.objects.filter(state="open")] == ["C"]


@pytest.mark.slow
def test_an_odd_guest_is_asked_about_by_himself(bob: Client) -> None:
    declare_file(bob, line(), WRONG, line("B", "000000000", "??"), good=1)
    for row in UndeclaredRow.objects.order_by("position"):
        form_data = answers(bob, row, nationality="IDN", save="1")
        assert bob.post(row_url(row), form_data).status_code == 302
    assert bob.get(reverse(LIST)).context["ready"] == 1 and "Unusual: check" in page(bob)
    bob.post(reverse("stays:undeclared_declare"), {"good": "1"})
    assert Stay.objects.count() == 2
    row = UndeclaredRow.objects.get(state=UndeclaredState.OPEN)
    form_data = answers(bob, row, declare="1")
    question_page = bob.post(row_url(row), form_data)
    assert (
        question_page.status_code == 422
        and screen_texts.IS_THIS_RIGHT in question_page.content.decode()
        and Stay.objects.count() == 2
    )
    assert 'name="declare" value="1"' in question_page.content.decode()
    bob.post(row_url(row), form_data | {"sure": question_page.context["sure"]})
    assert Stay.objects.count() == 3


def test_together_they_are_asked_about_when_the_house_is_full(world: Any, bob: Client) -> None:
    declare_file(bob, line(), WRONG, good=1)
    world.lodging.beds = 1
    world.lodging.save()
    row = UndeclaredRow.objects.get()
    bob.post(row_url(row), answers(bob, row, nationality="IDN", save="1"))
    question_page = bob.get(reverse(LIST))
    assert "registered 1 beds" in question_page.content.decode()
    refusal_page = bob.post(reverse("stays:undeclared_declare"), {"good": "1"}, follow=True)
    assert screen_texts.CHECK_THEM_AND_CONFIRM in refusal_page.content.decode() and Stay.objects.count() == 1
    bob.post(reverse("stays:undeclared_declare"), {"good": "1", "sure": question_page.context["sure"]})
    assert Stay.objects.count() == 2


def test_what_all_lack_is_written_once_and_only_where_it_is_missing(bob: Client) -> None:
    lacks_room = line("B", "A20417").replace(",12,", ",,")
    today = clock.today()
    no_end = line("C", "A30417").replace(f",{today + timedelta(days=2):%d/%m/%Y},", ",,")
    declare_file(bob, line(), no_end, line("D", "A40417", "??").replace(",12,", ",7,"), lacks_room, good=2)
    upload = Upload.objects.get()
    end = f"{today + timedelta(days=4):%d/%m/%Y}"
    fill = reverse("stays:undeclared_fill", args=[upload.pk])
    answer = bob.post(fill, {"room": "99", "expected_departure": end}, follow=True).content.decode()
    assert "Filled in for 1 guest." in answer
    c, d = UndeclaredRow.objects.order_by("position")
    assert (c.texts["expected_departure"], c.texts["room"]) == ((today + timedelta(days=4)).isoformat(), "12")
    assert d.texts["room"] == "7"
    assert "no guest lacks" in bob.post(fill, {"room": "99"}, follow=True).content.decode()
    assert "Nothing was filled in. " in bob.post(fill, {"arrived_on": "31/02/2026"}, follow=True).content.decode()


@pytest.mark.slow
def test_a_dismissal_needs_a_reason_is_on_record_and_can_be_taken_back(world: Any, bob: Client) -> None:
    declare_file(bob, line(), WRONG, line("B", "A20417", "!!"), good=1)
    rows = list(UndeclaredRow.objects.order_by("position"))
    url = reverse("stays:undeclared_dismiss")
    for invalid in ({}, {"dismissal": "sunshine"}, {"dismissal": "other"}, {"dismissal": "other", "reason": "  "}):
        answer = bob.post(url, {"row": [rows[0].pk], **invalid})
        assert answer.status_code == 422 and "field wrong" in answer.content.decode()
    assert "No guest was chosen" in bob.post(url, {"dismissal": "no_guest"}, follow=True).content.decode()
    form_data = {"row": [row.pk for row in rows], "dismissal": "other", "reason": "đoàn đã hủy"}
    assert "2 guests dismissed." in bob.post(url, form_data, follow=True).content.decode()
    event = Event.objects.get(act="stays.rows_dismissed")
    assert event.details == {"rows": [row.pk for row in rows], "dismissal": "other"}
    assert event.user_id == world.users["bob"].pk and "SUTARNO" not in str(event.details)
    assert screen_texts.NOT_DECLARED_YET not in strip(bob)
    list_page = page(bob)
    assert "đoàn đã hủy" in list_page and world.users["bob"].full_name in list_page
    reopen_url = reverse("stays:undeclared_reopen", args=[rows[0].pk])
    assert "back in the list of guests not declared yet" in bob.post(reopen_url, follow=True).content.decode()
    assert "1 guest is not declared yet" in strip(bob)
    assert "not dismissed" in bob.post(reopen_url, follow=True).content.decode()


def test_a_guest_declared_since_in_another_way_waits_no_more(bob: Client) -> None:
    declare_file(bob, line(), WRONG, good=1)
    assert waiting_count(bob) == 1
    row = UndeclaredRow.objects.get()
    old_answers = answers(bob, row, nationality="IDN", declare="1")
    declare_file(bob, line("SUTARNO", "X0000777", "IDN"), good=1)
    assert waiting_count(bob) == 0
    refusal_page = bob.post(row_url(row), old_answers, follow=True).content.decode()
    assert screen_texts.ALREADY_BEEN_DECLARED in refusal_page and Stay.objects.count() == 2


def waiting_count(client: Client) -> int:
    return int(client.get(reverse(LIST)).context["total"])


def test_another_guest_of_the_same_name_or_birth_date_is_not_taken_for_him(bob: Client) -> None:
    declare_file(bob, line(), WRONG, good=1)
    declare_file(bob, line("SUTARNO", "X0000888", "IDN").replace("08/03/1990", "09/03/1990"), good=1)  # his name alone
    declare_file(bob, line("ANOTHER", "X0000999", "IDN"), good=1)  # his birth date alone
    assert waiting_count(bob) == 1 and Stay.objects.count() == 3


def test_the_same_row_every_night_waits_once_and_stays_dismissed(bob: Client) -> None:
    for _night in range(2):
        outcome_page = declare_file(bob, line(), WRONG, good=1).content.decode()
        row = UndeclaredRow.objects.get()
        assert row_url(row) in outcome_page  # from the second file one is led to it, too
    bob.post(reverse("stays:undeclared_dismiss"), {"row": [row.pk], "dismissal": "no_guest"})
    declare_file(bob, line(), WRONG, good=1)
    assert waiting_count(bob) == 0


def test_vietnamese_guests_of_a_hotels_list_wait_for_nothing(bob: Client) -> None:
    declare_file(bob, line(), line("NGUYỄN VĂN A", "B1234567", "VNM"), good=1)
    assert not UndeclaredRow.objects.exists()


@pytest.mark.slow
def test_a_group_by_photo_keeps_who_was_left_out_with_what_was_read(bob: Client) -> None:
    upload = group(bob, "hoffmann", "doubtful", "blurred", **FOR_ALL)
    outcome_page = bob.post(
        reverse("stays:upload_confirm", args=[upload.pk]), {"good": "1"}, follow=True
    ).content.decode()
    doubtful, blurred = UndeclaredRow.objects.order_by("position")
    assert row_url(doubtful) in outcome_page and row_url(blurred) in outcome_page
    assert not any(bytes(picture.answers) for picture in upload.pictures.all())
    list_page = page(bob)
    assert (
        "data:image/jpeg;base64," in list_page
        and screen_texts.CONFIRM_THAT_IT_IS_RIGHT in list_page
        and "The picture is blurred" in list_page
    )
    bob.post(reverse("stays:undeclared_compared", args=[doubtful.pk]))
    form_data = answers(bob, doubtful, declare="1")
    question_page = bob.post(row_url(doubtful), form_data)  # the specimen's passport has expired
    bob.post(row_url(doubtful), form_data | {"sure": question_page.context["sure"]})
    assert Stay.objects.filter(submission__channel="photo").count() == 2
    doubtful.refresh_from_db()
    assert (doubtful.state, bytes(doubtful.answers)) == ("declared", b"")
    by_hand = {
        "full_name": "KIM NA RA",
        "birth_date": "1990",
        "sex": "F",
        "nationality": "KOR",
        "document_number": "M10417",
    }
    bob.post(row_url(blurred), answers(bob, blurred, **by_hand, declare="1"))
    assert Stay.objects.count() == 3 and waiting_count(bob) == 0


@pytest.mark.slow
def test_doubts_outlive_the_strips_that_showed_them(bob: Client) -> None:
    upload = group(bob, "hoffmann", "doubtful", **FOR_ALL)
    bob.post(reverse("stays:upload_confirm", args=[upload.pk]), {"good": "1"})
    UndeclaredRow.objects.update(created_at=clock.now() - timedelta(days=Keep.DRAFT.value + 1))
    service.redact_undeclared(system("test"))
    row = UndeclaredRow.objects.get()
    assert not bytes(row.answers) and row.texts
    assert service.read_rows([row])[0].errors[0].code == "picture_unsure"


def test_rows_left_out_of_a_programs_file_wait_for_people(world: Any, bob: Client) -> None:
    pms = Program(make_token(world.lodging))
    assert pms.raw("POST", "files?dry_run=true", csv(line(), WRONG)).status_code == 207
    assert not UndeclaredRow.objects.exists()
    assert pms.raw("POST", "files?name=dem.csv", csv(line(), WRONG)).status_code == 207
    assert "1 guest is not declared yet" in strip(bob) and "dem.csv" in strip(bob)
    held_file = csv(line("HELD", "H10417"), line("B", "A20417", "!!"))
    assert pms.raw("POST", "files?mode=all_or_nothing", held_file).status_code == 422
    assert "Declare 1 guest" in page(bob) and waiting_count(bob) == 3  # one was right and waits for the other
    pms.raw("POST", "files", csv(line("HELD", "H10417"), line("B", "A20417", "IDN")))
    assert waiting_count(bob) == 1


@pytest.mark.slow
def test_a_row_that_takes_another_guests_place_waits_with_the_reason(bob: Client) -> None:
    declare_file(bob, line(), line("SOMEBODY ELSE", "M3820042").replace("1990", "1971"), good=1)
    row = UndeclaredRow.objects.get()
    assert row.refusal and "Declare" not in page(bob).partition("data-bulk")[0].partition("<main")[2].replace(
        "Guests not declared", ""
    ).replace(screen_texts.NOT_DECLARED_YET, "")
    refusal_page = bob.post(row_url(row), answers(bob, row, declare="1"), follow=True).content.decode()
    assert "SOMEBODY ELSE: " in refusal_page and waiting_count(bob) == 1
    bob.post(row_url(row), answers(bob, row, document_number="M3820043", declare="1"))
    assert Stay.objects.count() == 2 and waiting_count(bob) == 0


def test_a_file_that_was_never_confirmed_waits_too(bob: Client) -> None:
    send(bob, csv(line()), "doan.csv")
    upload = Upload.objects.get()
    assert "doan.csv" in strip(bob) and reverse("stays:upload_preview", args=[upload.pk]) in strip(bob)
    bob.post(reverse("stays:upload_discard", args=[upload.pk]))
    assert "doan.csv" in strip(bob), "a reason is asked for"
    bob.post(reverse("stays:upload_discard", args=[upload.pk]), {"dismissal": "repeated"})
    assert "doan.csv" not in strip(bob)


def test_the_files_page_counts_who_was_declared_or_dismissed_since(bob: Client) -> None:
    faulty_lines = [line(name, f"{name}20417", "??") for name in "ABC"]
    url = declare_file(bob, line(), WRONG, *faulty_lines, good=1).request["PATH_INFO"]
    corrected, otherwise, dismissed, _waiting = UndeclaredRow.objects.order_by("position")
    bob.post(row_url(corrected), answers(bob, corrected, nationality="IDN", declare="1"))
    bob.post(reverse("stays:declare"), form_answers(full_name="A", document_number="A20417", birth_date="08/03/1990"))
    bob.post(reverse("stays:undeclared_dismiss"), {"row": [dismissed.pk], "dismissal": "no_guest"})
    outcome_page = bob.get(url)
    body = outcome_page.content.decode()
    assert "1 declared + 0 declared before + 2 declared separately + 1 dismissed + 1 refused" in body
    assert all(f'href="{reverse("stays:stay", args=[stay.pk])}"' in body for stay in Stay.objects.order_by("pk")[1:])
    assert [row.values.full_name for row, _entry in outcome_page.context["refused"]] == ["C"]
    assert outcome_page.context["waiting"] == waiting_count(bob) == 1 and "1 guest is not declared yet" in strip(bob)
    assert otherwise.state == "open" and "did not stay here" in body


@pytest.mark.slow
def test_the_guests_of_a_preview_that_ended_wait_one_by_one(bob: Client) -> None:
    declare_file(bob, line(), good=1)
    corrected = line("TO CORRECT", "C0000001", "!!")
    preview = send(bob, csv(line(), line("NEW GUEST", "N0000001"), line("NGUYEN VAN A", "B1234567", "VNM"), corrected))
    upload = preview.context["upload"]
    url = reverse("stays:upload_row", args=[upload.pk, 4])
    bob.post(url, answers_of(bob.get(url).context["form"]) | {"nationality": "KOR"})
    ends = f"{clock.local(upload.created_at + timedelta(days=2)):%d/%m/%Y %H:%M}"
    assert ends in strip(bob) and f"together until {ends}" in preview.content.decode()
    Upload.objects.update(created_at=clock.now() - timedelta(days=3))
    assert retention.redact_uploads(system("test")) == 2
    assert waiting_count(bob) == 2 and "2 guests are not declared yet" in strip(bob)
    listed = bob.get(reverse(LIST))
    assert listed.context["ready"] == 2 and "TO CORRECT" in listed.content.decode()
    upload.refresh_from_db()
    assert (upload.state, upload.corrections, upload.file_name) == ("done", {}, "")
    assert bob.get(reverse("stays:upload_preview", args=[upload.pk])).status_code == 200


def test_the_page_of_an_emptied_file_opens_without_what_differed(bob: Client) -> None:
    declare_file(bob, line(), good=1)
    page = declare_file(bob, line().replace(",12,", ",14,"), good=1)
    assert page.context["differing"]
    Upload.objects.update(created_at=clock.now() - timedelta(days=3))
    retention.redact_uploads(system("test"))
    assert bob.get(page.request["PATH_INFO"]).status_code == 200
    assert not any(upload.outcome["differs"] for upload in Upload.objects.all())


def test_a_discarded_file_dismisses_its_undeclared_guests_with_one_reason(bob: Client) -> None:
    declare_file(bob, line(), good=1)
    waiting_line = line("WAITS ALREADY", "W0000001", "!!")
    declare_file(bob, line(), waiting_line, good=1)
    send(bob, csv(line(), line("NGUYEN VAN A", "B1234567", "VNM"), line("NEW GUEST", "N0000001"), waiting_line))
    url = reverse("stays:upload_discard", args=[Upload.objects.latest("created_at").pk])
    bob.post(url, {"dismissal": "other", "reason": "last year’s file"})
    dismissed_row = UndeclaredRow.objects.get(state="dismissed")
    assert (dismissed_row.full_name, dismissed_row.reason) == ("NEW GUEST", "last year’s file")
    assert waiting_count(bob) == 1, "the guest of the earlier file still waits"


def test_a_dismissal_without_a_reason_is_asked_about_where_it_was_sent(bob: Client) -> None:
    declare_file(bob, line(), WRONG, line("B", "A20417", "!!"), good=1)
    first, second = UndeclaredRow.objects.order_by("position")
    url = reverse("stays:undeclared_dismiss")
    page = bob.post(url, {"row": [first.pk], "on_row": "1", "dismissal": "other"})
    body = page.content.decode()
    assert page.status_code == 422 and '<details class="card pad" id="dismiss" open>' in body
    assert body.count("data-errors") == 1 and "Say in a sentence" in body and 'href="#id_reason"' in body
    listed = bob.post(url, {"row": [second.pk], "dismissal": "other"}).content.decode()
    listed = without_line_breaks(listed)
    assert f'value="{second.pk}" data-select checked>' in listed and listed.count("data-select checked") == 1
    assert listed.count("data-errors") == 1 and not UndeclaredRow.objects.exclude(state="open").exists()


def test_rows_are_the_lodgings_own(world: Any, bob: Client) -> None:
    declare_file(bob, line(), WRONG, good=1)
    row = UndeclaredRow.objects.get()
    assert world.client("alice").get(row_url(row)).status_code == 200
    for name, status in (("charlie", 404), ("olga", 403)):
        stranger = world.client(name)
        assert stranger.get(row_url(row)).status_code == status
        assert stranger.post(row_url(row), {"nationality": "IDN"}).status_code == status
        assert "SUTARNO" not in stranger.get(reverse(LIST)).content.decode()
        assert stranger.post(reverse("stays:undeclared_reopen", args=[row.pk])).status_code == status
    world.client("charlie").post(reverse("stays:undeclared_dismiss"), {"row": [row.pk], "dismissal": "no_guest"})
    world.client("charlie").post(reverse("stays:undeclared_fill", args=[row.upload_id]), {"room": "1"})
    row.refresh_from_db()
    assert row.state == UndeclaredState.OPEN and row.texts["room"] == "12"


def test_a_suspended_lodging_keeps_its_rows_and_declares_none(world: Any, bob: Client) -> None:
    declare_file(bob, line(), WRONG, good=1)
    row = UndeclaredRow.objects.get()
    world.lodging.status = "suspended"
    world.lodging.save()
    answer = bob.post(row_url(row), answers(bob, row, nationality="IDN", declare="1"), follow=True)
    assert "not active" in answer.content.decode() and Stay.objects.count() == 1
    row.refresh_from_db()
    assert (row.state, row.texts["nationality"]) == ("open", "IDN")


def test_rows_go_when_their_time_is_over(world: Any, bob: Client) -> None:
    declare_file(bob, line(), WRONG, line("B", "A20417", "!!"), good=1)
    first, second = UndeclaredRow.objects.order_by("position")
    service.dismiss_undeclared(
        actor=world.actor("bob"), pks=[first.pk], dismissal=Dismissal.ANOTHER_REASON, reason="Sutarno về nhà"
    )
    UndeclaredRow.objects.update(created_at=clock.now() - timedelta(days=Keep.SOURCE_FILE.value + 1))
    assert service.redact_undeclared(system("test")) == 2
    assert service.redact_undeclared(system("test")) == 0
    for row in UndeclaredRow.objects.all():
        assert not row.texts and not row.digest and not row.reason and not row.document_number
    second.refresh_from_db()
    assert second.state == UndeclaredState.EXPIRED and waiting_count(bob) == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_often_for_three_as_for_one(rows: int, bob: Client, expect_queries: ExpectQueries) -> None:
    declare_file(bob, line(), *(line(f"B {n}", f"A{n}0417", "??") for n in range(rows)), good=1)
    page(bob)
    with expect_queries():
        page(bob)


def test_two_at_once_settle_a_row_once(world: Any, bob: Client) -> None:
    declare_file(bob, line(), WRONG, good=1)
    row = UndeclaredRow.objects.get()
    service.correct_undeclared(actor=world.actor("bob"), pk=row.pk, texts={"nationality": "IDN"})
    assert len(service.declare_undeclared(actor=world.actor("bob"), pks=[row.pk])) == 1
    assert service.declare_undeclared(actor=world.actor("bob"), pks=[row.pk]) == []
    with pytest.raises(Conflict):
        service.correct_undeclared(actor=world.actor("bob"), pk=row.pk, texts={})
    assert not waiting_rows(world.actor("bob")).exists() and not waiting_rows(world.actor("charlie")).exists()
