"""The score card: points for what agrees and what contradicts, added up to how likely two records are one person."""

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
    start: float
    points: dict[str, float]

    def weigh(self, values: dict[str, float]) -> dict[str, float]:
        return {name: self.points[name] * values[name] for name in FEATURES if values[name]}


@lru_cache(maxsize=1)
def card() -> Card:
    raw = tomllib.loads(PATH.read_text(encoding="utf-8"))
    return Card(raw["start"], raw["name"] | raw["other"])


def likelihood(points: float) -> float:
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, points))))


def compare(a: Person, b: Person) -> Comparison:
    """How likely two records are one person, and why. Symmetric; an empty name is like no other."""
    values, how = features(a, b)
    return _comparison(values, how, a, b)


def score(a: Person, b: Person) -> float:
    """`compare(a, b).score` without the reasons."""
    values, how = features(a, b)
    return _score(values, how)


def _score(values: dict[str, float], how: Alignment) -> float:
    if not how.pairs:
        return 0.0
    here = card()
    points = here.points
    return likelihood(here.start + sum(points[name] * value for name, value in values.items()))


def _comparison(values: dict[str, float], how: Alignment, a: Person, b: Person) -> Comparison:
    return Comparison(_score(values, how), reasons_of(card().weigh(values), how, a, b))
