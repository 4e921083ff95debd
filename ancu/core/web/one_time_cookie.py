"""A code that the next page shows once: carried there by the browser that reads it, and stored nowhere by the program.

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


def hand_over(response: HttpResponse, path: str, values: list[Any]) -> HttpResponse:
    """Let ``values`` come along to the page at ``path``."""
    until = time.time() + SECONDS
    response.set_cookie(
        COOKIE, seal_text(json.dumps([until, values]), _place(path)), max_age=SECONDS, path=path, httponly=True,
        samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response


def handed_over(request: HttpRequest) -> list[Any] | None:
    """What came along to this page; None when nothing did, it is another page's, or its time is over."""
    try:
        until, values = json.loads(open_text(request.COOKIES.get(COOKIE, ""), _place(request.path)))
    except InvalidTag:
        return None
    return list(values) if until > time.time() else None


def forget(response: HttpResponse, path: str) -> HttpResponse:
    """After a page that shows it to whoever stands there, once."""
    response.delete_cookie(COOKIE, path=path, samesite="Lax")
    return response


def _place(path: str) -> str:
    return f"shown-once:{path}"
