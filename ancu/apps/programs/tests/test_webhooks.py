"""Programs are told of acts: in their transaction, signed, tried for a day, and sent again by hand."""

import hmac
import json
import os
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import connection, transaction
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from ancu.apps.lodging.services import create_token, suspend
from ancu.apps.messaging.models import Notification
from ancu.apps.programs import rules, services
from ancu.apps.programs.enums import WebhookEvent
from ancu.apps.programs.models import Delivery, Webhook
from ancu.apps.programs.services import delivering
from ancu.apps.stays.services import check_out, correct, declare, undo_last, withdraw, withdraw_submission
from ancu.apps.stays.tests.test_declaring import guest, rows
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.errors import Conflict, Forbidden
from ancu.core.security.privacy import Keep
from ancu.core.testing.listener import Listener, listening
from ancu.core.testing.program import Program
from ancu.core.testing.query_counts import ExpectQueries
from ancu.core.web import outbound

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


@pytest.fixture
def hook(world: Any, there: Listener) -> Webhook:
    return add(world, there.url)[0]


def add(world: Any, url: str, events: Any = services.webhooks.EVENTS) -> tuple[Webhook, str]:
    return services.add(world.actor("alice"), establishment=world.lodging, url=url, events=events)


def declared(world: Any, *records: Any, **options: Any) -> Any:
    return declare(actor=world.actor("bob"), establishment=world.lodging, rows=rows(*records), channel="api", **options)


def later(monkeypatch: pytest.MonkeyPatch, **time: float) -> None:
    moment = clock.now() + timedelta(**time)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


def messages_of(there: Listener) -> list[dict[str, Any]]:
    return [json.loads(body) for _headers, body in there.got]


def test_what_is_told_of_each_act_and_nobodys_name(world: Any, hook: Webhook, there: Listener) -> None:
    outcome = declared(world, guest(full_name="VERY PRIVATE"), guest("A2", nationality="??"), client_reference="B-1")
    stay, alice = outcome.rows[0].stay_id, world.actor("alice")
    correct(actor=alice, stay_id=stay, changes={"room": "Lan 3"})
    check_out(actor=alice, stay_ids=[stay], departed_on=clock.today())
    withdraw(actor=alice, stay_id=stay, reason="never came")
    declared(world, guest("A3", birth_date="x"))
    assert services.deliver() == 6
    accepted, refused, corrected, departed, withdrawn, nothing = messages_of(there)
    assert accepted["type"] == "declaration.accepted"
    assert accepted["data"]["receipt"] == outcome.receipt == refused["data"]["receipt"]
    assert (accepted["data"]["batch_reference"], accepted["data"]["counts"]["refused"]) == ("B-1", 1)
    assert accepted["data"]["rows"] == [{"position": 1, "client_reference": None, "id": stay}]
    assert refused["data"]["rows"][0]["errors"] == [{"code": "nationality_unknown", "field": "nationality"}]
    assert (corrected["type"], corrected["data"]["fields"]) == ("stay.corrected", ["room"])
    assert (departed["type"], withdrawn["type"]) == ("stay.checked_out", "stay.withdrawn")
    assert (withdrawn["data"]["stay"]["id"], withdrawn["data"]["stay"]["status"]) == (stay, "withdrawn")
    assert (nothing["type"], nothing["data"]["counts"]["accepted"]) == ("declaration.refused", 0)
    everything = b"".join(body for _headers, body in there.got)
    assert not [word for word in (b"PRIVATE", b"C0TEST001", b"1984-03", b"DEU", b"Lan 3") if word in everything]


def test_a_message_exists_exactly_when_its_act_does(world: Any, hook: Webhook) -> None:
    with transaction.atomic():
        declared(world, guest())
        assert Delivery.objects.count() == 1
        transaction.set_rollback(True)
    assert not Delivery.objects.exists()
    declared(world, guest(), dry_run=True)
    declared(world, guest("A9", nationality="??"), dry_run=True)
    assert not Delivery.objects.exists()
    declared(world, guest(), guest("A9", nationality="??"), all_or_nothing=True)
    assert [delivery.event for delivery in Delivery.objects.all()] == ["declaration.refused"]
    assert json.loads(Delivery.objects.get().payload)["data"]["counts"]["accepted"] == 0


