"""A job that a killed worker left behind is taken up again."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from ancu.core.db.retries import MOST_DEATHS
from ancu.core.tasks import retry_stalled

pytestmark = pytest.mark.django_db(transaction=True)
SEAL = "audit.seal"


@pytest.fixture(autouse=True)
def _no_jobs() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def left_behind(attempts: int = 1) -> int:
    """A job as a killed worker leaves it."""
    stalled_job = app.configure_task(SEAL, allow_unknown=False).defer(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', attempts = %s WHERE id = %s", [attempts, stalled_job]
        )
    return stalled_job


def take_up() -> None:
    async def run(worker_app: Any) -> None:
        async with worker_app.open_async():
            await retry_stalled.func(cast(Any, SimpleNamespace(app=worker_app)), timestamp=0)

    with app.replace_connector(app.connector.get_worker_connector()) as worker_app:
        asyncio.run(run(worker_app))


def test_it_is_queued_again() -> None:
    stalled_job = left_behind()
    take_up()
    assert ProcrastinateJob.objects.get(pk=stalled_job).status == "todo"


def test_one_that_took_its_worker_with_it_several_times_is_given_up() -> None:
    poisoned = left_behind(attempts=MOST_DEATHS)
    take_up()
    assert ProcrastinateJob.objects.get(pk=poisoned).status == "failed"


def test_it_is_closed_when_the_same_work_is_queued_already() -> None:
    stalled_job = left_behind()
    twin = app.configure_task(SEAL, allow_unknown=False).defer(timestamp=0)
    take_up()
    assert ProcrastinateJob.objects.get(pk=stalled_job).status == "aborted"
    assert ProcrastinateJob.objects.get(pk=twin).status == "todo"


def test_what_takes_minutes_is_taken_after_everything_else() -> None:
    ids = [
        app.configure_task(name, allow_unknown=False).defer(**arguments)
        for name, arguments in (
            ("oversight.nightly", {"timestamp": 0}),
            ("stays.read_upload", {"upload_id": "x"}),
            (SEAL, {"timestamp": 0}),
        )
    ]

    async def fetch(worker_app: Any) -> list[int]:
        async with worker_app.open_async():
            worker = await worker_app.job_manager.register_worker()
            jobs = [await worker_app.job_manager.fetch_job(queues=None, worker_id=worker) for _turn in ids]
            return [job.id for job in jobs]

    with app.replace_connector(app.connector.get_worker_connector()) as worker_app:
        assert asyncio.run(fetch(worker_app)) == [ids[1], ids[2], ids[0]]
