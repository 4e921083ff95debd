"""Which request or job this thread serves, so that the log lines of a web process and of a worker can be joined."""

import re
from contextvars import ContextVar
from uuid import uuid4

ARGUMENT = "request_id"
"""The argument of a job that names the request which enqueued it; the worker removes it before the task runs."""
FORM = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
request_id: ContextVar[str] = ContextVar("request_id", default="")
job_id: ContextVar[int | None] = ContextVar("job_id", default=None)


def is_request_id(text: object) -> bool:
    """Whether the text is random enough to name nobody: a UUID, with or without hyphens."""
    return isinstance(text, str) and bool(FORM.fullmatch(text))


def new_request_id() -> str:
    """Return a new random id, written as nginx writes its ``$request_id``."""
    return uuid4().hex