def test_one_message_a_submission_however_many_guests(world: Any, hook: Webhook) -> None:
    declared(world, *(guest(f"A{n:05}") for n in range(150)))
    data = json.loads(Delivery.objects.get().payload)["data"]
    assert (data["counts"]["accepted"], len(data["rows"]), data["rows_left_out"]) == (150, 100, True)


def test_one_message_about_a_submission_that_is_withdrawn_and_one_about_its_undoing(world: Any, hook: Webhook) -> None:
    outcome = declared(world, *(guest(f"A{n:05}") for n in range(1, 103)))
    stays = withdraw_submission(actor=world.actor("alice"), number=outcome.receipt, reason="the wrong file")
    undo_last(actor=world.actor("alice"), stay=stays[0])
    withdrawn, undone = Delivery.objects.order_by("id")[1:]
    for delivery, event, act, status in (
        (withdrawn, "stay.withdrawn", "withdrawn", "withdrawn"), (undone, "stay.corrected", "undone", "declared"),
    ):  # fmt: skip
        data = json.loads(delivery.payload)["data"]
        assert (delivery.event, data["act"], data["receipt"]) == (event, act, outcome.receipt)
        assert (len(data["stays"]), data["rows_left_out"], data["stays"][0]["status"]) == (100, True, status)


@pytest.mark.parametrize("listens", [False, True])
def test_the_path_of_declaring_pays_nothing_for_being_told(
    world: Any, there: Listener, listens: bool, expect_queries: ExpectQueries
) -> None:
    """The outbox is part of the statement that writes the submission; where one listens, the job is one more."""
    if listens:
        add(world, there.url)
    declared(world, guest("A0"))
    with expect_queries("with_webhook" if listens else "without_webhook"):
        declared(world, guest("A1"))


def test_only_what_was_asked_for_and_only_ones_own(world: Any, there: Listener) -> None:
    add(world, there.url, [WebhookEvent.WITHDRAWN])
    services.add(
        world.actor("charlie"), establishment=world.other_lodging, url=there.url + "2", events=[WebhookEvent.ACCEPTED]
    )
    declared(world, guest())
    assert not Delivery.objects.exists()


def test_the_signature_is_that_of_standard_webhooks(world: Any, there: Listener) -> None:
    _hook, secret = add(world, there.url)
    declared(world, guest())
    services.deliver()
    [(headers, body)] = there.got
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = b64decode(secret.removeprefix("whsec_"))
    assert headers["webhook-signature"] == "v1," + b64encode(hmac.digest(key, signed, sha256)).decode()
    assert abs(int(headers["webhook-timestamp"]) - clock.now().timestamp()) < 60
    assert key not in bytes(Webhook.objects.get().secret)


