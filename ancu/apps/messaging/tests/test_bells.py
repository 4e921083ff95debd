"""Notifications in the page, by email as one likes, and empty signs to devices, over a real push service."""

import base64
import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from procrastinate.contrib.django.models import ProcrastinateJob

from ancu.apps.audit.models import Event
from ancu.apps.contact.tests.factories import make_report
from ancu.apps.listening.tests.factories import make_petition
from ancu.apps.messaging import tasks
from ancu.apps.messaging.enums import EmailTiming
from ancu.apps.messaging.models import InAppNotification, Notification, PushAddress
from ancu.apps.messaging.rules import kinds
from ancu.apps.messaging.services import NotDelivered, in_app, post_message, redact
from ancu.apps.messaging.services import push as service
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.errors import Conflict, Http404
from ancu.core.security.privacy import Keep
from ancu.core.testing.listener import listening

pytestmark = pytest.mark.django_db
SECRET = "Phòng 204, hộ chiếu giả"


@pytest.fixture
def push_service(settings):
    """As RFC 8030 has it: takes an empty POST with TTL, answers 201, or as it is told."""
    settings.WEBHOOK_LOOPBACK = True
    with listening() as server:
        server.status = 201
        yield server


def write(world, body=SECRET):
    return post_message(actor=world.actor("olga"), kind="lodging", subject_id=world.lodging.pk, body=body)


def device(world, server, who="alice"):
    return in_app.add_device(actor=world.actor(who), endpoint=server.url, device="Chrome, Android")


def test_what_is_written_to_a_person_rings_once_and_is_read_where_it_leads(world):
    write(world)
    write(world)
    bell = InAppNotification.objects.get(user=world.users["alice"])
    alice = world.client("alice")
    assert SECRET not in bell.title and "1" in alice.get("/notifications/unread/").content.decode()
    page = alice.get("/notifications/").content.decode()
    assert bell.title in page and SECRET not in page and "1 unread" in page
    answer = alice.post(f"/notifications/{bell.pk}/")
    assert answer["location"] == f"/messages/lodging/{world.lodging.pk}/main"
    assert "badge-count" not in alice.get("/notifications/unread/").content.decode()
    assert world.client("charlie").post(f"/notifications/{bell.pk}/").status_code == 404


def test_a_title_is_read_in_the_language_of_who_reads_it_now(world):
    """The account spoke Vietnamese when the office wrote; its owner has chosen English since."""
    write(world)
    alice = world.client("alice")
    alice.post("/i18n/setlang/", {"language": "vi"})
    assert "gửi tin nhắn cho quý vị" in alice.get("/notifications/").content.decode()
    alice.post("/i18n/setlang/", {"language": "en"})
    page = alice.get("/notifications/").content.decode()
    assert "has written to you" in page and "gửi tin nhắn cho quý vị" not in page


def test_all_are_read_at_once_and_only_ones_own(world):
    write(world)
    make_report(world)
    world.client("olga").post("/notifications/read/")
    assert not InAppNotification.objects.filter(user=world.users["olga"], read_at=None).exists()
    assert InAppNotification.objects.filter(user=world.users["alice"], read_at=None).exists()


def test_each_says_what_it_is_about_and_unread_ones_come_first(world):
    make_report(world)
    petition = make_petition(world, title="Đèn đường hỏng")
    InAppNotification.objects.filter(kind="listening").delete()
    subject = {"subject_kind": "petition", "subject_id": petition.number}
    for number, (days, read) in enumerate(((40, True), (1, True), (0, True), (0, False))):
        at = clock.now() - timedelta(days=days)
        InAppNotification.objects.create(
            user=world.users["olga"], key=f"p{number}", kind="listening", title_vi="t", title_en="It waits", rung_at=at,
            read_at=at if read else None, **subject,
        )  # fmt: skip
    response = world.client("olga").get("/notifications/")
    page, html = response.context["page"], response.content.decode()
    assert [row.about for row in page.unread] == ["Đèn đường hỏng", world.lodging.name]
    assert "Urgent report from a lodging in your area" in html and "2 unread" in html
    headings = [html.index(words) for words in (">Unread<", "Today\n", "Yesterday")]
    assert headings == sorted(headings) and f"{page.read[-1].day:%d/%m/%Y}" in html
    look = Event.objects.filter(act="looked", subject_type="messaging.notifications").latest("id")
    assert look.details["count"] == 4
    named = world.client("pavel").get("/notifications/").context["page"]
    assert [row.about for row in (*named.unread, *named.read)] == []


