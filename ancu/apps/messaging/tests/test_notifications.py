"""Letters over a real mail server and messages through a gate with faults: recorded, tried again, never doubled."""

import email
import logging
import socket
import stat
from datetime import timedelta
from email.policy import default as policy
from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync
from django.core import mail
from django.db import transaction
from django.http import Http404
from django.urls import reverse
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from ancu.apps.audit.models import Event
from ancu.apps.messaging import selectors, services, tasks
from ancu.apps.messaging.models import Notification
from ancu.apps.messaging.rules import MAY_TRY
from ancu.apps.messaging.services import gates, notifications
from ancu.apps.messaging.tests import servers
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.errors import Conflict, Forbidden
from ancu.core.security.privacy import Keep
from ancu.core.testing.at_once import at_once
from ancu.core.testing.workers import end_connections_of_others

pytestmark = pytest.mark.django_db
SMTP = "django.core.mail.backends.smtp.EmailBackend"
LETTER = "{{ name }} đã sẵn sàng\n\nKính gửi {{ reader.full_name|default:'' }}: {{ site }}\n"
TEXT = "{{ name }}:\n  da san sang. {{ site }}"


@pytest.fixture(autouse=True)
def _templates(settings, tmp_path):
    """Two templates of an app above, and a folder for text messages."""
    (tmp_path / "ready.txt").write_text(LETTER)
    (tmp_path / "ready.sms.txt").write_text(TEXT)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    settings.SMS_GATE, settings.SMS_FILE_PATH = "file", tmp_path / "sms"
    settings.PUBLIC_URL = "https://ancu.example"
    settings.DEFAULT_FROM_EMAIL = "An Cư <no-reply@ancu.example>"


@pytest.fixture
def post_office(settings):
    with servers.mail_server() as (server, port):
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", port
        yield server


@pytest.fixture
def gate(settings):
    with servers.sms_gate() as running:
        settings.SMS_GATE, settings.SMS_GATE_URL, settings.SMS_GATE_TOKEN = "http", running.url, running.token
        settings.SMS_SENDER = "AN CU"
        yield running


@pytest.fixture
def ready(world):
    """Tell somebody that a thing is ready; the users' phones are Alice's alone."""
    world.users["alice"].phone = "0912 345 678"
    world.users["alice"].save()

    def call(to="alice", **more):
        values = {
            "actor": world.actor("olga"),
            "to": world.users.get(to, to),
            "key": "dossier:1:ready",
            "template": "ready.txt",
            "subject": ("lodging", world.lodging.pk),
            "context": {"name": "Thẻ tạm trú"},
        } | more
        return services.notify(**values)

    return call


def jobs():
    return ProcrastinateJob.objects.filter(task_name="messaging.deliver").order_by("id")


def attempt(notification):
    """One attempt; the exception that the job would be tried again for, or None."""
    try:
        services.deliver(notification.pk)
    except services.NotDelivered as failure:
        problem = failure
    else:
        problem = None
    notification.refresh_from_db()
    return problem


def die_after_sending(notification, monkeypatch):
    """The worker is killed between the server's answer and our own commit."""

    def die(_notification):
        raise KeyboardInterrupt

    with monkeypatch.context() as then:
        then.setattr(notifications, "_record_delivery", die)
        with pytest.raises(KeyboardInterrupt):
            services.deliver(notification.pk)


# --- who gets what --------------------------------------------------------------------------------------


def test_a_letter_over_a_real_mail_server(post_office, ready):
    (letter,) = ready()
    assert (letter.state, letter.address, letter.masked) == ("queued", "alice@example.test", "a•••@example.test")
    assert attempt(letter) is None
    (envelope,) = post_office.letters
    message = email.message_from_bytes(envelope.content, policy=policy)
    assert envelope.rcpt_tos == ["alice@example.test"]
    assert message["subject"] == "Thẻ tạm trú đã sẵn sàng"
    assert message.get_content().strip() == "Kính gửi Alice: https://ancu.example"
    assert message["message-id"] == letter.reference and letter.reference.endswith("@ancu.example>")
    assert (letter.state, letter.attempts, letter.address, letter.body) == ("sent", 1, "", "")
    assert letter.subject_line == "Thẻ tạm trú đã sẵn sàng" and clock.now() - letter.sent_at < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("language", "subject_line"), [("vi", "gửi tin nhắn cho quý vị"), ("en", "has written to you")]
)
def test_each_is_written_to_in_his_own_language(world, language, subject_line):
    world.users["alice"].language = language
    world.users["alice"].save()
    services.post_message(actor=world.actor("olga"), kind="lodging", subject_id=world.lodging.pk, body="x")
    assert subject_line in Notification.objects.get().subject_line


