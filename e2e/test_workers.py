"""A company keeps its foreign workers: from a file to one request for all of them."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier, ForeignWorker
from ancu.apps.dossiers.tests.factories import make_cast, make_legal_file, make_worker
from ancu.apps.dossiers.tests.test_groups import complete
from ancu.core import clock
from ancu.core.documents.spreadsheets import write_xlsx
from e2e.conftest import Invite

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.two_ways]
HEAD = ["Họ và tên", "Quốc tịch", "Số hộ chiếu", "Hạn hộ chiếu"]
ROWS = [
    ["KIM MIN JUN", "Hàn Quốc", "M7654321", date(2030, 5, 1)],
    ["LEE SOO AH", "KOR", "M1112223", date(2031, 6, 1)],
    ["NO PASSPORT", "KOR", "", date(2031, 6, 1)],
]
TWELVE = list(enumerate("ABCDEFGHIJKL"))


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
    sheet = {"name": "workers.xlsx", "mimeType": "application/octet-stream", "buffer": write_xlsx("", HEAD, ROWS)}
    ramon.page.locator("main input[type=file]").set_input_files(sheet)
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
    ramon.go("/workers/import")
    people = [[f"KIM MIN {letter}", "Hàn Quốc", f"M76543{place:02}", date(2031, 5, 1)] for place, letter in TWELVE]
    sheet = {"name": "workers.xlsx", "mimeType": "application/octet-stream", "buffer": write_xlsx("", HEAD, people)}
    ramon.page.locator("main input[type=file]").set_input_files(sheet)
    ramon.follow(ramon.button("Send and check"))
    ramon.check_page()  # the preview
    ramon.follow(ramon.button("Save and request residence cards…"))
    until = clock.today() + timedelta(days=500)
    ramon.fill(letter_number="12/CV-SĐ", card_until=f"{until:%d/%m/%Y}")
    ramon.follow(ramon.page.locator("main form button[type=submit]"))
    assert Dossier.objects.filter(grouped__isnull=False).count() == len(TWELVE)
    for dossier in Dossier.objects.order_by("id"):  # each form and its papers: test_company.py fills one in
        complete(world, dossier)
    ramon.follow(ramon.link("Review and submit"))
    ramon.check_page()
    ramon.page.locator("[name=true]").check()
    ramon.follow(ramon.page.locator("main .card-asked button[type=submit]"))
    assert Dossier.objects.filter(state=State.SUBMITTED).count() == len(TWELVE)
    ramon.check_page()
    for _place, letter in TWELVE:
        ramon.expect_text(f"KIM MIN {letter}")
