"""The language of the reader.

Data and letters exist in Vietnamese and English. Readers of a third language (`core/third_languages.toml`) see the
public pages in it, and English where a text is not translated.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext, override

from ancu.core.public_texts import third_languages

T = TypeVar("T")
OTHER_LANGUAGE = {"vi": "en", "en": "vi"}
LANGUAGE_NAMES = {"vi": "Tiếng Việt", "en": "English"} | third_languages().names
CHOICE_COOKIE, CHOICE_PATH = "language_chosen", "/accounts/"  # sent to sign-in only
CHOICE_SECONDS = 24 * 3600


def reader_language() -> str:
    """Return the active language of data and letters, ``vi`` or ``en``; Vietnamese in jobs."""
    return data_language(get_language() or "vi")


def data_language(language: str) -> str:
    """Return the language of data and letters for readers of this language: English for those of a third one."""
    return "vi" if language.startswith("vi") else "en"


def third_language() -> str:
    """Return the active language if it is neither Vietnamese nor English; otherwise empty."""
    language = get_language() or "vi"
    return language if language in third_languages().names else ""


def set_language_cookie(response: HttpResponse, language: str) -> None:
    """Set the cookie from which Django reads the language of later pages."""
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=settings.LANGUAGE_COOKIE_AGE, samesite="Lax")


def note_choice(response: HttpResponse, language: str) -> None:
    """Note for sign-in that a reader who is signed out has chosen this language (``language_at_sign_in``)."""
    response.set_cookie(
        CHOICE_COOKIE, language, max_age=CHOICE_SECONDS, path=CHOICE_PATH, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def language_at_sign_in(request: HttpRequest, account_language: str) -> str:
    """Return the language in which a person goes on after signing in, and which the account takes.

    It is the language chosen in this browser within the last day, while signed out; else the account's. The language
    cookie alone says nothing: it may stem from the browser's last user.
    """
    chosen = request.COOKIES.get(CHOICE_COOKIE, "")
    return chosen if chosen in LANGUAGE_NAMES else account_language


def set_language_at_sign_in(response: HttpResponse, language: str) -> None:
    """Set the language of later pages; a choice made before sign-in is spent."""
    set_language_cookie(response, language)
    response.delete_cookie(CHOICE_COOKIE, path=CHOICE_PATH, samesite="Lax")


def localized(thing: Any, name: str) -> str:
    """Return an object's text ``name`` in the reader's language: its attribute ``name_vi`` or ``name_en``.

    In a third language the translation of the English text, if there is one. A text with values in it translates
    itself (``translated``), because its pattern is what the catalogue has.
    """
    if third_language() and hasattr(thing, "translated"):
        return str(thing.translated(name, localized_text))
    return localized_text(str(getattr(thing, f"{name}_{reader_language()}")))


def localized_text(text: str) -> str:
    """Return the translation of an English text of the rulebook for readers of a third language; else the text."""
    return gettext(text) if text and third_language() else text


def both_languages(say: Callable[[], T]) -> tuple[T, T]:
    """Call ``say`` with Vietnamese active, then with English; return both results."""
    with override("vi"):
        vi = say()
    with override("en"):
        return vi, say()