def test_readers_of_a_third_language_are_written_to_in_english_and_vietnamese(world):
    bob = world.users["bob"]
    bob.language, bob.page_language = "en", "ko"
    letter = services.notify(
        actor=system("test"), to=bob, key="third", template="accounts/letters/new_password.txt",
        subject=("accounts.user", bob.pk), context={"path": "/x", "days": 1},
    )[0]  # fmt: skip
    english, vietnamese = letter.body.split(notifications.BETWEEN_LANGUAGES)
    assert "The link works once" in english and "The link works once" not in vietnamese and "/x" in vietnamese
    assert letter.language == "en"


def test_sms_only_where_a_mobile_number_was_given(ready):
    assert [notification.channel for notification in ready(sms=True)] == ["email", "sms"]
    assert [notification.channel for notification in ready("bob", sms=True)] == ["email"]
    assert [notification.channel for notification in ready("charlie")] == ["email"]


def test_addresses_without_an_account(ready):
    (letter,) = ready("Eva@Example.test", language="en")
    (text,) = ready("0386 123 456")
    assert (letter.user, letter.language, letter.masked) == (None, "en", "E•••@Example.test")
    assert (text.channel, text.address, text.body) == (
        "sms",
        "+84386123456",
        "Thẻ tạm trú: da san sang. https://ancu.example",
    )
    assert ready("02183867000") == []  # a landline
    assert Notification.objects.count() == 2


def test_an_office_without_a_gate_sends_no_text_messages(ready, settings):
    settings.SMS_GATE = ""
    assert [notification.channel for notification in ready(sms=True)] == ["email"]


# --- once -----------------------------------------------------------------------------------------------


def test_the_same_occasion_is_told_once(ready):
    first, repeated = ready(sms=True), ready(sms=True)
    assert [notification.pk for notification in first] == [notification.pk for notification in repeated]
    assert jobs().count() == 2 == Event.objects.filter(act="messaging.notified").count()
    assert ready(key="dossier:1:delivered")[0].pk not in {notification.pk for notification in first}
    assert {notification.pk for notification in ready("EVA@example.test")} == {
        notification.pk for notification in ready(" eva@example.test")
    }


def test_a_job_done_twice_sends_once(post_office, ready):
    (letter,) = ready()
    assert attempt(letter) is None is attempt(letter)
    assert len(post_office.letters) == 1 == letter.attempts


def test_no_job_without_its_transaction(ready):
    with transaction.atomic():
        ready()
        transaction.set_rollback(True)
    assert not Notification.objects.exists() and not jobs().exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one(gate, ready):
    (text,) = [notification for notification in ready(sms=True) if notification.channel == "sms"]
    at_once(*[lambda: services.deliver(text.pk)] * 2)
    text.refresh_from_db()
    assert len(gate.requests) == 1 and (text.state, text.attempts) == ("sent", 1)


# --- the gate and its faults ----------------------------------------------------------------------------


@pytest.fixture
def text(ready):
    return ready(sms=True)[1]


def test_the_gate_takes_a_message(gate, text):
    key = text.key
    assert attempt(text) is None
    assert gate.requests == [
        {
            "key": key,
            "path": "/v1/messages",
            "from": "AN CU",
            "to": "+84912345678",
            "text": "Thẻ tạm trú: da san sang. https://ancu.example",
        }
    ]
    assert (text.state, text.reference, text.address) == ("sent", "sms-1", "")


@pytest.mark.parametrize(
    ("fault", "code", "wait"),
    [
        (429, "gate_busy", 300),
        (500, "gate_failed", 0),
        (503, "gate_failed", 0),
        (302, "gate_failed", 0),
        (403, "gate_credentials", 0),
        ("slow", "gate_timeout", 0),
        ("hang up", "gate_unreachable", 0),
        ("gibberish", "gate_answer", 0),
    ],
)
def test_after_a_fault_it_is_tried_again_and_arrives_once(gate, text, fault, code, wait, monkeypatch):
    monkeypatch.setattr(gates.HttpGate.__init__, "__kwdefaults__", {"timeout": 0.3})
    gate.faults = [fault]
    failure = attempt(text)
    assert (str(failure), failure.wait) == (code, wait)
    assert (text.state, text.attempts, text.error) == ("queued", 1, code)
    assert attempt(text) is None
    assert (text.state, text.attempts, text.error) == ("sent", 2, "")
    assert len(gate.messages) == 1 and len({request["key"] for request in gate.requests}) == 1


