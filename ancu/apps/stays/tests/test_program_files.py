"""Files by the API: small ones answered at once, large ones by a job whose results can be asked for again."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from ancu.apps.lodging.models import ApiToken, Establishment
from ancu.apps.stays.models import Stay, Submission, Upload
from ancu.apps.stays.schemas import NAMES_OUTSIDE
from ancu.apps.stays.services import program_files, retention
from ancu.apps.stays.tests.test_api import make_token
from ancu.apps.stays.tests.test_uploads import csv, line
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.security.privacy import Keep
from ancu.core.testing.program import Program
from ancu.engines import exchange

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def pms(world: Any) -> Program:
    world.lodging.beds = None
    world.lodging.save()
    return Program(make_token(world.lodging))


def send(pms: Program, data: bytes, query: str = "", **headers: str) -> tuple[int, Any, Any]:
    answer = pms.raw("POST", f"files{query}", data, **headers)
    return answer.status_code, answer.json(), answer


def test_a_small_file_is_answered_with_its_result(world: Any, pms: Program) -> None:
    status, response_body, answer = send(pms, csv(line(), line("B", "A0002", "??")), "?name=guests.csv")
    assert (status, response_body["state"], response_body["status"]) == (207, "done", "some_refused")
    assert (response_body["read"], response_body["accepted"], response_body["refused"]) == (2, 1, 1)
    assert response_body["receipt"] == Submission.objects.get().number
    assert response_body["sha256"] == Submission.objects.get().sha256
    assert answer["Location"] == f"/api/v1/files/{response_body['id']}"
    assert pms.call("GET", f"files/{response_body['id']}") == (200, response_body)
    good, bad = pms.call("GET", f"files/{response_body['id']}/rows")[1]["rows"]
    assert (good["state"], good["id"], good["receipt"]) == ("accepted", Stay.objects.get().pk, response_body["receipt"])
    assert (bad["state"], bad["errors"][0]["code"], bad["errors"][0]["value"]) == (
        "refused",
        "nationality_unknown",
        "??",
    )
    only = pms.call("GET", f"files/{response_body['id']}/rows?state=refused")[1]["rows"]
    assert [row["position"] for row in only] == [2]
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(pms.raw("GET", f"files/{response_body['id']}/refused.xlsx?language=en").content)
    )
    assert any("A0002" in map(str, cells) for cells in book.get_sheet_by_index(0).to_python())


def test_rows_are_those_a_call_would_have_told(pms: Program) -> None:
    data = csv(line(), line(), line("B", "A0002", "??"), line("[TEST] X", "[TEST] 1"), line("C", "A0003"))
    _status, response_body, _answer = send(pms, data, "?dry_run=true")
    _status, called = pms.call("POST", "stays/file?dry_run=true", data)
    assert not Stay.objects.exists()
    by_file = pms.call("GET", f"files/{response_body['id']}/rows")[1]["rows"]
    for row in called["rows"]:
        row["id"] = row["receipt"] = None  # of guests that were only tried
    for row in by_file:
        row["id"] = row["receipt"] = None
    assert by_file == called["rows"]
    counts = [NAMES_OUTSIDE.get(name, name) for name in program_files.COUNTS]
    assert [response_body[name] for name in counts] == [called[name] for name in counts]


def test_a_file_held_by_a_difference_is_declared_once_that_is_corrected(pms: Program) -> None:
    _status, response_body = pms.call("POST", "stays/file", csv(line()))
    stay, data, key = (
        response_body["rows"][0]["id"],
        csv(line().replace(",12,", ",14,"), line("B", "A0002")),
        {"Idempotency-Key": "n"},
    )
    status, response_body, _answer = send(pms, data, "?mode=all_or_nothing", **key)
    assert (status, response_body["code"], response_body["differing"], response_body["held"]) == (
        409,
        "declared_differently",
        1,
        1,
    )
    rows = pms.call("GET", f"files/{response_body['id']}/rows")[1]["rows"]
    assert rows[0]["differs"] == [{"field": "room", "declared": "12", "sent": "14"}]
    assert (rows[0]["stay"]["room"], rows[1]["stay"], rows[1]["state"]) == ("12", None, "held")
    pms.call("PATCH", f"stays/{stay}", {"room": "14"})
    status, repeated, _answer = send(pms, data, "?mode=all_or_nothing", **key)
    assert (status, repeated["id"], repeated["status"], repeated["accepted"]) == (
        200,
        response_body["id"],
        "all_stand",
        1,
    )


def test_the_same_reference_with_the_same_file_is_the_same_upload(pms: Program) -> None:
    key = {"Idempotency-Key": "night-1"}
    first, repeated = send(pms, csv(line()), **key)[1], send(pms, csv(line()), **key)[1]
    assert first == repeated and (Upload.objects.count(), Submission.objects.count()) == (1, 1)
    status, response_body, _answer = send(pms, csv(line("B", "A0002")), **key)
    assert (status, response_body["code"], response_body["retry"]) == (409, "reference_reused", "never")
    assert send(pms, csv(line()))[1]["already_declared"] == 1


def test_a_late_guest_sent_again_is_told_as_late_as_before(pms: Program) -> None:
    day = f"{clock.today() - timedelta(days=5):%d/%m/%Y}"
    late = line().replace(f"{clock.today():%d/%m/%Y}", day, 1)
    ids = [send(pms, csv(*rows))[1]["id"] for rows in ((late,), (late, line("B", "A0002")))]
    (first,), (repeated, without_key) = (pms.call("GET", f"files/{upload_id}/rows")[1]["rows"] for upload_id in ids)
    assert first["minutes_late"] > 3 * 24 * 60
    assert (repeated["state"], repeated["minutes_late"]) == ("already_declared", first["minutes_late"])
    assert (without_key["state"], without_key["minutes_late"]) == ("accepted", 0)


def test_all_or_nothing_holds_the_good_rows(pms: Program) -> None:
    status, response_body, _answer = send(pms, csv(line(), line("B", "A0002", "??")), "?mode=all_or_nothing")
    assert (status, response_body["status"], response_body["held"], response_body["receipt"]) == (
        422,
        "none_stands",
        1,
        None,
    )
    assert [row["state"] for row in pms.call("GET", f"files/{response_body['id']}/rows")[1]["rows"]] == [
        "held",
        "refused",
    ]


def test_a_file_that_cannot_be_read_says_where(pms: Program) -> None:
    status, response_body, _answer = send(pms, b"<KHAI_BAO_TAM_TRU><")
    assert (status, response_body["state"], response_body["status"], response_body["problem"]["line"]) == (
        422,
        "failed",
        "none_stands",
        1,
    )
    status, response_body, _answer = send(pms, b"")
    assert (status, response_body["code"], response_body["retry"]) == (422, "file_empty", "never")


def large(pms: Program) -> dict[str, Any]:
    rows = (line(f"GUEST {n}", f"M{n:07}") for n in range(1, 7_001))
    data, odd = csv(*rows, line("BAD", "X0001", "??")), "?confirmed=full_name_damaged,constant_column"
    status, response_body, answer = send(pms, data, odd, **{"Idempotency-Key": "large"})
    assert (status, response_body["state"], response_body["status"], response_body["retry_after"]) == (
        202,
        "queued",
        None,
        2,
    )
    assert answer["Retry-After"] == "2"
    return response_body


@pytest.mark.slow
def test_a_large_file_is_taken_at_once_and_its_result_kept(pms: Program) -> None:
    response_body = large(pms)
    at = f"files/{response_body['id']}"
    assert pms.raw("GET", at)["Retry-After"] == "2"
    assert pms.call("GET", f"{at}/rows")[1] == {"rows": [], "next": None}
    program_files.declare_file(Upload.objects.get().pk)
    program_files.declare_file(Upload.objects.get().pk)  # the job runs twice
    status, done = pms.call("GET", at)
    assert (status, done["state"], done["accepted"], done["refused"]) == (200, "done", 7_000, 1)
    assert done["progress"] == {"done": 7_001, "total": 7_001}
    assert Submission.objects.count() == 1
    page = pms.call("GET", f"{at}/rows?limit=1000&after=6500")[1]
    assert len(page["rows"]) == 501 and page["next"] is None
    assert (page["rows"][0]["position"], page["rows"][-1]["state"]) == (6501, "refused")
    assert send(pms, b"", "")[0] == 422


def test_what_changed_while_it_waited_is_told(world: Any, pms: Program) -> None:
    response_body = large(pms)
    Establishment.objects.filter(pk=world.lodging.pk).update(status="suspended")
    program_files.declare_file(Upload.objects.get().pk)
    failed = pms.call("GET", f"files/{response_body['id']}")[1]
    assert (failed["state"], failed["problem"]["code"]) == ("failed", "establishment_not_active")
    assert failed["problem"]["message_vi"] != failed["problem"]["message_en"]
    assert not Stay.objects.exists()


def test_a_key_revoked_meanwhile_declares_nothing_more(world: Any, pms: Program) -> None:
    large(pms)
    ApiToken.objects.update(revoked_at=clock.now())
    program_files.declare_file(Upload.objects.get().pk)
    assert (Upload.objects.get().state, Upload.objects.get().problem["code"]) == ("failed", "unauthorized")
    assert not Stay.objects.exists()


def test_it_is_nobody_elses(world: Any, pms: Program) -> None:
    response_body = send(pms, csv(line()))[1]
    stranger = Program(make_token(world.other_lodging))
    for path in ("", "/rows", "/refused.xlsx"):
        assert stranger.call("GET", f"files/{response_body['id']}{path}")[0] == 404


def test_its_result_is_kept_for_a_month_and_then_emptied(pms: Program) -> None:
    answer = send(pms, csv(line(), line("B", "A0002", "??")))[1]
    job = system("test")
    Upload.objects.update(created_at=clock.now() - timedelta(days=Keep.DRAFT.value + 1))
    assert retention.redact_uploads(job) == 0
    Upload.objects.update(created_at=clock.now() - timedelta(days=Keep.ANSWER.value + 1))
    assert retention.redact_uploads(job) == 1
    assert pms.call("GET", f"files/{answer['id']}/rows")[1]["rows"] == []
    assert pms.call("GET", f"files/{answer['id']}")[1]["receipt"] == answer["receipt"]


@pytest.mark.parametrize("name", ["guests.json", "guests.xml", "guests.csv", "guests.xlsx"])
def test_the_samples_are_accepted_as_they_come(pms: Program, name: str) -> None:
    sample = pms.raw("GET", f"samples/{name}")
    status, response_body, _answer = send(pms, sample.content)
    assert (status, response_body["status"], response_body["accepted"], response_body["warned"]) == (
        200,
        "all_stand",
        5,
        0,
    )


def test_the_schema_says_what_the_reader_takes(pms: Program) -> None:
    schema = etree.XMLSchema(etree.fromstring(pms.raw("GET", "schemas/stays.xsd").content))
    good = etree.fromstring(pms.raw("GET", "samples/guests.xml").content)
    schema.assertValid(good)
    record = good[0]
    record[:] = reversed(record)  # the order is nobody's business
    schema.assertValid(good)
    assert not exchange.read(etree.tostring(good)).rows[0].errors
    for element, wrong, code in (
        ("ngay_den", "2026/10/14x", "arrived_on_unreadable"),
        ("ho_ten", "", "full_name_missing"),
        ("ma_quoc_tich", "??", "nationality_unknown"),
        ("so_phong", "9" * 101, None),
    ):
        original, record.find(element).text = record.find(element).text, wrong
        assert not schema.validate(good), element
        codes = {error.code for error in exchange.read(etree.tostring(good)).rows[0].errors}
        assert code is None or code in codes, (element, codes)
        record.find(element).text = original
    schema.assertValid(good)
