"""A job that a killed worker left behind is taken up again."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from ancu.core.tasks import retry_stalled

pytestmark = pytest.mark.django_db(transaction=True)


async def _run(worker_app: Any) -> None:
    async with worker_app.open_async():
        await retry_stalled.func(cast(Any, SimpleNamespace(app=worker_app)), timestamp=0)


def test_a_job_left_by_a_killed_worker_is_taken_up_again():
    left = app.configure_task("audit.seal", allow_unknown=False).defer(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', attempts = 1 WHERE id = %s", [left])
    with app.replace_connector(app.connector.get_worker_connector()) as worker_app:
        asyncio.run(_run(worker_app))
    assert ProcrastinateJob.objects.get(pk=left).status == "todo"
