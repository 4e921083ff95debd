"""What an integrator's program needs, point by point (docs/api.md), over real requests."""

import io
import json
import uuid
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader

from ancu.apps.audit.models import Event
from ancu.apps.lodging.models import ApiToken, Establishment
from ancu.apps.stays.api.routers import MAX_ROWS
from ancu.apps.stays.models import Stay, Submission
from ancu.apps.stays.selectors.receipts import recompute
from ancu.apps.stays.tests.test_declaring import guest
from ancu.core import clock
from ancu.core.testing.program import Program
from ancu.core.testing.query_counts import ExpectQueries
from ancu.engines import exchange

pytestmark = pytest.mark.django_db


def make_token(establishment: Establishment, **fields: Any) -> str:
    secret = f"ancu_{uuid.uuid4().hex}"
    ApiToken.objects.create(
        establishment=establishment,
        name="PMS",
        prefix=secret[:11],
        digest=sha256(secret.encode()).hexdigest(),
        **fields,
    )
    return secret


@pytest.fixture
def pms(world: Any) -> Program:
    world.lodging.beds = None
    world.lodging.save()
    return Program(make_token(world.lodging))


def test_point_01_the_same_reference_gives_the_same_answer(pms: Program) -> None:
    body = {"batch_reference": "B-1", "stays": [guest(client_reference="S-1")]}
    first, repeated = pms.raw("POST", "stays", body), pms.raw("POST", "stays", body)
    assert (first.status_code, first.content) == (repeated.status_code, repeated.content) == (200, first.content)
    assert Stay.objects.count() == 1
    status, response_body = pms.call("POST", "stays", {**body, "stays": [guest("C0TEST002")]})
    assert (status, response_body["code"], response_body["retry_safe"]) == (409, "reference_reused", False)
    status, response_body = pms.call("POST", "stays", guest(client_reference="S-1"))
    assert (status, response_body["rows"][0]["state"]) == (200, "already_declared")


def test_point_02_one_or_many_and_limits_can_be_read(pms: Program) -> None:
    for body, count in ((guest(), 1), ([guest("A0001"), guest("A0002")], 2), ({"stays": [guest("A0003")]}, 1)):
        status, response_body = pms.call("POST", "stays", body)
        assert (status, response_body["accepted"]) == (200, count)
    assert pms.call("GET", "limits")[1]["rows_per_call"] == MAX_ROWS
    assert pms.raw("POST", "stays", guest())["Ancu-Max-Rows"] == str(MAX_ROWS)
    assert pms.call("POST", "stays", [guest()] * (MAX_ROWS + 1))[1]["code"] == "too_many_rows"


def test_point_03_dry_run_checks_exactly_the_same(pms: Program) -> None:
    body = [guest("A0001"), guest("A0001"), guest("A0002", sex="?"), guest("A0003", birth_date="31/02/1990")]
    _, dry = pms.call("POST", "stays?dry_run=true", body)
    assert not Stay.objects.exists()
    _, response_body = pms.call("POST", "stays", body)
    assert [(r["state"], r["errors"], r["warnings"]) for r in dry["rows"]] == [
        (r["state"], r["errors"], r["warnings"]) for r in response_body["rows"]
    ]
    assert (dry["dry_run"], dry["receipt"]) == (True, None)


def test_point_04_success_is_never_said_when_a_row_failed(pms: Program) -> None:
    bad = guest("A0009", nationality="??")
    assert pms.call("POST", "stays", [guest(), bad])[0] == 207
    assert pms.call("POST", "stays", [bad])[0] == 422
    status, answer = pms.call("POST", "stays", {"stays": [guest("A0001"), bad], "mode": "all_or_nothing"})
    assert (status, answer["status"], answer["held"], answer["accepted"]) == (422, "none_stands", 1, 0)
    assert pms.call("POST", "stays", []) == (422, pms.call("POST", "stays", {"stays": []})[1])
    assert Stay.objects.count() == 1


def test_point_05_the_answer_is_whole_at_once(pms: Program) -> None:
    status, answer = pms.call("POST", "stays", [guest(f"AB{n:04}5") for n in range(200)])
    assert (status, answer["accepted"], len(answer["rows"])) == (200, 200, 200)


