"""Which of the two languages a person reads."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import get_language, override

T = TypeVar("T")
OTHER_LANGUAGE = {"vi": "en", "en": "vi"}


def reader_language() -> str:
    """``vi`` or ``en``; Vietnamese where nothing was chosen, as in a job."""
    return "vi" if (get_language() or "vi").startswith("vi") else "en"


def set_language_cookie(response: HttpResponse, language: str) -> None:
    """Set the cookie that Django reads the language of the following pages from."""
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=settings.LANGUAGE_COOKIE_AGE, samesite="Lax")


def localized(thing: Any, name: str) -> str:
    """``label_vi`` or ``label_en`` of something that says both, such as the rulebook, in the reader's language."""
    return str(getattr(thing, f"{name}_{reader_language()}"))


def both_languages(say: Callable[[], T]) -> tuple[T, T]:
    """What ``say`` gives to a Vietnamese and to an English reader, for answers that hold both."""
    with override("vi"):
        vi = say()
    with override("en"):
        return vi, say()
