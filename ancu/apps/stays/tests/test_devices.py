"""Phones that work offline: whose queue opens, what is sent once, by which time it is judged, cutting off."""

import base64
import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from pypdf import PdfReader

from ancu.apps.audit.models import Event
from ancu.apps.stays.models import Device, IdempotentResponse, Stay, Submission
from ancu.apps.stays.services import devices as phones
from ancu.apps.stays.services.papers import guest_pdf, submission_pdf
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from ancu.core.testing.query_counts import ExpectQueries

pytestmark = pytest.mark.django_db
HOUR = 3_600_000.0  # milliseconds


class OfflinePhone:
    """What the scripts of a phone do, without a browser."""

    def __init__(self, world: Any, name: str = "bob") -> None:
        self.world, self.client = world, world.client(name)
        self.device = self.call("enrol", {"name": "Android · Chrome"})[1]["device"]

    def call(self, what: str, body: Any) -> tuple[int, dict[str, Any]]:
        response = self.client.post(f"/stays/phone/{what}/", json.dumps(body), content_type="application/json")
        return response.status_code, json.loads(response.content) if response[
            "Content-Type"
        ] == "application/json" else {}

    def mark(self) -> str:
        return str(self.call("mark", {"device": self.device})[1]["mark"])

    def entry(self, number: str = "C0TEST001", **changes: Any) -> dict[str, Any]:
        today = clock.today()
        values = {
            "document_number": number, "full_name": "HOFFMANN JÖRG", "sex": "M", "birth_date": "08/03/1984",
            "nationality": "DEU", "room": "201", "arrived_on": f"{today:%d/%m/%Y}", "arrived_time": "00:00",
            "expected_departure": f"{today + timedelta(days=2):%d/%m/%Y}",
        }  # fmt: skip
        entry = {
            "device": self.device, "reference": str(uuid4()), "establishment": self.world.lodging.pk,
            "keyed_at": clock.now().isoformat(), "mark": "", "values": values | changes.pop("values", {}),
        }  # fmt: skip
        return entry | changes

    def sync(self, entry: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return self.call("sync", entry)


@pytest.fixture
def phone(world: Any) -> OfflinePhone:
    return OfflinePhone(world)


def spans(**changes: float | None) -> dict[str, Any]:
    """Keyed an hour after the mark, sent three hours later."""
    return {"since_mark": HOUR, "latest_before": HOUR, "since_keyed": 3 * HOUR} | changes


def four_hours_ago(monkeypatch: pytest.MonkeyPatch, phone: OfflinePhone) -> tuple[str, datetime]:
    """A mark given then."""
    then = clock.now() - timedelta(hours=4)
    with monkeypatch.context() as past:
        past.setattr(clock, "now", lambda: then)
        return phone.mark(), then


def test_the_same_declaration_sent_again_is_answered_the_same_and_stands_once(phone: OfflinePhone) -> None:
    entry = phone.entry()
    first, repeated = phone.sync(entry), phone.sync(entry | {"spans": spans(since_keyed=9.0)})
    assert first[0] == 200 and first[1]["state"] == "accepted"
    assert repeated == first
    stay = Stay.objects.get()
    assert (stay.submission.number, str(stay.submission.device_id)) == (first[1]["receipt"], phone.device)
    IdempotentResponse.objects.all().delete()  # forgotten after thirty days
    assert phone.sync(entry)[1] | {"receipt": stay.submission.number} == phone.sync(entry)[1]
    assert (Stay.objects.count(), Submission.objects.count()) == (1, 1)
    IdempotentResponse.objects.all().delete()
    another_entry = phone.sync(entry | {"values": entry["values"] | {"document_number": "C9"}})[1]
    assert (another_entry["state"], list(another_entry["errors"])) == ("refused", ["document_number"])
    assert Stay.objects.count() == 1


def test_a_reference_used_for_another_guest_is_a_conflict(phone: OfflinePhone) -> None:
    entry = phone.entry()
    phone.sync(entry)
    assert phone.sync(phone.entry("C0TEST002", reference=entry["reference"]))[1]["code"] == "reference_reused"


def test_a_refused_one_gets_the_forms_own_errors_and_is_mended(phone: OfflinePhone) -> None:
    entry = phone.entry(values={"birth_date": "08/03/2090", "room": ""})
    status, response_body = phone.sync(entry)
    assert (status, response_body["state"]) == (422, "refused")
    page = phone.client.post("/stays/declare/", entry["values"])
    assert set(response_body["errors"]) == {"birth_date", "room"}
    for sentences in response_body["errors"].values():
        assert sentences[0] in page.content.decode()
    assert not Stay.objects.exists()
    entry["values"] |= {"birth_date": "08/03/1984", "room": "201"}
    assert phone.sync(entry)[1]["state"] == "accepted"


def test_an_odd_one_is_asked_about_on_the_phone_before_it_is_stored(phone: OfflinePhone) -> None:
    entry = phone.entry("000000000")
    status, response = phone.sync(entry)
    assert (status, response["state"]) == (422, "needs_confirmation")
    assert [(line["code"], line["field"]) for line in response["oddities"]] == [
        ("document_number_placeholder", "document_number")
    ]
    assert "placeholder" in response["oddities"][0]["text"] and not Stay.objects.exists()
    phone.client.cookies["django_language"] = "vi"
    assert "Vui lòng" in phone.sync(entry)[1]["oddities"][0]["text"]
    assert phone.sync(entry | {"confirmed": ["arrival_long_ago"]})[0] == 422
    assert phone.sync(entry | {"confirmed": ["document_number_placeholder"]})[1]["state"] == "accepted"
    assert phone.sync(entry)[1]["state"] == "accepted"  # the same answer, though the phone lost its confirmation
    assert phone.sync(entry | {"confirmed": ["x" * 61]})[0] == 400


def test_what_the_phone_kept_is_judged_by_the_time_it_was_keyed(
    phone: OfflinePhone, monkeypatch: pytest.MonkeyPatch, world: Any
) -> None:
    mark, then = four_hours_ago(monkeypatch, phone)
    arrived = clock.local(then + timedelta(minutes=30))
    at = {"arrived_on": f"{arrived:%d/%m/%Y}", "arrived_time": f"{arrived:%H:%M}"}
    _status, response_body = phone.sync(phone.entry(mark=mark, spans=spans(), values=at))
    submission = Submission.objects.get()
    assert (response_body["judged"]["by"], response_body["minutes_late"], submission.late_count) == ("keyed", 0, 0)
    assert submission.keyed_at == then + timedelta(hours=1)
    assert abs(submission.received_at - clock.now()) < timedelta(minutes=1)
    late = phone.sync(phone.entry("C0TEST002", values=at))[1]  # the same hour without a mark: two hours are allowed
    assert late["judged"]["by"] == "no_mark" and 85 <= late["minutes_late"] <= 95


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"since_keyed": HOUR}, "clock_set"),  # set back, and left so
        ({"latest_before": 3.9 * HOUR}, "clock_set"),  # set back to key it, set right to send it
        ({"steady_since_mark": 3.9 * HOUR}, "clock_set"),
        ({"since_mark": -1e15, "since_keyed": 1e15}, "clock_set"),
    ],
)
def test_a_forged_clock_is_not_believed(
    phone: OfflinePhone, monkeypatch: pytest.MonkeyPatch, change: dict[str, float], why: str
) -> None:
    mark, _then = four_hours_ago(monkeypatch, phone)
    response_body = phone.sync(phone.entry(mark=mark, spans=spans(**change)))[1]
    assert response_body["judged"]["by"] == why
    submission = Submission.objects.get()
    assert submission.judged_by == why


