"""What `prepare_demo` does with the database of another version."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from ancu.core.db.migration_history import record_migrations
from ancu.demo.management.commands import prepare_demo

pytestmark = pytest.mark.django_db
OLD = "lodging.0004_program_sessions"  # of before 0.2.0


def apply_old_migration() -> None:
    MigrationRecorder(connection).record_applied(*OLD.split("."))


@pytest.fixture(autouse=True)
def _demo(settings: Any) -> None:
    settings.DEMO = True


class BuiltInServer:
    """Records that its database was emptied."""

    emptied = False

    def empty_database(self) -> None:
        self.emptied = True


def start_demo(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Run ``prepare_demo`` up to its steps; return the names of the steps."""
    steps: list[str] = []
    monkeypatch.setattr(prepare_demo, "compile_all", lambda: None)
    monkeypatch.setattr(prepare_demo.Command, "_step", lambda self, message, command, **options: steps.append(command))
    call_command("prepare_demo")
    return steps


def test_a_demo_of_another_version_is_made_anew(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path, capsys: Any
) -> None:
    record_migrations()
    apply_old_migration()
    server = BuiltInServer()
    settings.VAR_DIR, settings.DATABASE_GIVEN = tmp_path, False
    (tmp_path / "files").mkdir()
    monkeypatch.setattr(prepare_demo, "ensure_running", lambda var: server)
    monkeypatch.setattr(connection, "close", lambda: None)
    start_demo(monkeypatch)
    assert server.emptied
    assert not (tmp_path / "files").exists()
    assert OLD in capsys.readouterr().out


def test_a_demo_in_a_named_database_is_never_deleted(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    apply_old_migration()
    settings.DATABASE_GIVEN = True
    with pytest.raises(CommandError, match="create an empty one"):
        start_demo(monkeypatch)


def test_nothing_but_a_demo_is_prepared_as_one(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    apply_old_migration()
    settings.DEMO, settings.DATABASE_GIVEN = False, False
    with pytest.raises(CommandError, match="ANCU_DEMO"):
        start_demo(monkeypatch)
