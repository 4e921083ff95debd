"""Which of the two languages a person reads."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.utils.translation import get_language, override

T = TypeVar("T")
OTHER = {"vi": "en", "en": "vi"}


def reader_language() -> str:
    """``vi`` or ``en``; Vietnamese where nothing was chosen, as in a job."""
    return "vi" if (get_language() or "vi").startswith("vi") else "en"


def words(thing: Any, name: str) -> str:
    """``label_vi`` or ``label_en`` of something that says both, such as the rulebook, in the reader's language."""
    return str(getattr(thing, f"{name}_{reader_language()}"))


def both_languages(say: Callable[[], T]) -> tuple[T, T]:
    """What ``say`` gives to a Vietnamese and to an English reader, for answers that hold both."""
    with override("vi"):
        vi = say()
    with override("en"):
        return vi, say()
