"""A file through the web: every sample, mending a row, the control total, the refused rows back."""

import io
import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from python_calamine import CalamineWorkbook

import ancu.engines.exchange as exchange
from ancu.apps.stays.models import Stay, Upload
from ancu.apps.stays.services import uploads
from ancu.core import clock
from ancu.core.testing import texts
from ancu.core.testing.query_counts import ExpectQueries

pytestmark = pytest.mark.django_db
SAMPLES = Path(exchange.__file__).parent / "tests" / "samples"
FILES = sorted(path for path in SAMPLES.iterdir() if path.suffix != ".md" and path.name != "MANIFEST.csv")


@pytest.fixture(autouse=True)
def _files_of_the_test(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    uploads._reading.cache_clear()


def csv(*lines: str) -> bytes:
    head = "ho_ten,ngay_sinh,gioi_tinh,ma_quoc_tich,so_ho_chieu,so_phong,ngay_den,ngay_di_du_kien,thoi_han_tam_tru"
    return "\n".join([head, *lines]).encode()


def line(name: str = "KIM NA RA", number: str = "M3820042", nationality: str = "KOR") -> str:
    today = clock.today()
    days = [f"{today + timedelta(days=n):%d/%m/%Y}" for n in (0, 2, 30)]
    return f"{name},08/03/1990,F,{nationality},{number},12,{','.join(days)}"


def send(client: Client, data: bytes, name: str = "khach.csv") -> Any:
    return client.post(reverse("stays:upload"), {"file": SimpleUploadedFile(name, data)}, follow=True)


def test_what_is_asked_about_a_file_is_not_said_twice(world: Any, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    rows = [line(f"GUEST {n}", f"M382004{n}").replace("08/03/1990", f"0{n}/0{n + 1}/1990") for n in range(1, 7)]
    page = send(world.client("bob"), csv(*rows)).content.decode()
    assert texts.IS_THIS_RIGHT in page and page.count("the program may have swapped day and month") == 1


def answers_of(form: Any) -> dict[str, str]:
    """The answers of a form as a browser would send them back."""
    return {name: str(form[name].value() or "") for name in form.fields}


def for_programs(answer: Any, name: str) -> set[str]:
    """Dates and codes on a page of a file called ``name`` that only a program would write."""
    words = strip_tags(answer.content.decode()).replace(name, "")
    return {
        *re.findall(r"\b(?:19|20)\d\d-\d\d-\d\d", words),
        *(code for code in exchange.CODES if "_" in code and code in words),
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_sample_is_shown_and_its_good_rows_declared(world: Any, path: Path) -> None:
    data = path.read_bytes()
    reading = exchange.read(data, today=clock.today())
    client = world.client("bob")
    answer = send(client, data, path.name)
    assert answer.status_code == 200
    upload = Upload.objects.get()
    if reading.problem:
        assert upload.state == "failed" and reading.problem.message_en in unescape(answer.content.decode())
        assert not for_programs(answer, path.name)
        return
    assert not for_programs(answer, path.name)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "vi"
    assert not for_programs(client.get(reverse("stays:upload_preview", args=[upload.pk])), path.name)
    real = [row for row in reading.rows if not row.is_example]
    good = answer.context["good"]
    assert answer.context["total"] == len(real)
    client.post(reverse("stays:upload_confirm", args=[upload.pk]), {"good": good, "sure": answer.context["sure"]})
    upload.refresh_from_db()
    outcome = upload.outcome
    assert outcome["read"] == outcome["accepted"] + outcome["already_declared"] + outcome["refused"] == len(real)
    assert outcome["accepted"] + outcome["already_declared"] == good, "the preview judges as declaring does"
    assert Stay.objects.count() == outcome["accepted"]
    assert not for_programs(client.get(reverse("stays:upload_preview", args=[upload.pk])), path.name)


def test_one_guest_is_counted_in_the_singular(world: Any) -> None:
    client = world.client("bob")
    preview = send(client, csv(line()))
    assert "1 guest read = 1 good + 0 with errors." in preview.content.decode()
    assert "guests read" not in preview.content.decode()
    url = reverse("stays:upload_confirm", args=[Upload.objects.get().pk])
    page = client.post(url, {"good": "1"}, follow=True).content.decode()
    assert "1 guest read = 1 declared + 0 declared before + 0 refused." in page
    assert "2 guests read = 2 good" in send(client, csv(line(), line("LEE", "M3820043"))).content.decode()


def test_a_file_without_a_guest_is_never_a_success(world: Any) -> None:
    answer = send(world.client("bob"), csv()).content.decode()
    assert "The file could not be read" in answer and "Nothing was declared" in answer


def test_mend_a_row_in_place_then_declare_all(world: Any) -> None:
    client = world.client("bob")
    send(client, csv(line(), line("SUTARNO", "X0000777", "???")))
    upload = Upload.objects.get()
    confirm = reverse("stays:upload_confirm", args=[upload.pk])
    row = reverse("stays:upload_row", args=[upload.pk, 2])
    row_page = client.get(row)
    answers = answers_of(row_page.context["form"]) | {"nationality": "IDN"}
    mended = client.post(row, answers, follow=True)
    assert (mended.context["good"], mended.context["bad"]) == (2, 0)
    assert client.post(confirm, {"good": "1"}).status_code == 409
    assert not Stay.objects.exists()
    page = client.post(confirm, {"good": "2"}, follow=True).content.decode()
    assert "2 guests declared" in page
    assert Stay.objects.get(document_number="X0000777").nationality == "IDN"
    assert client.post(confirm, {"good": "2"}, follow=True).status_code == 200
    assert Stay.objects.count() == 2


def test_what_is_wrong_with_a_row_stands_beside_its_field_and_is_never_markup(world: Any) -> None:
    client = world.client("bob")
    send(client, csv(line("SUTARNO", "X0000777", "<b>??</b>").replace("08/03/1990", "")))
    row = reverse("stays:upload_row", args=[Upload.objects.get().pk, 1])
    opened = client.get(row)
    assert set(opened.context["form"].errors) == {"nationality", "birth_date"}
    assert "<b>??</b>" not in opened.content.decode() and "&lt;b&gt;??" in opened.content.decode()
    answers = answers_of(opened.context["form"]) | {"nationality": "IDN"}
    still = client.post(row, answers, follow=True)
    assert still.redirect_chain[-1][0] == row and set(still.context["form"].errors) == {"birth_date"}


def test_columns_of_no_use_are_told_in_one_line_behind_what_matters(world: Any) -> None:
    client = world.client("bob")
    citizens = next(path for path in FILES if "vn_citizens" in path.name)
    page = send(client, citizens.read_bytes(), citizens.name).content.decode()
    notice_at = page.index("Columns not used in a declaration:")
    assert (
        page.count("not used in a declaration") == 1
        and "GHI CHÚ" in page[notice_at:]
        and page.index("Vietnamese guests") < notice_at
    )


def test_refused_rows_come_back_with_reasons_and_can_be_sent_again(world: Any) -> None:
    client = world.client("bob")
    send(client, csv(line(), line("SUTARNO", "X0000777", "???")))
    upload = Upload.objects.get()
    page = client.post(reverse("stays:upload_confirm", args=[upload.pk]), {"good": "1"}, follow=True).content.decode()
    assert "2 guests read = 1 declared + 0 declared before + 1 refused" in page
    data = client.get(reverse("stays:upload_refused", args=[upload.pk])).content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert len(rows) == 2 and "SUTARNO" in rows[1]
    reread = exchange.read(data)
    assert [r.values.document_number for r in reread.rows] == ["X0000777"]


def test_the_same_file_again_is_declared_before(world: Any) -> None:
    client = world.client("bob")
    for _turn in range(2):
        send(client, csv(line()))
        upload = Upload.objects.order_by("-created_at")[0]
        page = client.post(reverse("stays:upload_confirm", args=[upload.pk]), {"good": "1"}, follow=True)
    assert "1 guest was declared before" in page.content.decode()
    assert Stay.objects.count() == 1


def test_an_upload_is_the_lodgings_own(world: Any) -> None:
    send(world.client("bob"), csv(line()))
    upload = Upload.objects.get()
    for name, status in (("upload_preview", 200), ("upload_refused", 404)):
        url = reverse(f"stays:{name}", args=[upload.pk])
        assert world.client("alice").get(url).status_code == status
        assert world.client("charlie").get(url).status_code == 404
        assert world.client("olga").get(url).status_code == 404
    for name in ("upload_confirm", "upload_discard"):
        url = reverse(f"stays:{name}", args=[upload.pk])
        assert world.client("charlie").post(url, {"good": "1"}).status_code == 404
    assert world.client("alice").get(reverse("stays:upload_confirm", args=[upload.pk])).status_code == 405
    discard_url = reverse("stays:upload_discard", args=[upload.pk])
    assert world.client("charlie").get(discard_url).status_code == 404
    assert world.client("alice").post(discard_url, {"dismissal": "no_guest"}).status_code == 302
    assert world.client("alice").get(reverse("stays:upload_preview", args=[upload.pk])).status_code == 404


def test_large_files_are_read_and_declared_by_jobs(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "READ_AT_ONCE", 10)
    monkeypatch.setattr(uploads, "DECLARE_AT_ONCE", 1)
    client = world.client("bob")
    lines = [line(f"GUEST {n}", f"M38200{n:02}") for n in range(60)]
    assert "is being read" in send(client, csv(*lines)).content.decode()
    upload = Upload.objects.get()
    uploads.read_upload(upload.pk)
    page = client.get(reverse("stays:upload_preview", args=[upload.pk]))
    assert len(page.context["rows"]) == 50 and page.context["next_url"]
    answers = {"good": "60", "sure": page.context["sure"]}  # a name with a number in it is odd
    progress_page = client.post(reverse("stays:upload_confirm", args=[upload.pk]), answers, follow=True)
    assert "0 of 60" in progress_page.content.decode()
    uploads.declare_upload(upload.pk, world.actor("bob").membership_id)
    uploads.declare_upload(upload.pk, world.actor("bob").membership_id)  # a worker that was started again
    assert Stay.objects.count() == 60


def test_a_lodging_suspended_while_its_file_waits_gets_the_file_back(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "DECLARE_AT_ONCE", 1)
    client = world.client("bob")
    send(client, csv(line("GUEST A", "M3820001"), line("GUEST B", "M3820002")))
    upload = Upload.objects.get()
    confirm = reverse("stays:upload_confirm", args=[upload.pk])
    client.post(confirm, {"good": "2"})
    world.lodging.status = "suspended"
    world.lodging.save()
    uploads.declare_upload(upload.pk, world.actor("bob").membership_id)
    upload.refresh_from_db()
    assert (upload.state, Stay.objects.count()) == ("preview", 0)
    assert client.post(confirm, {"good": "2"}).status_code == 409


def test_what_was_declared_before_is_said_before_declaring(world: Any, expect_queries: ExpectQueries) -> None:
    client = world.client("bob")
    send(client, csv(line()))
    upload = Upload.objects.get()
    client.post(reverse("stays:upload_confirm", args=[upload.pk]), {"good": "1"})
    number = Stay.objects.get().submission.number
    answer = send(client, csv(line(), line("LEE", "M3820043"), line("LEE", "M3820043")))
    assert answer.context["before"] == 2
    assert number in answer.content.decode() and "an earlier row" in answer.content.decode()
    newest = Upload.objects.order_by("-created_at")[0]
    with expect_queries():
        only = client.get(reverse("stays:upload_preview", args=[newest.pk]), {"show": "before"})
    assert [row.position for row, *_rest in only.context["rows"]] == [1, 3]
    client.post(reverse("stays:upload_confirm", args=[newest.pk]), {"good": "3"})
    newest.refresh_from_db()
    assert newest.outcome["already_declared"] == 2
