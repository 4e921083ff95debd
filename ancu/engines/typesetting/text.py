"""Text as it can be printed: nothing that people type or upload may keep a document from being made."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from ancu.engines.typesetting.fonts import is_covered

SUBSTITUTE = "\ufffd"  # stands visibly where no font has the character
# Joiners shape Indic and Arabic letters and emoji, the marks order mixed directions; all other formatting characters
# are invisible, and the overrides among them can make a paper read as it is not written.
KEPT_FORMATS = frozenset("\u00ad\u200c\u200d\u200e\u200f\u2060")
VIETNAMESE = frozenset("ƠơƯư–—‘’“”…₫")  # beyond the blocks of Latin letters that Vietnamese is written in
OFFICE_WORDS = re.compile((Path(__file__).parent / "office_words.txt").read_text(encoding="utf-8").strip())
LINES = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")


def office_name(name: str) -> str:
    """Return an office's name in capitals, with no-break spaces between words that belong together."""
    return OFFICE_WORDS.sub(lambda words: words[0].replace(" ", "\xa0"), name.upper())


def map_texts(change: Callable[[str], str], value: Any) -> Any:
    """Return the same data with ``change`` applied to every text in it; keys are unchanged."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: map_texts(change, part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [map_texts(change, part) for part in value]
    return value


def printable(text: str) -> str:
    """Return the text as our fonts can print it: composed letters, no control characters.

    A letter that no font has becomes a substitute. The result is empty only if the text is.
    """
    if text.isascii() and text.isprintable():
        return text
    visible = "".join(character for character in LINES.sub("\n", text) if not _is_dropped(character))
    drawable = "".join(_drawable_cluster(cluster) for cluster in _clusters(unicodedata.normalize("NFC", visible)))
    return drawable if drawable or not text else SUBSTITUTE  # a document's title may not be empty


def plain(text: str) -> str:
    """Return printable text in which all letters are replaced except Latin ones, including Vietnamese."""
    return "".join(_plain_letter(character) for character in printable(text))


def _plain_letter(character: str) -> str:
    """Return the character if it is Latin or Vietnamese; else the substitute."""
    code = ord(character)
    return character if code < 0x180 or 0x1E00 <= code < 0x1F00 or character in VIETNAMESE else SUBSTITUTE


def _clusters(text: str) -> list[str]:
    """Split a text into letters, each with the marks that follow it."""
    clusters: list[str] = []
    for character in text:
        if clusters and unicodedata.category(character).startswith("M"):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def _is_dropped(character: str) -> bool:
    """Whether the character is invisible: control, formatting or variation selector."""
    if character in "\n\t" or character in KEPT_FORMATS:
        return False
    code = ord(character)
    return unicodedata.category(character) in {"Cc", "Cf"} or 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF


@lru_cache(maxsize=65_536)
def _drawable_cluster(cluster: str) -> str:
    """Return a letter with its marks if a font can draw them together; else with the substitute."""
    letters = "".join(_drawable_character(character) for character in cluster)
    if len(letters) < 2 or is_covered(letters):
        return letters
    return letters[0] + SUBSTITUTE  # a mark of another script


def _drawable_character(character: str) -> str:
    """Return the character if a font has it and its capital; else the substitute."""
    if character in "\n\t" or character in KEPT_FORMATS:
        return character
    # Templates print some words in capitals.
    return character if is_covered(character) and all(map(is_covered, character.upper())) else SUBSTITUTE
