"""Close connections that threads of a job worker leave open in a test's database."""

import asyncio

from django.db import connection

OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> ALL(%s)"


def end_connections_of_others() -> None:
    """Close the database connections of other threads, which would block dropping the test's database.

    This thread's own two stay: inside the browser's event loop Django uses another one than outside.
    """
    loop = asyncio._get_running_loop()
    own_loop = loop or asyncio.new_event_loop()
    own = []
    try:
        for running in (own_loop, None):
            asyncio._set_running_loop(running)
            if connection.connection is not None:
                own.append(connection.connection.info.backend_pid)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            own.append(cursor.fetchone()[0])
            cursor.execute(OTHERS + " AND usename = current_user", [own])
    finally:
        asyncio._set_running_loop(loop)
        if loop is None:
            own_loop.close()
