"""Write to an account's owner when a browser new to the account signs in.

The browser itself remembers, in a signed cookie, who signed in with it. It comes to the pages of accounts alone, so
that it tells nothing anywhere else, least of all on the pages of tips.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from ancu.apps.accounts.services import account_security

COOKIE, SALT, PATH = "signed_in_before", "ancu.known-browser", "/accounts/"
DAYS = 400  # browsers keep none for longer
MOST_PEOPLE = 8  # of a reception's computer


def is_known_browser(request: HttpRequest, user: Any) -> bool:
    """Whether this browser has signed in with the account before."""
    return not _account_digests(user).isdisjoint(_remembered_accounts(request))


def remember_browser(request: HttpRequest, response: HttpResponse, user: Any) -> None:
    """Record in a signed cookie that the user signed in with this browser; a new browser is reported by e-mail."""
    if not is_known_browser(request, user):
        account_security.notify_owner(user.pk, "new_browser")
    others = [person for person in _remembered_accounts(request) if person not in _account_digests(user)]
    newest = [_account_digest(user.pk, settings.SECRET_KEY), *others][:MOST_PEOPLE]
    response.set_signed_cookie(
        COOKIE, ".".join(newest), salt=SALT, max_age=DAYS * 24 * 3600, path=PATH, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def _remembered_accounts(request: HttpRequest) -> list[str]:
    """Return the digests of the accounts that have signed in with this browser, the latest first."""
    cookie = request.get_signed_cookie(COOKIE, "", salt=SALT) or ""
    return [person for person in cookie.split(".") if person]


def _account_digests(user: Any) -> set[str]:
    """Return the account's digests by the present and each former secret key."""
    return {_account_digest(user.pk, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)}


def _account_digest(pk: int, key: str) -> str:
    """Return a keyed digest of the user's id, which does not reveal it."""
    return salted_hmac(SALT, str(pk), secret=key, algorithm="sha256").hexdigest()[:16]
