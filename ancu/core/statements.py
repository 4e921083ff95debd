"""SQL by hand for the few paths that a hotel's program waits on: planned once a connection, no expressions to compile.

Errors are Django's own (``django.db.OperationalError`` and its kin), transactions are ``transaction.atomic``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError, connection, models

Parameters = Sequence[Any] | Mapping[str, Any]


def run(statement: str, parameters: Parameters) -> list[tuple[Any, ...]]:
    """The rows of one statement, which the server keeps planned."""
    connection.ensure_connection()
    raw = connection.connection
    if raw.prepare_threshold is None:  # Django's way to say never; its own cursors bind on this side in any case
        raw.prepare_threshold = 1
    with connection.wrap_database_errors, psycopg.Cursor(raw) as cursor:
        cursor.execute(statement, parameters, prepare=True)
        if connection.queries_logged:
            connection.queries_log.append({"sql": statement, "time": "0"})
        return cursor.fetchall() if cursor.description else []


def run_first(statement: str, parameters: Parameters) -> list[tuple[Any, ...]]:
    """``run`` for a query that opens a request and changes nothing: it proves the connection alive itself.

    Django would ask ``SELECT 1`` before. A connection that the server dropped meanwhile is made anew, once.
    """
    if connection.in_atomic_block:
        return run(statement, parameters)
    connection.health_check_done = True  # type: ignore[attr-defined]
    try:
        return run(statement, parameters)
    except (OperationalError, InterfaceError):
        connection.close()
        return run(statement, parameters)


def insert(new: models.Model) -> None:
    """One INSERT of plain values; fields left to the database (an id not given, defaults there) stay out."""
    given = {str(field.column): getattr(new, field.attname) for field in new._meta.concrete_fields}
    row = {column: value for column, value in given.items() if value is not None}
    names, places = ", ".join(row), ", ".join(["%s"] * len(row))
    run(f'INSERT INTO "{new._meta.db_table}" ({names}) VALUES ({places})', list(row.values()))  # noqa: S608
