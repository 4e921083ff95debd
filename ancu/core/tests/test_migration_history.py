"""A database that other migrations made is recognised before anything is written to it."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from ancu.core.db import migration_history
from ancu.core.db.migration_history import outdated_migrations, record_migrations, unknown_migrations

pytestmark = pytest.mark.django_db
OLD = "lodging.0004_program_sessions"  # of before 0.2.0


def apply_old_migration() -> None:
    MigrationRecorder(connection).record_applied(*OLD.split("."))


def test_migrations_with_unchanged_files_are_up_to_date() -> None:
    assert unknown_migrations() == []
    record_migrations()
    assert outdated_migrations() == []


def test_a_database_without_a_record_is_outdated() -> None:
    assert "stays.0001_initial" in outdated_migrations()


def test_an_applied_migration_without_a_file_is_unknown_and_outdated() -> None:
    record_migrations()
    apply_old_migration()
    assert unknown_migrations() == [OLD]
    assert outdated_migrations() == [OLD]


def test_a_migration_applied_after_the_record_is_no_reason_to_delete_a_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    digests = migration_history._digests()
    monkeypatch.setattr(migration_history, "_digests", lambda: digests)
    last = digests.popitem()
    record_migrations()
    digests |= [last]
    assert outdated_migrations() == []


def test_an_applied_migration_with_a_changed_file_is_outdated(monkeypatch: pytest.MonkeyPatch) -> None:
    record_migrations()
    digest = migration_history._digest
    changed = "ancu.apps.stays.migrations.0001_initial"
    monkeypatch.setattr(migration_history, "_digest", lambda module: digest(module) + "!" * (module == changed))
    assert outdated_migrations() == ["stays.0001_initial"]
    assert unknown_migrations() == []


def test_prepare_database_refuses_the_database_of_another_version() -> None:
    apply_old_migration()
    with pytest.raises(CommandError, match=OLD):
        call_command("prepare_database")
