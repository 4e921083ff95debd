"""Released migrations stay as they are, and later ones only add: the former version works on while it is upgraded."""

import hashlib
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pgtrigger.migrations
import pytest
from django.apps import apps
from django.db.migrations import AddField, AlterField, CreateModel, Migration, RunPython, RunSQL
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.models import ForeignKey

from ancu.core.db.live_migrations import AddIndexBesideWriters

RELEASED = tomllib.loads((Path(__file__).parent / "released_migrations.toml").read_text())
HARMLESS = (
    CreateModel,
    RunPython,
    RunSQL,
    AddIndexBesideWriters,
    pgtrigger.migrations.AddTrigger,
    pgtrigger.migrations.RemoveTrigger,
)
LABELS_ONLY = {"choices", "help_text", "verbose_name", "validators", "blank", "default"}


def later_migrations() -> Iterator[tuple[str, Migration]]:
    """The migrations that were written after the first release, of apps that it had."""
    loader = MigrationLoader(None)
    own = {config.label for config in apps.get_app_configs() if config.name.startswith("ancu.")}
    for (app, name), migration in sorted(loader.disk_migrations.items()):
        if app in own and f"{app}.0001_initial" in RELEASED and f"{app}.{name}" not in RELEASED:
            yield f"{app}.{name}", migration


@pytest.mark.parametrize("name", RELEASED)
def test_a_released_migration_never_changes(name: str) -> None:
    app, file = name.split(".")
    text = (Path("ancu/apps") / app / "migrations" / f"{file}.py").read_bytes()
    assert hashlib.sha256(text).hexdigest() == RELEASED[name], f"{name} was released: write a further migration"


@pytest.mark.parametrize(("name", "migration"), [*later_migrations()])
def test_a_later_migration_only_adds(name: str, migration: Migration) -> None:
    for operation in migration.operations:
        assert may_run_beside_former_version(operation), f"{name}: {operation.describe()}: see CONTRIBUTING.md"
        assert not isinstance(operation, AddIndexBesideWriters) or not migration.atomic


def may_run_beside_former_version(operation: Operation) -> bool:
    """Whether the former version works on with what the operation leaves, and waits for nothing long."""
    if isinstance(operation, AddField):
        field = operation.field
        return bool(field.null or field.has_db_default()) and not field.unique
    if isinstance(operation, AlterField):
        return changes_labels_only(operation)
    return isinstance(operation, HARMLESS)


def changes_labels_only(operation: AlterField) -> bool:
    """Whether a changed field says nothing to the database: other choices, another help text."""
    *_, arguments = operation.field.deconstruct()
    return not isinstance(operation.field, ForeignKey) and set(arguments) <= LABELS_ONLY | {"max_length"}
