"""A program written for the ministry's API 1.4 works here when its address and credentials change (exchange §8)."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from ancu.apps.audit.models import Event
from ancu.apps.lodging.enums import EstablishmentStatus
from ancu.apps.lodging.models import ApiToken, ProgramSession
from ancu.apps.lodging.services import create_token, revoke_token
from ancu.apps.lodging.services.sessions import forget_sessions
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.stays.models import Stay, Submission
from ancu.apps.stays.views import ministry as views
from ancu.core import clock
from ancu.engines.exchange import ministry, parse_portal_answer

pytestmark = pytest.mark.django_db
SAMPLE = (
    Path(__file__).parents[3] / "engines" / "exchange" / "tests" / "samples" / "15_api_kbtt3th_foreign_request.json"
)
WHATEVER = "Basic YW55Ym9keTphdC1hbGw="  # what a program sends for the ministry's shared value


class Vendor:
    """The client of a hotel program as the ministry's document has it, with an address and credentials of its own."""

    def __init__(self, username: str, password: str) -> None:
        self.client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        self.username, self.password = username, password
        self.session: dict[str, Any] = {}

    def ask(self, method: str, path: str, data: Any = b"", kind: str = "application/json", **headers: str) -> Any:
        response = self.client.generic(method, path, data, kind, headers=headers)
        assert response["Content-Type"] == "application/json"
        response_body = json.loads(response.content)
        assert set(response_body) == {"code", "message", "data"}
        assert response_body["code"] == str(response.status_code)
        return response_body

    def sign_in(self, **changes: str) -> Any:
        form = {"username": self.username, "password": self.password, "grant-type": "api_cslt"} | changes
        response = self.client.post(
            "/authorization-service/oauth/token",
            "&".join(f"{name}={value}" for name, value in form.items()),
            "application/x-www-form-urlencoded",
            headers={"Authorization": WHATEVER},
        )
        response_body = json.loads(response.content)
        self.session = response_body["data"] or self.session
        return response_body

    def declare(self, *records: Any, body: bytes | None = None) -> Any:
        data = json.dumps(records).encode() if body is None else body
        bearer = f"Bearer {self.session.get('AccessToken', 'none')}"
        return self.ask("POST", ministry.DECLARE, data, Authorization=bearer)


def record(**changes: Any) -> dict[str, Any]:
    today = clock.today()
    return {
        "hoTen": "GRACHEV NIKITA", "quocTich": "RUS", "soHoChieu": "B12345679", "gioiTinh": "M",
        "loaiNgayThangNamSinh": "D", "ngayThangNamSinhStr": "1990-05-15", "ngayDenCsltStr": f"{today} 00:00:01",
        "ngayDiDuKienStr": f"{today + timedelta(days=4)} 12:00:00", "soPhong": "101", "anhHoChieuB64": "",
        "thoiHanTamTruStr": f"{today + timedelta(days=60)} 23:59:59",
    } | changes  # fmt: skip


@pytest.fixture
def vendor(world: Any) -> Vendor:
    _token, secret = create_token(world.actor("alice"), establishment=world.lodging, name="PMS")
    vendor = Vendor(world.lodging.code, secret)
    vendor.sign_in()
    return vendor


def test_a_session_is_what_the_document_says(vendor: Vendor, world: Any) -> None:
    response_body = vendor.sign_in()
    assert (response_body["code"], response_body["message"]) == ("200", "Thành công")
    session = response_body["data"]
    assert set(session) == {
        "AccessToken", "RefreshToken", "TokenType", "Exp", "Authorities", "ClientId", "LoaiTK", "CsltId", "CsltKhuVuc",
        "CsltDonVi", "MaTTCuaCslt", "MaPxCuaCslt", "IsCsltChinh",
    }  # fmt: skip
    assert (session["TokenType"], session["LoaiTK"], session["IsCsltChinh"]) == ("bearer", "CSLT", True)
    assert (session["MaTTCuaCslt"], session["MaPxCuaCslt"], session["CsltId"].isdigit()) == ("25", "05251", True)
    assert "kbtt:create-3th" in session["Authorities"]
    assert 60 < session["Exp"] - clock.now().timestamp() <= 1800
    assert Event.objects.filter(act="lodging.opened_session").count() == 2


