"""The database and the secret key: those of the environment, or our own under ``var/``."""

import os
import secrets
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

from ancu.config.env import env
from ancu.core.db.postgres import ensure_running, locate


def database_urls(var: Path, *, production: bool) -> tuple[str, str]:
    """Return the connection strings of the program's role and of the owner's role.

    ``DATABASE_URL`` is the program's; ``DATABASE_OWNER_URL`` (default: the same) migrates. Without
    them a PostgreSQL of our own is started under ``var``, which production must ask for by name
    (``ANCU_EMBEDDED_POSTGRES=true``).
    """
    url = env.str("DATABASE_URL", "")
    if url:
        return url, env.str("DATABASE_OWNER_URL", url)
    if production and env.str("ANCU_EMBEDDED_POSTGRES", "") != "true":
        raise ImproperlyConfigured("Set DATABASE_URL, or ANCU_EMBEDDED_POSTGRES=true to use the built-in server.")
    server = ensure_running(var)
    return server.url("ancu_app"), server.url("ancu_owner")


def data_folder(var: Path) -> Path | None:
    """Return the database's data folder on this machine; None if it is elsewhere.

    It is the embedded server's, or what ``DATABASE_FOLDER`` names.
    """
    if folder := env.str("DATABASE_FOLDER", ""):
        return Path(folder)
    return None if env.str("DATABASE_URL", "") else locate(var).home.data


CONNECTION = {
    "connect_timeout": 2,  # seconds, for each host that the URL names: a request may try several times
    "tcp_user_timeout": 5_000,  # milliseconds until what was sent must be confirmed: a host that vanished says nothing
    "keepalives_idle": 3,
    "keepalives_interval": 1,
    "keepalives_count": 2,
    "target_session_attrs": "read-write",  # of several hosts the primary; a standby refuses what a page must record
    "load_balance_hosts": "random",  # a host that vanished is not asked first each time
}
"""What a connection to the database has unless its URL says otherwise: a lost server is noticed within ten seconds."""
STATEMENT_TIMEOUT_S, LOCK_TIMEOUT_S, IDLE_TIMEOUT_S = 30, 10, 300
"""Limits of a page: of a statement, of waiting for a lock, and of a transaction whose reader has gone."""


def limit_statements(database: dict[str, Any]) -> None:
    """Give the connections of this process, described by an entry of DATABASES, the limits of a page.

    Jobs and commands have none: a night's rules may take minutes. A pooler takes no such options.
    """
    if pooled():
        return
    limits = {
        "statement_timeout": STATEMENT_TIMEOUT_S, "lock_timeout": LOCK_TIMEOUT_S,
        "idle_in_transaction_session_timeout": IDLE_TIMEOUT_S,
    }  # fmt: skip
    texts = [f"-c {name}={seconds}s" for name, seconds in limits.items()]
    options = database["OPTIONS"]
    own = options.get("options") or os.environ.get("PGOPTIONS", "")  # the library would read these without ours
    options["options"] = " ".join([*texts, own]).strip()  # what comes last wins


def pooled() -> bool:
    """Whether a pooler in transaction mode stands before the database, which keeps nothing of a session."""
    return env.bool("DATABASE_POOLER", default=False)


def to_django(url: str) -> dict[str, Any]:
    """Return a database URL as an entry of Django's DATABASES setting."""
    info = conninfo_to_dict(url)
    return {
        "ENGINE": "ancu.core.db.backend",
        "NAME": info.pop("dbname", ""),
        "USER": info.pop("user", ""),
        "PASSWORD": info.pop("password", ""),
        "HOST": info.pop("host", ""),
        "PORT": info.pop("port", ""),
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", 600),
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": pooled(),  # each statement may meet another connection of the server
        "OPTIONS": CONNECTION | info,
        "TEST": {"TEMPLATE": "template0"},
    }


def secret_key(var: Path, *, production: bool) -> str:
    """Return SECRET_KEY of the environment; outside production else a random one kept in ``var/secret_key``.

    Raises ImproperlyConfigured in production without one.
    """
    key = env.str("SECRET_KEY", "")
    if key:
        return key
    if production:
        raise ImproperlyConfigured("Set SECRET_KEY (or SECRET_KEY_FILE): 50 random characters or more.")
    path = var / "secret_key"
    if not path.exists():
        var.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text()
