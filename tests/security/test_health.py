"""``/health/live`` and ``/health/ready``: each part of the house with a state, and nothing about anybody."""

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from ancu.apps.audit.models import Event
from ancu.config import health
from ancu.config.database import data_folder
from ancu.core import clock

pytestmark = pytest.mark.django_db
PARTS = {"database", "migrations", "disk", "database_disk", "storage", "worker", "queue", "audit_seal", "backup"}


@pytest.fixture(autouse=True)
def _look_anew() -> Iterator[None]:
    health._applied.clear()
    yield
    health._applied.clear()


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def heartbeat(age: str = "0 s") -> None:
    execute(f"INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '{age}')")


def ready(query: str = "") -> tuple[int, str, dict[str, Any]]:
    response = Client().get(f"/health/ready{query}")
    return response.status_code, response.json()["status"], response.json()["parts"]


def test_a_process_that_lives_says_so_without_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "cursor", None)
    assert Client().get("/health/live").json() == Client().get("/health").json() == {"status": "ok"}


def test_when_all_is_well_every_part_has_a_state_and_nothing_names_anybody(world: Any) -> None:
    heartbeat()
    status, state, parts = ready("?all")
    assert (status, state) == (200, "ok")
    assert parts.keys() == PARTS
    assert {name: part["state"] for name, part in parts.items()} == dict.fromkeys(PARTS, "ok") | {"backup": "unknown"}
    numbers = {value for part in parts.values() for name, value in part.items() if name != "state"}
    assert all(isinstance(number, int) for number in numbers)


def test_without_the_database_nobody_is_sent_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_sql: str) -> None:
        raise OperationalError("connection refused for user olga")

    monkeypatch.setattr(health, "_first_value", fail)
    status, state, parts = ready()
    assert (status, state) == (503, "failed")
    assert parts["database"] == {"state": "failed"}


def test_a_standby_is_not_served_by() -> None:
    heartbeat()
    with transaction.atomic():
        execute("SET TRANSACTION READ ONLY")
        status, _state, parts = ready()
        transaction.set_rollback(True)
    assert (status, parts["database"]) == (503, {"state": "failed"})


def test_a_folder_of_files_that_takes_none_is_not_served_by(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heartbeat()
    settings.MEDIA_ROOT = tmp_path / "not" / "made yet"
    assert ready()[0] == 200
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) != tmp_path)
    status, _state, parts = ready()
    assert (status, parts["storage"]) == (503, {"state": "failed"})


def test_a_load_balancer_asks_without_tls(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get("/health/live").status_code == Client().get("/health").status_code == 200
    assert Client().get("/health/ready").status_code in {200, 503}
    assert Client().get("/healthy/").status_code == 301


def test_with_a_migration_missing_nobody_is_sent_here() -> None:
    heartbeat()
    MigrationRecorder.Migration.objects.filter(app="audit").order_by("-id")[:1].get().delete()
    assert ready()[0] == 503
    assert ready()[2]["migrations"]["state"] == "failed"


@pytest.mark.parametrize(("part", "folder"), [("disk", "VAR_DIR"), ("database_disk", "DATABASE_FOLDER")])
def test_with_a_full_disk_nobody_is_sent_here(part: str, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage(NamedTuple):
        free: int

    def usage(path: Path) -> Usage:
        return Usage(100 * 2**20 if Path(path) == full else 2**40)

    monkeypatch.setattr(shutil, "disk_usage", usage)
    full = Path(getattr(settings, folder))
    status, _state, parts = ready()
    assert status == 503
    assert parts[part] == {"state": "failed", "free_megabytes": 100}
    assert {parts[name]["state"] for name in ("disk", "database_disk") if name != part} == {"ok"}


def test_the_embedded_servers_folder_is_examined() -> None:
    assert settings.DATABASE_FOLDER is not None and (settings.DATABASE_FOLDER / "PG_VERSION").exists()


def test_a_database_on_another_machine_has_a_disk_that_is_unknown_and_is_served_by(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/ancu")
    settings.DATABASE_FOLDER = data_folder(Path("/srv/ancu"))
    heartbeat()
    status, state, parts = ready("?all")
    assert (status, state, parts["database_disk"]) == (200, "ok", {"state": "unknown"})
    monkeypatch.setenv("DATABASE_FOLDER", "/var/lib/postgresql/17/main")
    assert data_folder(Path("/srv/ancu")) == Path("/var/lib/postgresql/17/main")


def assert_late(name: str, state: str = "late") -> None:
    """Pages are served on, and a monitor that asks for everything is told."""
    status, overall, parts = ready()
    assert (status, overall, parts[name]["state"]) == (200, "degraded", state)
    assert ready("?all")[0] == 503


def test_a_worker_that_is_not_heard_of_is_told() -> None:
    assert_late("worker", "failed")
    heartbeat("5 min")
    assert_late("worker")


def test_a_job_that_waits_too_long_is_told_and_one_for_tomorrow_is_not() -> None:
    heartbeat()
    job = "INSERT INTO procrastinate_jobs (queue_name, task_name, scheduled_at) VALUES ('default', 'x', now() {})"
    execute(job.format("+ interval '1 day'"))
    assert ready("?all")[0] == 200
    execute(job.format("- interval '1 hour'"))
    assert_late("queue")


def test_an_act_that_is_not_sealed_in_time_is_told() -> None:
    heartbeat()
    Event.objects.create(actor_kind="system", act="x", subject_type="x", subject_id="1")
    assert ready("?all")[0] == 200
    hour_ago = clock.now() - timedelta(hours=1)
    Event.objects.create(at=hour_ago, actor_kind="system", act="x", subject_type="x", subject_id="1")
    assert_late("audit_seal")


def test_a_backup_that_is_too_old_is_told(settings: Any, tmp_path: Path) -> None:
    heartbeat()
    settings.BACKUP_STAMP = str(tmp_path / "stamp")
    (tmp_path / "stamp").touch()
    now = clock.now().timestamp()
    os.utime(tmp_path / "stamp", (now, now - 3600))
    assert ready("?all")[0] == 200
    os.utime(tmp_path / "stamp", (now, now - 27 * 3600))
    assert_late("backup")
    settings.BACKUP_STAMP, settings.PRODUCTION = str(tmp_path / "none"), True
    assert ready()[2]["backup"]["state"] == "failed"
