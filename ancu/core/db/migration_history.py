"""Whether a database was migrated by the migrations of this version."""

import hashlib
import json
from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

READ_RECORD = "SELECT obj_description(to_regclass('django_migrations'))"


def unknown_migrations() -> list[str]:
    """Return the applied migrations (app.name) that this version of the program has no file for."""
    loader = MigrationLoader(connection)
    return sorted(
        f"{app}.{name}" for app, name in _applied_migrations(loader) if (app, name) not in loader.disk_migrations
    )


def outdated_migrations() -> list[str]:
    """Return the applied migrations that have no file, or whose file has changed since ``record_migrations``.

    Without any record all of them are outdated. A migration applied after the last record is not.
    """
    recorded, digests = _recorded_digests(), _digests()
    edited = [name for name, digest in digests.items() if not recorded or recorded.get(name, digest) != digest]
    return sorted([*unknown_migrations(), *edited])


def record_migrations() -> None:
    """Record the digest of each applied migration's file as the comment of Django's own table of migrations."""
    comment = sql.Literal(json.dumps(_digests(), sort_keys=True))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("COMMENT ON TABLE django_migrations IS {}").format(comment))


def _applied_migrations(loader: MigrationLoader) -> set[tuple[str, str]]:
    """Return app and name of the applied migrations of this program."""
    own = {config.label for config in apps.get_app_configs() if config.name.startswith("ancu.")}
    return {(app, name) for app, name in loader.applied_migrations if app in own}


def _digests() -> dict[str, str]:
    """Return by ``app.name`` the digest of the file of every applied migration that has one."""
    loader = MigrationLoader(connection)
    return {
        f"{app}.{name}": _digest(loader.disk_migrations[app, name].__module__)
        for app, name in _applied_migrations(loader)
        if (app, name) in loader.disk_migrations
    }


def _digest(module: str) -> str:
    """Return a short digest of a migration module's file."""
    return hashlib.sha256(Path(str(import_module(module).__file__)).read_bytes()).hexdigest()[:16]


def _recorded_digests() -> dict[str, str]:
    """Return the recorded digests of applied migrations, by app and name; empty without a record."""
    with connection.cursor() as cursor:
        cursor.execute(READ_RECORD)
        [comment] = cursor.fetchone()
    recorded: dict[str, str] = json.loads(comment) if comment else {}
    return recorded
