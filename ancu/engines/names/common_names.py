"""Which names many people bear and how each is spelt: two common names that differ are two names, not one misspelt."""

from functools import cache
from pathlib import Path

from ancu.engines.names import composed
from ancu.engines.names.surnames import CHINESE, KOREAN, VIETNAMESE

PATH = Path(__file__).with_name("given_names.txt")


def relation(a: str, b: str) -> bool | None:
    """True for two spellings of one name, False for two names, None when either is neither common nor composed."""
    names = _names()
    left, right = names.get(a), names.get(b)
    if left is None or right is None:
        return composed.relation(a, b)
    return not left.isdisjoint(right)


def is_given_name(text: str) -> bool:
    return text in _names()


def unusual_letters(a: str, b: str) -> int:
    """How many runs of three letters `a` has and `b` has not that occur in no name of the lists."""
    return len(_triples(a) - _triples(b) - _usual_triples())


def _triples(name: str) -> set[str]:
    text = f"^{name}$"
    return {text[at : at + 3] for at in range(len(text) - 2)}


@cache
def _usual_triples() -> frozenset[str]:
    return frozenset().union(*map(_triples, (*_names(), *CHINESE, *KOREAN, *VIETNAMESE)))


@cache
def _names() -> dict[str, frozenset[int]]:
    """The names a spelling may be, by their places in the file; a few are borne by several peoples."""
    lines = PATH.read_text(encoding="utf-8").splitlines()
    entries = " ".join(line for line in lines if not line.startswith("#")).replace("'", "").split()
    names: dict[str, frozenset[int]] = {}
    for place, entry in enumerate(entries):
        for spelling in entry.split("="):
            names[spelling] = names.get(spelling, frozenset()) | {place}
    return names
