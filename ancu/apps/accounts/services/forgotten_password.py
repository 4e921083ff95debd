"""Reset a forgotten password: a job sends the link, so that the page reveals nothing."""

from ancu.apps.accounts.models import User
from ancu.apps.accounts.services.administrators import LINK_DAYS, password_path
from ancu.core.db.jobs import enqueue
from ancu.core.web.mail import send_letter


def ask_for_reset_link(user: User) -> None:
    """Enqueue the letter with the link for a new password.

    The job sends it, so that the answer takes as long as that to an address without an account.
    """
    enqueue("accounts.send_reset_link", user_id=user.pk)


def send_reset_link(user_id: int) -> None:
    """Send the link for a new password, created with the letter; nothing if the account has been closed."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is not None:
        send_letter(
            "accounts/letters/new_password.txt", user.email, language=user.language, path=password_path(user),
            days=LINK_DAYS,
        )  # fmt: skip
