"""Letters outlive a mail server that is down, the log names nobody, and poisoned jobs end before an administrator."""

import logging
import re
import socket
import time
from collections.abc import Iterator
from email import message_from_bytes
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings as house
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from ancu.apps.accounts.tests.factories import make_failed_job
from ancu.apps.lodging.tests.factories import make_world
from ancu.apps.messaging.tests.servers import MailServer, mail_server
from ancu.core.db import retries
from ancu.core.db.job_log import JobRecordFilter
from ancu.core.db.jobs import enqueue
from ancu.core.testing.workers import end_connections_of_others

SMTP = "django.core.mail.backends.smtp.EmailBackend"
committing = pytest.mark.django_db(transaction=True)


@pytest.fixture
def post_office(settings: Any) -> Iterator[MailServer]:
    with mail_server() as (server, port):
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", port
        yield server


@pytest.fixture(scope="module", autouse=True)
def _threads_of_the_worker_leave(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    yield
    with django_db_blocker.unblock():
        end_connections_of_others()


def execute(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def pass_time(seconds: int) -> None:
    """What waits is so much nearer."""
    execute("UPDATE procrastinate_jobs SET scheduled_at = scheduled_at - make_interval(secs => %s)", seconds)


def work() -> None:
    async def until_idle() -> None:
        worker = app.with_connector(app.connector.get_worker_connector())
        async with worker.open_async():
            await worker.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)

    async_to_sync(until_idle)()


@pytest.fixture
def silent_mail_server(settings: Any) -> Iterator[None]:
    """It takes a connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST = SMTP, "127.0.0.1"
        settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = listener.getsockname()[1], 4
        yield


@pytest.mark.django_db
@pytest.mark.usefixtures("silent_mail_server")
def test_no_page_of_the_account_waits_for_the_mail_server(world: Any) -> None:
    began = time.monotonic()
    world.client().post("/accounts/password/reset/", {"email": "bob@example.test"})
    world.client().post("/accounts/login/", {"login": "bob@example.test", "password": "wrong"})
    world.client("alice").post("/accounts/email/", {"email": "new@example.test"})
    assert time.monotonic() - began < 3


@committing
def test_a_forgotten_password_is_chosen_by_the_link_of_a_letter(post_office: MailServer) -> None:
    world = make_world()
    execute("DELETE FROM procrastinate_jobs")
    world.client().post("/accounts/password/reset/", {"email": "bob@example.test"})
    assert ProcrastinateJob.objects.get(task_name="accounts.send_reset_link").args == {"user_id": world.users["bob"].pk}
    work()
    (letter,) = post_office.letters
    text = message_from_bytes(letter.content).get_payload(decode=True).decode()  # type: ignore[union-attr]
    link = re.search(r"/accounts/password/reset/key/\S+/", text)
    assert letter.rcpt_tos == ["bob@example.test"] and link
    client = world.client()
    page = client.get(link[0], follow=True)
    new = {"password1": "a-long-new-password", "password2": "a-long-new-password"}
    assert client.post(page.redirect_chain[-1][0], new).status_code == 302
    world.users["bob"].refresh_from_db()
    assert world.users["bob"].check_password("a-long-new-password")


def letter_to(user: Any) -> int:
    execute("DELETE FROM procrastinate_jobs")
    return enqueue("lodging.send_account_letter", user_id=user.pk)


def state_of(job: int) -> str:
    return str(ProcrastinateJob.objects.get(pk=job).status)


@committing
def test_mail_down_for_two_hours_loses_no_letter(post_office: MailServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(JobRecordFilter())
    caplog.set_level(logging.INFO, "procrastinate")
    alice = make_world().users["alice"]
    job = letter_to(alice)
    for _minute in range(0, 120, 10):
        post_office.answers = [f"451 come back later, {alice.email}"]
        work()
        assert state_of(job) == "todo"
        pass_time(10 * 60)
    post_office.answers = []
    pass_time(2 * 3600)
    work()
    assert state_of(job) == "succeeded"
    assert [envelope.rcpt_tos for envelope in post_office.letters] == [[alice.email]]
    assert "send_account_letter" in caplog.text
    assert alice.email not in caplog.text and "user_id=" not in caplog.text


@committing
def test_a_letter_is_tried_for_a_day_and_then_stands_before_the_administrator(post_office: MailServer) -> None:
    world = make_world()
    job = letter_to(world.users["alice"])
    for wait in retries.LETTER.waits:
        post_office.answers = ["451 come back later"]
        work()
        assert state_of(job) == "todo"
        pass_time(wait)
    post_office.answers = ["451 come back later"]
    work()
    assert state_of(job) == "failed"
    assert sum(retries.LETTER.waits) >= 24 * 3600
    assert "lodging.send_account_letter" in world.client("rosa").get("/office/administration/jobs/").content.decode()


@committing
def test_an_address_that_the_server_refuses_for_good_is_not_tried_again(post_office: MailServer) -> None:
    job = letter_to(make_world().users["alice"])
    post_office.answers = ["550 no such user"]
    work()
    assert state_of(job) == "failed"


def test_every_letter_is_tried_for_a_day() -> None:
    from ancu.core.db.retries import BackOff

    letters = {name: task for name, task in app.tasks.items() if "letter" in name or ".send_" in name}
    letters = {name: task for name, task in letters.items() if not name.startswith("audit.")}  # heads are no letters
    assert len(letters) >= 8
    for name, task in letters.items():
        strategy = task.retry_strategy
        assert isinstance(strategy, BackOff) and sum(strategy.waits) >= 24 * 3600, name


# ---- the log -------------------------------------------------------------------------------------------------


def test_the_log_of_a_job_holds_no_argument_and_no_word_of_an_error() -> None:
    assert house.LOGGING["handlers"]["console"]["filters"] == ["jobs", "outages"]
    address = "@".join(("alice", "example.test"))
    try:
        raise ValueError(address)
    except ValueError as error:
        failure = (ValueError, error, error.__traceback__)
    sentence = f"Job x(email='{address}') ended"
    record = logging.LogRecord("procrastinate.worker", logging.ERROR, "", 0, sentence, (), failure)
    record.job, record.action = {"id": 7, "task_name": "accounts.send_opening"}, "job_error"
    assert JobRecordFilter().filter(record)
    line = logging.Formatter().format(record)
    assert address not in line and "ValueError" in line and "test_jobs.py" in line
    assert "Job 7 accounts.send_opening: job_error" in line


# ---- the administrator's page --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_failed_jobs_stand_on_the_administrators_page_without_their_arguments(world: Any) -> None:
    execute("DELETE FROM procrastinate_jobs")
    rosa = world.client("rosa")
    assert "No failed background jobs" in rosa.get("/office/administration/jobs/").content.decode()
    job = make_failed_job()
    page = rosa.get("/office/administration/jobs/").content.decode()
    assert "lodging.send_account_letter" in page and f"job {job}" in page and "user_id" not in page
    assert world.client("olga").get("/office/administration/jobs/").status_code == 403


@pytest.mark.django_db
def test_an_administrator_has_a_job_tried_once_more(world: Any) -> None:
    from ancu.apps.audit.models import Event

    job = make_failed_job()
    rosa = world.client("rosa")
    assert rosa.post(f"/office/administration/jobs/{job}/retry/").status_code == 302
    assert state_of(job) == "todo"
    assert Event.objects.filter(act="accounts.retried_job", subject_id=str(job)).exists()
    assert rosa.post(f"/office/administration/jobs/{job}/retry/").status_code == 404


@pytest.mark.django_db
def test_an_administrator_has_all_jobs_of_a_kind_tried_once_more(world: Any) -> None:
    """After an hour without the mail server: of the same work one, and no other kind."""
    for _number in range(60):
        make_failed_job()
    other_kind = make_failed_job("messaging.send_notification")
    twins = [make_failed_job(), make_failed_job()]
    execute("UPDATE procrastinate_jobs SET queueing_lock = 'same' WHERE id IN (%s, %s)", *twins)
    rosa, path = world.client("rosa"), "/office/administration/jobs/"
    page = rosa.get(path).content.decode()
    assert "62 jobs · the latest failed" in page and "The latest 50 of 63 are shown." in page
    answer = rosa.post(f"{path}retry/", {"task": "lodging.send_account_letter"}, follow=True).content.decode()
    assert "61 jobs are waiting for their next attempt." in answer
    assert state_of(other_kind) == "failed" and sorted(map(state_of, twins)) == ["failed", "todo"]
    second_answer = rosa.post(f"{path}retry/", {"task": "lodging.send_account_letter"}, follow=True).content.decode()
    assert "The same job is already waiting." in second_answer
    assert world.client("olga").post(f"{path}retry/", {"task": "x"}).status_code == 403
