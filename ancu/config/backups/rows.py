"""The keys of every row: written down from the running database, then looked for in a restored one."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from psycopg import sql

TABLES = """
    SELECT class.relname, array_agg(attribute.attname ORDER BY array_position(key.conkey, attribute.attnum))
    FROM pg_class class
    JOIN pg_constraint key ON key.conrelid = class.oid AND key.contype = 'p'
    JOIN pg_attribute attribute ON attribute.attrelid = class.oid AND attribute.attnum = ANY (key.conkey)
    WHERE class.relnamespace = 'public'::regnamespace AND class.relkind IN ('r', 'p') AND NOT class.relispartition
      AND class.relpersistence = 'p' AND has_table_privilege(class.oid, 'SELECT')
    GROUP BY class.relname ORDER BY class.relname"""
MOST_NAMED = 20


@dataclass(frozen=True)
class KeyedTable:
    """A table of the database and the columns of its primary key."""

    name: str
    key: tuple[str, ...]

    def sql(self) -> dict[str, Any]:
        """Return the parts of SQL statements about this table."""
        return {
            "table": sql.Identifier("public", self.name),
            "key": sql.SQL(", ").join(map(sql.Identifier, self.key)),
            "sent": sql.Identifier(f"sent_{self.name}"[:63]),
        }


def write_keys(folder: Path) -> int:
    """Write the keys of all rows to a file for each table, as they are at one moment; return the number of rows."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return sum(_write(cursor, table, folder / table.name) for table in _tables(cursor))


def missing_keys(folder: Path) -> dict[str, list[list[str]]]:
    """Return by table the keys in ``folder`` that this database does not have; at most the first few of each."""
    with transaction.atomic(), connection.cursor() as cursor:
        missing = {}
        tables = {table.name: table for table in _tables(cursor)}
        for path in sorted(folder.iterdir()):
            keys = _missing(cursor, tables[path.name], path) if path.name in tables else [["the table"]]
            if keys:
                missing[path.name] = keys
        return missing


def still_there(missing: dict[str, list[list[str]]]) -> dict[str, list[list[str]]]:
    """Return of the missing keys those that the running database has; the others were deleted meanwhile."""
    with connection.cursor() as cursor:
        tables = {table.name: table for table in _tables(cursor)}
        present = {name: [key for key in keys if _has(cursor, tables.get(name), key)] for name, keys in missing.items()}
    return {name: keys for name, keys in present.items() if keys}


def _tables(cursor: Any) -> Iterator[KeyedTable]:
    """Yield every table that this role may read."""
    cursor.execute(TABLES)
    for name, key in cursor.fetchall():
        yield KeyedTable(name, tuple(key))


def _write(cursor: Any, table: KeyedTable, path: Path) -> int:
    """Write the keys of a table to a file and return their number."""
    statement = sql.SQL("COPY (SELECT {key} FROM {table}) TO STDOUT").format(**table.sql())
    with path.open("wb") as file, cursor.copy(statement) as copy:
        for data in copy:
            file.write(data)
    return int(cursor.rowcount)


def _missing(cursor: Any, table: KeyedTable, path: Path) -> list[list[str]]:
    """Return the first keys of the file that the table does not have, as text."""
    parts = table.sql()
    cursor.execute(
        sql.SQL("CREATE TEMP TABLE {sent} ON COMMIT DROP AS SELECT {key} FROM {table} LIMIT 0").format(**parts)
    )
    with path.open("rb") as file, cursor.copy(sql.SQL("COPY {sent} FROM STDIN").format(**parts)) as copy:
        while data := file.read(1 << 20):
            copy.write(data)
    lost = "SELECT {key} FROM {sent} EXCEPT SELECT {key} FROM {table} LIMIT {most}"
    cursor.execute(sql.SQL(lost).format(most=MOST_NAMED, **parts))
    return [[str(value) for value in key] for key in cursor.fetchall()]


def _has(cursor: Any, table: KeyedTable | None, key: list[str]) -> bool:
    """Whether the running database has the row with this key; a table that is missing counts as a row."""
    if table is None or len(key) != len(table.key):
        return True
    matches = sql.SQL(" AND ").join(sql.SQL("{}::text = %s").format(sql.Identifier(column)) for column in table.key)
    statement = sql.SQL("SELECT EXISTS (SELECT FROM {table} WHERE {matches})")
    cursor.execute(statement.format(matches=matches, table=table.sql()["table"]), key)
    return bool(cursor.fetchone()[0])
