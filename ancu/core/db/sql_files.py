"""SQL that no model can state: functions, sequences, statistics. Each app keeps it in its folder ``sql``.

A file holds the present definition, and running it again changes nothing. Migrations run the files by name.
"""

from pathlib import Path

from django.db.migrations import RunSQL

APPS = Path(__file__).resolve().parents[2] / "apps"


def read_sql(app: str, name: str, **values: str) -> str:
    """Return ``apps/APP/sql/NAME`` with ``{value}`` placeholders filled in."""
    text = (APPS / app / "sql" / name).read_text(encoding="utf-8")
    return text.format(**values) if values else text


def run_sql(app: str, name: str, **values: str) -> RunSQL:
    """Return a migration operation that runs the SQL file ``apps/APP/sql/NAME``; backwards it does nothing."""
    return RunSQL(read_sql(app, name, **values), RunSQL.noop)
