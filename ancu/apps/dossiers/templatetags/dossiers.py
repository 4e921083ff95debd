"""What the rulebook says, in the reader's language."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import template

from ancu.apps.dossiers.selectors.summary import Line, in_words
from ancu.core.language import OTHER, reader_language
from ancu.core.language import words as _words
from ancu.core.templatetags.ui import day

register = template.Library()


@register.filter
def words(thing: Any, name: str = "label") -> str:
    """``label_vi`` or ``label_en`` of something of the rulebook; a word of our own as it is."""
    return _words(thing, name) if hasattr(thing, f"{name}_vi") else str(thing)


@register.filter
def other_words(thing: Any, name: str = "label") -> str:
    """The same in the other of the two languages, for bilingual forms."""
    return str(getattr(thing, f"{name}_{OTHER[reader_language()]}"))


@register.simple_tag
def other_language() -> str:
    return OTHER[reader_language()]


@register.simple_tag
def querystring_of(values: Mapping[str, str]) -> str:
    """``?a=1&b=2``; what is empty too, so that the link asks its page anew."""
    return f"?{urlencode(values)}"


@register.filter
def answer(line: Line) -> str:
    """An answer as the reader says it."""
    if line.field.kind in ("date", "partial_date"):
        return day(str(line.value))
    if line.field.kind == "boolean":
        return "✓"
    return in_words(line.field, line.value, reader_language())