def test_what_a_reader_may_no_longer_see_is_not_named(world):
    petition = make_petition(world, title="Đèn đường hỏng")
    InAppNotification.objects.create(
        user=world.users["pavel"], key="p", kind="listening", title_en="It waits", rung_at=clock.now(),
        subject_kind="petition", subject_id=petition.number,
    )  # fmt: skip
    html = world.client("pavel").get("/notifications/").content.decode()
    assert "It waits" in html and "Đèn đường hỏng" not in html


def test_an_empty_list_leads_to_the_settings(world):
    html = world.client("pavel").get("/notifications/").content.decode()
    assert "No notifications yet" in html and html.count('href="/notifications/settings/"') == 2


def test_the_list_costs_the_same_for_three(world, expect_queries):
    client = world.client("alice")
    for number in range(3):
        InAppNotification.objects.create(
            user=world.users["alice"], key=str(number), kind="messaging", title_vi="t", rung_at=clock.now()
        )
        if number == 1:
            continue
        with expect_queries():
            assert client.get("/notifications/").status_code == 200


def test_a_path_that_is_not_ours_is_not_kept(world):
    for path in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        in_app.create_in_app_notification(
            world.users["alice"], key=path, kind="messaging", titles=("t", "t"), path=path, choice=None
        )
    assert set(InAppNotification.objects.values_list("path", flat=True)) == {""}


def test_each_chooses_by_kind_and_terms_never_wait_for_the_evening(world):
    client = world.client("alice")
    answers = {f"{kind}-email": "daily" for kind in (*kinds(), "waiting")} | {"contact-push": "on"}
    assert client.post("/notifications/settings/", answers).status_code == 302
    write(world)
    assert not Notification.objects.exists() and InAppNotification.objects.filter(user=world.users["alice"]).exists()
    in_app.save_preferences(actor=world.actor("olga"), choices=dict.fromkeys(kinds(), (EmailTiming.DAILY, False)))
    make_report(world)  # an urgent report is written about at once, whatever was chosen
    assert Notification.objects.get().template == "contact/letters/report.txt"
    page = client.get("/notifications/settings/").content.decode()
    assert 'name="dossiers-email"' not in page and 'name="messaging-email"' in page


def test_a_kind_nobody_knows_is_not_kept(world):
    in_app.save_preferences(
        actor=world.actor("alice"), choices={"nonsense": (EmailTiming.DAILY, True), "messaging": ("x", True)}
    )
    write(world)
    assert Notification.objects.filter(user=world.users["alice"]).exists()


# --- devices --------------------------------------------------------------------------------------------


def test_a_device_gets_an_empty_sign_that_is_signed_by_the_office(world, push_service):
    address = device(world, push_service)
    write(world)
    job = ProcrastinateJob.objects.get(task_name="messaging.push")
    assert job.args == {"address_id": address.pk}
    tasks.push(**job.args)
    [(headers, body)] = push_service.got
    assert body == b"" and headers["ttl"] == "86400" and headers["topic"] == "ancu"
    assert SECRET not in str(headers)
    kind, token, key = headers["authorization"].replace(",", "").split()
    assert kind == "vapid" and key == f"k={service.public_key()}"
    signed, _dot, signature = token.removeprefix("t=").rpartition(".")
    raw, point = read(signature), read(service.public_key())
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    pair = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    public.verify(pair, signed.encode(), ec.ECDSA(hashes.SHA256()))
    claims = json.loads(read(signed.split(".")[1]))
    assert claims["aud"] == push_service.url.removesuffix("/hook") and claims["sub"].startswith("mailto:")
    address.refresh_from_db()
    assert address.reached_at is not None


