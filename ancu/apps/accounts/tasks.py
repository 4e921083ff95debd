"""Letters of the accounts app."""

from procrastinate.contrib.django import app

from ancu.apps.accounts import services


@app.task(name="accounts.send_invitation", retry=5)
def send_invitation(invitation_id: int) -> None:
    """Write to the person invited; a letter sent twice leaves the newest link working."""
    services.send_invitation(invitation_id)
