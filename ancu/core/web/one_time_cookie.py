"""Show a code once on the next page, carried in an encrypted cookie and not stored on the server.

The cookie is encrypted, goes to that one page, and ends after ten minutes.
"""

import json
import time
from typing import Any

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from ancu.core.security.encryption import open_text, seal_text

COOKIE = "shown_once"
SECONDS = 600  # long enough to write it down; the device may be another's


def store_for_page(response: HttpResponse, path: str, values: list[Any]) -> HttpResponse:
    """Store ``values`` in an encrypted, short-lived cookie that only the page at ``path`` receives.

    Returns the response.
    """
    until = time.time() + SECONDS
    response.set_cookie(
        COOKIE, seal_text(json.dumps([until, values]), _place(path)), max_age=SECONDS, path=path, httponly=True,
        samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response


def values_for_page(request: HttpRequest) -> list[Any] | None:
    """Return the values that ``store_for_page`` stored for this page; None if there are none or they expired."""
    try:
        until, values = json.loads(open_text(request.COOKIES.get(COOKIE, ""), _place(request.path)))
    except InvalidTag:
        return None
    return list(values) if until > time.time() else None


def delete_values(response: HttpResponse, path: str) -> HttpResponse:
    """Delete the cookie of the page at ``path`` after it has shown the cookie's values; return the response."""
    response.delete_cookie(COOKIE, path=path, samesite="Lax")
    return response


def _place(path: str) -> str:
    """Return the name to which the encryption of the cookie for the page at ``path`` is bound."""
    return f"shown-once:{path}"
