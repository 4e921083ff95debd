"""Which errors mean that the database, or the store of files, cannot serve for a while: away, full, busy, read-only."""

import logging
from collections.abc import Iterator

import psycopg
from django.db import InterfaceError, OperationalError
from procrastinate.exceptions import ConnectorException, UniqueViolation


class StoreAway(OSError):
    """The store of files cannot answer now; the same request may succeed later."""


AWAY = (
    OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError, ConnectorException, StoreAway,
)  # fmt: skip
READ_ONLY = psycopg.errors.ReadOnlySqlTransaction.sqlstate
RETRY_AFTER_S = 30


def is_outage(error: BaseException | None) -> bool:
    """Whether the same request or job may succeed later, because database or file store could not serve it now.

    A standby that refuses to write counts too: the connection leads to a server that is no longer the primary.
    """
    return any(_is_outage(cause) for cause in _causes(error))


class OutageRecordFilter(logging.Filter):
    """A filter of log records: an outage takes one line, since its trace says nothing about its cause."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Remove the trace of an outage from a record, and name the kind of error instead; always True."""
        error = record.exc_info[1] if record.exc_info else None
        if is_outage(error):
            record.msg, record.args = f"{record.getMessage()} ({type(error).__name__})", ()
            record.exc_info = record.exc_text = None
        return True


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the error and the errors that it was raised from."""
    while error is not None:
        yield error
        error = error.__cause__


def _is_outage(error: BaseException) -> bool:
    """Whether this very error, without its causes, is an outage."""
    if isinstance(error, UniqueViolation):
        return False
    return isinstance(error, AWAY) or getattr(error, "sqlstate", None) == READ_ONLY