def test_a_guest_declared_with_other_data_is_no_success(vendor: Vendor) -> None:
    vendor.declare(record())
    answer = vendor.declare(record(), record(soPhong="102", hoTen="GRACHEV N"), record(soHoChieu="C0001"))
    assert (answer["code"], answer["data"]) == ("400", None)
    differing = vendor.declare(record(soPhong="102", hoTen="GRACHEV N"), record(soHoChieu="C0001"))
    assert [message.record for message in parse_portal_answer(json.dumps(differing))] == [1, 1]
    assert "số phòng khác (101)" in differing["message"] and "họ tên khác (GRACHEV NIKITA)" in differing["message"]
    assert Stay.objects.count() == 1
    differing = vendor.declare(record(hoTen="GRACHEVA OLGA", ngayThangNamSinhStr="1992-01-01"))
    assert differing["code"] == "400" and "người có họ tên hoặc ngày sinh khác" in differing["message"]


def test_a_session_is_renewed_once_and_revoked(vendor: Vendor) -> None:
    first = vendor.session
    response_body = vendor.ask(
        "POST", f"{ministry.REFRESH}?refresh_token={first['RefreshToken']}", Authorization=WHATEVER
    )
    assert response_body["code"] == "200"
    assert vendor.declare(record())["code"] == "401"  # the old secret is dead
    repeated = vendor.ask("POST", f"{ministry.REFRESH}?refresh_token={first['RefreshToken']}")
    assert (repeated["code"], repeated["data"]) == ("401", None)
    vendor.session = response_body["data"]
    assert vendor.declare(record())["code"] == "200"
    path = f"{ministry.REVOKE}?access_token={vendor.session['AccessToken']}"
    assert vendor.ask("DELETE", path, Authorization=WHATEVER) == {"code": "200", "message": "Thành công", "data": None}
    assert vendor.declare(record())["code"] == "401"
    assert not ProgramSession.objects.exists()


def test_secrets_are_hashed_short_lived_and_die_with_the_key(vendor: Vendor, world: Any) -> None:
    session = ProgramSession.objects.get()
    stored_values = {str(getattr(session, field.attname)) for field in ProgramSession._meta.concrete_fields}
    assert not stored_values & {vendor.session["AccessToken"], vendor.session["RefreshToken"]}
    ProgramSession.objects.update(ends_at=clock.now())
    assert vendor.declare(record())["code"] == "401"
    vendor.sign_in()
    revoke_token(world.actor("alice"), token=ApiToken.objects.get())
    assert vendor.declare(record())["code"] == "401"
    refresh = vendor.ask("POST", f"{ministry.REFRESH}?refresh_token={vendor.session['RefreshToken']}")
    assert (refresh["code"], vendor.sign_in()["code"]) == ("401", "401")
    ProgramSession.objects.update(renewable_until=clock.now() - timedelta(seconds=1))
    assert forget_sessions() == 2


def test_only_the_lodgings_own_key_lets_in(vendor: Vendor, world: Any) -> None:
    for changes in ({"username": world.other_lodging.code}, {"password": "ancu_wrong"}, {"username": ""}):
        response_body = vendor.sign_in(**changes)
        assert (response_body["code"], response_body["data"]) == ("401", None)
    assert vendor.sign_in(**{"grant-type": "password"})["code"] == "400"
    assert vendor.sign_in(username=world.lodging.code.lower())["code"] == "200"


def test_a_declaration_gets_a_receipt_where_the_ministry_gives_none(vendor: Vendor, world: Any) -> None:
    response_body = vendor.declare(
        record(), record(soHoChieu="X0000777", loaiNgayThangNamSinh="Y", ngayThangNamSinhStr="1962-01-01")
    )
    assert (response_body["code"], response_body["message"]) == ("200", "Thành công")
    submission = Submission.objects.get()
    data = response_body["data"]
    assert (data["receipt"], data["sha256"], data["accepted"]) == (submission.number, submission.sha256, 2)
    assert submission.establishment_id == world.lodging.pk
    assert [row["state"] for row in data["rows"]] == ["accepted", "accepted"]
    first, second = Stay.objects.order_by("position")
    assert (first.nationality, first.room, first.permitted_until) == ("RUS", "101", clock.today() + timedelta(days=60))
    assert first.arrived_at is not None
    assert second.birth_date == "1962"


