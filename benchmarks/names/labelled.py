"""Pairs labelled by hand: `east_asian.txt` holds names alone, `near_misses.txt` and `composed_names.txt` people."""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from ancu.engines.names import Person

PATH = Path(__file__).with_name("east_asian.txt")
NEAR_MISSES = Path(__file__).with_name("near_misses.txt")
COMPOSED_NAMES = Path(__file__).with_name("composed_names.txt")


class NamePair(NamedTuple):
    name_a: str
    two: str
    same: bool


class PersonPair(NamedTuple):
    """Two records, whether they are one person, and in which culture they are how related."""

    a: Person
    b: Person
    same: bool
    culture: str
    relation: str


def pairs(path: Path = PATH) -> Iterator[NamePair]:
    """Yield the labelled pairs of names in a file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        label, _, rest = line.partition(":")
        names = [name.strip() for name in rest.split("|")]
        if label == "same":
            yield from (NamePair(name_a, two, True) for name_a, two in combinations(names, 2))
        elif label == "other":
            yield from (NamePair(names[0], another, False) for another in names[1:])


def near_misses(path: Path = NEAR_MISSES) -> Iterator[PersonPair]:
    """Yield the labelled pairs of people in a file, which explains its format in its first lines."""
    culture = nationality = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            culture, nationality = line.strip("[]").split()
        elif line and not line.startswith("#"):
            head, _, names = line.partition(":")
            relation, *facts = head.split()
            births, sexes = facts[: len(facts) // 2], facts[len(facts) // 2 :]
            people = [
                Person(name.strip(), births[min(n, len(births) - 1)], sexes[min(n, len(sexes) - 1)], nationality)
                for n, name in enumerate(names.split("|"))
            ]
            related = combinations(people, 2) if relation == "same" else ((people[0], b) for b in people[1:])
            yield from (PersonPair(a, b, relation == "same", culture, relation) for a, b in related)
