"""``/metrics``: for the bearer of its token only, about nobody. Each metric that rules and dashboard name exists."""

import json
import re
import subprocess
import sys
import textwrap
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from django.conf import settings as house
from django.db import OperationalError, connection
from django.test import Client
from django.urls import get_resolver
from prometheus_client.parser import text_string_to_metric_families

from ancu.apps.accounts.tests.factories import make_failed_job
from ancu.apps.stays.tests.factories import make_stay
from ancu.config.backups.outcome import LastRestoreCheck
from ancu.config.monitoring import figures
from ancu.config.monitoring.requests import UNOBSERVED
from ancu.core import clock

pytestmark = pytest.mark.django_db
TOKEN = "t" * 24
WATCH = Path(house.BASE_DIR) / "deploy" / "watch"


@pytest.fixture(autouse=True)
def _token(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN


def execute(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def scrape() -> str:
    response = Client(HTTP_HOST="node1.internal:8000").get("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}")
    assert response.status_code == 200
    return response.content.decode()


def value(name: str, **labels: str) -> float | None:
    """Return a sample of the present scrape; None if it is missing."""
    samples = [sample for family in text_string_to_metric_families(scrape()) for sample in family.samples]
    return next((s.value for s in samples if s.name == name and s.labels.items() >= labels.items()), None)


def test_only_the_bearer_of_the_token_reads_them(settings: Any) -> None:
    assert Client().get("/metrics").status_code == 401
    assert Client().get("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}x").status_code == 401
    assert Client().get("/metrics", HTTP_AUTHORIZATION="Bearer \xe9").status_code == 401
    assert Client().post("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}").status_code == 405
    settings.METRICS_TOKEN = ""
    assert Client().get("/metrics", HTTP_AUTHORIZATION="Bearer ").status_code == 404


def test_a_request_counts_by_its_route_and_not_by_its_address() -> None:
    labels = {"route": "stays:verify_code", "method": "GET"}
    before = value("ancu_http_request_duration_seconds_count", **labels) or 0
    Client().get("/r/HB-26-0000001?q=HOFFMANN")
    assert value("ancu_http_request_duration_seconds_count", **labels) == before + 1
    Client().get("/nowhere/HOFFMANN")
    assert value("ancu_http_requests_total", route="none", status="4xx")
    assert "HOFFMANN" not in scrape() and "HB-26" not in scrape()


def test_the_pages_of_tips_leave_no_trace() -> None:
    routes = [str(entry.pattern) for entry in _routes_of("tips")]
    assert routes and all(f"/{route}".startswith(UNOBSERVED) for route in routes)
    assert "X-Request-ID" not in Client().get("/tips/").headers
    assert "tips:" not in scrape()


def _routes_of(app: str) -> list[Any]:
    included = (entry for entry in get_resolver().url_patterns if getattr(entry, "app_name", None) == app)
    return [route for entry in included for route in entry.url_patterns]


def test_queues_have_a_depth_and_an_age_and_failed_jobs_a_task() -> None:
    execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, scheduled_at) VALUES"
        " ('slow', 'x', now() - interval '1 hour'), ('slow', 'x', now() + interval '1 day')"
    )
    assert value("ancu_queue_due_jobs", queue="slow") == 1
    assert 3599 <= (value("ancu_queue_oldest_job_age_seconds", queue="slow") or 0) < 3660
    assert value("ancu_jobs", queue="slow", status="todo") == 2
    assert value("ancu_failed_jobs_all") == 0
    make_failed_job()
    assert value("ancu_failed_jobs_all") == value("ancu_failed_jobs", task="lodging.send_account_letter") == 1


def test_workers_disks_and_parts_have_figures(tmp_path: Path, settings: Any) -> None:
    settings.BACKUP_STAMP = str(tmp_path / "stamp")
    (tmp_path / "stamp").touch()
    assert value("ancu_workers") == 0
    execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now()), (now() - interval '1 hour')")
    assert value("ancu_workers") == value("ancu_ready") == 1
    assert value("ancu_part_ok", part="database") == value("ancu_part_ok", part="worker") == 1
    assert (value("ancu_part_age_seconds", part="backup") or 0) < 60
    assert (value("ancu_disk_size_bytes", disk="working_folder") or 0) > 2**20
    assert value("ancu_build_info", version=house.VERSION) == value("ancu_web_processes") == 1
    assert (value("ancu_web_resident_bytes") or 0) > 2**20


def test_a_hidden_change_is_as_late_as_it_is_old(world: Any) -> None:
    assert value("ancu_feed_lag_seconds") == 0
    at = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    with psycopg.connect(**{name: at[name] for name in names if at.get(name)}) as slow:
        (number,) = slow.execute("SELECT stays_feed_stamp()").fetchone()  # type: ignore[misc]
        make_stay(world.lodging)
        # This test's own transaction does not see itself running: the declaration is said to be of the slow one.
        execute("UPDATE stays_submission SET received_at = now() - interval '5 min', xact = %s", number)
        assert 299 <= (value("ancu_feed_lag_seconds") or 0) < 330
    # A transaction of a neighbouring database that ends this very moment may hold the feed back for one look.
    assert min(value("ancu_feed_lag_seconds") or 0 for _look in range(5)) == 0