def test_point_06_rows_carry_all_errors_with_codes_in_both_languages(pms: Program) -> None:
    _, response_body = pms.call(
        "POST", "stays", [guest(client_reference="S-9", birth_date="x", nationality="??", room=None)]
    )
    [row] = response_body["rows"]
    assert (row["position"], row["client_reference"], row["state"], row["receipt"]) == (1, "S-9", "refused", None)
    assert {"birth_date_unreadable", "nationality_unknown"} <= {e["code"] for e in row["errors"]}
    assert all(e["message_vi"] and e["message_en"] and e["field"] and e["value"] for e in row["errors"])
    assert [w["code"] for w in row["warnings"]] == ["room_missing"]


def test_point_07_the_receipt_is_there_at_once_for_machines(pms: Program) -> None:
    _, answer = pms.call("POST", "stays", [guest(client_reference="S-1"), guest("A0002")])
    submission = Submission.objects.get()
    assert (answer["receipt"], answer["sha256"]) == (submission.number, submission.sha256)
    status, receipt = pms.call("GET", f"receipts/{answer['receipt']}")
    assert (status, receipt["sha256"], receipt["accepted"]) == (200, answer["sha256"], 2)
    assert [s["client_reference"] for s in receipt["stays"]] == ["S-1", None]


@pytest.mark.parametrize(("language", "words"), [("", "Biên nhận khai báo"), ("?language=en", "Receipt: declaration")])
def test_the_receipt_is_there_at_once_on_paper(pms: Program, world: Any, language: str, words: str) -> None:
    _, answer = pms.call("POST", "stays", [guest(), guest("A0002")])
    paper = pms.raw("GET", f"receipts/{answer['receipt'].lower()}.pdf{language}")
    assert (paper.status_code, paper["Content-Type"], paper["Cache-Control"]) == (200, "application/pdf", "no-store")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.content)).pages)
    for fact in (words, answer["receipt"], "HOFFMANN JÖRG", "C0TEST001", "A0002"):
        assert fact in text, (fact, text)
    [look] = Event.objects.filter(act="looked")
    assert (look.details, look.establishment_id) == ({"stays": 2, "export": "pdf"}, world.lodging.pk)


def test_a_paper_of_another_lodging_or_in_another_language_is_refused(world: Any, pms: Program) -> None:
    stranger = Program(make_token(world.other_lodging))
    number = stranger.call("POST", "stays", guest())[1]["receipt"]
    assert pms.call("GET", f"receipts/{number}.pdf")[1]["code"] == "not_found"
    status, response_body = stranger.call("GET", f"receipts/{number}.pdf?language=fr")
    assert (status, response_body["code"]) == (422, "invalid_parameters")


def test_point_08_duplicates_answer_with_the_existing_receipt(pms: Program) -> None:
    _, first = pms.call("POST", "stays", guest())
    status, answer = pms.call("POST", "stays", [guest(), guest("A0002")])
    assert (status, answer["already_declared"], answer["accepted"]) == (200, 1, 1)
    assert (answer["rows"][0]["receipt"], answer["rows"][0]["id"]) == (first["receipt"], first["rows"][0]["id"])
    assert answer["receipt"] != first["receipt"]


def test_a_receipt_that_stood_before_comes_with_its_own_time_and_hash(pms: Program) -> None:
    receipt = ("receipt", "receipt_url", "received_at", "sha256")
    firsts = [pms.call("POST", "stays", [guest(number)])[1] for number in ("A0001", "A0002")]
    answer = pms.call("POST", "stays", [guest("A0001"), guest("A0003", nationality="??")])[1]
    assert [answer[name] for name in receipt] == [firsts[0][name] for name in receipt]
    assert answer["sha256"] == Submission.objects.get(number=answer["receipt"]).sha256
    answer = pms.call("POST", "stays", [guest("A0001"), guest("A0002")])[1]  # two receipts: each row names its own
    assert [answer[name] for name in receipt] == [None] * 4
    assert [row["receipt"] for row in answer["rows"]] == [first["receipt"] for first in firsts]


def test_point_09_late_is_taken_and_marked(pms: Program) -> None:
    status, response_body = pms.call("POST", "stays", guest(arrived=-5, nights=9))
    assert (status, response_body["late"]) == (200, 1)
    assert response_body["rows"][0]["minutes_late"] > 3 * 24 * 60


