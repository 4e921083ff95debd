"""The list of workers as a file: the empty table, the import by preview, and the list itself."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ancu.apps.audit.models import Event
from ancu.apps.dossiers.forms.worker_file import column_labels, read_worker_file
from ancu.apps.dossiers.models import ForeignWorker
from ancu.apps.dossiers.tests.factories import make_cast, make_worker
from ancu.apps.dossiers.tests.test_workers import add_stranger
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.core.documents.spreadsheets import write_xlsx
from ancu.engines.exchange.workbook import sheets_in

pytestmark = [pytest.mark.django_db]
IMPORT = "/workers/import"
HEAD = ["Họ và tên", "Quốc tịch", "Số hộ chiếu", "Hạn hộ chiếu", "Ngày sinh", "Giới tính", "Ghi chú nội bộ"]
KIM = ["Kim Min Jun", "Hàn Quốc", "M7654321", date(2030, 5, 1), "12/04/1990", "Nam", "ca đêm"]
LEE = ["LEE SOO AH", "KOR", "M1112223", "01/06/2031", "1988", "Nữ", ""]


@pytest.fixture
def cast(world: World, settings: Any, tmp_path: Any) -> World:
    settings.MEDIA_ROOT = tmp_path
    return make_cast(world)


def workbook(*rows: list[Any], head: list[str] | None = None) -> bytes:
    """A workbook with a title above the header."""
    return write_xlsx("Danh sách lao động", head or HEAD, rows)


def send(client: Any, data: bytes) -> str:
    """Upload a file; return the address of its preview."""
    answer = client.post(IMPORT, {"file": SimpleUploadedFile("workers.xlsx", data)})
    assert answer.status_code == 302, answer.content.decode()
    address: str = answer.url
    return address


def test_nothing_is_imported_until_it_is_confirmed(cast: World) -> None:
    sam = cast.client("sam")
    address = send(sam, workbook(KIM, LEE))
    page = sam.get(address).content.decode()
    assert "KIM MIN JUN" in page and "Save 2 people" in page and "Ghi chú nội bộ" in page
    assert not ForeignWorker.objects.exists()
    assert sam.post(address).status_code == 302
    kim, lee = ForeignWorker.objects.order_by("full_name")
    assert (kim.nationality, kim.passport_until, kim.birth_date, kim.sex) == (
        "KOR",
        date(2030, 5, 1),
        "1990-04-12",
        "M",
    )
    assert (lee.passport_until, lee.birth_date, lee.sex) == (date(2031, 6, 1), "1988", "F")
    imported = Event.objects.get(act="dossiers.workers_imported")
    assert imported.details == {"added": 2, "changed": 0, "rows": 2}
    assert sam.post(address).status_code == 302, "the button was pressed twice"
    assert ForeignWorker.objects.count() == 2


def test_errors_are_told_by_row_and_cell_and_the_right_rows_come_in(cast: World) -> None:
    sam = cast.client("sam")
    wrong = ["Wrong One", "Atlantis", "M1", "31/02/2030", "", "", ""]
    address = send(sam, workbook(KIM, wrong, LEE, [*KIM[:2], "M7654321", *KIM[3:]]))
    page = sam.get(address).content.decode()
    assert "Row 4" in page and "“Atlantis”" in page and "“M1”" in page and "“31/02/2030”" in page
    assert "Row 3 has the same passport." in page and "Save 2 people" in page
    assert sam.post(address).status_code == 302
    assert set(ForeignWorker.objects.values_list("passport_number", flat=True)) == {"M7654321", "M1112223"}


def test_a_known_passport_changes_the_person_and_an_empty_cell_changes_nothing(cast: World) -> None:
    kim = make_worker(cast, full_name="KIM MIN JUN", passport_number="M7654321", position="Kỹ sư", sex="M")
    sam = cast.client("sam")
    address = send(sam, workbook([*KIM[:5], "", ""]))
    page = sam.get(address).content.decode()
    assert "Passport valid until" in page and "Changes:" in page
    sam.post(address)
    kim.refresh_from_db()
    assert (kim.passport_until, kim.position, kim.sex) == (date(2030, 5, 1), "Kỹ sư", "M")
    assert ForeignWorker.objects.count() == 1


def test_the_rows_with_errors_go_out_with_their_reasons_and_come_in_corrected(cast: World) -> None:
    sam = cast.client("sam")
    wrong = ["Wrong One", "KOR", "M1", "01/01/2030", "", "", "ca ngày"]
    address = send(sam, workbook(KIM, wrong))
    assert f'href="{address}/errors.xlsx"' in sam.get(address).content.decode()
    answer = sam.get(f"{address}/errors.xlsx")
    (sheet,) = sheets_in(answer.content, "XLSX")
    (row,) = sheet.rows[2:]
    assert row[1] == "Wrong One" and "Letters and digits only" in row[0]
    reading = read_worker_file(answer.content)
    assert (len(reading.wrong), reading.unknown) == (1, [])
    assert sam.get(f"{send(sam, workbook(KIM))}/errors.xlsx").status_code == 404
    add_stranger(cast)
    assert cast.client("zoe").get(f"{address}/errors.xlsx").status_code == 404


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"full name,passport number\n", "This is not an Excel file."),
        (b"PK\x03\x04 broken", "This file is damaged."),
        (workbook(KIM, head=["a", "b", "c", "d", "e", "f", "g"]), "No row of this file names the columns."),
        (workbook(), "There is nobody in this file."),
    ],
)
def test_an_unreadable_file_says_why(cast: World, data: bytes, sentence: str) -> None:
    sam = cast.client("sam")
    page = sam.get(send(sam, data)).content.decode()
    assert sentence in page and "Send another file" in page


def test_no_file_asks_for_one(cast: World) -> None:
    answer = cast.client("sam").post(IMPORT, {})
    assert answer.status_code == 422 and "Choose a file first." in answer.content.decode()


def test_a_file_of_another_organisation_or_purpose_is_invisible(cast: World) -> None:
    address = send(cast.client("sam"), workbook(KIM))
    add_stranger(cast)
    zoe = cast.client("zoe")
    assert [zoe.get(address).status_code, zoe.post(address).status_code] == [404, 404]
    assert cast.client("ramon").get(address).status_code == 200
    assert cast.client("ines").get(address).status_code == 403


def test_the_list_goes_out_and_comes_in_again(cast: World) -> None:
    today = clock.today()
    make_worker(
        cast, full_name="KIM MIN JUN", sex="M", birth_date="1990-04-12", position="Kỹ sư", phone="+84912345678",
        symbol="LĐ2", card_number="TRC1", card_until=today + timedelta(days=9), permit_until=today,
    )  # fmt: skip
    sam = cast.client("sam")
    answer = sam.get("/workers/list.xlsx")
    assert answer["Content-Disposition"] == 'attachment; filename="foreign-workers.xlsx"'
    reading = read_worker_file(answer.content)
    assert (reading.problem, reading.wrong, reading.unknown) == ("", [], [])
    (details,) = reading.right
    worker = ForeignWorker.objects.get()
    assert all(getattr(worker, name) == getattr(details, name) for name in column_labels())
    look = Event.objects.get(act="looked", details__has_key="export")
    assert look.details == {"export": "xlsx", "workers": [worker.pk]}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_empty_table_has_the_columns_of_the_list(cast: World, language: str) -> None:
    sam = cast.client("sam")
    answer = sam.get("/workers/template.xlsx", headers={"accept-language": language})
    (sheet,) = sheets_in(answer.content, "XLSX")
    assert len(sheet.rows[1]) == len(column_labels())
    assert read_worker_file(answer.content).problem == read_worker_file(workbook()).problem
