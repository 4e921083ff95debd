"""A database of its own for measuring, beside the one of daily work, with the server's durable defaults."""

import os

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

NAME = "ancu_bench"


def prepare(*, reuse: bool = False) -> None:
    """Create an empty database for benchmarks, or keep the present one with ``reuse``; set Django up and migrate."""
    from pathlib import Path

    from ancu.config.env import env
    from ancu.core.db.postgres import ensure_running

    url = env.str("DATABASE_OWNER_URL", "") or env.str("DATABASE_URL", "")
    if not url:
        url = ensure_running(Path(env.str("ANCU_VAR", "var")).resolve()).url("ancu_owner")
    if not reuse:
        _make_empty(url)
    os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"] = make_conninfo(url, dbname=NAME)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ancu.config.settings")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    import django
    from django.core.management import call_command

    django.setup()
    if not reuse:
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
    show_durability()


def _make_empty(url: str) -> None:
    """Drop the benchmarks' database and create it anew."""
    with psycopg.connect(url, autocommit=True) as connection:
        name = sql.Identifier(NAME)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))


def show_durability() -> None:
    """Print the database server's settings that decide whether a commit survives a power failure."""
    from django.db import connection

    with connection.cursor() as cursor:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            cursor.execute(f"SHOW {name}")
            value = cursor.fetchone()[0]
            if value != "on":
                raise SystemExit(f"{name} is {value}: figures would not be comparable")
