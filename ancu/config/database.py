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


def to_django(url: str) -> dict[str, Any]:
    """Return a connection string as an entry of Django's DATABASES."""
    info = conninfo_to_dict(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": info.pop("dbname", ""),
        "USER": info.pop("user", ""),
        "PASSWORD": info.pop("password", ""),
        "HOST": info.pop("host", ""),
        "PORT": info.pop("port", ""),
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", 600),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(info),
        "TEST": {"TEMPLATE": "template0"},
    }


def secret_key(var: Path, *, production: bool) -> str:
    """Return the environment's SECRET_KEY; outside production a random one stored in ``var/secret_key``."""
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
