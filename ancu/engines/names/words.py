"""Parse a name of any script into Latin words, each with its sound and its weight as evidence.

Passports, hotel programs and people write one name in many ways: accents fall away, scripts are transliterated by
several systems, syllables are joined or split, titles and particles come and go. What stays is compared here.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from anyascii import anyascii

from ancu.engines.names.common import ADDRESSES, COMMON, PARTICLES, TITLES
from ancu.engines.names.syllables import LANGUAGES, Syllable, read

_APOSTROPHES = re.compile(r"[’'‘`´ʻʼ\u02bb\u02bc\u064b-\u0652]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_EAST = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_BREAKS = re.compile(r"[^a-z0-9]+")
_DIGITS = str.maketrans("012345689", "oizeasgbg")  # what readers and typists take for each other
_SERVANT = re.compile(
    r"\b(abd|abdul|abdel|abdal|abdoul|abdal) ?-?(?:al|el|ul|ur|ar|as|us|es|ash|an|un|ad)?[ -](?=[a-z])"
)
_SERVANT_JOINED = re.compile(r"\b(?:abdul|abdel|abdal|abdoul|abdur|abdus)(?!lah)(?=[a-z]{4})")  # but ABDULLAH is one
_LATIN = {"ß": "ss", "æ": "ae", "ø": "oe", "å": "aa", "đ": "d", "ł": "l", "ı": "i", "þ": "th"}

# Ordered: longer spellings first. Left of the arrow what several systems of transliteration write.
_SOUNDS = [
    (re.compile(pattern), to)
    for pattern, to in (
        (r"^el(?=[^aeiouy][a-z]{4})", "al"),  # the Arabic article: ELSAYED and ALSAYED
        (r"dsch|dzh|dj", "j"),
        (r"tsch|tch|cz(?=.)", "ch"),
        (r"shch|sch", "sh"),
        (r"kh", "h"),
        (r"gh", "g"),
        (r"ph", "f"),
        (r"th", "t"),
        (r"dh", "d"),
        (r"bh", "b"),
        (r"rh", "r"),
        (r"ck|qu|q", "k"),
        (r"x", "ks"),
        (r"tz|ts|cs", "s"),
        (r"c(?=[eiy])", "s"),
        (r"c(?!h)", "k"),
        (r"w", "v"),
        (r"zh|z", "s"),
        (r"ou|oo|uu", "u"),
        (r"ee|ii|iy|yi|ij|ie|y", "i"),
        (r"ei|ai|ae|ay|ey", "e"),
        (r"ao|au|aw", "o"),
        (r"j", "i"),
        (r"(?<=[aeiou])h(?![aeiou])", ""),
        (r"(.)\1+", r"\1"),
    )
]
_COARSE = str.maketrans({"b": "p", "d": "t", "g": "k", "v": "f", "e": "i", "o": "u", "z": "s"})


class ParsedWord(NamedTuple):
    """One word: its folded letters, its sound, its consonants, and its weight (rare words weigh more)."""

    text: str
    sound: str
    coarse: str
    weight: float


class ParsedName(NamedTuple):
    """A name: its words in order, all of them joined, and its syllables by language if it can be read so."""

    words: tuple[ParsedWord, ...]
    run_together: str
    syllables: dict[str, tuple[Syllable, ...]]


@lru_cache(maxsize=400_000)
def word(text: str) -> ParsedWord:
    """Return a name's word with its sound, its sound without voicing, and its weight as evidence; cached."""
    sound = text
    for pattern, to in _SOUNDS:
        sound = pattern.sub(to, sound)
    sound = sound or text
    return ParsedWord(text, sound, sound.translate(_COARSE), weight_of(text))


def weight_of(text: str) -> float:
    """Return how much a word of a name counts as evidence, at most 1.

    Particles, initials and common words count little.
    """
    if text in PARTICLES:
        return 0.12
    if len(text) == 1:
        return 0.35
    return COMMON.get(text, 1.0)


@lru_cache(maxsize=400_000)
def name_of(text: str) -> ParsedName:
    """Parse a name in any script into words and syllables; empty for a text without a letter."""
    plain = latin(text)
    texts = [part.translate(_DIGITS) if part.isalnum() and not part.isalpha() else part for part in plain.split()]
    texts = [part for part in texts if part.isalpha()]
    parts = [part for i, part in enumerate(texts) if part not in TITLES and not (i == 0 and part in ADDRESSES)]
    name_parts = parts if len(parts) > 1 or len(texts) == 1 else texts
    words = tuple(word(part) for part in name_parts[:12])
    syllables = {
        language: syllables_read for language in LANGUAGES if (syllables_read := read(tuple(name_parts), language))
    }
    return ParsedName(words, "".join(name_parts), syllables)


def latin(text: str) -> str:
    """Return a text as lower-case ASCII words: transliterated, without accents, joined words separated."""
    text = unicodedata.normalize("NFC", text)
    east = _EAST.search(text) is not None
    if not text.isascii():
        text = "".join(_LATIN.get(sign, sign) for sign in text)
        text = "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
        text = anyascii(unicodedata.normalize("NFC", text))
    text = _APOSTROPHES.sub("", text)
    if east or not text.isupper():
        text = _CAMEL.sub(" ", text)
    text = _BREAKS.sub(" ", text.lower()).strip()
    return _SERVANT.sub("abd ", _SERVANT_JOINED.sub("abd ", text) + " ").strip()