@pytest.mark.parametrize("fault", [400, 422])
def test_a_number_the_gate_refuses_is_not_tried_again(gate, text, fault):
    gate.faults = [fault]
    assert attempt(text) is None
    assert (text.state, text.attempts, text.error) == ("failed", 1, "gate_refused")
    assert Event.objects.get(act="messaging.failed").details == {"attempts": 1, "code": "gate_refused"}


def test_a_wrong_token(gate, text, settings):
    settings.SMS_GATE_TOKEN = "wrong"
    assert str(attempt(text)) == "gate_credentials"
    assert not gate.messages


def test_nobody_listens(text, settings):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings.SMS_GATE, settings.SMS_GATE_URL = "http", f"http://127.0.0.1:{port}/"
    assert str(attempt(text)) == "gate_unreachable"


def test_a_worker_that_died_after_the_gate_took_it(gate, text, monkeypatch):
    """The gate has the message, our transaction is lost; the second attempt is the same message to the gate."""

    die_after_sending(text, monkeypatch)
    assert attempt(text) is None
    assert len(gate.requests) == 2 and len(gate.messages) == 1 and text.reference == "sms-1"


def test_files_instead_of_a_gate(text, settings):
    assert attempt(text) is None
    (path,) = settings.SMS_FILE_PATH.iterdir()
    assert path.read_text() == "+84912345678\n\nThẻ tạm trú: da san sang. https://ancu.example\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    repeated_id = gates.FileGate(settings.SMS_FILE_PATH).send("+84", "x", key=text.key)
    assert repeated_id == text.reference and len(list(settings.SMS_FILE_PATH.iterdir())) == 1


# --- the mail server and its faults ---------------------------------------------------------------------


def test_a_mail_server_that_asks_to_come_back(post_office, ready):
    (letter,) = ready()
    post_office.answers = ["451 greylisted: alice@example.test"]
    assert str(attempt(letter)) == "mail_later"
    assert attempt(letter) is None
    assert (letter.state, letter.attempts, len(post_office.letters)) == ("sent", 2, 1)


def test_an_address_that_does_not_exist(post_office, ready):
    (letter,) = ready()
    post_office.answers = ["550 no such user alice@example.test"]
    assert attempt(letter) is None
    assert (letter.state, letter.error) == ("failed", "mail_refused")


def test_no_mail_server(ready, settings):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", port
    (letter,) = ready()
    assert str(attempt(letter)) == "mail_unreachable"


def test_a_silent_mail_server(ready, settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST = SMTP, "127.0.0.1"
        settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = silent.getsockname()[1], 0.2
        (letter,) = ready()
        assert str(attempt(letter)) == "mail_unreachable"


def test_a_letter_sent_twice_by_a_crash_shows_as_one(post_office, ready, monkeypatch):
    (letter,) = ready()
    die_after_sending(letter, monkeypatch)
    attempt(letter)
    marks = {email.message_from_bytes(letter.content)["message-id"] for letter in post_office.letters}
    assert len(post_office.letters) == 2 and len(marks) == 1


# --- later and later, then a person decides -------------------------------------------------------------


def test_after_the_last_attempt_it_has_failed_and_an_officer_sends_it_again(gate, text, world):
    gate.faults = [500] * MAY_TRY
    failures = [attempt(text) for _number in range(MAY_TRY)]
    assert [str(failure) for failure in failures[:-1]] == ["gate_failed"] * (MAY_TRY - 1) and failures[-1] is None
    assert text.state == "failed" and text.address
    for name, refusal in (("pavel", Http404), ("alice", Forbidden)):
        with pytest.raises(refusal):
            services.send_again(actor=world.actor(name), notification=text)
    services.send_again(actor=world.actor("olga"), notification=text)
    with pytest.raises(Conflict):
        services.send_again(actor=world.actor("olga"), notification=text)
    assert jobs().filter(args={"notification_id": text.pk}).count() == 2
    assert attempt(text) is None
    assert (text.state, text.attempts) == ("sent", 1)


def test_the_job_waits_longer_each_time_and_as_long_as_the_gate_asks():
    def wait(attempts, requested_wait=0):
        job = SimpleNamespace(attempts=attempts)
        decision = tasks.DeliveryBackOff().get_retry_decision(
            exception=services.NotDelivered("x", requested_wait), job=job
        )
        return round((decision.retry_at - clock.now()).total_seconds() / 10) * 10

    assert [wait(number) for number in range(8)] == [30, 120, 600, 3600, 14400, 28800, 43200, 43200]
    assert (wait(0, 300), wait(3, 300)) == (300, 3600)
    assert tasks.DeliveryBackOff().get_retry_decision(exception=ValueError(), job=SimpleNamespace(attempts=0)) is None
    assert len(tasks.WAITS) == MAY_TRY - 1


# --- what is kept, and what nobody may read -------------------------------------------------------------


def work():
    """Everything that waits, done by the program's own worker."""

    async def until_idle():
        worker = app.with_connector(app.connector.get_worker_connector())
        async with worker.open_async():
            await worker.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)

    async_to_sync(until_idle)()


