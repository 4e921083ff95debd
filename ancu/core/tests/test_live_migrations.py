"""Migrations beside a running program: locks are given up after seconds, an index left by halves is made anew."""

from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection, migrations, models
from django.db.migrations.state import ProjectState

from ancu.core.db import live_migrations
from ancu.core.db.live_migrations import AddIndexBesideWriters, migrate_beside_readers

TABLE = "CREATE TABLE core_guest (id bigint PRIMARY KEY, name text)"
INDEX = models.Index(fields=["name"], name="core_guest_name")


@pytest.fixture
def guests(transactional_db: None) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
        yield cursor
        cursor.execute("DROP TABLE core_guest")


def second_connection() -> "psycopg.Connection[Any]":
    settings = connection.get_connection_params()
    parameters = {name: settings[name] for name in ("dbname", "user", "password", "host", "port") if settings.get(name)}
    return psycopg.connect(**parameters)


def add_index() -> None:
    state = ProjectState()
    migrations.CreateModel(
        "Guest", [("id", models.BigIntegerField(primary_key=True)), ("name", models.TextField())]
    ).state_forwards("core", state)
    after = state.clone()
    operation = AddIndexBesideWriters("guest", INDEX)
    operation.state_forwards("core", after)
    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("core", editor, state, after)


def is_valid(cursor: Any) -> bool:
    cursor.execute(live_migrations.READ_VALIDITY, [INDEX.name])
    [valid] = cursor.fetchone()
    return bool(valid)


def test_an_index_is_made_and_stays_when_it_is_made_twice(guests: Any) -> None:
    add_index()
    add_index()
    assert is_valid(guests)


def test_an_invalid_index_is_made_anew(guests: Any) -> None:
    guests.execute("INSERT INTO core_guest VALUES (1, 'AN'), (2, 'AN')")
    with pytest.raises(Exception, match="could not create unique index"):
        guests.execute(f"CREATE UNIQUE INDEX CONCURRENTLY {INDEX.name} ON core_guest (name)")
    assert not is_valid(guests)
    add_index()
    assert is_valid(guests)


def test_a_lock_is_given_up_and_tried_for_later(guests: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_migrations, "LOCK_TIMEOUT_S", 1)
    reader = second_connection()
    reader.execute("SELECT count(*) FROM core_guest")
    warnings: list[str] = []

    def alter() -> None:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE core_guest ADD COLUMN nights int")

    migrate_beside_readers(alter, warnings.append, pause=lambda _seconds: reader.close())
    guests.execute("SELECT nights FROM core_guest")
    assert len(warnings) == 1
    guests.execute("SHOW lock_timeout")
    assert guests.fetchone() == ("0",)


def test_another_error_is_raised_at_once(guests: Any) -> None:
    def fail() -> None:
        raise OperationalError("the disk is full")

    with pytest.raises(OperationalError, match="disk"):
        migrate_beside_readers(fail, pytest.fail)
