"""A list of people that is searched among a million in milliseconds.

Each person stands under a few keys that survive how people come back: a word's consonants with the birth year, two
words' consonants, the birth date. A query gathers who shares keys with it, keys few people share counting most, and the
score card then weighs the best of them. In memory, built once: about 100 bytes a person beside the texts.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

from ancu.engines.names.card import Comparison, compare, score
from ancu.engines.names.features import Person
from ancu.engines.names.words import ParsedName, name_of

WEIGHED = 24  # candidates the card looks at
CROWDED = 4000  # a key more people share than this says too little to be read

_VOWELS = str.maketrans("", "", "aeiouh")
_VOICELESS = str.maketrans("bdgvz", "ptkfs")


class PersonMatch(NamedTuple):
    """A person of the list: position, data and comparison."""

    place: int
    person: Person
    comparison: Comparison


class Index:
    """A searchable list of people; results refer to positions in it."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.people: Sequence[Person] = list(people)
        keys: list[int] = []
        places: list[int] = []
        for place, person in enumerate(self.people):
            mine = keys_of(person)
            keys += mine
            places += [place] * len(mine)
        at = np.argsort(np.array(keys, dtype=np.uint32), kind="stable")
        self._keys: npt.NDArray[np.uint32] = np.array(keys, dtype=np.uint32)[at]
        self._places: npt.NDArray[np.int32] = np.array(places, dtype=np.int32)[at]

    def search(self, who: Person, *, above: float = 0.5, limit: int = 10) -> list[PersonMatch]:
        """Return the people of the index who are probably ``who``, best first, with score and reasons.

        Their score is at least ``above``; there are at most ``limit``. Each has its position in the index.
        """
        scored = ((score(who, self.people[place]), place) for place in self.candidates(who))
        best = sorted(((likely, place) for likely, place in scored if likely >= above), key=lambda f: (-f[0], f[1]))
        return [PersonMatch(place, self.people[place], compare(who, self.people[place])) for _, place in best[:limit]]

    def candidates(self, who: Person, most: int = WEIGHED) -> list[int]:
        """Return the positions in the index of people who share search keys with ``who``, likeliest first.

        A rare key counts more, a very common one not at all. At most ``most``.
        """
        keys = np.array(sorted(set(keys_of(who, with_likely_errors=True))), dtype=np.uint32)
        first = np.searchsorted(self._keys, keys, "left")
        last = np.searchsorted(self._keys, keys, "right")
        parts, weights = [], []
        for begin, end in zip(first, last, strict=True):
            if 0 < end - begin <= CROWDED:
                parts.append(self._places[begin:end])
                weights.append(np.full(end - begin, 1.0 / np.log2(2.0 + end - begin), dtype=np.float32))
        if not parts:
            return []
        places, where = np.unique(np.concatenate(parts), return_inverse=True)
        votes = np.bincount(where, weights=np.concatenate(weights))
        if len(places) > most:
            chosen = np.argpartition(-votes, most)[:most]
            places, votes = places[chosen], votes[chosen]
        return [int(place) for place in places[np.argsort(-votes, kind="stable")]]


def keys_of(who: Person, *, with_likely_errors: bool = False) -> list[int]:
    """Return the keys by which a person is looked up; records of one person nearly always share one.

    ``with_likely_errors`` adds those for day and month exchanged in the birth date.
    """
    name = name_of(who.name)
    parts = sorted(skeletons_of(name))[:8]
    birth = who.birth_date
    pairs = [first + two for first, two in combinations(parts, 2)]
    texts = [f"2{pair}" for pair in pairs] + [f"w{part}" for part in parts if len(part) > 4]
    if birth:
        texts += [f"y{birth[:4]}{part}" for part in parts]
        texts += [f"y{birth[:4]}{pair}" for pair in pairs]
    if len(birth) == 10:
        firsts = {part[:1] for part in parts}
        texts += [f"b{birth}{first}" for first in firsts]
        if with_likely_errors and int(birth[8:]) <= 12:
            texts += [f"b{birth[:4]}-{birth[8:]}-{birth[5:7]}{first}" for first in firsts]
    return [crc32(text.encode()) for text in dict.fromkeys(texts)]


def skeletons_of(name: ParsedName) -> set[str]:
    """Return the consonant skeletons of a name's significant words and, if it has them, of its syllables."""
    parts = {_consonant_skeleton(word.sound) for word in name.words if word.weight > 0.4 and len(word.text) > 1}
    for syllables in name.syllables.values():
        parts |= {_consonant_skeleton(syllable.sound) for syllable in syllables if len(syllable.text) > 1}
    if len(parts) < 2:
        parts |= {_consonant_skeleton(word.sound) for word in name.words}
    return {part for part in parts if part}


def _consonant_skeleton(sound: str) -> str:
    """Return a word's first sound and its consonants, voiced ones made unvoiced; most misspellings share it.

    At most six characters.
    """
    return (sound[:1] + sound[1:].translate(_VOWELS)).translate(_VOICELESS)[:6]
