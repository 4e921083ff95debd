"""The score card: points for agreement and contradiction, summed to the probability of being one person."""

import math
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ancu.engines.names.align import Alignment
from ancu.engines.names.features import FEATURES, Person, features
from ancu.engines.names.reasons import Reason, reasons_of

PATH = Path(__file__).with_name("card.toml")


class Comparison(NamedTuple):
    """`score` 0–1 is how likely both are one person; `reasons` are the card's lines, the heaviest first; their points
    (in nats) and the card's start add up to the score's logit."""

    score: float
    reasons: tuple[Reason, ...]


class Card(NamedTuple):
    """The score card: the initial points and the points of each feature."""

    start: float
    points: dict[str, float]

    def weigh(self, values: dict[str, float]) -> dict[str, float]:
        """Return by feature name the points that each feature adds to a comparison, unless its value is zero."""
        return {name: self.points[name] * values[name] for name in FEATURES if values[name]}


@lru_cache(maxsize=1)
def card() -> Card:
    """Return the score card, the points of each feature of a comparison, from its file; cached."""
    raw = tomllib.loads(PATH.read_text(encoding="utf-8"))
    return Card(raw["start"], raw["name"] | raw["other"])


def likelihood(points: float) -> float:
    """Convert points (log-odds, in nats) into a probability."""
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, points))))


def compare(a: Person, b: Person) -> Comparison:
    """Return how likely two records are of one person, from 0 to 1, with reasons.

    The order of the records does not matter. A record without a name matches nothing.
    """
    values, alignment = features(a, b)
    return _comparison(values, alignment, a, b)


def score(a: Person, b: Person) -> float:
    """Return how likely two records are of one person, from 0 to 1, without the reasons of ``compare``."""
    values, alignment = features(a, b)
    return _score(values, alignment)


def _score(values: dict[str, float], alignment: Alignment) -> float:
    """Return the probability that two records are of one person, from their features ``values`` by name.

    Zero if no words of the names match.
    """
    if not alignment.pairs:
        return 0.0
    here = card()
    points = here.points
    return likelihood(here.start + sum(points[name] * value for name, value in values.items()))


def _comparison(values: dict[str, float], alignment: Alignment, a: Person, b: Person) -> Comparison:
    """Return the probability that two records are of one person, with the reasons for it."""
    return Comparison(_score(values, alignment), reasons_of(card().weigh(values), alignment, a, b))