def test_a_late_declaration_sent_again_is_told_as_late_as_it_was(pms: Program) -> None:
    rows = [guest(arrived=-5, nights=9), guest("A0002")]
    late = pms.call("POST", "stays", rows)[1]["rows"][0]["minutes_late"]
    response_body = pms.call("POST", "stays", [*rows, rows[0]])[1]
    assert [row["state"] for row in response_body["rows"]] == ["already_declared"] * 3
    assert [row["minutes_late"] for row in response_body["rows"]] == [late, 0, late]
    assert response_body["late"] == 0  # nothing was declared now


def test_point_10_what_was_declared_can_be_read_back(pms: Program) -> None:
    _, response_body = pms.call(
        "POST", "stays", {"batch_reference": "B-7", "stays": [guest(client_reference="S-1"), guest("A0002")]}
    )
    today = clock.today().isoformat()
    for query, count in {
        f"receipt={response_body['receipt']}": 2,
        "client_reference=S-1": 1,
        "client_reference=B-7": 2,
        f"document_number=A0002&arrived_on={today}": 1,
        f"day={today}": 2,
        "state=present": 2,
        "state=left": 0,
    }.items():
        assert len(pms.call("GET", f"stays?{query}")[1]["stays"]) == count, query
    _, page = pms.call("GET", "stays?limit=1")
    _, rest = pms.call("GET", f"stays?limit=1&after={page['next']}")
    assert {stay["document_number"] for stay in page["stays"] + rest["stays"]} == {"C0TEST001", "A0002"}
    assert rest["next"] is None
    assert page["stays"][0]["nationality"] == "DEU"
    assert pms.call("GET", "stays?state=unknown")[0] == 422


def test_point_11_correct_check_out_extend_and_withdraw(pms: Program) -> None:
    _, response_body = pms.call("POST", "stays", guest(arrived=-1))
    stay = f"stays/{response_body['rows'][0]['id']}"
    status, changed = pms.call("PATCH", stay, {"room": "305", "reason": "moved"})
    assert (status, changed["room"], changed["sex"], changed["status"]) == (200, "305", "M", "corrected")
    later = (clock.today() + timedelta(days=8)).isoformat()
    assert pms.call("POST", f"{stay}/extend", {"expected_departure": later})[1]["expected_departure"] == later
    assert pms.call("POST", f"{stay}/check-out")[1]["departed_on"] == clock.today().isoformat()
    status, failed = pms.call("POST", f"{stay}/check-out")
    assert (status, failed["code"]) == (409, "already_left")
    assert pms.call("POST", f"{stay}/withdraw", {})[1]["code"] == "reason_missing"
    assert pms.call("POST", f"{stay}/withdraw", {"reason": "never came"})[1]["status"] == "withdrawn"
    status, failed = pms.call("PATCH", stay, {"nationality": "??"})
    assert status == 409
    _, answer = pms.call("POST", "stays", guest("A0002"))
    status, failed = pms.call("PATCH", f"stays/{answer['rows'][0]['id']}", {"nationality": "??"})
    assert (status, failed["code"], failed["errors"][0]["field"]) == (422, "invalid", "nationality")


def test_point_12_counts_for_reconciliation(pms: Program) -> None:
    pms.call("POST", "stays", [guest(), guest("A0002"), guest("A0003", arrived=-4, nights=9)])
    today, before = clock.today().isoformat(), (clock.today() - timedelta(days=9)).isoformat()
    _, counts = pms.call("GET", f"counts?from={before}&to={today}")
    assert [(day["declared"], day["late"]) for day in counts["days"]] == [(1, 1), (2, 0)]


def test_point_13_code_lists_are_versioned(pms: Program) -> None:
    lists = pms.call("GET", "code-lists")[1]
    assert set(lists) == set(exchange.code_lists())
    response = pms.raw("GET", "code-lists/nationality")
    codes = {entry["code"]: entry for entry in json.loads(response.content)["entries"]}
    assert codes["DEU"]["portal_code"] == "D"
    assert {"HKG", "MAC", "XXA"} <= set(codes)
    assert pms.raw("GET", "code-lists/nationality", **{"If-None-Match": response["ETag"]}).status_code == 304
    assert pms.call("GET", "code-lists/nothing")[0] == 404


