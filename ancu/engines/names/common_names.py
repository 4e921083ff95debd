"""Common names and their spellings: two different common names are two names, not a misspelling."""

from functools import cache
from pathlib import Path

from ancu.engines.names import composed
from ancu.engines.names.surnames import CHINESE, KOREAN, VIETNAMESE

PATH = Path(__file__).with_name("given_names.txt")


def relation(a: str, b: str) -> bool | None:
    """Return True if two words are spellings of one given name, False if they are two different names.

    None if neither the list of common names nor the elements of composed names decide it.
    """
    names = _entries_by_spelling()
    left, right = names.get(a), names.get(b)
    if left is None or right is None:
        return composed.relation(a, b)
    return not left.isdisjoint(right)


def is_given_name(text: str) -> bool:
    """Whether the word is a common given name of the lists."""
    return text in _entries_by_spelling()


def unusual_letters(a: str, b: str) -> int:
    """Count the three-letter sequences of word ``a`` that neither ``b`` nor any listed name contains."""
    return len(_letter_triples(a) - _letter_triples(b) - _listed_triples())


def _letter_triples(name: str) -> set[str]:
    """Return the three-letter runs of a name, its beginning and end marked."""
    text = f"^{name}$"
    return {text[at : at + 3] for at in range(len(text) - 2)}


@cache
def _listed_triples() -> frozenset[str]:
    """Return every three-letter run that occurs in a listed name."""
    return frozenset().union(*map(_letter_triples, (*_entries_by_spelling(), *CHINESE, *KOREAN, *VIETNAMESE)))


@cache
def _entries_by_spelling() -> dict[str, frozenset[int]]:
    """Return for each spelling the numbers of the list's entries that have it; several peoples may share a name."""
    lines = PATH.read_text(encoding="utf-8").splitlines()
    entries = " ".join(line for line in lines if not line.startswith("#")).replace("'", "").split()
    names: dict[str, frozenset[int]] = {}
    for place, entry in enumerate(entries):
        for spelling in entry.split("="):
            names[spelling] = names.get(spelling, frozenset()) | {place}
    return names
