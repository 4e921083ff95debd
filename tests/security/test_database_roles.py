"""Three roles: the program writes rows, the owner upgrades it, and nobody who signs in owns the audit."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from ancu.core.db import postgres
from ancu.core.db.postgres import APP, OWNER, Server, locate
from ancu.core.management.commands.grant_app_role import STATEMENTS
from ancu.core.testing import template_database

AUDIT_OWNER = (Path(postgres.__file__).parent / "audit_owner.sql").read_bytes()
NAME = "roles_of_the_audit"
ATTEMPTS = [
    "UPDATE audit_event SET act = 'nothing.happened'",
    "DELETE FROM audit_event",
    "DELETE FROM audit_link",
    "TRUNCATE audit_event",
    "ALTER TABLE audit_event DISABLE TRIGGER ALL",
    "ALTER TABLE audit_event RENAME TO former",
    "DROP TRIGGER audit_event_append_only ON audit_event",
    "DROP TABLE audit_link",
    "DROP TABLE audit_event CASCADE",
    "DROP SCHEMA public CASCADE",
    "ALTER SCHEMA public OWNER TO ancu_owner",
    "ALTER SCHEMA public RENAME TO former",
    "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "CREATE RULE forget AS ON INSERT TO audit_event DO INSTEAD NOTHING",
    "CREATE TRIGGER forget BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    "SELECT setval('audit_event_id_seq', 9000000000000000000)",
    "SET ROLE ancu_audit",
    "ALTER TABLE audit_event OWNER TO ancu_owner",
]

pytestmark = pytest.mark.skipif(settings.DATABASE_GIVEN, reason="roles are made by a superuser of the built-in server")


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[Server]:
    """A database as `prepare_database` leaves it, with one event in it."""
    server = locate(settings.VAR_DIR)
    with psycopg.connect(server.url(OWNER, "postgres"), autocommit=True) as owner:
        owner.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)".encode())
        owner.execute(f"CREATE DATABASE {NAME} TEMPLATE {template_database.name()}".encode())
    _prepare(server)
    with psycopg.connect(server.url(APP, NAME)) as program:
        program.execute(
            "INSERT INTO audit_event (actor_kind, act, subject_type, subject_id, reason, details)"
            " VALUES ('system', 'test.act', 'test', '1', '', '{}')"
        )
        program.execute("INSERT INTO audit_link (id, event_id, xact, hash) SELECT 1, id, 1, '' FROM audit_event")
    yield server
    server.execute_as_superuser(f"DROP DATABASE {NAME} WITH (FORCE)".encode(), "postgres")


def _prepare(server: Server) -> None:
    with psycopg.connect(server.url(OWNER, NAME)) as owner:
        owner.execute(STATEMENTS.format(role=APP, database=NAME).encode())
    server.execute_as_superuser(AUDIT_OWNER, NAME)


@pytest.mark.parametrize("role", [OWNER, APP])
@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_nobody_who_signs_in_can_change_the_audit(server: Server, role: str, attempt: str) -> None:
    with psycopg.connect(server.url(role, NAME)) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(attempt.encode())


@pytest.mark.parametrize("role", [OWNER, APP])
def test_both_read_and_add(server: Server, role: str) -> None:
    with psycopg.connect(server.url(role, NAME)) as connection:
        connection.execute("INSERT INTO audit_link (id, event_id, xact, hash) VALUES (2, 2, 1, '')")
        row = connection.execute("SELECT act FROM audit_event").fetchone()
        connection.rollback()
    assert row == ("test.act",)


def test_an_upgrade_still_works(server: Server) -> None:
    """The owner makes tables and extensions, and prepares the database once more."""
    _prepare(server)
    with psycopg.connect(server.url(OWNER, NAME)) as owner:
        owner.execute("CREATE TABLE added (number int); ALTER TABLE lodging_establishment ADD COLUMN added int")
        owner.execute("DROP EXTENSION unaccent CASCADE")
        owner.execute("CREATE EXTENSION unaccent")
    with psycopg.connect(server.url(APP, NAME)) as program, pytest.raises(psycopg.errors.InsufficientPrivilege):
        program.execute("UPDATE audit_event SET act = ''")


def test_triggers_rest_in_tests_only() -> None:
    """What lets tests empty the audit is no right of the roles that an office makes."""
    assert "session_replication_role" not in (Path(postgres.__file__).parent / "roles.sql").read_text()
