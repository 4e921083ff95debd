"""Copying rows by the million: SQL generated from the models' columns, run without indexes."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection, models

from ancu.apps.accounts.models import User

FOREIGN = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = ANY(%s::regclass[]) AND contype = ANY(%s)
"""
PLAIN = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""


@contextmanager
def without_indexes(tables: Iterable[str]) -> Iterator[None]:
    """Context manager that drops the tables' indexes and foreign keys and restores them at the end.

    Primary keys stay. Inserting fourteen million rows with indexes takes twenty minutes; without, one. Run it in a
    transaction, so that nobody sees the tables without them.
    """
    names = list(tables)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with pending checks cannot be altered
        cursor.execute(FOREIGN, [names, ["f"]])
        foreign = cursor.fetchall()
        cursor.execute(FOREIGN, [names, ["u"]])
        unique = cursor.fetchall()
        cursor.execute(PLAIN, [names])
        plain = cursor.fetchall()
        for table, name, _definition in (*foreign, *unique):
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for index, _definition in plain:
            cursor.execute(f"DROP INDEX {index}")
    yield
    with connection.cursor() as cursor:
        for _index, definition in plain:
            cursor.execute(definition)
        for table, name, definition in (*unique, *foreign):
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def copy_statement(
    model: type[models.Model],
    more: Mapping[str, str] | None = None,
    *,
    owner: str = "dossier_id",
    source: str = "",
    joins: str = "",
) -> str:
    """Return an INSERT that copies ``model``'s rows (``b``) for each copied dossier in ``grown`` (``m``).

    Dates and times are shifted back; people outside the office are replaced by their clones in ``grown_user``.
    ``more`` overrides single columns, ``owner`` is the column that names the dossier, and ``source`` is a table to
    read instead of the model's own.
    """
    columns, people = {owner: "m.id"} | dict(more or {}), []
    for field in model._meta.concrete_fields:
        column = str(field.column)
        if column in columns or isinstance(field, models.AutoField):
            continue
        columns[column] = _shifted_column(field)
        if field.related_model is User:
            people.append(column)
            columns[column] = f"coalesce(p{len(people)}.id, b.{column})"
    clones = " ".join(
        f"LEFT JOIN grown_user p{place} ON p{place}.base_id = b.{column} AND p{place}.part = m.part"
        for place, column in enumerate(people, start=1)
    )
    table = model._meta.db_table
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())}"
        f" FROM grown m JOIN {source or table} b ON b.{owner} = m.base_id {clones} {joins}"
    )


def _shifted_column(field: Any) -> str:
    """Return the SQL of a copied row's column; dates and times are shifted into the past."""
    if isinstance(field, models.DateTimeField):
        return f"b.{field.column} - m.shift"
    return f"b.{field.column} - m.days" if isinstance(field, models.DateField) else f"b.{field.column}"
