"""A company keeps its foreign workers: from a file to one request for all of them."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier, ForeignWorker
from ancu.apps.dossiers.selectors.group_questions import open_questions
from ancu.apps.dossiers.services.passports import read_unread
from ancu.apps.dossiers.tests.factories import make_cast, make_legal_file, make_worker, picture
from ancu.apps.dossiers.tests.test_group_table import cell_text
from ancu.core import clock
from ancu.core.documents.spreadsheets import write_xlsx
from ancu.demo.dossiers.passports import picture_of_passport
from ancu.engines.exchange.workbook import sheets_in
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.two_ways]
HEAD = ["Họ và tên", "Quốc tịch", "Số hộ chiếu", "Hạn hộ chiếu"]
ROWS = [
    ["KIM MIN JUN", "Hàn Quốc", "M7654321", date(2030, 5, 1)],
    ["LEE SOO AH", "KOR", "M1112223", date(2031, 6, 1)],
    ["NO PASSPORT", "KOR", "", date(2031, 6, 1)],
]
TWELVE = [f"KIM MIN {letter}" for letter in "ABCDEFGHIJKL"]


def test_a_company_imports_its_workers_and_requests_cards(
    invite: Invite, world: Any, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    make_legal_file(make_cast(world))
    make_worker(world, full_name="ENDS SOON", card_until=clock.today() + timedelta(days=12))
    ramon = invite("ramon", by_login_page=False)
    ramon.go("/workers/")
    ramon.expect_text("ENDS SOON")
    ramon.follow(ramon.link("Import from Excel"))
    give(ramon, "workers.xlsx", write_xlsx("", HEAD, ROWS))
    ramon.follow(ramon.button("Send and check"))
    ramon.expect_text("NO PASSPORT")
    assert ForeignWorker.objects.count() == 1
    ramon.follow(ramon.button("Save and request residence cards…"))
    assert ForeignWorker.objects.count() == 3
    until = clock.today() + timedelta(days=500)
    ramon.fill(letter_number="12/CV-SĐ", card_until=f"{until:%d/%m/%Y}")
    ramon.follow(ramon.page.locator("main form button[type=submit]"))
    assert Dossier.objects.filter(grouped__isnull=False).count() == 2
    ramon.expect_text("LEE SOO AH")
    ramon.follow(ramon.link("Review and submit"))
    ramon.expect_text(ramon.translate("No dossier is complete yet"))


def test_a_company_files_for_twelve_workers_and_follows_them(
    invite: Invite, world: Any, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    make_legal_file(make_cast(world))
    ramon = invite("ramon", by_login_page=False)
    he_begins_from_a_file(ramon)
    he_fills_in_one_table(ramon, world)
    he_sends_everybodys_papers(ramon)
    ramon.follow(ramon.link("Review and submit"))
    ramon.check_page()
    ramon.page.locator("[name=true]").check()
    ramon.follow(ramon.page.locator("main .card-asked button[type=submit]"))
    assert Dossier.objects.filter(state=State.SUBMITTED).count() == len(TWELVE)
    ramon.check_page()
    for name in TWELVE:
        ramon.expect_text(name)


def he_begins_from_a_file(ramon: Visitor) -> None:
    ramon.go("/workers/import")
    people = [[name, "Hàn Quốc", f"M76543{place:02}", date(2031, 5, 1), "LĐ1"] for place, name in enumerate(TWELVE)]
    give(ramon, "workers.xlsx", write_xlsx("", [*HEAD, "Ký hiệu"], people))
    ramon.follow(ramon.button("Send and check"))
    ramon.check_page()  # the preview
    ramon.follow(ramon.button("Save and request residence cards…"))
    until = clock.today() + timedelta(days=500)
    ramon.fill(letter_number="12/CV-SĐ", card_until=f"{until:%d/%m/%Y}")
    ramon.follow(ramon.page.locator("main form button[type=submit]"))
    assert Dossier.objects.filter(grouped__isnull=False).count() == len(TWELVE)


def he_fills_in_one_table(ramon: Visitor, world: Any) -> None:
    ramon.follow(ramon.link("Fill in with Excel"))
    ramon.check_page()
    with ramon.page.expect_download() as download:
        ramon.page.locator("main a[href$='answers.xlsx']").click()
    (sheet,) = [sheet for sheet in sheets_in(Path(download.value.path()).read_bytes(), "XLSX") if not sheet.hidden]
    head, *rows = sheet.rows[1:]
    questions = open_questions(Dossier.objects.all())
    full = [[*row[:2], *(cell_text(question, world) for question in questions)] for row in rows]
    give(ramon, "answers.xlsx", write_xlsx("", head, full))
    ramon.follow(ramon.button("Send and store"))
    assert open_questions(Dossier.objects.all()) == []


def he_sends_everybodys_papers(ramon: Visitor) -> None:
    letter = ramon.page.locator("#paper-signed_na6")
    letter.locator("input[type=file]").set_input_files(image("NA6.jpg", picture()))
    expect(letter.locator("[data-paper-id]:not([value=''])")).to_have_count(1)
    ramon.follow(letter.locator("button[type=submit]"))
    ramon.follow(ramon.link("Documents of each person"))
    ramon.check_page()
    dossiers = list(Dossier.objects.order_by("full_name"))
    by_name = [image(f"{dossier.full_name}.jpg", picture()) for dossier in dossiers]
    unnamed = [image(f"IMG_{place}.jpg", picture_of_passport(dossier)) for place, dossier in enumerate(dossiers[:2])]
    sent = {"passport": [*unnamed, *by_name[2:]], "photo": by_name, "work_permit_exemption": by_name}
    for key, files in sent.items():
        card = ramon.page.locator(f"#paper-{key}")
        card.locator("input[type=file]").set_input_files(files)
        card.locator("button[type=submit]").click()
        expect(card.locator("li .chip-ok")).to_have_count(len(TWELVE), timeout=60_000)
        expect(card.locator("[data-each-count] .chip-ok")).to_be_visible()
    ramon.check_page()
    for dossier in dossiers:
        read_unread(dossier)  # the job of passports
    ramon.follow(ramon.page.locator("nav.crumbs a"))


def image(name: str, data: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": data}


def give(ramon: Visitor, name: str, data: bytes) -> None:
    sheet = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    ramon.page.locator("main input[type=file]").set_input_files(sheet)
