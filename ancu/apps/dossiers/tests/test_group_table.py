"""What the drafts of a request still ask, in one table: downloaded, filled in and sent back; nothing is lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ancu.apps.audit.models import Event
from ancu.apps.dossiers.models import Dossier, GroupRequest
from ancu.apps.dossiers.selectors.group_questions import open_questions
from ancu.apps.dossiers.tests.factories import make_cast, make_group, make_legal_file, make_worker
from ancu.apps.dossiers.tests.test_workers import add_stranger
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.core.documents.spreadsheets import write_xlsx
from ancu.engines.exchange.workbook import sheets_in
from ancu.engines.rulebook import Field

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def cast(world: World, settings: Any, tmp_path: Any) -> World:
    settings.MEDIA_ROOT = tmp_path
    make_legal_file(make_cast(world))
    return world


@pytest.fixture
def group(cast: World) -> GroupRequest:
    """Two people, of whom the list knows the least that it may."""
    return make_group(cast, make_worker(cast, full_name="KIM MIN JUN"), make_worker(cast, full_name="LEE SOO AH"))


def table(group: GroupRequest, client: Any) -> list[list[str]]:
    """The downloaded table: the row of names and a row for each person."""
    answer = client.get(f"/workers/requests/{group.pk}/answers.xlsx")
    assert answer.status_code == 200
    (sheet,) = [sheet for sheet in sheets_in(answer.content, "XLSX") if not sheet.hidden]
    return [list(row) for row in sheet.rows[1:]]


def cell_text(field: Field, cast: World) -> str:
    """What somebody writes in a cell: words, as the form shows them."""
    today = clock.today()
    days = {"entered_on": today - timedelta(days=40), "permitted_until": today + timedelta(days=20)}
    if field.key in days:
        return f"{days[field.key]:%d/%m/%Y}"
    if field.kind == "choice":
        return field.choices[0].label_vi
    by_kind = {
        "date": f"{today + timedelta(days=400):%d/%m/%Y}", "partial_date": "12/04/1990", "country": "Hàn Quốc",
        "unit": cast.units.commune.full_name, "visa_symbol": "LĐ1", "card_symbol": "LĐ1", "phone": "0912 345 678",
        "email": "kim@example.test",
    }  # fmt: skip
    return by_kind.get(field.kind, "Seoul 12")


def filled(group: GroupRequest, cast: World, client: Any, **changes: str) -> bytes:
    """The downloaded table with every cell filled in, the ``changes`` in the first person's row."""
    head, *rows = table(group, client)
    questions = open_questions(Dossier.objects.filter(grouped__group=group))
    full = [[*row[:2], *(cell_text(question, cast) for question in questions)] for row in rows]
    for key, text in changes.items():
        full[0][2 + [question.key for question in questions].index(key)] = text
    return write_xlsx("", head, full)


def post(group: GroupRequest, client: Any, data: bytes) -> Any:
    sent = {"file": SimpleUploadedFile("answers.xlsx", data)}
    return client.post(f"/workers/requests/{group.pk}/answers", sent)


def test_the_table_asks_what_is_open_and_fills_it_in(cast: World, group: GroupRequest) -> None:
    ramon = cast.client("ramon")
    assert len(open_questions(Dossier.objects.filter(grouped__group=group))) > 5
    answer = post(group, ramon, filled(group, cast, ramon))
    assert answer.status_code == 302, answer.content.decode()
    dossiers = list(Dossier.objects.filter(grouped__group=group).order_by("full_name"))
    assert open_questions(dossiers) == []
    kim = dossiers[0]
    assert kim.full_name == "KIM MIN JUN" and kim.answers["NA8"]["stay_unit"] == cast.units.commune.code
    assert kim.answers["NA8"]["birth_date"] == "1990-04-12" == kim.answers["NA6"]["people"][0]["birth_date"]
    assert kim.answers["NA6"]["people"][0]["full_name"] == "KIM MIN JUN", "the row keeps what it had"
    event = Event.objects.get(act="dossiers.group_filled")
    assert event.details == {"dossiers": sorted(dossier.pk for dossier in dossiers)}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_columns_may_stand_in_any_order_and_either_language(cast: World, group: GroupRequest, language: str) -> None:
    ramon = cast.client("ramon")
    dossiers = list(Dossier.objects.filter(grouped__group=group).order_by("full_name"))
    (field,) = [each for each in open_questions(dossiers) if each.key == "entry_port"]
    head = [getattr(field, f"label_{language}"), {"vi": "Số hồ sơ", "en": "Dossier number"}[language]]
    data = write_xlsx("", head, [["Nội Bài", dossiers[1].number], ["Tân Sơn Nhất", dossiers[0].number]])
    assert post(group, ramon, data).status_code == 302
    ports = [each.answers["NA8"]["entry_port"] for each in Dossier.objects.order_by("full_name")]
    assert ports == ["Tân Sơn Nhất", "Nội Bài"]


def test_a_wrong_cell_is_named_and_the_others_are_stored(cast: World, group: GroupRequest) -> None:
    ramon = cast.client("ramon")
    answer = post(group, ramon, filled(group, cast, ramon, entered_on="31/02/2026", entry_port="Nội Bài"))
    page = answer.content.decode()
    assert answer.status_code == 422 and "31/02/2026" in page and "KIM MIN JUN" in page
    kim = Dossier.objects.get(full_name="KIM MIN JUN").answers["NA8"]
    assert not kim.get("entered_on") and kim["entry_port"] == "Nội Bài"
    assert open_questions(Dossier.objects.filter(full_name="LEE SOO AH")) == []
    assert post(group, ramon, filled(group, cast, ramon, entered_on="20/10/2026")).status_code == 302
    assert Dossier.objects.get(full_name="KIM MIN JUN").answers["NA8"]["entered_on"] == "2026-10-20"


def test_rows_and_columns_that_fit_nothing_are_said(cast: World, group: GroupRequest) -> None:
    ramon = cast.client("ramon")
    answer = post(group, ramon, write_xlsx("", ["Dossier number", "Wages"], [["HB-D-NONE", "1"]]))
    page = answer.content.decode()
    assert answer.status_code == 422 and "HB-D-NONE" in page and "Wages" in page
    assert "not the table of this request" in post(group, ramon, write_xlsx("", ["A"], [["b"]])).content.decode()
    assert post(group, ramon, b"no workbook").status_code == 422


def test_an_empty_cell_changes_nothing(cast: World, group: GroupRequest) -> None:
    ramon = cast.client("ramon")
    before = Dossier.objects.get(full_name="KIM MIN JUN").answers
    head, *rows = table(group, ramon)
    assert post(group, ramon, write_xlsx("", head, rows)).status_code == 302
    assert Dossier.objects.get(full_name="KIM MIN JUN").answers == before


def test_only_the_organisation_fills_in_its_own_drafts(cast: World, group: GroupRequest) -> None:
    add_stranger(cast)
    ramon, stranger = cast.client("ramon"), cast.client("zoe")
    data = filled(group, cast, ramon)
    for page in (f"/workers/requests/{group.pk}/answers", f"/workers/requests/{group.pk}/answers.xlsx"):
        assert stranger.get(page).status_code == 404
    assert post(group, stranger, data).status_code == 404
    another_group = make_group(cast)
    assert post(another_group, ramon, data).status_code == 422, "the numbers are those of another request"
    assert not Dossier.objects.get(full_name="KIM MIN JUN").answers["NA8"].get("entry_port")