def test_standbys_are_left_out_for_a_role_that_may_not_see_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert figures.standbys() == []
    monkeypatch.setattr(figures, "STANDBYS", "SELECT 'node2', 1.5, 1024.0")
    assert value("ancu_replication_lag_bytes", standby="node2") == 1024
    monkeypatch.setattr(figures, "MAY_SEE_STANDBYS", "SELECT false")
    assert value("ancu_replication_lag_bytes") is None


@pytest.mark.parametrize(
    ("archived", "failed", "seconds"),
    [("'1 min'", "NULL", 0), ("'1 min'", "'2 min'", 0), ("'4 min'", "'1 min'", 240), ("NULL", "'1 min'", 600)],
)
def test_an_archive_that_fails_has_an_age(
    monkeypatch: pytest.MonkeyPatch, archived: str, failed: str, seconds: int
) -> None:
    assert figures.archive_failing() is None, "this server archives nothing"
    at = f"now() - {archived}::interval AS last_archived_time, now() - {failed}::interval AS last_failed_time"
    archiver = f"(SELECT {at}, now() - '10 min'::interval AS stats_reset) archiver"
    query = figures.ARCHIVE_FAILING.replace("pg_stat_archiver", archiver).replace("<> 'off'", "= 'off'")
    monkeypatch.setattr(figures, "ARCHIVE_FAILING", query)
    assert value("ancu_archive_failing_seconds") == pytest.approx(seconds, abs=5)


def write_restore_check(path: Path, *faults: str) -> None:
    ended_at = (clock.now() - timedelta(hours=2)).isoformat()
    path.write_bytes(msgspec.json.encode(LastRestoreCheck(ended_at=ended_at, seconds=90, rows=5, faults=list(faults))))


def test_the_proof_of_the_backup_has_an_age_and_faults(settings: Any, tmp_path: Path) -> None:
    settings.RESTORE_CHECK = tmp_path / "restore-check.json"
    assert value("ancu_restore_check_faults") is None
    write_restore_check(settings.RESTORE_CHECK, "files missing: 7")
    assert value("ancu_restore_check_faults") == 1
    assert 7199 <= (value("ancu_restore_check_age_seconds") or 0) < 7300
    settings.RESTORE_CHECK.write_text("{")
    assert value("ancu_restore_check_faults") is None


def test_without_the_database_the_rest_is_still_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Any:
        raise OperationalError("connection refused for user olga")

    monkeypatch.setattr(connection, "cursor", fail)
    assert value("ancu_ready") == value("ancu_part_ok", part="database") == 0
    assert value("ancu_disk_free_bytes", disk="working_folder")
    assert value("ancu_workers") is None and "olga" not in scrape()


ALONE = """
    import os, sys
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector
    from ancu.config.monitoring import metrics
    metrics.count_request("home", "GET", 200, 0.02)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    print(generate_latest(registry).decode(), len(metrics._web_processes()))
"""


def test_web_processes_share_their_counts(tmp_path: Path) -> None:
    program = f"import django; django.setup()\n{textwrap.dedent(ALONE)}"
    environment = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "ancu.config.settings"}
    for number in (1, 2):
        run = subprocess.run(
            [sys.executable, "-c", program], cwd=house.BASE_DIR, capture_output=True, text=True, check=True,
            env={**_environment(), **environment},
        )  # fmt: skip
        assert f'ancu_http_requests_total{{method="GET",route="home",status="2xx"}} {number}.0' in run.stdout
        assert run.stdout.split()[-1] == str(number)


def _environment() -> dict[str, str]:
    import os

    return {name: text for name, text in os.environ.items() if not name.startswith("PYTEST")}


def test_rules_and_dashboard_name_only_metrics_that_exist(
    world: Any, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.RESTORE_CHECK = tmp_path / "restore-check.json"
    write_restore_check(settings.RESTORE_CHECK)
    monkeypatch.setattr(figures, "STANDBYS", "SELECT 'node2', 1.5, 1024.0")
    monkeypatch.setattr(figures, "ARCHIVE_FAILING", "SELECT 0.0")
    execute("INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('slow', 'x', 'failed')")
    execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    Client().get("/health/live")
    names = {sample.name for family in text_string_to_metric_families(scrape()) for sample in family.samples}
    files = (WATCH / "alerts.yml", WATCH / "dashboard.json")
    texts = "\n".join(path.read_text(encoding="utf-8") for path in files)
    named = set(re.findall(r"\bancu_[a-z_]+\b", texts))
    assert len(named) > 12
    assert named - names == set()


def test_the_dashboard_is_json_without_a_fixed_source() -> None:
    dashboard = json.loads((WATCH / "dashboard.json").read_text(encoding="utf-8"))
    sources = {panel["datasource"]["uid"] for panel in dashboard["panels"] if "datasource" in panel}
    assert sources == {"${source}"}
