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


def meet(request: HttpRequest, response: HttpResponse, user: Any) -> None:
    """Write to the owner if the browser is new, and let it remember him."""
    own, *former = [_person(user.pk, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    people = [person for person in (request.get_signed_cookie(COOKIE, "", salt=SALT) or "").split(".") if person]
    if not {own, *former} & {*people}:
        account_security.tell_owner(user.pk, "new_browser")
    newest = [own, *(person for person in people if person not in {own, *former})][:MOST_PEOPLE]
    response.set_signed_cookie(
        COOKIE, ".".join(newest), salt=SALT, max_age=DAYS * 24 * 3600, path=PATH, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def _person(pk: int, key: str) -> str:
    """Who signed in, without saying it; also by a former key."""
    return salted_hmac(SALT, str(pk), secret=key, algorithm="sha256").hexdigest()[:16]