def test_what_is_odd_is_refused_with_its_code_until_it_is_confirmed(vendor: Vendor) -> None:
    odd = record(soHoChieu="000000000")
    refused = vendor.declare(record(), odd)
    assert refused["code"] == "400" and refused["message"].startswith("Bản khai báo 2: Số hộ chiếu “000000000”")
    assert "document_number_placeholder" in refused["message"] and not Stay.objects.exists()
    assert vendor.declare(record(), odd | {"confirmed": ["document_number_placeholder"]})["code"] == "200"
    assert vendor.declare(record(), odd)["code"] == "200"  # it stands


def test_sending_again_answers_with_the_receipt_there_is(vendor: Vendor) -> None:
    first, repeated = vendor.declare(record()), vendor.declare(record())
    assert repeated["code"] == "200"
    assert repeated["data"]["receipt"] == first["data"]["receipt"]
    assert repeated["data"]["rows"][0]["state"] == "already_declared"
    assert Stay.objects.count() == 1


def day(shift: int) -> str:
    return f"{clock.today() + timedelta(days=shift)} 12:00:00"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ngayDenCsltStr": (0, -2)}, "Ngày đến Cslt phải là ngày hiện tại hoặc hôm qua"),
        ({"ngayDenCsltStr": (0, 1)}, "Ngày đến Cslt phải là ngày hiện tại hoặc hôm qua"),
        ({"ngayDenCsltStr": (0, -1), "ngayDiDuKienStr": (0, -2)}, "Ngày đi dự kiến phải lớn hoặc bằng ngày hôm qua"),
        ({"ngayDiDuKienStr": (0, -1)}, "Ngày đi dự kiến phải lớn hoặc bằng ngày đến Cslt"),
        ({"thoiHanTamTruStr": (0, -1)}, "Thời hạn tạm trú phải lớn hoặc bằng hôm nay"),
        ({"thoiHanTamTruStr": (0, 1), "ngayDiDuKienStr": (0, 2)}, "Thời hạn tạm trú phải lớn ngày đi hiện tại"),
        ({"soHoChieu": "B12345679901"}, "Hộ chiếu chỉ được chứa chữ cái và số, tối đa 10 ký tự"),
        ({"soHoChieu": "B 1"}, "Hộ chiếu chỉ được chứa chữ cái và số, tối đa 10 ký tự"),
        ({"gioiTinh": "Nam"}, "Giới tính phải là M hoặc F"),
        ({"loaiNgayThangNamSinh": "M"}, "Loại ngày tháng năm sinh phải là D hoặc Y"),
        ({"soPhong": " "}, "Số phòng là bắt buộc"),
        ({"hoTen": None}, "Họ tên là bắt buộc"),
        ({"hoTen": "[TEST] SAMPLE"}, "Bản ghi mẫu ([TEST], [EXAMPLE]) không được nhận"),
    ],
)  # fmt: skip
def test_its_checks_refuse_in_its_own_words(vendor: Vendor, changes: dict[str, Any], sentence: str) -> None:
    changes = {name: day(value[1]) if isinstance(value, tuple) else value for name, value in changes.items()}
    answer = vendor.declare(record(soHoChieu="GOOD0001"), record(**changes))
    assert (answer["code"], answer["data"]) == ("400", None)
    assert f"Bản khai báo 2: {sentence}" in answer["message"]
    assert {fault.record for fault in parse_portal_answer(json.dumps(answer))} == {2}
    assert not Stay.objects.exists()  # one bad record fails the call, as there


def test_yesterday_and_the_last_day_permitted_are_taken(vendor: Vendor) -> None:
    assert vendor.declare(record(ngayDenCsltStr=day(-1)))["code"] == "200"
    last_day = record(soHoChieu="LAST0001", thoiHanTamTruStr=day(3), ngayDiDuKienStr=day(3))
    assert vendor.declare(last_day)["code"] == "200"


