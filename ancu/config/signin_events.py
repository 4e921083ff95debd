"""Record what the sign-in library does with an account, like our own acts (``accounts.account_security``)."""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth import signals as auth
from django.http import HttpRequest

from ancu.apps.accounts.services import account_security
from ancu.config import session_limits
from ancu.core.security.fresh_sign_in import ask_to_send_again


def record_sign_in(user: Any, **_more: Any) -> None:
    """Record a sign-in (signal handler)."""
    account_security.record_protection(user, "signed_in")


def ask_for_dropped_form(request: HttpRequest, reauthenticated: bool = False, **_more: Any) -> None:
    """After a confirmed identity, ask the user to send the dropped form again (signal handler).

    Nothing after an ordinary sign-in.
    """
    if reauthenticated:
        ask_to_send_again(request)


def record_sign_out(user: Any, **_more: Any) -> None:
    """Record a sign-out (signal handler)."""
    if user is not None:
        account_security.record_protection(user, "left")


def record_password_change(user: Any, **_more: Any) -> None:
    """Record a change of password (signal handler)."""
    account_security.record_protection(user, "changed_password")


def record_password_reset(user: Any, **_more: Any) -> None:
    """Record a reset of the password by letter (signal handler)."""
    account_security.record_protection(user, "reset_password")


def record_added_factor(user: Any, authenticator: Authenticator, **_more: Any) -> None:
    """Record a new second factor or new recovery codes (signal handler)."""
    codes = authenticator.type == Authenticator.Type.RECOVERY_CODES
    account_security.record_protection(user, "renewed_recovery_codes" if codes else "added_factor")


def record_removed_factor(user: Any, **_more: Any) -> None:
    """Record the removal of a second factor (signal handler)."""
    account_security.record_protection(user, "removed_factor")


def record_renewed_codes(user: Any, **_more: Any) -> None:
    """Record new recovery codes (signal handler)."""
    account_security.record_protection(user, "renewed_recovery_codes")


def record_failed_factor(user: Any, **_more: Any) -> None:
    """Record a wrong second-factor code (signal handler)."""
    account_security.record_failed_sign_in(user)


def connect() -> None:
    """Connect the handlers to the library's signals; called once when the apps are ready."""
    for signal, receiver in (
        (account.user_logged_in, record_sign_in),
        (account.authentication_step_completed, ask_for_dropped_form),
        (auth.user_logged_in, session_limits.start_limits),
        (auth.user_logged_out, record_sign_out),
        (account.password_changed, record_password_change),
        (account.password_reset, record_password_reset),
        (mfa.authenticator_added, record_added_factor),
        (mfa.authenticator_removed, record_removed_factor),
        (mfa.authenticator_reset, record_renewed_codes),
        (mfa.authentication_failed, record_failed_factor),
    ):
        signal.connect(receiver, dispatch_uid=f"ancu.{receiver.__name__}")
