"""The office's changes of rules in every process: read before a request, a job and a command.

A change takes effect on a later day than that of its approval, so a process that reads the changes once a day would
already be right. It reads them with the first work of a day in Viet Nam, and otherwise every ``LIFETIME``, so that
coming changes are shown soon after their approval.
"""

import logging
import time
from collections.abc import Callable, Iterable
from datetime import date

from django.conf import settings
from django.db import DatabaseError

from ancu.core import clock
from ancu.core.registry import Hook
from ancu.engines.rulebook import Amendment, set_amendments

LIFETIME, PATIENCE = 15.0, 5.0  # seconds until the changes are read anew, after a success and after a failure
AMENDMENT_SOURCES: Hook[Callable[[], Iterable[Amendment]]] = Hook()
logger = logging.getLogger("ancu.rules")


class EditionReader:
    """When this process last read the changes. Threads may read them at the same time, to the same effect."""

    def __init__(self) -> None:
        self._day: date | None = None
        self._read_at = 0.0
        self._failed_at: float | None = None

    def expire(self) -> None:
        """Read the changes before the next work; called after one was approved or withdrawn."""
        self._day = None

    def is_due(self) -> bool:
        """Whether the changes were not yet read today, or not within ``LIFETIME``; soon after a failure never."""
        now = time.monotonic()
        if self._failed_at is not None and now - self._failed_at < PATIENCE:
            return False
        return self._day != clock.today() or now - self._read_at > LIFETIME

    def refresh(self) -> None:
        """Read the changes if it is time; without a database, or before its upgrade, the former ones stay."""
        if self.is_due():
            self.read()

    def read(self) -> None:
        """Read the changes and lay them over the rulebook."""
        day, read_at = clock.today(), time.monotonic()
        try:
            set_amendments([amendment for source in AMENDMENT_SOURCES for amendment in source()])
        except DatabaseError as error:
            logger.warning("the office's changes of rules could not be read: %s", type(error).__name__)
            self._failed_at = time.monotonic()
            return
        self._day, self._read_at, self._failed_at = day, read_at, None


class QuietEditionReader(EditionReader):
    """The reader of tests: it reads only after a change, so that pages run the same number of queries."""

    def __init__(self) -> None:
        super().__init__()
        self._is_expired = False

    def expire(self) -> None:
        """Read the changes before the next work."""
        self._is_expired = True

    def keep(self) -> None:
        """Read nothing until the next change."""
        self._is_expired = False

    def is_due(self) -> bool:
        """Whether a change was approved or withdrawn since."""
        return self._is_expired

    def read(self) -> None:
        """Read the changes and lay them over the rulebook."""
        super().read()
        self.keep()


READER = QuietEditionReader() if settings.TESTING else EditionReader()
