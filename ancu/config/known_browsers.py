"""A sign-in from a browser that was new to the account is told to its owner by letter.

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


def knows(request: HttpRequest, user: Any) -> bool:
    """Whether this browser signed in with the account before."""
    return not _names(user).isdisjoint(_people(request))


def meet(request: HttpRequest, response: HttpResponse, user: Any) -> None:
    """Write to the owner if the browser is new, and let it remember him."""
    if not knows(request, user):
        account_security.tell_owner(user.pk, "new_browser")
    others = [person for person in _people(request) if person not in _names(user)]
    newest = [_person(user.pk, settings.SECRET_KEY), *others][:MOST_PEOPLE]
    response.set_signed_cookie(
        COOKIE, ".".join(newest), salt=SALT, max_age=DAYS * 24 * 3600, path=PATH, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def _people(request: HttpRequest) -> list[str]:
    """Those whom the browser remembers, the latest first."""
    cookie = request.get_signed_cookie(COOKIE, "", salt=SALT) or ""
    return [person for person in cookie.split(".") if person]


def _names(user: Any) -> set[str]:
    """The owner by every key that counts."""
    return {_person(user.pk, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)}


def _person(pk: int, key: str) -> str:
    """Who signed in, without saying it; also by a former key."""
    return salted_hmac(SALT, str(pk), secret=key, algorithm="sha256").hexdigest()[:16]
