"""Adapt allauth: sign-up is closed, because registration creates accounts."""

from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts import selectors, services
from ancu.apps.accounts.models import User
from ancu.apps.accounts.services import account_security, forgotten_password
from ancu.apps.messaging.services import notify
from ancu.config import known_browsers
from ancu.config.signin_phone import MobileField
from ancu.core.actor import system
from ancu.core.security.fresh_sign_in import BY_PASSWORD, is_fresh
from ancu.core.security.rate_limits import client_address
from ancu.core.web.language import language_at_sign_in, set_language_at_sign_in

UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104 -- nothing is bound to it: a connection without an address, a socket file's


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by registering a lodging or by accepting an invitation, never by a bare form."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _("Too many failed sign-ins. Wait five minutes, then try again.")
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Always false: accounts come from registering a lodging or from an invitation."""
        return False

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Always raise NotImplementedError, because sign-up is closed."""
        raise NotImplementedError("sign-up is closed")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Return the ways in which a user may confirm the identity; a second factor excludes the password.

        The password alone may have been observed.
        """
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [method for method in methods if method["id"] != BY_PASSWORD] or methods

    def is_reauthentication_required(self, *, app: str, **_more: Any) -> bool:
        """Whether the user must confirm the identity again before a page of the sign-in library.

        Not if the sign-in or the last confirmation is recent.
        """
        return not is_fresh(self.request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse sign-in after too many failures; failures elsewhere do not lock out a known browser."""
        user = _account_owner(credentials)
        if user and known_browsers.is_known_browser(request, user):
            self._login_failed_rl_usage = _count_attempt(request, f"known-browser:{user.pk}")
            if self._login_failed_rl_usage:
                return
            account_security.record_locked_sign_in(user, guessed_at=True)
            raise self.validation_error("too_many_login_attempts")
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            key = self._get_login_attempts_cache_key(request, **credentials)
            account_security.record_locked_sign_in(user, guessed_at=not _count_attempt(request, key, dry_run=True))
            raise

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Return the cache key that counts failed sign-ins: e-mail address or number tried.

        The library alone would count all telephone numbers together.
        """
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}{credentials.get('phone') or ''}"

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record a failed sign-in in the history of the account that was tried."""
        account_security.record_failed_sign_in(_account_owner(credentials))

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the client's address (not the proxy's), by which the library counts failures."""
        return client_address(request) or UNKNOWN_ADDRESS

    def phone_form_field(self, **kwargs: Any) -> Any:
        """Return the sign-in library's form field for a mobile number."""
        return MobileField(label=_("Mobile number"), **kwargs)

    def get_phone(self, user: Any) -> tuple[str, bool] | None:
        """Return the user's verified sign-in number and True, as the library expects; None without one."""
        return (user.sign_in_phone, True) if user.sign_in_phone else None

    def set_phone(self, user: Any, phone: str, verified: bool) -> None:
        """Do nothing: a number is stored only once its owner has verified it."""

    def set_phone_verified(self, user: Any, phone: str) -> None:
        """Store the number as the user's sign-in number, now that its owner has verified it."""
        services.set_sign_in_phone(selectors.actor_for(user), phone=phone)

    def get_user_by_phone(self, phone: str) -> Any:
        """Return the user who signs in by this number; None if there is none."""
        return selectors.user_by_phone(phone)

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        """Enqueue the password reset letter, so that no page waits for the mail server."""
        forgotten_password.ask_for_reset_link(user)

    def send_verification_code_sms(self, user: Any, phone: str, code: str, **kwargs: Any) -> None:
        """Send the sign-in code to the phone by text message."""
        notify(
            actor=system("accounts.code"),
            to=phone,
            key=f"code:{user.pk}:{uuid4()}",
            template="accounts/letters/code.txt",
            subject=("accounts.user", user.pk),
            context={"code": code},
            language=user.language,
        )

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Go on in the person's language, and warn the owner by e-mail if the browser is new."""
        language = language_at_sign_in(request, user.chosen_language)
        if language != user.chosen_language:
            services.save_language(user.pk, language)
        with translation.override(language):  # the greeting is written here and read on the next page
            response: HttpResponse = super().post_login(request, user, **kwargs)
        set_language_at_sign_in(response, language)
        known_browsers.remember_browser(request, response, user)
        return response


def _count_attempt(request: HttpRequest, key: str, *, dry_run: bool = False) -> Any:
    """Count a sign-in attempt under this key alone, whatever the client's address; None after too many failures.

    ``dry_run`` asks without counting.
    """
    config = {"login_failed": settings.ACCOUNT_RATE_LIMITS["login_failed"].split(",")[1]}
    return ratelimit.consume(
        request, app="allauth.account", action="login_failed", config=config, key=key, dry_run=dry_run
    )


def _account_owner(credentials: dict[str, Any]) -> User | None:
    """Return the user whose telephone number or e-mail address was tried; None if it is nobody's."""
    phone, email = credentials.get("phone") or "", credentials.get("email") or ""
    return selectors.user_by_phone(phone) if phone else selectors.user_by_email(email)
