"""What the office wrote to an applicant, in the language of whoever reads it, as far as the program knows both."""

from collections.abc import Mapping
from typing import Any

from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.core.web.language import reader_language
from ancu.engines.rulebook import cite

LANGUAGES = ("vi", "en")


def article_in_words(dossier: Dossier, text: str, language: str = "") -> str:
    """The procedure's own article, or one an officer cited in the usual form, as the reader's language cites it.

    What is no plain citation stays as it was written.
    """
    language = language or reader_language()
    procedure = procedure_of(dossier)
    own = {getattr(procedure, f"article_{one}")[:200] for one in LANGUAGES}
    if text in own:
        return str(getattr(procedure, f"article_{language}"))[:200]
    return cite(text, language) or text


def reason_in_words(item: Mapping[str, Any], language: str = "") -> str:
    """Why a thing was asked for: the program's own finding in the reader's language, else the officer's words."""
    return str(item.get(f"reason_{language or reader_language()}") or item.get("reason") or "")
