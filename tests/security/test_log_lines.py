"""JSON log lines: one object each, joined by the id of the request also in its jobs, and nothing about anybody."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import resolve
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from ancu.config.monitoring.logs import logging_settings
from ancu.core import correlation
from ancu.core.db.jobs import enqueue, is_reference
from ancu.core.json_log import JsonFormatter
from ancu.core.testing.workers import end_connections_of_others

UUID = "0f9ad6d2-41c1-4f6e-9a3c-6a3b7f0c9d11"


@pytest.fixture
def lines(settings: Any) -> Iterator[io.StringIO]:
    settings.LOG_FORMAT = "json"
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    names = ("ancu.requests", "ancu.jobs")
    for name in names:
        logging.getLogger(name).setLevel(logging.INFO)
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)
    for name in names:
        logging.getLogger(name).setLevel(logging.WARNING)


def entries(stream: io.StringIO, logger: str) -> list[dict[str, Any]]:
    return [entry for line in stream.getvalue().splitlines() if (entry := json.loads(line))["logger"] == logger]


@pytest.mark.django_db
def test_a_request_has_one_line_by_its_route_without_its_query(lines: io.StringIO) -> None:
    response = Client().get("/r/HB-26-0000001?q=HOFFMANN")
    (entry,) = entries(lines, "ancu.requests")
    assert entry.keys() >= {"time", "level", "node", "process", "ms"}
    assert (entry["route"], entry["method"], entry["status"]) == ("stays:verify_code", "GET", response.status_code)
    assert entry["request_id"] == response["X-Request-ID"]
    assert correlation.is_request_id(entry["request_id"])
    assert "HOFFMANN" not in lines.getvalue() and "HB-26-0000001" not in lines.getvalue()


@pytest.mark.django_db
def test_a_refused_request_is_logged_by_its_route_and_not_by_its_path(lines: io.StringIO) -> None:
    assert Client().get("/accounts/open/HOFFMANN").status_code == 404
    assert Client().get("/nowhere/HOFFMANN/").status_code == 404
    assert "HOFFMANN" not in lines.getvalue()
    assert {entry["message"] for entry in entries(lines, "django.request")} == {
        "Not Found: accounts:opening", "Not Found: none",
    }  # fmt: skip


@pytest.mark.django_db
def test_a_source_of_a_tip_leaves_no_line(lines: io.StringIO) -> None:
    Client().get("/tips/")
    assert lines.getvalue() == ""


@pytest.mark.django_db
def test_only_our_proxy_names_a_request_and_only_by_a_uuid(settings: Any) -> None:
    assert Client().get("/health", HTTP_X_REQUEST_ID=UUID)["X-Request-ID"] != UUID
    settings.BEHIND_PROXY = True
    assert Client().get("/health", HTTP_X_REQUEST_ID=UUID)["X-Request-ID"] == UUID
    assert Client().get("/health", HTTP_X_REQUEST_ID="olga\nHOFFMANN")["X-Request-ID"] != "olga\nHOFFMANN"
    assert correlation.request_id.get() == ""


def test_an_error_is_logged_without_its_words(lines: io.StringIO) -> None:
    name = "".join(("HOFF", "MANN"))
    try:
        raise ValueError(name)
    except ValueError:
        logging.getLogger("ancu.test").exception("the file could not be read")
    (entry,) = entries(lines, "ancu.test")
    assert entry["trace"].endswith("ValueError") and "test_log_lines.py" in entry["trace"]
    assert "HOFFMANN" not in lines.getvalue()


def test_what_a_library_attaches_is_not_printed(lines: io.StringIO) -> None:
    logging.getLogger("ancu.test").warning("x", extra={"job": {"args": "HOFFMANN"}})
    assert "HOFFMANN" not in lines.getvalue()


def test_another_format_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured):
        logging_settings("xml", "INFO")


@pytest.mark.django_db
def test_a_job_names_its_request_in_json_only(settings: Any) -> None:
    token = correlation.request_id.set(UUID)
    settings.LOG_FORMAT = "json"
    job = ProcrastinateJob.objects.get(pk=enqueue("accounts.send_tasks", timestamp=1))
    assert job.args == {"timestamp": 1, "request_id": UUID}
    assert all(is_reference(name, value) for name, value in job.args.items())
    settings.LOG_FORMAT = "line"
    job = ProcrastinateJob.objects.get(pk=enqueue("core.forget_old_counts", timestamp=1))
    assert job.args == {"timestamp": 1}
    correlation.request_id.reset(token)


@pytest.mark.django_db(transaction=True)
def test_the_id_of_a_request_follows_into_its_job(lines: io.StringIO) -> None:
    token = correlation.request_id.set(UUID)
    job = enqueue("audit.seal", timestamp=1)
    correlation.request_id.reset(token)

    async def until_idle() -> None:
        async with app.open_async():
            await app.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)

    with app.replace_connector(app.connector.get_worker_connector()):
        async_to_sync(until_idle)()
    end_connections_of_others()
    assert ProcrastinateJob.objects.get(pk=job).status == "succeeded"
    (entry,) = [entry for entry in entries(lines, "ancu.jobs") if entry["job_id"] == job]
    assert entry["request_id"] == UUID
    assert (entry["task"], entry["outcome"]) == ("audit.seal", "succeeded")


def test_the_address_of_metrics_is_the_one_of_the_routes() -> None:
    from ancu.config.monitoring.metrics import METRICS_PATH

    assert resolve(METRICS_PATH).view_name == "metrics"