def test_what_is_no_list_of_records_is_refused_in_the_envelope(vendor: Vendor) -> None:
    for body in (b"", b"{", b"{}", b"[]", b"\xff", json.dumps(record()).encode(), b"[5]", b"[[]]", b"[null]"):
        response_body = vendor.declare(body=body)
        assert (response_body["code"], response_body["data"]) == ("400", None), body
    assert "Bản khai báo 1: Quốc tịch là bắt buộc" in vendor.declare({"hoTen": "A B"})["message"]
    assert vendor.declare(body=b"\xef\xbb\xbf" + json.dumps([record()]).encode())["code"] == "200"
    assert vendor.declare(record(quocTich="??"))["message"].startswith("Bản khai báo 1: Không nhận ra quốc tịch")
    assert vendor.declare(record(hoTen="A\0B", soHoChieu="N0001"))["code"] in {"200", "400"}


def test_the_published_sample_is_read_when_its_days_are_now(vendor: Vendor) -> None:
    records = json.loads(SAMPLE.read_bytes())
    response_body = vendor.declare(*records)
    assert response_body["code"] == "400"
    assert "Bản khai báo 1: Ngày đến Cslt phải là ngày hiện tại hoặc hôm qua" in response_body["message"]
    today = {"ngayDenCsltStr": day(0), "ngayDiDuKienStr": day(2), "thoiHanTamTruStr": day(30)}
    assert vendor.declare(*(record | today for record in records))["data"]["accepted"] == 2
    assert Stay.objects.filter(nationality="DEU", full_name="HOFFMANN-MUSTER JÖRG").exists()


def test_a_suspended_lodging_is_told_so_and_vietnamese_guests_are_not_taken(vendor: Vendor, world: Any) -> None:
    bearer = f"Bearer {vendor.session['AccessToken']}"
    for path in ("/client-service/kbtt-vn/kbtt-3th", "/client-service/kbtt-vn/kbtt-3th/doi-ngay-tra-phong"):
        response_body = vendor.ask("POST", path, b"[{}]", Authorization=bearer)
        assert (response_body["code"], "người nước ngoài" in response_body["message"]) == ("400", True)
    type(world.lodging).objects.filter(pk=world.lodging.pk).update(status=EstablishmentStatus.SUSPENDED)
    response_body = vendor.declare(record())
    assert (response_body["code"], response_body["data"], Stay.objects.exists()) == ("400", None, False)


def test_calls_are_counted(vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "CALLS_AN_HOUR", 1)
    monkeypatch.setattr(views, "SIGN_INS_AN_HOUR", 2)
    assert [vendor.declare(record())["code"] for _time in range(2)] == ["200", "429"]
    assert [vendor.sign_in()["code"] for _time in range(2)] == ["200", "429"]


def test_a_failure_of_ours_is_the_envelope_too(vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: Any) -> None:
        raise RuntimeError("no names here")

    monkeypatch.setattr(views.declaring, "declare_records", fail)
    response_body = vendor.declare(record())
    assert (response_body["code"], "an toàn" in response_body["message"], response_body["data"]) == ("500", True, None)
    assert vendor.ask("GET", ministry.DECLARE)["code"] == "405"
    assert vendor.ask("GET", "/client-service/unknown")["code"] == "404"


def test_the_catalogues_are_public(vendor: Vendor, world: Any) -> None:
    vendor.session = {}
    base = "/cms-backend/public"
    nationalities = {entry["maQT"]: entry for entry in vendor.ask("GET", f"{base}/dm-qt/3th/get-all")["data"]}
    assert nationalities["D"]["tenQTEn"] == "GERMANY"
    assert {"RUS", "HKG"} <= set(nationalities)
    assert vendor.ask("GET", f"{base}/dm-tinh-tp/get-all")["data"][0] == {
        "maTT": "25", "tenTT": "Phú Thọ", "tenTTEn": "PHU THO"
    }  # fmt: skip
    wards = vendor.ask("GET", f"{base}/dm-phuong-xa?trucThuocTinh=25")["data"]
    assert {entry["maPhuongXa"] for entry in wards} == {"05251", "04924"}
    assert AdministrativeUnit.objects.filter(code="05248").exists()  # a former commune, not on the list
    assert vendor.ask("GET", f"{base}/dm-phuong-xa")["code"] == "400"
    assert vendor.ask("GET", f"{base}/ly-do-cu-tru/get-all")["data"][0] == {"id": 1, "name": "Du lịch"}
    assert len(vendor.ask("GET", f"{base}/loai-giay-to/get-all")["data"]) == 9
    assert vendor.ask("GET", f"{base}/noi-cu-tru/get-all")["data"][0] == {"id": 1, "name": "Thường trú"}