@pytest.fixture(scope="module", autouse=True)
def _threads_of_the_worker_leave(django_db_setup, django_db_blocker):
    """They keep their connections, and then the test's database could not be dropped."""
    yield
    with django_db_blocker.unblock():
        end_connections_of_others()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_sends_it_and_says_nothing_of_the_person(post_office, gate, ready, caplog):
    """By procrastinate's own worker: a refused letter and a busy gate leave no address in any log or job."""
    ready(sms=True)
    post_office.answers, gate.faults = ["451 alice@example.test is greylisted"], [429]
    with caplog.at_level(logging.DEBUG, "procrastinate"):
        work()
    states = dict(Notification.objects.values_list("channel", "error"))
    assert states == {"email": "mail_later", "sms": "gate_busy"}
    recorded = caplog.text + str(list(ProcrastinateJob.objects.values()))
    assert "messaging.deliver" in recorded
    for secret in ("alice@example", "912345678", "Thẻ tạm trú"):
        assert secret not in recorded
    waiting = jobs().filter(status="todo")
    assert waiting.count() == 2 and all(job.scheduled_at > clock.now() for job in waiting)


def test_the_audit_names_nobody(post_office, ready):
    (letter,) = ready()
    attempt(letter)
    events = Event.objects.filter(act__startswith="messaging.").order_by("id")
    assert [event.act for event in events] == ["messaging.notified", "messaging.sent"]
    assert "alice" not in str([(event.details, event.reason) for event in events])


def test_the_office_sees_what_was_not_delivered_beside_the_conversation_and_sends_it_again(world, ready):
    (letter,) = ready()
    ready("bob")
    Notification.objects.filter(pk=letter.pk).update(state="failed")
    url = f"/messages/lodging/{world.lodging.pk}/main"
    retry_url = reverse("messaging:send-again", args=[letter.pk])
    assert selectors.get_thread(world.actor("alice"), "lodging", world.lodging.pk).undelivered == ()
    assert retry_url not in world.client("alice").get(url).content.decode()
    olga = world.client("olga")
    page = olga.get(url).content.decode()
    assert retry_url in page and "could not be delivered" in page
    assert letter.masked in page and letter.address not in page
    assert olga.post(retry_url).status_code == 302
    assert Notification.objects.get(pk=letter.pk).state == "queued"
    assert "could not be delivered" not in olga.get(url).content.decode()


def test_what_never_arrived_is_emptied(ready):
    (letter,) = ready()
    mail.outbox.clear()
    Notification.objects.update(created_at=clock.now() - timedelta(days=Keep.LETTER.value + 1))
    assert services.redact(system("test")) == (0, 1)
    letter.refresh_from_db()
    assert (letter.address, letter.body, letter.title_vi) == ("", "", "Thẻ tạm trú đã sẵn sàng")
    Notification.objects.update(created_at=clock.now() - timedelta(days=Keep.CORRESPONDENCE.value + 1))
    assert services.redact(system("test")) == (0, 1)
    assert services.redact(system("test")) == (0, 0)
    letter.refresh_from_db()
    assert letter.title_vi == letter.title_en == ""
    attempt(letter)
    assert letter.state == "failed" and not mail.outbox
