"""Threads that a worker of jobs leaves behind, with their connections to the test's database."""

import asyncio

from django.db import connection

OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> ALL(%s)"


def end_connections_of_others() -> None:
    """End what other threads hold: the test's database could not be dropped. This thread's own stay.

    It has two: within the browser's running loop Django keeps another connection than without one.
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
