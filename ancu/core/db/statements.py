"""Statements that the server plans once a connection.

``run`` sends SQL written by hand, for programs that declare guests: no expressions to compile, no plan to make.
``prepared`` does the same for Django's own queries on the office's page of one dossier, which plans longer than it
reads: at 2,000,000 stays and 200,000 dossiers it takes 37 ms at p95 with it and 51 ms without. All other pages keep
40 ms either way (benchmarks/results/2026-11-30-tuning-taken-out.md).

Errors are Django's own (``django.db.OperationalError`` and its kin), transactions are ``transaction.atomic``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import count
from sys import intern
from typing import Any, NamedTuple

import psycopg
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connection, connections, models
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models.expressions import DatabaseDefault
from psycopg import sql

Parameters = Sequence[Any] | Mapping[str, Any]
MAX_PREPARED = 400  # plans kept by a connection: more than all pages have, so that none is made twice


class PreparedStatement(NamedTuple):
    """SQL with ``%s`` for each of its values."""

    sql: str
    values: list[Any]


def run(statement: str, parameters: Parameters, *, prepare: bool = True) -> list[tuple[Any, ...]]:
    """Run SQL as a server-side prepared statement and return its rows; empty for a write without RETURNING.

    ``prepare=False`` lets the server plan it for these values: a kept plan compares each row with every element of an
    array, one for known values looks it up in a hash table.
    """
    here = connections[DEFAULT_DB_ALIAS]  # asked once: each name of ``connection`` is a look into a thread's local
    here.ensure_connection()
    raw = here.connection
    if raw.prepare_threshold is None:  # Django's way to say never; its own cursors bind on this side in any case
        raw.prepare_threshold = 1
    if isinstance(parameters, Mapping):
        sql_text, values = _numbered(statement, tuple(parameters)), list(parameters.values())
    else:
        sql_text, values = _with_numbers(statement), list(parameters)
    with here.wrap_database_errors, psycopg.RawCursor(raw) as cursor:
        cursor.execute(sql_text, values, prepare=prepare)
        if here.queries_logged:
            here.queries_log.append({"sql": statement, "time": "0"})
        # ``description`` would make an object for each column only to say whether there is one
        return cursor.fetchall() if cursor.pgresult and cursor.pgresult.nfields else []


@lru_cache(maxsize=100)
def _numbered(statement: str, names: tuple[str, ...]) -> str:
    """Return the SQL with each ``%(name)s`` replaced by ``$1``, ``$2`` …, in the order of ``names``.

    So psycopg need not parse it each time.
    """
    for number, name in enumerate(names, start=1):
        statement = statement.replace(f"%({name})s", f"${number}")
    return statement


@lru_cache(maxsize=MAX_PREPARED)
def _with_numbers(statement: str) -> str:
    """Return the SQL with its ``%s`` replaced by ``$1``, ``$2`` … and ``%%`` by ``%``.

    psycopg would parse a text with more than fifty parameters, such as the units of an area, each time anew.
    """
    numbers = count(1)
    return re.sub("%[s%]", lambda match: f"${next(numbers)}" if match[0] == "%s" else "%", statement)


def inline_literals(statement: PreparedStatement) -> PreparedStatement:
    """Return the statement with its parameters that are texts, booleans or null written into the SQL.

    Numbers, days and arrays stay parameters.
    """
    parts, remaining_values = re.split("(%[s%])", statement.sql), []
    values = iter(statement.values)
    for place, part in enumerate(parts):
        if part == "%s":
            value = next(values)
            if not isinstance(value, str | bool | None):
                remaining_values.append(value)
            else:
                plain = str(value) if isinstance(value, str) else value  # a choice is the text that it stands for
                parts[place] = sql.quote(plain).replace("%", "%%")
    return PreparedStatement(intern("".join(parts)), remaining_values)


def run_with_reconnect(statement: str, parameters: Parameters) -> list[tuple[Any, ...]]:
    """Run a read-only query at the start of a request, reconnecting once if the connection was lost.

    Django would send ``SELECT 1`` before it to test the connection.
    """
    if connection.in_atomic_block:
        return run(statement, parameters)
    connection.health_check_done = True  # type: ignore[attr-defined]
    try:
        return run(statement, parameters)
    except (OperationalError, InterfaceError):
        connection.close()
        return run(statement, parameters)


@contextmanager
def prepared() -> Iterator[None]:
    """Context manager and decorator: Django's queries in its block run as server-side prepared statements.

    Use it only where rows are fetched by key. Lists with filters need a plan for their values, and partial indexes
    need those values in the statement's text.
    """
    connection.ensure_connection()
    raw = connection.connection
    before = raw.cursor_factory, raw.prepare_threshold
    raw.cursor_factory, raw.prepare_threshold, raw.prepared_max = ServerBindingCursor, 0, MAX_PREPARED
    try:
        yield
    finally:
        raw.cursor_factory, raw.prepare_threshold = before


def run_combined(*writes: PreparedStatement) -> list[tuple[Any, ...]]:
    """Send several write statements in one round trip; return the rows of the last one.

    None of them sees the others' changes.
    """
    *before, last = writes
    parts = ", ".join(f"write_{number} AS ({write.sql})" for number, write in enumerate(before))
    return run(f"WITH {parts} {last.sql}", [value for write in writes for value in write.values])


def insert_statement(new: models.Model) -> PreparedStatement:
    """Return the INSERT statement of a new object; columns whose value is None are omitted."""
    columns = {str(field.column): getattr(new, field.attname) for field in new._meta.concrete_fields}
    row = {
        name: value for name, value in columns.items() if value is not None and not isinstance(value, DatabaseDefault)
    }
    names, places = ", ".join(row), ", ".join(["%s"] * len(row))
    return PreparedStatement(f'INSERT INTO "{new._meta.db_table}" ({names}) VALUES ({places})', list(row.values()))  # noqa: S608
