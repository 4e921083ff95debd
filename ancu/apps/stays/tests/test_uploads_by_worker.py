"""Six thousand rows through a real worker: the bar moves, and a worker that dies loses nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.urls import reverse
from procrastinate.contrib.django import app

from ancu.apps.stays.models import Stay, Submission, Upload
from ancu.apps.stays.services import uploads
from ancu.apps.stays.tests.test_uploads import csv, line, send
from ancu.core.db.jobs import retry_stalled
from ancu.core.testing.workers import end_connections_of_others

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 6_000


@pytest.fixture(scope="module", autouse=True)
def _threads_of_the_worker_leave(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """They keep their connections, and then the test's database could not be dropped."""
    yield
    with django_db_blocker.unblock():
        end_connections_of_others()


def work() -> None:
    """Everything that waits, done by the program's own worker, on this thread's connection."""

    async def until_idle() -> None:
        worker = app.with_connector(app.connector.get_worker_connector())
        async with worker.open_async():
            await worker.run_worker_async(
                queues=["files"], wait=False, install_signal_handlers=False, listen_notify=False
            )

    async_to_sync(until_idle)()


@pytest.mark.slow
def test_six_thousand_rows_are_read_and_declared_by_the_worker(
    world: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path
    client = world.client("bob")
    send(client, csv(*(line(f"GUEST {n}", f"M{n:07}") for n in range(ROWS))))
    upload = Upload.objects.get()
    assert upload.state == "reading"
    work()
    page = client.get(reverse("stays:upload_preview", args=[upload.pk]))
    assert page.context["good"] == ROWS
    client.post(reverse("stays:upload_confirm", args=[upload.pk]), {"good": ROWS, "sure": page.context["sure"]})

    progress: list[int] = []
    real = uploads._declare

    def dies(*args: Any) -> Any:
        list(args[2])  # all rows looked at, then the power goes
        progress.append(Upload.objects.get().done)
        raise SystemError

    monkeypatch.setattr(uploads, "_declare", dies)
    with pytest.raises(SystemError):
        uploads.declare_upload(upload.pk, world.actor("bob").membership_id)
    assert progress == [ROWS] and not Stay.objects.exists()
    assert "are being saved" in client.get(reverse("stays:upload_preview", args=[upload.pk])).content.decode()

    monkeypatch.setattr(uploads, "_declare", real)
    work()
    upload.refresh_from_db()
    assert (upload.state, upload.done, upload.outcome["accepted"]) == ("done", ROWS, ROWS)
    assert Stay.objects.count() == ROWS and Submission.objects.count() == 1


def test_a_job_whose_worker_is_gone_is_taken_up_again(world: Any, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    with connection.cursor() as cursor:  # an earlier test's job may be waiting
        cursor.execute("SELECT coalesce(max(id), 0) FROM procrastinate_jobs")
        [last_job] = cursor.fetchone()
    send(world.client("bob"), csv(*(line(f"GUEST {n}", f"M{n:07}") for n in range(ROWS))))
    with connection.cursor() as cursor:  # a worker took it, and was never heard of again
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')")
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT max(id) FROM procrastinate_workers)"
            " WHERE status = 'todo' AND id > %s",
            [last_job],
        )
    work()
    assert Upload.objects.get().state == "reading"
    assert async_to_sync(retry_stalled)("files") == 1
    work()
    assert Upload.objects.get().state == "preview"
