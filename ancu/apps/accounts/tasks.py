"""Jobs of accounts, mostly letters."""

from procrastinate.contrib.django import app

from ancu.apps.accounts import services
from ancu.apps.accounts.services import (
    account_security,
    address_changes,
    administrators,
    ending_keys,
    forgotten_password,
    mandates,
    terms,
)
from ancu.core.actor import system
from ancu.core.db import retries
from ancu.core.db.jobs import every_day_at


@app.task(name="accounts.send_invitation", retry=retries.LETTER)
def send_invitation(invitation_id: int) -> None:
    """Job: send the letter of an invitation. If it runs twice, the newest link is valid."""
    services.send_invitation(invitation_id)


@app.task(name="accounts.send_opening", retry=retries.LETTER)
def send_opening(letter_id: int) -> None:
    """Job: send the letter about a new account. If it runs twice, either link may be used once."""
    services.send_opening(letter_id)


@app.periodic(cron=every_day_at(3, 27))
@app.task(name="accounts.redact", queueing_lock="accounts.redact", retry=retries.SOON)
def redact(timestamp: int) -> None:
    """Daily job: delete personal data of accounts and invitations that ended long enough ago."""
    services.redact_accounts(system("accounts.redact"))
    mandates.redact_mandates()


@app.task(name="accounts.tell_sign_in_phone", retry=retries.LETTER)
def send_sign_in_phone_letter(user_id: int) -> None:
    """Job: notify the person of a changed sign-in number."""
    services.send_sign_in_phone_letter(user_id)


@app.task(name="accounts.send_password_link", retry=retries.LETTER)
def send_password_link(user_id: int) -> None:
    """Job: send a new administrator the link to choose a password."""
    administrators.send_password_link(user_id)


@app.task(name="accounts.send_reset_link", retry=retries.LETTER)
def send_reset_link(user_id: int) -> None:
    """Job: send the link to choose a new password."""
    forgotten_password.send_reset_link(user_id)


@app.task(name="accounts.tell_protection", retry=retries.LETTER)
def send_protection_letter(user_id: int, act: str, moment: str) -> None:
    """Job: notify the owner of a change to the account's protection."""
    account_security.send_protection_letter(user_id, act, moment)


@app.task(name="accounts.send_address_letter", retry=retries.LETTER)
def send_address_letter(change_id: int, side: str) -> None:
    """Job: notify the former or new address of a change, with the link to confirm or undo it."""
    address_changes.send_address_letter(change_id, side)


@app.periodic(cron="*/10 * * * *")
@app.task(name="accounts.apply_address_changes", queueing_lock="accounts.apply_address_changes", retry=retries.SOON)
def apply_address_changes(timestamp: int) -> None:
    """Job every ten minutes: make address changes without objection for three days."""
    address_changes.apply_address_changes()


@app.periodic(cron="* * * * *")
@app.task(name="accounts.end_expired", queueing_lock="accounts.end_expired", retry=retries.SOON)
def end_expired(timestamp: int) -> None:
    """Job every minute: end officers' roles whose last day has passed."""
    terms.end_expired(system("accounts.end_expired"))


@app.periodic(cron=every_day_at(7, 40))
@app.task(name="accounts.announce_ends", queueing_lock="accounts.announce_ends", retry=retries.SOON)
def announce_ends(timestamp: int) -> None:
    """Daily job: announce officers' roles that end in 30 and 7 days, and API keys and mandates that end soon."""
    terms.announce_ends(system("accounts.announce_ends"))
    ending_keys.announce_ending_keys()
    mandates.announce_ending_mandates(system("accounts.announce_ends"))


@app.task(name="accounts.send_end", retry=retries.LETTER)
def send_end(membership_id: int) -> None:
    """Job: send an officer the letter that a role ends."""
    terms.send_end(membership_id)


@app.task(name="accounts.send_ends", retry=retries.LETTER)
def send_ends(user_id: int, count: int) -> None:
    """Job: send an administrator the letter about roles that end soon."""
    terms.send_ends(user_id, count)


@app.task(name="accounts.send_tasks", retry=retries.LETTER)
def send_tasks(letter_id: int) -> None:
    """Job: notify an administrator of what to do after an officer's role ended."""
    terms.send_tasks(letter_id)


@app.task(name="accounts.send_mandate_offer", retry=retries.LETTER)
def send_mandate_offer(mandate_id: int) -> None:
    """Job: send the letter by which an agent accepts a mandate. If it runs twice, the newest link is valid."""
    mandates.send_offer(mandate_id)


@app.task(name="accounts.send_mandate_letter", retry=retries.LETTER)
def send_mandate_letter(mandate_id: int, letter: str) -> None:
    """Job: tell the company and the agent that a mandate was accepted, was revoked or ends."""
    mandates.send_mandate_letter(mandate_id, letter)
