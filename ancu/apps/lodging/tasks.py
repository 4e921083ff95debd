"""Letters and daily jobs of lodging."""

from procrastinate.contrib.django import app

from ancu.apps.lodging import services
from ancu.apps.lodging.services import ending_keys, sessions
from ancu.core.actor import system
from ancu.core.db import retries
from ancu.core.db.jobs import every_day_at


@app.task(name="lodging.send_letter", retry=retries.LETTER)
def send_letter(letter: str, establishment_id: int, user_id: int | None) -> None:
    """Job: e-mail the letter ``letter`` (a template's name) about a lodging to one user.

    Without ``user_id`` it goes to all managers of the lodging's business.
    """
    services.send_status_letter(letter, establishment_id, user_id)


@app.task(name="lodging.send_account_letter", retry=retries.LETTER)
def send_account_letter(user_id: int) -> None:
    """Job: e-mail an account's owner that somebody tried to register a lodging with its address."""
    services.send_account_letter(user_id)


@app.periodic(cron=every_day_at(7, 45))
@app.task(name="lodging.announce_ending_keys", queueing_lock="lodging.announce_ending_keys", retry=retries.SOON)
def announce_ending_keys(timestamp: int) -> None:
    """Daily job, before office hours: notify managers of API keys that expire soon."""
    ending_keys.announce_ending_keys()


@app.periodic(cron=every_day_at(3, 37))
@app.task(name="lodging.redact", queueing_lock="lodging.redact", retry=retries.SOON)
def redact(timestamp: int) -> None:
    """Daily job: delete personal data of lodgings closed long enough, and expired sessions of programs."""
    services.redact_closed(system("lodging.redact"))
    sessions.forget_sessions()
