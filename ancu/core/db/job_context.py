"""What a job carries beside its arguments: the id of the request that enqueued it, and a log line at its end."""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from procrastinate import JobContext, worker

from ancu.core import correlation
from ancu.core.json_log import FIELDS
from ancu.core.rule_edition import READER
from ancu.core.tracing import record_span

logger = logging.getLogger("ancu.jobs")


def origin() -> dict[str, str]:
    """Return the argument that names the present request; empty unless log lines or traces show it."""
    present = correlation.request_id.get()
    is_shown = settings.LOG_FORMAT == "json" or settings.TRACES_ENDPOINT
    return {correlation.ARGUMENT: present} if present and is_shown else {}


async def with_origin(call_next: Callable[[], Awaitable[Any]], context: JobContext, _worker: worker.Worker) -> Any:
    """Run a job by the present rules, with its id and its request's id in the log; a worker's middleware.

    Each job has an asyncio task of its own, so the ids end with it, after the library has logged the outcome.
    """
    correlation.request_id.set(str(context.job.task_kwargs.pop(correlation.ARGUMENT, "")))
    correlation.job_id.set(context.job.id)
    began = time.perf_counter()
    outcome = "failed"
    try:
        if READER.is_due():
            await sync_to_async(READER.read)()
        result = await call_next()
        outcome = "succeeded"
        return result
    finally:
        _record(context, outcome, time.perf_counter() - began)


def _record(context: JobContext, outcome: str, seconds: float) -> None:
    """Write the log line of a job that ended, and send its span."""
    task, queue = context.job.task_name, context.job.queue
    fields = {"task": task, "queue": queue, "outcome": outcome, "ms": round(seconds * 1000)}
    logger.info("%s %s", task, outcome, extra={FIELDS: fields})
    attributes = {"messaging.destination.name": queue, "messaging.message.id": str(context.job.id)}
    record_span(task, seconds, failed=outcome == "failed", **attributes)
