"""A forgotten password: the link to choose another one goes by letter, from a job and never from the page."""

from ancu.apps.accounts.models import User
from ancu.apps.accounts.services.administrators import LINK_DAYS, password_path
from ancu.core.db.jobs import enqueue
from ancu.core.web.mail import send_letter


def ask_for_reset_link(user: User) -> None:
    """Have the link sent; to ask takes as long for an address that nobody has."""
    enqueue("accounts.send_reset_link", user_id=user.pk)


def send_reset_link(user_id: int) -> None:
    """The letter with the link, which is made as the letter leaves; nothing when the account was closed meanwhile."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is not None:
        send_letter(
            "accounts/letters/new_password.txt", user.email, language=user.language, path=password_path(user),
            days=LINK_DAYS,
        )  # fmt: skip
