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
    """The name of an office in capitals; its words that belong together cannot be parted by the end of a line."""
    return OFFICE_WORDS.sub(lambda words: words[0].replace(" ", "\xa0"), name.upper())


def map_texts(change: Callable[[str], str], value: Any) -> Any:
    """The same data with every text in it changed; keys are the template's own."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: map_texts(change, part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [map_texts(change, part) for part in value]
    return value


def printable(text: str) -> str:
    """The text in composed letters, without control characters, a substitute for each character no font has."""
    if text.isascii() and text.isprintable():
        return text
    visible = "".join(character for character in LINES.sub("\n", text) if not _is_dropped(character))
    drawable = "".join(_drawable(cluster) for cluster in _clusters(unicodedata.normalize("NFC", visible)))
    return drawable if drawable or not text else SUBSTITUTE  # a document's title may not be empty


def plain(text: str) -> str:
    """Printable text in which all but the letters of Vietnamese and its neighbours is replaced."""
    return "".join(_plain_letter(character) for character in printable(text))


def _plain_letter(character: str) -> str:
    code = ord(character)
    return character if code < 0x180 or 0x1E00 <= code < 0x1F00 or character in VIETNAMESE else SUBSTITUTE


def _clusters(text: str) -> list[str]:
    """Letters with the marks that follow them."""
    clusters: list[str] = []
    for character in text:
        if clusters and unicodedata.category(character).startswith("M"):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def _is_dropped(character: str) -> bool:
    """Control characters, invisible formatting and variation selectors; before marks are joined to their letters."""
    if character in "\n\t" or character in KEPT_FORMATS:
        return False
    code = ord(character)
    return unicodedata.category(character) in {"Cc", "Cf"} or 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF


@lru_cache(maxsize=65_536)
def _drawable(cluster: str) -> str:
    letters = "".join(_drawable_character(character) for character in cluster)
    if len(letters) < 2 or is_covered(letters):
        return letters
    return letters[0] + SUBSTITUTE  # a mark of another script


def _drawable_character(character: str) -> str:
    if character in "\n\t" or character in KEPT_FORMATS:
        return character
    # Templates print some words in capitals.
    return character if is_covered(character) and all(map(is_covered, character.upper())) else SUBSTITUTE
