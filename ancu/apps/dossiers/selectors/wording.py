"""Office texts for an applicant, in the reader's language as far as both versions are known."""

from collections.abc import Mapping
from typing import Any

from django.utils import translation

from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.core.web.language import reader_language
from ancu.engines.rulebook import cite

LANGUAGES = ("vi", "en")
BilingualText = dict[str, str]


def in_both_languages(words: Any, **values: Any) -> BilingualText:
    """Return the lazy text ``words`` in Vietnamese ("vi") and English ("en"), with ``values`` filled in.

    A value that is itself a text in both languages is filled in by language.
    """
    texts = {}
    for language in LANGUAGES:
        own = {name: value[language] if isinstance(value, dict) else value for name, value in values.items()}
        with translation.override(language):
            texts[language] = str(words) % own if values else str(words)
    return texts


def rulebook_text(definition: Any, name: str) -> BilingualText:
    """Return the field ``name`` of a rulebook definition in Vietnamese and English."""
    return {"vi": getattr(definition, f"{name}_vi"), "en": getattr(definition, f"{name}_en")}


def article_in_words(dossier: Dossier, text: str, language: str = "") -> str:
    """Return the article in the reader's language, if it is the procedure's own or a citation in the usual form.

    Anything else stays as written.
    """
    language = language or reader_language()
    procedure = procedure_of(dossier)
    own = {getattr(procedure, f"article_{name}")[:200] for name in LANGUAGES}
    if text in own:
        return str(getattr(procedure, f"article_{language}"))[:200]
    return cite(text, language) or text


def reason_in_words(item: Mapping[str, Any], language: str = "") -> str:
    """Return why an item is requested: the program's own text in the language, else the officer's words.

    Without ``language`` in the reader's.
    """
    return str(item.get(f"reason_{language or reader_language()}") or item.get("reason") or "")
