"""When a job that failed is tried again, and when it is given up for a person to look at."""

from dataclasses import dataclass

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from ancu.core.db.outages import is_outage
from ancu.core.web.mail import LetterRefused

OUTAGE = (5, 15, 30, 60, 300, 900, 3600, 4 * 3600, 8 * 3600, 12 * 3600)
"""Seconds until the next attempt while the database cannot serve: soon at first, for a server that was replaced."""


@dataclass(frozen=True)
class BackOff(BaseRetryStrategy):
    """Retries after the growing ``waits`` (seconds); then the job fails and the administrator's page lists it.

    A job that the database could not serve is tried for a day, whatever its ``waits`` are.
    """

    waits: tuple[int, ...] = ()

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when to run a failed job again; None when its attempts are used up."""
        waits = OUTAGE if is_outage(exception) else self.waits_after(exception)
        return RetryDecision(retry_in={"seconds": waits[job.attempts]}) if job.attempts < len(waits) else None

    def waits_after(self, exception: BaseException) -> tuple[int, ...]:
        """Return the waits after an error that is not the database's; none when mail was refused for good."""
        return () if isinstance(exception, LetterRefused) else self.waits


LETTER = BackOff((60, 300, 900, 3600, 2 * 3600, 4 * 3600, 8 * 3600, 9 * 3600))
"""A letter is tried for a day: a mail server that is down over night delivers it in the morning."""
SOON = BackOff((10, 60, 300, 1800))
"""Work whose failure passes by itself."""
WATCHED = BackOff((10, 60))
"""Work that a person waits for: what fails three times is given up soon, and the person is told."""
MOST_DEATHS = 5
"""How often a job may take its worker with it before it is given up."""