def test_a_mark_of_another_phone_or_forged_or_replaced_supports_nothing(
    phone: OfflinePhone, monkeypatch: pytest.MonkeyPatch, world: Any
) -> None:
    mark, _then = four_hours_ago(monkeypatch, phone)
    marks, _then = four_hours_ago(monkeypatch, OfflinePhone(world, "alice"))
    for number, (sent_mark, why) in enumerate(((marks, "no_mark"), (mark[:-3] + "xyz", "no_mark"), ("", "no_mark"))):
        assert phone.sync(phone.entry(f"C0TEST1{number}", mark=sent_mark, spans=spans()))[1]["judged"]["by"] == why
    with monkeypatch.context() as past:
        past.setattr(clock, "now", lambda: datetime.now(clock.VIETNAM) - timedelta(hours=1))
        phone.mark()  # it had a connection an hour ago, and did not send
    assert phone.sync(phone.entry("C0TEST201", mark=mark, spans=spans()))[1]["judged"]["by"] == "had_line"


def test_the_receipt_says_by_which_time_and_why(
    phone: OfflinePhone, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    mark, then = four_hours_ago(monkeypatch, phone)
    response_body = phone.sync(phone.entry(mark=mark, spans=spans()))[1]
    keyed = f"{clock.local(then + timedelta(hours=1)):%d/%m/%Y %H:%M}"
    for page in (f"/stays/{response_body['stay']}/receipt/", f"/stays/receipts/{response_body['receipt']}/"):
        receipt_page = phone.client.get(page).content.decode()
        assert f"Entered {keyed} on a phone." in receipt_page
        assert "its clock agrees with the office’s" in receipt_page
    actor, stay = phone.world.actor("bob"), Stay.objects.select_related("submission__establishment__unit").get()
    for data in (guest_pdf(actor, stay, "en"), submission_pdf(actor, stay.submission, "en")):
        (tmp_path / "receipt.pdf").write_bytes(data)
        text = " ".join(PdfReader(tmp_path / "receipt.pdf").pages[0].extract_text().split())
        assert f"Entered {keyed} on a phone" in text


def test_the_secret_is_given_to_its_person_alone(phone: OfflinePhone, world: Any) -> None:
    status, response_body = phone.call("open", {"device": phone.device})
    assert status == 200
    assert base64.b64decode(response_body["secret"]) == phones.secret_of(Device.objects.get())
    alice = OfflinePhone(world, "alice")  # who manages, and may cut it off
    assert alice.call("open", {"device": phone.device})[0] == 403
    assert alice.sync(phone.entry())[0] == 403
    assert OfflinePhone(world, "charlie").call("open", {"device": phone.device})[0] == 404
    assert world.client("rosa").post("/stays/phone/enrol/", "{}", content_type="application/json").status_code == 403


def test_a_phone_cut_off_opens_nothing_and_is_signed_out(phone: OfflinePhone, world: Any) -> None:
    phone.call("open", {"device": phone.device})
    page = world.client("alice").get("/stays/devices/").content.decode()
    assert "Android · Chrome" in page and "Bob" in page
    assert world.client("alice").post(f"/stays/devices/{phone.device}/cut-off/").status_code == 302
    assert phone.call("open", {"device": phone.device})[0] == 302  # to sign in: the session is over
    new_client = world.client("bob")
    for what in ("open", "mark", "guests"):
        body = json.dumps({"device": phone.device})
        answer = new_client.post(f"/stays/phone/{what}/", body, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (409, "cut_off")
    assert Device.objects.get().secret is None
    assert [act for act in Event.objects.order_by("id").values_list("act", flat=True) if "device" in act] == [
        "stays.enrolled_device", "stays.opened_device", "stays.cut_off_device", "stays.refused_device"
    ]  # fmt: skip


def test_whose_phone_may_be_cut_off_by_whom(phone: OfflinePhone, world: Any) -> None:
    alice = OfflinePhone(world, "alice")
    assert world.client("charlie").post(f"/stays/devices/{phone.device}/cut-off/").status_code == 404
    assert world.client("bob").post(f"/stays/devices/{alice.device}/cut-off/").status_code == 404
    assert world.client("bob").post(f"/stays/devices/{phone.device}/cut-off/").status_code == 302
    assert world.client("bob").post(f"/stays/devices/{phone.device}/cut-off/").status_code == 302  # twice is once
    assert Event.objects.filter(act="stays.cut_off_device").count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_phones_asks_as_often_for_three(world: Any, count: int, expect_queries: ExpectQueries) -> None:
    for _number in range(count):
        phones.enrol(actor=world.actor("bob"), name="OfflinePhone", session_key="")
    client = world.client("alice")
    with expect_queries():
        assert client.get("/stays/devices/").content.decode().count("/cut-off/") == count


def test_the_guests_of_the_house_go_along_and_it_is_a_look(phone: OfflinePhone, world: Any) -> None:
    make_stay(world.lodging)
    make_stay(world.other_lodging, "SOMEBODY ELSE")
    status, response_body = phone.call("guests", {"device": phone.device})
    assert (status, [guest["name"] for guest in response_body["guests"]]) == (200, ["HOFFMANN JÖRG"])
    assert response_body["establishment"]["name"] == world.lodging.name
    assert Event.objects.get(act="looked", subject_type="stays.device").details == {"stays": 1}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"device": "x"}', b"\xff", b'{"device": 5}', b'{"device": null, "reference": {}}'],
)
def test_nonsense_is_a_bad_request(phone: OfflinePhone, body: bytes) -> None:
    for what in ("open", "mark", "sync", "guests"):
        response = phone.client.post(f"/stays/phone/{what}/", body, content_type="application/json")
        assert (response.status_code, response.json()["code"]) == (400, "malformed")


