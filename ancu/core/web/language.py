"""The language of the reader."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import get_language, override

T = TypeVar("T")
OTHER_LANGUAGE = {"vi": "en", "en": "vi"}


def reader_language() -> str:
    """Return the active language, ``vi`` or ``en``; Vietnamese in jobs."""
    return "vi" if (get_language() or "vi").startswith("vi") else "en"


def set_language_cookie(response: HttpResponse, language: str) -> None:
    """Set the cookie from which Django reads the language of later pages."""
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=settings.LANGUAGE_COOKIE_AGE, samesite="Lax")


def localized(thing: Any, name: str) -> str:
    """Return an object's text ``name`` in the reader's language: its attribute ``name_vi`` or ``name_en``."""
    return str(getattr(thing, f"{name}_{reader_language()}"))


def both_languages(say: Callable[[], T]) -> tuple[T, T]:
    """Call ``say`` with Vietnamese active, then with English; return both results."""
    with override("vi"):
        vi = say()
    with override("en"):
        return vi, say()
