"""Given names composed of recurring elements: different elements make different names.

BOUNMY and BOUNTHY, NOBUHIRO and NOBUHIKO, BOGUSLAW and BOLESLAW are as alike as misspelt names are, and common among
brothers. A slip of the finger seldom makes another such word.
"""

from functools import cache, lru_cache
from pathlib import Path

PATH = Path(__file__).with_name("name_elements.txt")
LONGEST = 24  # letters; a longer word is no such name, and could be cut in more ways than there is time to try


def relation(a: str, b: str) -> bool | None:
    """Return True for two spellings of one composed name, False for two different names.

    A composed name is made of elements, such as ABD + ALLAH. None if no language composes both words.
    """
    shared = [
        (a_elements, b_elements)
        for a_elements, b_elements in zip(_readings(a), _readings(b), strict=True)
        if a_elements and b_elements
    ]
    return any(not a_elements.isdisjoint(b_elements) for a_elements, b_elements in shared) if shared else None


@lru_cache(maxsize=200_000)
def _readings(name: str) -> tuple[frozenset[tuple[int, ...]], ...]:
    """Return for each language every way to compose the name of elements, each way as the elements' numbers.

    The set of a language is empty if the name is no composed name of it.
    """
    if len(name) > LONGEST:
        return (frozenset(),) * len(languages())
    return tuple(frozenset(_segmentations(name, elements)) for elements in languages())


def _segmentations(name: str, elements: dict[str, int]) -> list[tuple[int, ...]]:
    """Return every way to split a name completely into elements, each way as the elements' numbers."""
    if not name:
        return [()]
    return [
        (elements[name[:end]], *rest)
        for end in range(1, len(name) + 1)
        if name[:end] in elements
        for rest in _segmentations(name[end:], elements)
    ]


@cache
def languages() -> tuple[dict[str, int], ...]:
    """Return for each language its name elements: the spelling, mapped to the element's number.

    Spellings of the same element share its number.
    """
    languages: list[dict[str, int]] = []
    for line in PATH.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            languages.append({})
        elif not line.startswith("#"):
            for entry in line.split():
                place = sum(map(len, languages))
                languages[-1] |= {spelling: place for spelling in entry.split("=") if spelling not in languages[-1]}
    return tuple(languages)
