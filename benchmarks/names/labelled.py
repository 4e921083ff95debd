"""The labelled pairs of `east_asian.txt`."""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

PATH = Path(__file__).with_name("east_asian.txt")


class Pair(NamedTuple):
    one: str
    two: str
    same: bool


def pairs(path: Path = PATH) -> Iterator[Pair]:
    for line in path.read_text(encoding="utf-8").splitlines():
        label, _, rest = line.partition(":")
        names = [name.strip() for name in rest.split("|")]
        if label == "same":
            yield from (Pair(one, two, True) for one, two in combinations(names, 2))
        elif label == "other":
            yield from (Pair(names[0], other, False) for other in names[1:])