def test_a_nul_and_unknown_fields_are_left_out(phone: OfflinePhone) -> None:
    response_body = phone.sync(phone.entry(values={"full_name": "HOFF\0MANN", "csrfmiddlewaretoken": "x"}))[1]
    assert response_body["state"] == "accepted"
    assert Stay.objects.get().full_name == "HOFFMANN"


def test_too_many_calls_are_stopped(phone: OfflinePhone) -> None:
    statuses = [phone.call("enrol", {})[0] for _time in range(11)]
    assert statuses[-1] == 429 and 200 in statuses


def test_another_site_cannot_send_for_the_person(world: Any) -> None:
    from django.test import Client

    stranger = Client(enforce_csrf_checks=True)
    stranger.cookies = world.client("bob").cookies
    assert stranger.post("/stays/phone/enrol/", "{}", content_type="application/json").status_code == 403


@pytest.mark.slow
def test_the_worker_and_the_page_without_a_line_are_the_same_for_everybody(world: Any) -> None:
    bob, nobody = world.client("bob"), world.client()
    for address in ("/sw.js", "/offline/vi/", "/offline/en/", "/manifest.webmanifest"):
        assert bob.get(address).content == nobody.get(address).content
    assert b"Bob" not in bob.get("/offline/vi/").content
    worker = nobody.get("/sw.js")
    assert worker["Content-Type"].startswith("text/javascript") and "no-cache" in worker["Cache-Control"]
    content = json.loads(worker.content.decode().split("const OFFLINE_CONTENT = ", 1)[1].split(";\n", 1)[0])
    shells = [address for shell in content["shells"] for address in shell["pages"].values()]
    assert len(shells) == 10
    for address in (*shells, *content["files"]):
        assert nobody.get(address).status_code == 200, address
    for address in shells:  # or each process of the server has a worker of its own, and a new one forgets the key
        assert bob.get(address).content == nobody.get(address).content, address
    response_body = json.loads(nobody.get("/manifest.webmanifest").content)
    assert {icon["sizes"] for icon in response_body["icons"]} == {"192x192", "512x512"}
    assert nobody.get("/offline/xx/").status_code == 404
