"""Every job is tried again when the database could not serve it, and its outcome is stored however late."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import psycopg
import pytest
from django.db import InternalError, OperationalError
from procrastinate import exceptions
from procrastinate.contrib.django import app
from procrastinate.jobs import Job, Status

from ancu.core.db import steady_worker
from ancu.core.db.outages import is_outage
from ancu.core.db.retries import SOON, WATCHED
from ancu.core.db.steady_worker import SteadyWorker

OWN_TASKS = [name for name in app.tasks if not name.startswith(("builtin", "procrastinate"))]


def job(attempts: int = 0) -> Job:
    return Job(id=1, queue="default", lock=None, queueing_lock=None, task_name="x", attempts=attempts)


@pytest.mark.parametrize("name", OWN_TASKS)
def test_every_job_is_tried_again_after_an_outage(name: str) -> None:
    strategy = app.tasks[name].retry_strategy
    assert strategy is not None, f"{name} has no retry policy"
    assert strategy.get_retry_decision(exception=OperationalError(), job=job()) is not None


def test_an_outage_is_outlasted_for_a_day_and_a_fault_for_minutes() -> None:
    assert SOON.get_retry_decision(exception=OperationalError(), job=job(9)) is not None
    assert SOON.get_retry_decision(exception=OperationalError(), job=job(10)) is None
    assert SOON.get_retry_decision(exception=ValueError(), job=job(3)) is not None
    assert SOON.get_retry_decision(exception=ValueError(), job=job(4)) is None
    assert WATCHED.get_retry_decision(exception=ValueError(), job=job(2)) is None


def test_which_errors_are_an_outage() -> None:
    read_only = InternalError("cannot execute INSERT in a read-only transaction")
    read_only.__cause__ = psycopg.errors.ReadOnlySqlTransaction()
    wrapped = exceptions.ConnectorException()
    wrapped.__cause__ = psycopg.OperationalError()
    for error in (OperationalError(), psycopg.InterfaceError(), read_only, wrapped):
        assert is_outage(error), error
    for error in (
        None,
        ValueError(),
        InternalError(),
        exceptions.UniqueViolation(constraint_name="x", queueing_lock=""),
    ):
        assert not is_outage(error), error


class FailingManager:
    """A job manager whose first calls fail with these errors; it notes what was stored."""

    def __init__(self, *errors: Exception) -> None:
        self.errors, self.stored = list(errors), list[tuple[str, Any]]()

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        self._fail()
        self.stored.append(("finished", status))

    async def retry_job(self, job: Job, **_decision: Any) -> None:
        self._fail()
        self.stored.append(("queued", None))

    def _fail(self) -> None:
        if self.errors:
            raise self.errors.pop(0)


def persist(manager: FailingManager, monkeypatch: pytest.MonkeyPatch, **decision: Any) -> list[tuple[str, Any]]:
    """What is stored of a job whose worker's database fails as ``manager`` says."""
    monkeypatch.setattr(steady_worker, "WAITS_S", (0, 0))
    worker = SteadyWorker(app=cast(Any, SimpleNamespace(job_manager=manager)))
    arguments = {"job": job(), "status": Status.SUCCEEDED, "retry_decision": None} | decision
    asyncio.run(worker._persist_job_status(**arguments, context=cast(Any, None), job_result=None))
    return manager.stored


def test_an_outcome_is_stored_once_the_database_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    manager = FailingManager(exceptions.ConnectorException(), exceptions.ConnectorException())
    assert persist(manager, monkeypatch) == [("finished", Status.SUCCEEDED)]


def test_a_job_whose_equal_is_queued_already_is_not_queued_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    decision = SOON.get_retry_decision(exception=ValueError(), job=job())
    manager = FailingManager(exceptions.UniqueViolation(constraint_name="x", queueing_lock="x"))
    stored = persist(manager, monkeypatch, status=Status.FAILED, retry_decision=decision)
    assert stored == [("finished", Status.ABORTED)]


def test_the_app_runs_steady_workers() -> None:
    assert isinstance(app._worker(), SteadyWorker)
