"""Work that people wait for and that jobs do: what no job will finish any more is given up, with a reason they see.

A row and its job are stored in one transaction, so a waiting row without an open job is one whose job failed too often
or was cancelled. Without the sweep its page would say for ever that the work is under way.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from ancu.core import clock
from ancu.core.registry import Hook

GRACE = timedelta(minutes=2)
UNFINISHED_WORK: Hook["UnfinishedWork"] = Hook()
OPEN_JOBS = """
    SELECT DISTINCT args->>%s FROM procrastinate_jobs
    WHERE task_name = ANY(%s) AND status IN ('todo', 'doing') AND args->>%s = ANY(%s)
"""


@dataclass(frozen=True)
class UnfinishedWork:
    """Rows that wait for a job of one of the ``tasks``, whose argument named ``argument`` is the row's id.

    ``waiting(before)`` returns the ids of the rows that have waited since before a moment. ``give_up(id)`` stores that
    the work failed and why, for the person to see, and changes nothing if the row does not wait any more.
    """

    tasks: tuple[str, ...]
    argument: str
    waiting: Callable[[datetime], Iterable[Any]]
    give_up: Callable[[Any], object]


def give_up_unfinished() -> int:
    """Give up the rows of all apps that no job will finish any more; return their number."""
    number = 0
    for work in UNFINISHED_WORK:
        ids = list(work.waiting(clock.now() - GRACE))
        busy = _ids_of_open_jobs(work, ids)
        for pk in ids:
            if str(pk) not in busy:
                work.give_up(pk)
                number += 1
    return number


def _ids_of_open_jobs(work: UnfinishedWork, ids: list[Any]) -> set[str]:
    """Return those of the ids for which a job is queued or under way, as texts."""
    if not ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(OPEN_JOBS, [work.argument, list(work.tasks), work.argument, [str(pk) for pk in ids]])
        return {row[0] for row in cursor.fetchall()}
