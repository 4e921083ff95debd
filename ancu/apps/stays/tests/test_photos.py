"""A passport's picture on the declaration form, and a group of them."""

import io
import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from PIL import Image

import ancu.engines.passports as passports
from ancu.apps.audit.models import Event
from ancu.apps.files.models import StoredFile
from ancu.apps.files.services import delete_expired, read_bytes
from ancu.apps.lodging.services import create_token
from ancu.apps.stays.forms.picture import row_answers
from ancu.apps.stays.models import Picture, Stay, Submission, UndeclaredRow, Upload
from ancu.apps.stays.selectors.tasks import waiting_tasks
from ancu.apps.stays.services import photos, pictures, retention, uploads
from ancu.apps.stays.tests.factories import make_stay
from ancu.apps.stays.tests.test_uploads import answers_of
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.testing import texts as screen_texts
from ancu.core.testing.query_counts import ExpectQueries
from ancu.engines.passports import FieldAnswer
from ancu.engines.passports.reading import read_passport_image

pytestmark = pytest.mark.django_db
PICTURES = Path(passports.__file__).parent / "tests" / "pictures"
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture(autouse=True)
def _files_of_the_test(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same reading without a process for each picture, which has tests of its own (``engines.passports``)."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(passports, "read_passport", read_passport_image)
    monkeypatch.setattr("ancu.apps.stays.views.photos.prepare_reader", lambda: None)
    monkeypatch.setattr("ancu.apps.stays.views.declare.prepare_reader", lambda: None)
    cache.clear()


def sent(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{name}.jpg", (PICTURES / f"{name}.jpg").read_bytes(), "image/jpeg")


def sent_together(*names: str) -> SimpleUploadedFile:
    """The pictures of several passports as one, beside each other."""
    images = [Image.open(PICTURES / f"{name}.jpg").convert("RGB") for name in names]
    size = sum(image.width for image in images), max(image.height for image in images)
    joined = Image.new("RGB", size, "white")
    for number, image in enumerate(images):
        joined.paste(image, (sum(before.width for before in images[:number]), 0))
    out = io.BytesIO()
    joined.save(out, "JPEG", quality=92)
    return SimpleUploadedFile("both.jpg", out.getvalue(), "image/jpeg")


def day(offset: int) -> str:
    return f"{clock.today() + timedelta(days=offset):%d/%m/%Y}"


def test_without_script_the_form_comes_back_filled_and_keeps_what_was_typed(world: Any) -> None:
    client = world.client("bob")
    typed = {"full_name": "HOFFMANN JÖRG", "room": "5A", "picture": sent("hoffmann"), "client_reference": "abc"}
    answer = client.post(reverse("stays:photo"), typed)
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    form = answer.context["form"]
    assert form["full_name"].value() == "HOFFMANN JÖRG" and form["room"].value() == "5A"
    assert form["document_number"].value() == "C01X0T478" and form["nationality"].value() == "DEU"
    assert form["document_expiry"].value() == "15/01/2033" and not form["permitted_until"].value()
    page = answer.content.decode()
    assert "You entered “HOFFMANN JÖRG”; we kept your answer." in page and 'value="abc"' in page
    assert page.count("data:image/jpeg;base64,") == 6
    assert "This is not the day the guest may stay until" in page
    assert not Stay.objects.exists() and not StoredFile.objects.exists() and not Picture.objects.exists()


def test_the_script_gets_the_answers_alone(world: Any) -> None:
    page = world.client("bob").post(reverse("stays:photo"), {"picture": sent("kim")}, headers=FETCH).content.decode()
    assert "<html" not in page
    assert 'data-read="nationality" data-value="KOR"' in page and 'data-value="14/02/1990"' in page
    event = Event.objects.get(act="stays.passport_read")
    assert event.subject_id == str(world.lodging.pk) and event.details["outcome"] == "certain"
    assert "KIM" not in str(event.details)


@pytest.mark.slow
def test_doubtful_characters_are_marked_with_what_else_they_may_be(world: Any) -> None:
    answer = world.client("bob").post(reverse("stays:photo"), {"picture": sent("doubtful")}, headers=FETCH)
    page = answer.content.decode()
    assert "but some characters are uncertain" in page and "<mark>" in page and "may be" in page


@pytest.mark.parametrize("name", ["blurred", None])
def test_what_cannot_be_read_says_why_and_loses_nothing(world: Any, name: str | None) -> None:
    client = world.client("bob")
    typed = {"full_name": "KIM NA RA", "room": "7"} | ({"picture": sent(name)} if name else {})
    answer = client.post(reverse("stays:photo"), typed)
    assert answer.status_code == 422 and answer.context["form"]["full_name"].value() == "KIM NA RA"
    page = answer.content.decode()
    assert (
        (screen_texts.THE_PICTURE_IS_BLURRED in page and "camera focuses" in page)
        if name
        else "No picture was sent" in page
    )
    assert "enter the guest by hand" in page


def test_a_lodging_has_so_many_pictures_read_an_hour(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "READS_AN_HOUR", 1)
    statuses = [
        world.client(name).post(reverse("stays:photo"), {"picture": sent("kim")}, headers=FETCH).status_code
        for name in ("bob", "alice")
    ]
    assert statuses == [200, 422]


@pytest.mark.slow
def test_a_picture_is_kept_only_where_the_office_says_so_encrypted_and_for_its_time(world: Any, settings: Any) -> None:
    settings.PASSPORT_PICTURES_DAYS, settings.PASSPORT_PICTURES_BASIS = 30, "Quyết định 12/QĐ-CAT"
    client = world.client("bob")
    answer = client.post(reverse("stays:photo"), {"picture": sent("kim")})
    file = StoredFile.objects.get()
    assert file.purpose == "passport" and (file.delete_after - clock.now()).days == 1  # a draft, until it is declared
    assert read_bytes(file).startswith(b"\xff\xd8") and b"Exif" not in read_bytes(file)
    on_disk = next(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()).read_bytes()
    assert on_disk.startswith(b"ANC2") and b"\xff\xd8\xff" not in on_disk
    read = Event.objects.get(act="stays.passport_read").details
    assert read["file"] == str(file.pk) and read["basis"] == "Quyết định 12/QĐ-CAT"
    assert "The office stores it for 30 days" in answer.content.decode()
    answers = {**answer.context["form"].initial, "permitted_until": day(20), "expected_departure": day(2), "room": "5"}
    answers |= {"picture_file": str(file.pk), "arrived_on": day(0)}
    refused = client.post(reverse("stays:declare"), {**answers, "document_number": ""})
    assert refused.status_code == 422 and f'name="picture_file" value="{file.pk}"' in refused.content.decode()
    assert client.post(reverse("stays:declare"), answers).status_code == 302
    assert Submission.objects.get().source_file == file
    file.refresh_from_db()
    assert (file.delete_after - clock.now()).days == 29
    StoredFile.objects.update(delete_after=clock.now() - timedelta(minutes=1))
    assert delete_expired(system("test")) == 1 and Submission.objects.get().source_file is None


@pytest.fixture
def keeping(settings: Any) -> None:
    settings.PASSPORT_PICTURES_DAYS, settings.PASSPORT_PICTURES_BASIS = 30, "Quyết định 12/QĐ-CAT"


@pytest.mark.slow
@pytest.mark.usefixtures("keeping")
def test_the_officer_sees_what_is_kept_of_a_declaration_and_each_look_is_on_record(world: Any) -> None:
    stay = declared_by_picture(world.client("bob"))
    olga = world.client("olga")
    page = reverse("stays:submission-pictures", args=[stay.submission_id])
    assert page in olga.get(reverse("stays:submission", args=[stay.submission_id])).content.decode()
    assert f"{page}?stay={stay.pk}" in olga.get(reverse("stays:stay-office", args=[stay.pk])).content.decode()
    page_of_officer = olga.get(page)
    file = StoredFile.objects.get()
    address = reverse("stays:submission-picture", args=[stay.submission_id, file.pk])
    assert address in page_of_officer.content.decode() and "Quyết định 12/QĐ-CAT" in page_of_officer.content.decode()
    drawn = olga.get(address)
    assert drawn["Content-Type"] == "image/jpeg" and drawn.content.startswith(b"\xff\xd8")
    assert "no-store" in drawn["Cache-Control"] and "no-store" in page_of_officer["Cache-Control"]
    looks = Event.objects.filter(act="looked").order_by("-id")
    assert looks[0].subject_id == str(stay.pk) and looks[0].details == {"picture": str(file.pk)}
    assert looks[1].details == {"stays": [stay.pk], "pictures": 1}
    for name in ("pavel", "bob"):
        assert {world.client(name).get(url).status_code for url in (page, address)} == {404}, name
    StoredFile.objects.update(delete_after=clock.now() - timedelta(minutes=1))
    delete_expired(system("test"))
    assert (
        "There is no picture of this declaration" in olga.get(page).content.decode()
        and olga.get(address).status_code == 404
    )
    assert page not in olga.get(reverse("stays:submission", args=[stay.submission_id])).content.decode()


def declared_by_picture(client: Client) -> Stay:
    answer = client.post(reverse("stays:photo"), {"picture": sent("kim")})
    answers = {**answer.context["form"].initial, "permitted_until": day(20), "expected_departure": day(2), "room": "5"}
    answers |= {"picture_file": str(answer.context["kept_picture"].pk), "arrived_on": day(0)}
    assert client.post(reverse("stays:declare"), answers).status_code == 302
    return Stay.objects.get()


@pytest.mark.slow
@pytest.mark.usefixtures("keeping")
def test_of_a_group_only_the_pictures_of_declared_guests_are_kept(world: Any) -> None:
    client = world.client("bob")
    declared_by_picture(client)  # Kim, who is in the group once more
    upload = group(client, "hoffmann", "kim", "doubtful", **FOR_ALL)
    taken_anew = {"picture": sent("hoffmann"), "position": "1"}
    client.post(reverse("stays:photos_add", args=[upload.pk]), taken_anew, headers=FETCH)
    assert StoredFile.objects.count() == 4  # the first picture of the first guest is gone
    client.post(reverse("stays:upload_confirm", args=[upload.pk]), {"good": "2"})
    hoffmann = Stay.objects.get(nationality="DEU")
    page = reverse("stays:submission-pictures", args=[hoffmann.submission_id])
    page_of_officer = world.client("olga").get(page)
    assert [kept_picture.stay for kept_picture in page_of_officer.context["pictures"]] == [hoffmann]
    assert (page_of_officer.context["pictures"][0].file.delete_after - clock.now()).days == 29
    assert StoredFile.objects.count() == 3  # hers, Kim's of before, and the one of the guest who waits
    dismissal = {"row": [UndeclaredRow.objects.get().pk], "dismissal": "no_guest"}
    client.post(reverse("stays:undeclared_dismiss"), dismissal)
    assert StoredFile.objects.count() == 2
    another_page = world.client("olga").get(f"{page}?stay={Stay.objects.get(nationality='KOR').pk}")
    assert another_page.context["pictures"] == []


@pytest.mark.slow
@pytest.mark.usefixtures("keeping")
def test_a_guest_of_a_group_who_is_declared_later_keeps_the_picture(world: Any) -> None:
    client = world.client("bob")
    upload = group(client, "hoffmann", "doubtful", **FOR_ALL)
    client.post(reverse("stays:upload_confirm", args=[upload.pk]), {"good": "1"})
    row = reverse("stays:undeclared_row", args=[UndeclaredRow.objects.get().pk])
    client.post(reverse("stays:undeclared_compared", args=[UndeclaredRow.objects.get().pk]))
    answers = {**client.get(row).context["form"].initial, "document_number": "TR7654321", "declare": "1"}
    client.post(row, {name: text or "" for name, text in answers.items()})
    later_stay = Stay.objects.latest("pk")
    page = reverse("stays:submission-pictures", args=[later_stay.submission_id])
    [kept_picture] = world.client("olga").get(page).context["pictures"]
    assert kept_picture.stay == later_stay and (kept_picture.file.delete_after - clock.now()).days == 29


@pytest.mark.slow
@pytest.mark.usefixtures("keeping")
def test_a_picture_without_a_declaration_goes_as_a_draft_and_a_programs_is_not_kept(world: Any) -> None:
    world.client("bob").post(reverse("stays:photo"), {"picture": sent("kim")})
    declared = declared_by_picture(world.client("bob"))
    second_answer = world.client("bob").post(reverse("stays:photo"), {"picture": sent("kim")})
    answers = {
        **second_answer.context["form"].initial,
        "permitted_until": day(20),
        "expected_departure": day(2),
        "room": "5",
    }
    answers |= {"picture_file": str(second_answer.context["kept_picture"].pk), "arrived_on": day(0)}
    world.client("bob").post(reverse("stays:declare"), answers)  # already declared: it hangs on nothing
    assert StoredFile.objects.count() == 2
    _token, secret = create_token(world.actor("alice"), establishment=world.lodging, name="program")
    program = Client(headers={"authorization": f"Bearer {secret}"})
    assert program.post("/api/v1/documents/read", {"image": sent("kim")}).status_code == 200
    assert StoredFile.objects.count() == 2
    StoredFile.objects.exclude(pk=declared.submission.source_file_id).update(delete_after=clock.now())
    assert delete_expired(system("test")) == 1


@pytest.mark.slow
def test_another_lodgings_picture_is_not_taken_for_ones_own(world: Any, settings: Any) -> None:
    settings.PASSPORT_PICTURES_DAYS, settings.PASSPORT_PICTURES_BASIS = 30, "QĐ 12"
    world.client("bob").post(reverse("stays:photo"), {"picture": sent("kim")})
    file = StoredFile.objects.get()
    assert photos.kept_picture(world.actor("bob"), str(file.pk)) == file
    assert photos.kept_picture(world.actor("charlie"), str(file.pk)) is None
    assert photos.kept_picture(world.actor("bob"), "nonsense") is None


@pytest.mark.slow
def test_keeping_pictures_needs_a_legal_basis() -> None:
    environment = os.environ | {"PASSPORT_PICTURES_DAYS": "30"}
    command = [sys.executable, "-c", "import ancu.config.settings"]
    for basis, code in (("", 1), ("Quyết định 12/QĐ-CAT", 0)):
        done = subprocess.run(
            command, env=environment | {"PASSPORT_PICTURES_BASIS": basis}, capture_output=True, text=True, check=False
        )
        assert done.returncode == code and ("legal basis" in done.stderr) == (code == 1)


def group(client: Client, *names: str, **answers: str) -> Upload:
    data = {"picture": [sent(name) for name in names], **answers}
    answer = client.post(reverse("stays:photos"), data)
    assert answer.status_code == 302, answer.content.decode()
    return Upload.objects.get(state="preview")


FOR_ALL = {"room": "12", "arrived_on": day(0), "expected_departure": day(2), "permitted_until": day(30)}


@pytest.mark.slow
def test_a_group_is_read_previewed_and_declared_as_one(world: Any) -> None:
    client = world.client("bob")
    upload = group(client, "hoffmann", "kim", "doubtful", "blurred", **FOR_ALL)
    preview = reverse("stays:upload_preview", args=[upload.pk])
    answer = client.get(preview)
    assert (answer.context["total"], answer.context["good"], answer.context["bad"]) == (4, 2, 2)
    page = answer.content.decode()
    assert page.count("data:image/jpeg") >= 6 and "<mark>" in page and screen_texts.THE_PICTURE_IS_BLURRED in page
    assert not Stay.objects.exists()
    client.post(reverse("stays:photos_right", args=[upload.pk, 3]))
    client.post(reverse("stays:photos_remove", args=[upload.pk, 4]), {"dismissal": "repeated"})
    answer = client.get(preview)
    assert (answer.context["total"], answer.context["good"]) == (3, 3)
    answers = {"good": "3", "sure": answer.context["sure"]}  # the specimen's number looks like a placeholder
    outcome_page = client.post(reverse("stays:upload_confirm", args=[upload.pk]), answers, follow=True)
    assert "3 guests declared" in outcome_page.content.decode()
    submission = Submission.objects.get()
    assert submission.channel == "photo" and submission.accepted_count == 3
    rows = Stay.objects.order_by("position")
    assert [stay.nationality for stay in rows] == ["DEU", "KOR", "JPN"]
    assert {(stay.room, stay.arrived_on, stay.permitted_until) for stay in rows} == {
        ("12", clock.today(), clock.today() + timedelta(days=30))
    }
    assert not Picture.objects.exclude(answers=b"").exists()  # nothing of the pictures is left


@pytest.mark.slow
def test_a_group_of_one_unread_picture_is_shown(world: Any) -> None:
    client = world.client("bob")
    upload = group(client, "blurred")
    for name, more in (("upload_preview", []), ("photos_remove", [1])):
        assert client.get(reverse(f"stays:{name}", args=[upload.pk, *more])).status_code == 200
    client.post(reverse("stays:photos_remove", args=[upload.pk, 1]), {"dismissal": "no_person"})
    client.post(reverse("stays:undeclared_reopen", args=[UndeclaredRow.objects.get().pk]))
    assert client.get(reverse("stays:undeclared")).status_code == 200


@pytest.mark.slow
def test_an_unread_picture_is_written_in_by_hand_and_one_row_may_differ(world: Any) -> None:
    client = world.client("bob")
    upload = group(client, "blurred", "kim", **FOR_ALL)
    row = reverse("stays:upload_row", args=[upload.pk, 1])
    written = answers_of(client.get(row).context["form"]) | {
        "full_name": "LEE", "birth_date": "1990", "sex": "F", "nationality": "KOR", "document_number": "M7654321",
        "room": "14",
    }  # fmt: skip
    assert client.post(row, written).status_code == 302
    client.post(reverse("stays:photos_group", args=[upload.pk]), {**FOR_ALL, "room": "15"})
    client.post(reverse("stays:upload_confirm", args=[upload.pk]), {"good": "2"})
    assert dict(Stay.objects.values_list("document_number", "room")) == {"M7654321": "14", "M38200429": "15"}


def test_an_older_page_writes_over_nothing_that_all_have_in_common(world: Any) -> None:
    bob, alice = world.client("bob"), world.client("alice")
    upload = group(bob, "kim", **FOR_ALL)
    url = reverse("stays:photos_group", args=[upload.pk])
    older = answers_of(bob.get(url).context["form"]) | {"page_texts": json.dumps(upload.group)}
    alice.post(url, older | {"room": "15"})
    page = bob.post(url, older | {"room": "16"})
    body = page.content.decode()
    assert page.status_code == 409 and "Someone else has changed" in body and "Alice" in body
    assert "<del>12</del> → <ins>15</ins>" in body and page.context["form"]["room"].value() == "16"
    assert bob.post(url, older | {"expected_departure": day(4)}).status_code == 302  # another field: both stand
    upload.refresh_from_db()
    assert (upload.group["room"], upload.group["expected_departure"]) == ("15", f"{clock.today() + timedelta(days=4)}")
    latest = answers_of(page.context["form"]) | {"page_texts": json.dumps(page.context["form"].initial["page_texts"])}
    assert bob.post(url, latest).status_code == 302
    upload.refresh_from_db()
    assert upload.group["room"] == "16"


@pytest.mark.slow
def test_a_second_passport_in_a_picture_is_named_and_its_row_waits(world: Any) -> None:
    client = world.client("bob")
    page = client.post(reverse("stays:photo"), {"picture": sent_together("hoffmann", "kim")}, headers=FETCH)
    names = [answer.value for answer in page.context["answers"] if answer.name == "full_name"]
    second_name = "KIM" if names[0].startswith("HOFFMANN") else "HOFFMANN"
    assert f"The picture also shows the document of {second_name}" in page.content.decode()
    assert page.context["sure"] == all(answer.sure for answer in page.context["answers"]), "doubt is of characters"
    answer = client.post(reverse("stays:photos"), {"picture": [sent_together("hoffmann", "kim")], **FOR_ALL})
    preview = client.get(answer["Location"])
    assert (preview.context["total"], preview.context["bad"]) == (2, 1)
    assert f"in the same picture as that of {names[0]}" in preview.content.decode()
    upload = Upload.objects.get(state="preview")
    second = Picture.objects.get(upload=upload, position__gt=pictures.BESIDE)
    for good, position in enumerate((1, second.position), 1):
        client.post(reverse("stays:photos_right", args=[upload.pk, position]))
        assert client.get(answer["Location"]).context["good"] == good


@pytest.mark.slow
def test_the_form_for_one_guest_keeps_a_second_passport_to_be_declared_next(world: Any) -> None:
    client = world.client("bob")
    page = client.post(reverse("stays:photo"), {"picture": sent_together("hoffmann", "kim")})
    undeclared = UndeclaredRow.objects.get()
    assert f'name="picture_others" value="{undeclared.pk}"' in page.content.decode()
    answers = answers_of(page.context["form"]) | {
        "picture_others": str(undeclared.pk), "room": "5", "expected_departure": day(2), "permitted_until": day(20),
    }  # fmt: skip
    refused = client.post(reverse("stays:declare"), answers | {"room": ""})
    assert refused.status_code == 422 and f'value="{undeclared.pk}"' in refused.content.decode()
    receipt = client.post(reverse("stays:declare"), answers, follow=True).content.decode()
    row_url = reverse("stays:undeclared_row", args=[undeclared.pk])
    assert f"document of {undeclared.full_name}, not declared yet" in receipt and f'href="{row_url}"' in receipt
    client.post(row_url, answers_of(client.get(row_url).context["form"]) | {"declare": "1", "page_texts": ""})
    assert set(Stay.objects.values_list("room", flat=True)) == {"5"} and Stay.objects.count() == 2
    assert photos.undeclared_others(world.actor("charlie"), str(undeclared.pk)) is None


@pytest.mark.slow
def test_a_second_passport_of_the_form_waits_on_today_once_for_each_person(world: Any) -> None:
    client, passports = world.client("bob"), ("hoffmann", "kim")
    for _reading in range(2):
        page = client.post(reverse("stays:photo"), {"picture": sent_together(*passports)})
        assert page.context["others"].names == UndeclaredRow.objects.get().full_name
    Upload.objects.update(created_at=clock.now() - timedelta(days=3))
    retention.redact_uploads(system("test"))
    [pile] = [pile for pile in waiting_tasks(world.actor("bob")) if pile.key == "undeclared"]
    assert [task.title for task in pile.tasks] == ["1 guest is not declared yet"]
    row = UndeclaredRow.objects.get()
    assert row.full_name in client.get(reverse("stays:undeclared")).content.decode()
    client.post(reverse("stays:undeclared_dismiss"), {"row": [row.pk], "dismissal": "no_guest"})
    assert client.get(reverse("stays:undeclared")).context["total"] == 0
    client.post(reverse("stays:photo"), {"picture": sent_together(*passports)})
    assert client.get(reverse("stays:undeclared")).context["total"] == 1, "who comes later is not left out"


@pytest.mark.slow
def test_a_second_passport_of_a_guest_in_the_house_does_not_wait(world: Any) -> None:
    client = world.client("bob")
    client.post(reverse("stays:photo"), {"picture": sent_together("hoffmann", "kim")})
    row = UndeclaredRow.objects.get()
    make_stay(
        world.lodging, row.full_name, document_number=row.document_number, birth_date=row.birth_date,
        declared_at=clock.now() - timedelta(days=1),
    )  # fmt: skip
    UndeclaredRow.objects.all().delete()
    page = client.post(reverse("stays:photo"), {"picture": sent_together("hoffmann", "kim")})
    assert page.context["others"] is None and not UndeclaredRow.objects.exists()


@pytest.mark.slow
@pytest.mark.parametrize("is_second", [False, True])
def test_a_passport_of_a_picture_of_two_is_taken_out_with_a_reason(world: Any, is_second: bool) -> None:
    client = world.client("bob")
    upload, second = two_in_one(client)
    position = second.position if is_second else 1
    whom = Picture.objects.get(position=position).texts["full_name"]
    url = reverse("stays:photos_remove", args=[upload.pk, position])
    assert f'href="{url}"' in client.get(reverse("stays:upload_preview", args=[upload.pk])).content.decode()
    assert whom in client.get(url).content.decode()
    assert client.post(url).status_code == 422 and upload.pictures.count() == 2
    assert client.post(url, {"dismissal": "other", "reason": "only looked at a room"}).status_code == 302
    assert upload.pictures.count() == 1
    row = UndeclaredRow.objects.get()
    assert (row.state, row.full_name, row.reason) == ("dismissed", whom, "only looked at a room")
    client.post(reverse("stays:undeclared_reopen", args=[row.pk]))
    assert client.get(reverse("stays:undeclared")).context["total"] == 1
    remaining = upload.pictures.get().position
    client.post(reverse("stays:photos_right", args=[upload.pk, remaining]))
    client.post(reverse("stays:upload_confirm", args=[upload.pk]), {"good": "1"})
    assert Stay.objects.count() == 1


@pytest.mark.slow
def test_each_passport_of_a_picture_is_taken_out_with_a_reason_of_its_own(world: Any) -> None:
    client = world.client("bob")
    upload, second = two_in_one(client)
    for position, reason in ((second.position, "the driver"), (1, "left at once")):
        url = reverse("stays:photos_remove", args=[upload.pk, position])
        assert client.post(url).status_code == 422
        client.post(url, {"dismissal": "other", "reason": reason})
    assert set(UndeclaredRow.objects.values_list("state", "reason")) == {
        ("dismissed", "the driver"),
        ("dismissed", "left at once"),
    }
    assert not upload.pictures.exists() and photos.next_position(upload) == 2


@pytest.mark.slow
@pytest.mark.parametrize("kept_days", [0, 30])
def test_a_group_discarded_asks_one_reason_for_all(world: Any, settings: Any, kept_days: int) -> None:
    settings.PASSPORT_PICTURES_DAYS, settings.PASSPORT_PICTURES_BASIS = kept_days, "a basis"
    client = world.client("bob")
    upload = group(client, "kim", "blurred", **FOR_ALL)
    url = reverse("stays:upload_discard", args=[upload.pk])
    page = client.get(url).content.decode()
    assert "2 guests in it are not declared" in page
    assert client.post(url, {"dismissal": "other"}).status_code == 422 and not UndeclaredRow.objects.exists()
    client.post(url, {"dismissal": "other", "reason": "another lodging’s"})
    rows = UndeclaredRow.objects.values_list("state", "reason", "position")
    assert set(rows) == {("dismissed", "another lodging’s", 1), ("dismissed", "another lodging’s", 2)}
    assert not StoredFile.objects.exists()
    client.post(reverse("stays:undeclared_reopen", args=[UndeclaredRow.objects.get(position=1).pk]))
    assert client.get(reverse("stays:undeclared")).context["total"] == 1


def two_in_one(client: Client, *more: str) -> tuple[Upload, Picture]:
    """A group whose first picture shows two passports; the group, and the row of the second."""
    sent_pictures = [sent_together("hoffmann", "kim"), *map(sent, more)]
    client.post(reverse("stays:photos"), {"picture": sent_pictures, **FOR_ALL})
    upload = Upload.objects.get(state="preview")
    return upload, Picture.objects.get(upload=upload, position__gt=pictures.BESIDE)


@pytest.mark.slow
def test_the_second_passport_of_a_picture_waits_whatever_is_mended_beside_it(world: Any) -> None:
    client = world.client("bob")
    upload, second = two_in_one(client, "tanaka")
    row_url, preview_url = (reverse(f"stays:{name}", args=[upload.pk, *more]) for name, more in (
        ("upload_row", [1]), ("upload_preview", []),
    ))  # fmt: skip
    client.post(row_url, answers_of(client.get(row_url).context["form"]) | {"room": "14"})
    client.post(reverse("stays:photos_right", args=[upload.pk, 2]))
    assert client.post(reverse("stays:photos_remove", args=[upload.pk, second.position])).status_code == 422
    preview = client.get(preview_url)
    assert (preview.context["total"], preview.context["good"], preview.context["bad"]) == (3, 2, 1)
    confirmed = {"good": "2", "sure": preview.context["sure"]}
    client.post(reverse("stays:upload_confirm", args=[upload.pk]), confirmed)
    assert Stay.objects.count() == 2
    row = UndeclaredRow.objects.get()
    assert row.full_name == second.texts["full_name"]
    list_page = client.get(reverse("stays:undeclared")).content.decode()
    assert (
        second.texts["full_name"] in list_page and "in the same picture as" in list_page and "1000001" not in list_page
    )
    client.post(reverse("stays:undeclared_dismiss"), {"row": [row.pk], "dismissal": "no_guest"})
    assert client.get(reverse("stays:undeclared")).context["total"] == 0


@pytest.mark.slow
def test_a_passport_photographed_alone_too_is_one_row(world: Any) -> None:
    client = world.client("bob")
    upload, second = two_in_one(client)
    alone = "kim" if second.texts["full_name"].startswith("KIM") else "hoffmann"
    add_url = reverse("stays:photos_add", args=[upload.pk])
    client.post(add_url, {"picture": sent(alone), "position": "2"})
    assert list(upload.pictures.order_by("position").values_list("position", flat=True)) == [1, 2]
    rows_page = client.post(add_url, {"picture": sent_together("hoffmann", "kim"), "position": "1"})
    assert rows_page.content.decode().count("<li") == 1 and upload.pictures.count() == 2


@pytest.mark.slow
def test_a_program_is_told_of_a_second_passport(world: Any) -> None:
    _token, secret = create_token(world.actor("alice"), establishment=world.lodging, name="program")
    client = Client(headers={"authorization": f"Bearer {secret}"})
    response_body = client.post("/api/v1/documents/read", {"image": sent_together("hoffmann", "kim")}).json()
    assert len(response_body["also_shown"]) == 1 and "(" in response_body["also_shown"][0]
    assert client.post("/api/v1/documents/read", {"image": sent("kim")}).json()["also_shown"] == []


def test_the_passports_expiry_is_not_the_permitted_day(world: Any) -> None:
    client = world.client("bob")
    upload = group(client, "hoffmann", **{**FOR_ALL, "permitted_until": "15/01/2033"})
    answer = client.get(reverse("stays:upload_preview", args=[upload.pk]))
    assert answer.context["good"] == 0 and "equals the passport" in answer.content.decode().replace("&#x27;", "'")


@pytest.mark.slow
def test_a_picture_sent_twice_is_one_row_and_the_21st_is_refused(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client = world.client("bob")
    begun = client.post(reverse("stays:photos"), headers=FETCH).json()
    for name in ("kim", "kim", "tanaka"):
        place = "2" if name == "tanaka" else "1"
        answer = client.post(begun["add"], {"picture": sent(name), "position": place}, headers=FETCH)
        assert (answer.status_code == 200 and "KIM" in answer.content.decode()) or "TANAKA" in answer.content.decode()
    assert Picture.objects.count() == 2
    monkeypatch.setattr(photos, "MOST_PICTURES", 2)
    assert client.post(begun["add"], {"picture": sent("kim"), "position": "3"}, headers=FETCH).status_code == 409
    assert client.post(begun["add"], {"picture": sent("sutarno"), "position": "2"}, headers=FETCH).status_code == 200


@pytest.mark.slow
def test_a_group_is_the_lodgings_own_and_forgotten_when_discarded_or_old(world: Any) -> None:
    client = world.client("bob")
    upload = group(client, "kim", **FOR_ALL)
    for name in ("photos_right", "photos_remove"):
        assert world.client("charlie").post(reverse(f"stays:{name}", args=[upload.pk, 1])).status_code == 404
    discard_url = reverse("stays:upload_discard", args=[upload.pk])
    assert client.post(discard_url, {"dismissal": "no_guest"}).url == reverse("stays:photos")
    assert not UndeclaredRow.objects.exclude(answers=b"").exists()
    assert Picture.objects.get().texts == {} and bytes(Picture.objects.get().answers) == b""
    another_group = group(client, "kim", **FOR_ALL)
    Upload.objects.update(created_at=clock.now() - timedelta(days=3))
    retention.redact_uploads(system("test"))
    assert Picture.objects.get(upload=another_group).texts == {}
    another_group.refresh_from_db()
    assert (another_group.group, another_group.state) == ({}, "done")
    assert not UndeclaredRow.objects.exclude(answers=b"").exists()
    assert client.get(reverse("stays:undeclared")).context["total"] == 1, "who was never declared waits"


@pytest.mark.slow
@pytest.mark.parametrize("names", [("kim",), ("kim", "tanaka", "sutarno")], ids=["one", "three"])
def test_the_preview_asks_as_often_for_three_pictures_as_for_one(
    world: Any, names: tuple[str, ...], expect_queries: ExpectQueries
) -> None:
    client = world.client("bob")
    upload = group(client, *names, **FOR_ALL)
    with expect_queries():
        client.get(reverse("stays:upload_preview", args=[upload.pk]))


@pytest.mark.slow
def test_a_program_reads_a_picture_for_its_lodging(world: Any) -> None:
    _token, secret = create_token(world.actor("alice"), establishment=world.lodging, name="program")
    client = Client(headers={"authorization": f"Bearer {secret}"})
    answer = client.post("/api/v1/documents/read", {"image": sent("hoffmann")})
    response_body = answer.json()
    assert (
        answer.status_code == 200
        and response_body["format"] == "TD3"
        and response_body["valid"]
        and response_body["certain"]
    )
    assert response_body["lines"][1].startswith("C01X0T4782D<<") and response_body["fields"]["surname"] == "HOFFMANN"
    assert response_body["stay"]["nationality"] == "DEU" and "document_expiry" in response_body["stay"]
    assert (
        all(check["holds"] for check in response_body["checks"])
        and response_body["doubts"] == []
        and "alternatives" in response_body
    )
    response_body = client.post("/api/v1/documents/read", {"image": sent("doubtful")}).json()
    assert not response_body["certain"] and response_body["doubts"][0]["others"] and response_body["doubtful_fields"]
    for data, code, status in ((sent("blurred"), "blur", 422), (b"x", "not_an_image", 422)):
        file = data if not isinstance(data, bytes) else SimpleUploadedFile("a.jpg", data)
        refused = client.post("/api/v1/documents/read", {"image": file})
        assert (refused.status_code, refused.json()["code"]) == (status, f"picture_{code}")
        assert refused.json()["message_vi"] != refused.json()["message_en"]
    assert client.post("/api/v1/documents/read").json()["code"] == "picture_no_picture"
    assert not StoredFile.objects.exists()


def test_a_picture_by_itself_as_the_body(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _token, secret = create_token(world.actor("alice"), establishment=world.lodging, name="program")
    client = Client(headers={"authorization": f"Bearer {secret}"})
    raw = (PICTURES / "kim.jpg").read_bytes()
    assert client.post("/api/v1/documents/read", raw, content_type="image/jpeg").json()["stay"]["sex"] == "F"
    monkeypatch.setattr(photos, "READS_AN_HOUR", 1)
    refused = client.post("/api/v1/documents/read", raw, content_type="image/jpeg")
    assert refused.status_code == 429 and refused.json()["code"] == "too_many_calls" and refused["Retry-After"]


@pytest.mark.parametrize(("language", "woman", "germany"), [("vi", "Nữ", "Đức"), ("en", "Female", "Germany")])
def test_other_readings_are_told_in_words(language: str, woman: str, germany: str) -> None:
    read = [
        FieldAnswer("sex", "M", (), sure=False, other_texts=("F",)),
        FieldAnswer("nationality", "FRA", (), sure=False, other_texts=("D",)),
    ]
    with translation.override(language):
        sex, nationality = row_answers(read)
        assert woman in sex.notes[0] and germany in nationality.notes[0]


@pytest.fixture
def card_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read of a picture, as if its zone were a card's."""

    def see_card(data: bytes) -> passports.PassportReading:
        sight = read_passport_image(data)
        number = msgspec.structs.replace(sight.answers["document_number"], is_of_card=True)
        return msgspec.structs.replace(sight, answers={**sight.answers, "document_number": number})

    monkeypatch.setattr(passports, "read_passport", see_card)


@pytest.mark.usefixtures("card_read")
def test_the_kind_of_a_card_is_chosen_before_a_group_is_declared(world: Any) -> None:
    client = world.client("bob")
    upload = group(client, "hoffmann", **FOR_ALL)
    page = client.get(reverse("stays:upload_preview", args=[upload.pk]))
    assert page.context["good"] == 0 and "This is a card, not a passport." in page.content.decode()
    assert screen_texts.CONFIRM_THAT_IT_IS_RIGHT not in page.content.decode()
    url = reverse("stays:upload_row", args=[upload.pk, 1])
    form = client.get(url).context["form"]
    assert form["document_kind"].value() == "" and form.errors["document_kind"]
    answers = {name: form[name].value() for name in form.fields if name != "page_texts"}
    answers |= {"page_texts": json.dumps(form.initial["page_texts"]), "room": "14"}
    client.post(url, answers)
    assert client.get(url).context["form"].errors["document_kind"], "another correction does not answer it"
    answers["page_texts"] = json.dumps(client.get(url).context["form"].initial["page_texts"])
    saved = client.post(url, answers | {"document_kind": "other"})
    assert saved.status_code == 302, saved.context["form"].errors
    preview = client.get(reverse("stays:upload_preview", args=[upload.pk]))
    assert preview.context["good"] == 1
    confirmed = {"good": "1", "sure": preview.context.get("sure", "")}
    client.post(reverse("stays:upload_confirm", args=[upload.pk]), confirmed)
    assert Stay.objects.get().document_kind == "other"


@pytest.mark.usefixtures("card_read")
def test_a_card_that_waits_is_declared_once_its_kind_is_chosen(world: Any) -> None:
    client = world.client("bob")
    upload = group(client, "hoffmann", **FOR_ALL)
    uploads.keep_all_undeclared(world.actor("bob"), upload)
    url = reverse("stays:undeclared_row", args=[UndeclaredRow.objects.get().pk])
    form = client.get(url).context["form"]
    answers = {name: form[name].value() for name in form.fields if name != "page_texts"} | {"declare": ""}
    answers |= {"page_texts": json.dumps(form.initial["page_texts"]), "room": "14"}
    client.post(url, answers)
    assert not Stay.objects.exists()
    answers["page_texts"] = json.dumps(client.get(url).context["form"].initial["page_texts"])
    client.post(url, answers | {"document_kind": "other"})
    assert Stay.objects.get().document_kind == "other"
