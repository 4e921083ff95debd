"""Run acts simultaneously, in real threads on real connections."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Semaphore
from typing import Any

from django.db import connection, connections

from ancu.core.errors import Conflict

CONNECTIONS = 100  # PostgreSQL has 200; the others wait as they would for a pool


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts simultaneously in threads; return each one's result or the Conflict it raised.

    Needs a test with real transactions.
    """
    barrier, connection_slots = Barrier(len(acts)), Semaphore(CONNECTIONS)

    def run(act: Callable[[], Any]) -> Any:
        """Wait until all threads are ready, then call ``act``; return its result or the Conflict it raised."""
        if len(acts) <= CONNECTIONS:  # connecting takes longer than most acts, and would spread them out
            connection.ensure_connection()
        barrier.wait()
        with connection_slots:
            try:
                return act()
            except Conflict as conflict:
                return conflict
            finally:
                connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
