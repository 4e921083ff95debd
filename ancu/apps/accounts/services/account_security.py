"""Audit changes to an account's protection, and notify its owner by letter."""

from datetime import datetime

from ancu.apps.accounts.models import User
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.audit.services import record
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.db.jobs import enqueue
from ancu.core.security import rate_limits
from ancu.core.web.mail import send_letter

SIGN_IN = system("accounts.sign_in")
UNKNOWN = ("accounts.user", "unknown")
LOCK_LETTER_EVERY = 24 * 3600  # seconds; limits the letters an attacker can cause
# Acts the owner is notified of; the template has a sentence for each.
TOLD_BY_LETTER = frozenset(
    {
        "new_browser",
        "changed_password",
        "reset_password",
        "added_factor",
        "removed_factor",
        "renewed_recovery_codes",
        "sign_in_locked",
        "created_key",
        "added_webhook",
        "key_expires",
    }
)
# Changes of an officer's rights by administrators, with a letter of their own.
RIGHTS = frozenset({"locked", "unlocked", "role_given", "role_moved", "role_ended"})


def record_protection(user: User, act: str) -> None:
    """Record a change of password or second factor, a sign-in or a sign-out (``act``); notify the owner."""
    record(actor_for(user), f"accounts.{act}", user)
    notify_owner(user.pk, act)


def record_failed_sign_in(user: User | None) -> None:
    """Record a wrong password or code; ``None`` for an unknown account. The typed name is not stored."""
    record(SIGN_IN, "accounts.sign_in_failed", user or UNKNOWN)


def record_locked_sign_in(user: User | None, *, guessed_at: bool) -> None:
    """Record that sign-in to an account was locked after many wrong attempts; ``None`` for an unknown account.

    The owner is notified once a day, but only if the attempts were for this account (``guessed_at``), not if attempts
    for several accounts came from the same network address.
    """
    record(SIGN_IN, "accounts.sign_in_locked", user or UNKNOWN)
    if user and guessed_at and rate_limits.is_first("lock-letter", str(user.pk), remember=LOCK_LETTER_EVERY):
        notify_owner(user.pk, "sign_in_locked")


def notify_owner(user_id: int | None, act: str) -> None:
    """Enqueue the letter to the account's owner about an act such as a new sign-in, if there is one for it.

    ``user_id`` is None for a command, which has no account to write to.
    """
    if user_id is not None and act in TOLD_BY_LETTER | RIGHTS:
        enqueue("accounts.tell_protection", user_id=user_id, act=act, moment=clock.now().isoformat())


def send_protection_letter(user_id: int, act: str, moment: str) -> None:
    """Send the account's owner the letter about ``act``, such as a new sign-in; ``moment`` is its time (ISO)."""
    user = User.objects.get(pk=user_id)
    send_letter(
        "accounts/letters/rights.txt" if act in RIGHTS else "accounts/letters/protection.txt",
        user.email,
        language=user.language,
        act=act,
        moment=datetime.fromisoformat(moment),
    )
