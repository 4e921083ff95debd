"""The terms of `docs/glossary-languages.md`: each translation of a public text uses them."""

import re
from pathlib import Path

import pytest

from ancu.core import third_catalogues
from ancu.core.catalogues import read_catalogue
from ancu.core.public_texts import folder_of, third_languages

GLOSSARY = Path(__file__).parent.parent / "docs" / "glossary-languages.md"
ROW = re.compile(
    r"^\| (?P<en>[^|]+) \| (?P<vi>[^|]+) \| (?P<zh>[^|]+) \| (?P<ko>[^|]+) \| (?P<ja>[^|]+) \|$", re.MULTILINE
)
COLUMNS = {"zh-hans": "zh", "ko": "ko", "ja": "ja"}
# Nouns that these languages leave out where the sentence is clear without them ("3 working days from completeness").
LEFT_OUT = {"office", "officer", "dossier", "fee", "petition", "complaint", "visa", "residence card"}


def terms(language: str) -> list[tuple[str, list[str]]]:
    """Return each English term that is never left out, with the words of the language."""
    rows = list(ROW.finditer(GLOSSARY.read_text(encoding="utf-8")))[1:]
    return [(row["en"], row[COLUMNS[language]].split(" / ")) for row in rows if row["en"] not in LEFT_OUT]


def test_the_glossary_has_every_third_language() -> None:
    assert set(COLUMNS) == set(third_languages().names)
    assert len(terms("ko")) > 12


@pytest.mark.parametrize("language", COLUMNS)
def test_translations_use_the_terms_of_the_glossary(language: str) -> None:
    faults = []
    for po in third_catalogues.PACKAGE.rglob(f"locale/{folder_of(language)}/LC_MESSAGES/django.po"):
        for message in read_catalogue(po, language):
            if not message.id or not third_catalogues.is_translated(message):
                continue
            english = (message.id if isinstance(message.id, str) else message.id[0]).lower()
            for term, words in terms(language):
                mention = re.search(rf"\b{term}s?\b", english)
                if mention and not any(word in third_catalogues.first_form(message) for word in words):
                    faults.append(f"{term}: {english[:80]!r}: {third_catalogues.first_form(message)[:60]}")
    assert faults == []
