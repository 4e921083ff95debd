"""PostgreSQL as Django knows it; a server that could not be reached is not called again at once.

A request may ask for a connection several times, for its session, its page and the page that says that the database is
away. A host that vanished answers none of them, and each would wait for ``connect_timeout``.
"""

import time
from typing import Any, ClassVar

import psycopg
from django.db.backends.postgresql import base

REST_S = 0.3  # a request that failed has been answered by then


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to PostgreSQL."""

    away_until: ClassVar[float] = 0  # by time.monotonic(), of this process

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect. Raises psycopg.OperationalError, without any try if the last one failed a moment ago."""
        if time.monotonic() < DatabaseWrapper.away_until:
            raise psycopg.OperationalError("the database could not be reached a moment ago")
        try:
            return super().get_new_connection(conn_params)
        except psycopg.OperationalError:
            DatabaseWrapper.away_until = time.monotonic() + REST_S
            raise