def test_a_new_secret_signs_beside_the_former_one_for_a_day(
    world: Any, there: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook, first = add(world, there.url)
    second = services.rotate(world.actor("alice"), webhook=hook)
    assert first != second
    services.send_test(world.actor("alice"), webhook=hook)
    services.deliver()
    later(monkeypatch, hours=25)
    services.send_test(world.actor("alice"), webhook=hook)
    services.deliver()
    two_signatures, alone = (headers["webhook-signature"].split() for headers, _body in there.got)
    assert (len(two_signatures), len(alone)) == (2, 1)


def test_a_failure_is_tried_again_later_and_later_then_given_up_and_told(
    world: Any, hook: Webhook, there: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared(world, guest())
    there.status, there.body = 500, b"out of order"
    waits = []
    for _try in range(40):
        services.deliver()
        delivery = Delivery.objects.get()
        if delivery.state != "waiting":
            break
        waits.append((delivery.next_at - clock.now()).total_seconds())
        moment = delivery.next_at
        monkeypatch.setattr("django.utils.timezone.now", lambda moment=moment: moment)
    assert (delivery.state, delivery.last_status, delivery.last_answer) == ("failed", 500, "out of order")
    assert delivery.attempts == len(there.got) == len(waits) + 1
    assert len(set(there.ids())) == 1
    assert sum(waits) == pytest.approx(24 * 3600, abs=1)
    usual = waits[: len(rules.WAITS)]
    assert all(0.79 * wait <= real <= 1.21 * wait for wait, real in zip(rules.WAITS, usual, strict=True))
    [letter] = Notification.objects.all()
    assert there.url in letter.body and letter.user == world.users["alice"]


def test_the_first_tries_again_do_not_wait_for_the_minute(world: Any, hook: Webhook, there: Listener) -> None:
    declared(world, guest())
    there.status = 503
    services.deliver()
    job = ProcrastinateJob.objects.get(task_name="programs.deliver", scheduled_at__isnull=False)
    assert job.scheduled_at == Delivery.objects.get().next_at


def test_waits_differ_from_each_other() -> None:
    now = clock.now()
    assert len({rules.next_try(3, now, now + timedelta(days=1)) for _time in range(20)}) > 10
    assert rules.next_try(1, now, now + timedelta(days=1), asked_for=900) == now + timedelta(seconds=900)


def test_an_address_that_fails_is_left_alone_and_the_others_are_not(world: Any, hook: Webhook, there: Listener) -> None:
    with listening() as other_listener:
        add(world, other_listener.url)
        for number in range(3):
            declared(world, guest(f"A{number}"))
        there.status = 503
        services.deliver()
        assert (len(there.got), len(other_listener.got)) == (1, 3)
        assert other_listener.ids() == sorted(other_listener.ids(), key=lambda value: int(value.removeprefix("msg_")))
        assert Delivery.objects.filter(webhook=hook, state="waiting").count() == 3
        assert sorted(Delivery.objects.filter(webhook=hook).values_list("attempts", flat=True)) == [0, 0, 1]


def test_an_address_that_says_it_is_gone_is_believed(world: Any, hook: Webhook, there: Listener) -> None:
    there.status = 410
    declared(world, guest())
    services.deliver()
    assert (Delivery.objects.get().state, Notification.objects.count()) == ("failed", 1)


def test_an_address_is_looked_at_again_before_each_message(
    world: Any, hook: Webhook, there: Listener, settings: Any
) -> None:
    declared(world, guest())
    settings.WEBHOOK_LOOPBACK = False
    services.deliver()
    assert (there.got, Delivery.objects.get().last_answer) == ([], "address_not_https")


@pytest.mark.parametrize(("house", "allowed"), [("demo", True), ("development", False), ("production", False)])
def test_only_the_demo_tells_a_program_on_its_own_machine(house: str, allowed: bool) -> None:
    environment = os.environ | {"ANCU_DEMO": "false" if house == "development" else "true", "DEBUG": "false"}
    environment |= {"ANCU_ENV": "production" if house == "production" else "development"}
    environment |= {"SECRET_KEY": "k" * 60, "ALLOWED_HOSTS": "ancu.example", "DATABASE_URL": "postgres://a@b/c"}
    program = "import ancu.config.settings as house; print(house.WEBHOOK_LOOPBACK)"
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == str(allowed), done.stderr


def test_what_a_worker_had_claimed_when_it_died_is_sent_later(
    world: Any, hook: Webhook, there: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared(world, guest())
    assert len(delivering._claim()) == 1  # and then the power goes
    assert services.deliver() == 0
    later(monkeypatch, seconds=delivering.CLAIMED_FOR.total_seconds() + 1)
    assert (services.deliver(), len(there.got)) == (1, 1)


def test_one_or_all_since_a_moment_are_sent_again(world: Any, hook: Webhook, there: Listener) -> None:
    for number in range(3):
        declared(world, guest(f"A{number}"))
    services.deliver()
    first, second, _third = Delivery.objects.order_by("id")
    Delivery.objects.filter(pk=first.pk).update(created_at=clock.now() - timedelta(days=2), state="failed")
    alice = world.actor("alice")
    assert services.replay_since(alice, webhook=hook, moment=clock.now() - timedelta(hours=1)) == 2
    assert services.replay_since(alice, webhook=hook, moment=clock.now() - timedelta(hours=1)) == 0
    services.deliver()
    assert services.replay(alice, delivery=first) == 1
    services.deliver()
    assert there.ids()[3:] == [f"msg_{second.pk}", f"msg_{second.pk + 1}", f"msg_{first.pk}"]
    assert {delivery.state for delivery in Delivery.objects.all()} == {"delivered"}


def test_who_may_say_where_messages_go(world: Any, hook: Webhook, there: Listener) -> None:
    for name in ("bob", "charlie", "olga"):
        with pytest.raises(Forbidden):
            services.add(world.actor(name), establishment=world.lodging, url=there.url, events=services.webhooks.EVENTS)
        with pytest.raises(Forbidden):
            services.rotate(world.actor(name), webhook=hook)
    with pytest.raises(Conflict, match="address_known"), transaction.atomic():
        add(world, there.url)
    with pytest.raises(Conflict, match="events_unknown"):
        add(world, there.url + "2", ["everything"])
    for number in range(rules.MOST_WEBHOOKS - 1):
        add(world, f"{there.url}/{number}")
    with pytest.raises(Conflict, match="too_many_webhooks"), transaction.atomic():
        add(world, there.url + "/more")


def test_an_ended_address_hears_nothing_more(world: Any, hook: Webhook, there: Listener) -> None:
    declared(world, guest())
    services.end(world.actor("alice"), webhook=hook)
    declared(world, guest("A2"))
    assert (services.deliver(), there.got) == (0, [])
    assert bytes(Webhook.objects.get().secret) == b""


def test_old_messages_are_deleted(world: Any, hook: Webhook) -> None:
    for number in range(3):
        declared(world, guest(f"A{number}"))
    old, waiting, young = Delivery.objects.order_by("id")
    before = clock.now() - timedelta(days=Keep.ANSWER.value + 1)
    Delivery.objects.filter(pk__in=[old.pk, waiting.pk]).update(created_at=before)
    Delivery.objects.filter(pk__in=[old.pk, young.pk]).update(state="delivered")
    assert services.redact(system("test")) == 1
    assert set(Delivery.objects.values_list("pk", flat=True)) == {waiting.pk, young.pk}


def test_a_program_does_all_of_it_by_the_api(world: Any, there: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    _token, secret = create_token(world.actor("alice"), establishment=world.lodging, name="PMS")
    pms = Program(secret)
    status, created = pms.call("POST", "webhooks", {"url": there.url, "events": ["declaration.accepted"]})
    assert (status, created["secret"][:6]) == (201, "whsec_")
    at = f"webhooks/{created['id']}"
    assert [entry["url"] for entry in pms.call("GET", "webhooks")[1]["webhooks"]] == [there.url]
    assert "secret" not in pms.call("GET", "webhooks")[1]["webhooks"][0]
    assert pms.call("PATCH", at, {"events": ["stay.withdrawn"]})[1]["events"] == ["stay.withdrawn"]
    assert pms.call("POST", f"{at}/rotate")[1]["secret"] != created["secret"]
    assert pms.call("POST", f"{at}/test")[0] == 202
    services.deliver()
    [entry] = pms.call("GET", f"{at}/deliveries")[1]["deliveries"]
    assert (entry["type"], entry["state"], entry["attempts"], entry["last_status"]) == ("test", "delivered", 1, 204)
    assert pms.call("POST", f"{at}/replay", {"message": entry["id"]}) == (202, {"replayed": 1})
    assert pms.call("POST", f"{at}/replay", {"since": "2026-01-01T00:00:00Z"}) == (202, {"replayed": 0})
    assert pms.call("POST", f"{at}/replay", {})[1]["code"] == "invalid_parameters"
    status, failed = pms.call("POST", "webhooks", {"url": "https://127.0.0.2.example/", "events": ["stay.withdrawn"]})
    assert (status, failed["code"], failed["retry"]) == (409, "address_unknown", "never")
    monkeypatch.setattr(outbound, "_resolve", lambda *_arguments: [outbound.ip_address("10.0.0.1")])
    assert pms.call("POST", "webhooks", {"url": "https://a.vn/", "events": ["stay.withdrawn"]})[1]["code"] == (
        "address_not_public"
    )
    assert pms.raw("DELETE", at).status_code == 204
    assert pms.call("GET", f"{at}/deliveries")[0] == 404


def test_the_managers_pages(world: Any, there: Listener) -> None:
    client, home = world.client("alice", new_session=True), reverse("programs:webhooks")
    wrong = client.post(home, {"url": "http://10.0.0.1/", "events": ["stay.withdrawn"]})
    assert (wrong.status_code, "must start with https://" in wrong.content.decode()) == (422, True)
    assert 'value="http://10.0.0.1/"' in wrong.content.decode()
    page = client.post(home, {"url": there.url, "events": ["declaration.accepted"]})
    hook = Webhook.objects.get()
    assert "whsec_" in page.content.decode()
    assert "whsec_" not in client.get(reverse("programs:webhook", args=[hook.pk])).content.decode()
    declared(world, guest())
    there.status, there.body = 500, b"<b>out of order</b>"
    services.deliver()
    html = client.get(reverse("programs:webhook", args=[hook.pk])).content.decode()
    assert "&lt;b&gt;out of order" in html and "1 delivery attempt" in html and "next attempt" in html
    for state, words in (("delivered", "delivered to the program"), ("failed", "failed after retries")):
        Delivery.objects.update(state=state)
        assert words in client.get(reverse("programs:webhook", args=[hook.pk])).content.decode().lower()
    response = client.post(reverse("programs:replay", args=[hook.pk, Delivery.objects.get().pk]), follow=True)
    assert "1 message is being sent again." in response.content.decode()
    assert client.post(reverse("programs:replay-since", args=[hook.pk]), {"since": "yesterday"}).status_code == 422
    client.post(reverse("programs:change", args=[hook.pk]), {"events": ["stay.withdrawn"]})
    client.post(reverse("programs:end", args=[hook.pk]))
    assert client.get(reverse("programs:webhook", args=[hook.pk])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_of_the_log_do_not_grow(
    world: Any, hook: Webhook, count: int, expect_queries: ExpectQueries
) -> None:
    client = world.client("alice")
    for number in range(count):
        declared(world, guest(f"A{number}"))
    client.get(reverse("programs:webhook", args=[hook.pk]))
    with expect_queries():
        client.get(reverse("programs:webhook", args=[hook.pk]))


def test_a_suspended_lodging_keeps_its_addresses(world: Any, hook: Webhook, there: Listener) -> None:
    outcome = declared(world, guest())
    suspend(world.actor("olga"), establishment=world.lodging, reason="?")
    withdraw(actor=world.actor("alice"), stay_id=outcome.rows[0].stay_id, reason="never came")
    services.deliver()
    assert [message["type"] for message in messages_of(there)] == ["declaration.accepted", "stay.withdrawn"]


def test_a_job_is_there_exactly_when_somebody_listens(world: Any, there: Listener) -> None:
    def jobs() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'programs.deliver'")
            return int(cursor.fetchone()[0])

    declared(world, guest())
    before = jobs()
    add(world, there.url)
    declared(world, guest("A2"))
    assert (before, jobs()) == (0, 1)
