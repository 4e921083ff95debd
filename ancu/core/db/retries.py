"""When a job that failed is tried again, and when it is given up for a person to look at."""

from dataclasses import dataclass

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from ancu.core.web.mail import LetterRefused


@dataclass(frozen=True)
class BackOff(BaseRetryStrategy):
    """Retries after the growing ``waits`` (seconds); then the job fails and the administrator's page lists it."""

    waits: tuple[int, ...]

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when to run a failed job again.

        None when its attempts are used up, or when its mail was refused for good.
        """
        if isinstance(exception, LetterRefused) or job.attempts >= len(self.waits):
            return None
        return RetryDecision(retry_in={"seconds": self.waits[job.attempts]})


LETTER = BackOff((60, 300, 900, 3600, 2 * 3600, 4 * 3600, 8 * 3600, 9 * 3600))
"""A letter is tried for a day: a mail server that is down over night delivers it in the morning."""
SOON = BackOff((10, 60, 300, 1800))
"""Work whose failure passes by itself, as a database that restarts."""
MOST_DEATHS = 5
"""How often a job may take its worker with it before it is given up."""