def test_point_14_real_life_fits(pms: Program) -> None:
    lives = [
        guest("A0001", full_name="SUTARNO"),
        guest("A0002", full_name="O'NEILL-ÑANDÚ Zoë"),
        guest("A0003", full_name="WANG XIAOMING", native_name="王小明"),
        guest("A0004", birth_date="1962"),
        guest("A0005", birth_date="1971-05", sex="X"),
        guest("A0006", nights=0, nationality="HKG", room="Lầu 2 - 011 & sân"),
    ]
    status, response_body = pms.call("POST", "stays", lives)
    assert (status, response_body["accepted"]) == (200, 6)
    assert list(Stay.objects.order_by("position").values_list("birth_date", "sex"))[3:5] == [
        ("1962", "M"),
        ("1971-05", "X"),
    ]


def test_a_name_in_another_script_has_a_field_of_its_own(pms: Program) -> None:
    status, body = pms.call("POST", "stays", guest("A0001", full_name="王小明"))
    [error] = body["rows"][0]["errors"]
    assert (status, error["code"], error["field"]) == (422, "full_name_not_latin", "full_name")
    assert "“Native name”" in error["message_en"] and "“Tên bản ngữ”" in error["message_vi"]
    status, body = pms.call("POST", "stays", guest("A0001", full_name="WANG XIAOMING", native_name="王小明"))
    [row] = body["rows"]
    assert (status, row["stay"]["full_name"], row["stay"]["native_name"]) == (200, "WANG XIAOMING", "王小明")
    assert pms.call("GET", f"stays/{row['id']}")[1]["native_name"] == "王小明"
    status, body = pms.call("PATCH", f"stays/{row['id']}", {"native_name": "王小敏"})
    assert (status, Stay.objects.get().native_name) == (200, "王小敏")
    assert recompute(Submission.objects.get()) == Submission.objects.get().sha256


def test_point_15_the_schema_is_published_and_samples_pass_it(pms: Program) -> None:
    document = pms.call("GET", "openapi.json")[1]
    assert "/api/v1/stays" in document["paths"]
    refs = set(_refs(document))
    assert {ref.rsplit("/", 1)[-1] for ref in refs} <= set(document["components"]["schemas"])
    schema = pms.call("GET", "schemas/stay")[1]
    days = {name: guest()[name] for name in ("arrived_on", "expected_departure", "permitted_until")}
    assert pms.call("POST", "stays", schema["examples"][0] | days)[0] == 200
    status, answer = pms.call("POST", "stays", guest("A0002", loyalty="gold"))
    assert (status, [note["value"] for note in answer["notices"]]) == (200, ["loyalty"])


