"""Log lines as JSON, one object a line, with a fixed set of keys: nothing that a library attaches is printed."""

import json
import logging
import os
import socket
import traceback
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest

from ancu.core import correlation

FIELDS = "fields"
"""Name of the ``extra`` with which our own code adds keys to a line: ids, names of routes and tasks, numbers."""
NODE = socket.gethostname()


class JsonFormatter(logging.Formatter):
    """Formats a record as a JSON object; of an error only its kind and where it was raised."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON text without line breaks."""
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
            "request_id": correlation.request_id.get(),
            "job_id": correlation.job_id.get(),
            "node": NODE,
            "process": os.getpid(),
            **getattr(record, FIELDS, {}),
            "trace": _trace(record),
        }
        return json.dumps({key: value for key, value in entry.items() if value not in (None, "")}, ensure_ascii=False)


def _message(record: logging.LogRecord) -> str:
    """Return the record's text; Django's lines about a request name its route and not its path."""
    request = getattr(record, "request", None)
    if not isinstance(request, HttpRequest) or not isinstance(record.args, tuple):
        return record.getMessage()
    arguments = tuple(route_of(request) if value == request.path else value for value in record.args)
    return str(record.msg) % arguments if arguments else record.getMessage()


def route_of(request: HttpRequest) -> str:
    """Return the name of the request's route, which is no address: an address may hold a code or a number."""
    return request.resolver_match.view_name if request.resolver_match else "none"


def _trace(record: logging.LogRecord) -> str:
    """Return where an error was raised and its kind; its text may name a person."""
    if record.exc_info and record.exc_info[0]:
        kind, _value, frames = record.exc_info
        return "".join(traceback.format_tb(frames)) + kind.__name__
    return record.exc_text or ""
