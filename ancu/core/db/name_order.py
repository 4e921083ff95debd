"""The order of people's names in a list: by given name, then by family name, in the Vietnamese alphabet."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = "\u0300\u0309\u0303\u0301\u0323"  # grave, hook above, tilde, acute, dot below: as dictionaries order them


def name_order(full_name: str) -> list[tuple[list[int], list[int]]]:
    """Return the sort key of a full name: letters and tones of each word, the given name (last word) first.

    The database's ICU collations would do, but many PostgreSQL installations lack them.
    """
    words = unicodedata.normalize("NFD", full_name.casefold()).split()
    return [_word_order(word) for word in words[-1:] + words[:-1]]


def by_name(people: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """Sort people (id and name) by name, namesakes by id."""
    return sorted(people, key=lambda person: (name_order(person[1]), person[0]))


@lru_cache(maxsize=5000)
def _word_order(word: str) -> tuple[list[int], list[int]]:
    """Return the sort key of a word; cached, because few words make up many names."""
    return _letters(word), _tones(word)


def _letters(word: str) -> list[int]:
    """Return the position in the alphabet of each letter of a word, tones aside."""
    toneless = "".join(sign for sign in word if sign not in TONES)
    return [_rank(letter) for letter in unicodedata.normalize("NFC", toneless)]


def _rank(letter: str) -> int:
    """Return a letter's position in the Vietnamese alphabet, to sort by.

    "ü" counts as "u"; letters of other scripts come last.
    """
    base = letter if letter in ALPHABET else unicodedata.normalize("NFD", letter)[0]
    return ALPHABET.index(base) if base in ALPHABET else len(ALPHABET) + ord(base)


def _tones(word: str) -> list[int]:
    """Return the positions of a word's tones in the order of Vietnamese dictionaries."""
    return [TONES.index(sign) for sign in word if sign in TONES]
