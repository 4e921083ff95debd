"""What templates of dossiers need beside ``ui``: the rulebook's texts in the reader's language."""

from typing import Any

from django import template

from ancu.apps.dossiers.selectors.page import in_words

register = template.Library()


@register.filter
def words(thing: Any, name: str) -> str:
    """``{{ procedure|words:"name" }}``: its name in Vietnamese or English, as the reader reads."""
    return in_words(thing, name)