def _refs(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [ref for value in node.values() for ref in _refs(value)]
    return [ref for value in node for ref in _refs(value)] if isinstance(node, list) else []


def test_point_16_times_have_zones_and_check_out_is_apart(pms: Program) -> None:
    at = f"{clock.today() - timedelta(days=1)}T15:20:00+07:00"
    _, response_body = pms.call("POST", "stays", guest(arrived_on=None, arrived_at=at))
    stay = Stay.objects.get()
    assert (stay.arrived_on, stay.arrived_at is not None) == (clock.today() - timedelta(days=1), True)
    assert response_body["rows"][0]["stay"]["arrived_at"] == at
    assert response_body["received_at"].endswith(("Z", "+00:00", "+07:00"))
    assert stay.departed_on is None


def test_point_17_a_file_is_taken_as_it_is(pms: Program) -> None:
    xml = (
        "\ufeff<KHAI_BAO_TAM_TRU><THONG_TIN_KHACH><ho_ten>HOFFMANN</ho_ten><ngay_sinh>08/03/1984</ngay_sinh>"
        "<gioi_tinh>M</gioi_tinh><ma_quoc_tich>D</ma_quoc_tich><so_ho_chieu>C0TEST001</so_ho_chieu><so_phong/>"
        f"<ngay_den>{clock.today():%d/%m/%Y}</ngay_den><ngay_di_du_kien>{clock.today():%d/%m/%Y}</ngay_di_du_kien>"
        "</THONG_TIN_KHACH></KHAI_BAO_TAM_TRU>"
    ).encode()
    status, response_body = pms.call("POST", "stays/file", xml)
    assert (status, response_body["accepted"], response_body["rows"][0]["stay"]["nationality"]) == (200, 1, "DEU")
    upload = SimpleUploadedFile("export.xlsx", xml)
    repeated = pms.client.post("/api/v1/stays/file", {"file": upload}, headers=pms.headers)
    assert (repeated.status_code, repeated.json()["already_declared"]) == (200, 1)
    status, response_body = pms.call("POST", "stays/file", b"<KHAI_BAO_TAM_TRU><")
    assert (status, response_body["status"], response_body["problem"]["line"]) == (422, "none_stands", 1)


def test_point_18_tokens_are_bound_to_one_lodging_and_revocable(world: Any, pms: Program) -> None:
    _, response_body = pms.call("POST", "stays", guest())
    stranger = Program(make_token(world.other_lodging))
    for method, path, body in (
        ("GET", f"stays/{response_body['rows'][0]['id']}", None),
        ("PATCH", f"stays/{response_body['rows'][0]['id']}", {"room": "1"}),
        ("POST", f"stays/{response_body['rows'][0]['id']}/check-out", {}),
        ("GET", f"receipts/{response_body['receipt']}", None),
    ):
        assert stranger.call(method, path, body)[0] == 404
    assert stranger.call("GET", "stays")[1]["stays"] == []
    revoked = Program(make_token(world.lodging, revoked_at=clock.now()))
    for program in (revoked, Program("ancu_wrong"), Program(None)):
        status, failed = program.call("POST", "stays", guest())
        assert (status, failed["code"], failed["retry_safe"]) == (401, "unauthorized", False)


def test_point_19_every_failure_is_json(pms: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    for body, sentence in (
        (b'{"stays": [x]}', "Không đọc được JSON: sai cú pháp ở byte thứ 11."),
        (b"{", "Không đọc được JSON: sai cú pháp, hoặc thiếu phần cuối."),
        (b"[" * 40, "Không đọc được JSON: danh sách và đối tượng lồng nhau quá 32 cấp."),
    ):
        answer = pms.call("POST", "stays", body)[1]
        assert (answer["code"], answer["message_vi"]) == ("malformed_json", sentence)
    assert pms.call("GET", "nowhere") == (404, pms.call("GET", "stays/999999999")[1])
    assert pms.call("DELETE", "stays")[0] == 405
    assert pms.call("GET", "counts?from=x&to=y")[0] == 422
    status, answer = pms.call("POST", "stays", [guest(), "guest", {"full_name": ["x"], "sex": True}])
    assert (status, [row["state"] for row in answer["rows"]]) == (207, ["accepted", "refused", "refused"])

    def fail(*args: object, **options: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("ancu.apps.stays.api.declaring.declare_once", fail)
    status, answer = pms.call("POST", "stays", guest("A0002"))
    assert (status, answer["code"], answer["retry_safe"]) == (500, "server_error", True)


def test_a_lodging_not_active_is_told_so(world: Any, pms: Program) -> None:
    Establishment.objects.filter(pk=world.lodging.pk).update(status="suspended")
    assert pms.call("POST", "stays", guest())[1]["code"] == "establishment_not_active"


def test_queries_of_a_list_do_not_grow(pms: Program, expect_queries: ExpectQueries) -> None:
    for count in (1, 3):
        pms.call("POST", "stays", [guest(f"Q{n:04}5") for n in range(count)])
        with expect_queries():
            assert len(pms.call("GET", "stays")[1]["stays"]) == count


def test_a_sign_that_no_text_holds_is_no_fault_of_the_server(pms: Program) -> None:
    status, response_body = pms.call(
        "POST", "stays", {"batch_reference": "B\x001", "stays": [guest(client_reference="A\x001")]}
    )
    assert status == 200
    stay = response_body["rows"][0]["id"]
    for name in ("receipt", "client_reference", "document_number", "nationality"):
        assert pms.raw("GET", f"stays?{name}=a%00b").status_code == 200, name
    assert pms.call("PATCH", f"stays/{stay}", {"room": "7", "reason": "mis\x00read"})[0] == 200
    assert pms.call("POST", f"stays/{stay}/withdraw", {"reason": "twice\x00"})[0] == 200