def read(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten(world, push_service, status):
    address = device(world, push_service)
    push_service.status = status
    service.send_push(address.pk)
    assert not PushAddress.objects.exists()
    assert Event.objects.get(act="messaging.device_gone").details["code"] == str(status)
    service.send_push(address.pk)  # its next sign finds nobody
    assert len(push_service.got) == 1


@pytest.mark.parametrize(("status", "wait"), [(429, 77), (503, 0)])
def test_a_busy_service_is_asked_again_no_sooner_than_it_says(world, push_service, status, wait):
    address = device(world, push_service)
    push_service.status, push_service.headers = status, {"Retry-After": str(wait)} if wait else {}
    with pytest.raises(NotDelivered) as failure:
        service.send_push(address.pk)
    assert failure.value.wait == wait
    job = type("Job", (), {"attempts": 0})()
    decision = tasks.PushBackOff().get_retry_decision(exception=failure.value, job=job)
    assert decision is not None and decision.retry_at is not None
    job.attempts = tasks.PUSH_TRIES
    assert tasks.PushBackOff().get_retry_decision(exception=failure.value, job=job) is None
    assert PushAddress.objects.exists()


def test_a_service_that_refuses_again_and_again_is_left(world, push_service):
    address = device(world, push_service)
    push_service.status = 403
    for _turn in range(service.MOST_REFUSED):
        service.send_push(address.pk)
    assert not PushAddress.objects.exists()


def test_a_service_that_is_down_is_tried_later(world, push_service):
    address = device(world, push_service)
    push_service.server.shutdown()
    push_service.server.server_close()
    with pytest.raises(NotDelivered):
        service.send_push(address.pk)


def test_no_address_leads_into_the_offices_own_network(world, settings):
    settings.WEBHOOK_LOOPBACK = False
    for endpoint in ("http://127.0.0.1:5432/", "https://127.0.0.1/", "https://10.0.0.1/x", "file:///etc/passwd", "x"):
        with pytest.raises(Conflict):
            in_app.add_device(actor=world.actor("alice"), endpoint=endpoint, device="x")
    PushAddress.objects.create(
        user=world.users["alice"], endpoint="https://127.0.0.1/", digest="d", device="x", added_at=clock.now()
    )
    service.send_push(PushAddress.objects.get().pk)  # a name that has come to mean this machine since
    assert not PushAddress.objects.exists()


def test_one_browser_tells_the_person_who_signed_in_last(world, push_service):
    device(world, push_service, "alice")
    device(world, push_service, "bob")
    assert PushAddress.objects.get().user == world.users["bob"]


def test_the_browser_gives_its_address_and_the_person_takes_it_away(world, push_service):
    client = world.client("alice")
    agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36"
    answer = client.post("/notifications/devices/", {"endpoint": push_service.url}, headers={"user-agent": agent})
    assert answer.status_code == 204
    assert "Chrome, Android" in client.get("/notifications/settings/").content.decode()
    pk = PushAddress.objects.get().pk
    assert world.client("bob").post(f"/notifications/devices/{pk}/remove/").status_code == 404
    assert client.post(f"/notifications/devices/{pk}/remove/").status_code == 302
    assert not PushAddress.objects.exists()
    assert client.post("/notifications/devices/", {"endpoint": "x" * 600}).status_code == 422


def test_ten_devices_are_enough(world, push_service):
    for number in range(12):
        in_app.add_device(actor=world.actor("alice"), endpoint=f"{push_service.url}?{number}", device="x")
    assert PushAddress.objects.count() == in_app.MOST_DEVICES


def test_whoever_wants_no_sign_and_an_office_without_push_send_none(world, push_service, settings):
    device(world, push_service)
    in_app.save_preferences(actor=world.actor("alice"), choices={"messaging": (EmailTiming.AT_ONCE, False)})
    write(world)
    settings.WEB_PUSH = False
    in_app.create_in_app_notification(
        world.users["alice"], key="x", kind="contact", titles=("t", "t"), path="", choice=None
    )
    assert not ProcrastinateJob.objects.filter(task_name="messaging.push").exists()


def test_what_the_device_shows_is_the_kind_alone(world):
    write(world)
    assert world.client("alice").get("/notifications/newest/").json() == {"text": "Messages"}
    assert world.client("charlie").get("/notifications/newest/").json() == {"text": "There is something new."}
    worker = world.client().get("/notifications/worker.js")
    assert worker["Content-Type"].startswith("text/javascript") and b"newest" in worker.content


def test_a_broken_letter_rings_no_bell(world):
    with pytest.raises(Http404):
        post_message(actor=world.actor("pavel"), kind="lodging", subject_id=world.lodging.pk, body="x")
    assert not InAppNotification.objects.exists()


def test_old_bells_and_devices_nobody_reached_go(world, push_service, monkeypatch):
    device(world, push_service)
    write(world)
    later = clock.now() + timedelta(days=Keep.DEVICE.value + 1)
    monkeypatch.setattr(clock, "now", lambda: later)
    redact(system("test"))
    assert not InAppNotification.objects.exists() and not PushAddress.objects.exists()
