"""Which names many people bear and how each is spelt: two common names that differ are two names, not one misspelt."""

from functools import cache
from pathlib import Path

PATH = Path(__file__).with_name("given_names.txt")


def relation(a: str, b: str) -> bool | None:
    """True for two spellings of one common name, False for two common names, None when either is not common."""
    names = _names()
    left, right = names.get(a), names.get(b)
    if left is None or right is None:
        return None
    return not left.isdisjoint(right)


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
