"""Fits the score card's points: `python -m benchmarks.names.fit` writes `engines/names/card.toml`.

An additive logistic model, each feature held to the side where it belongs (agreement never counts against,
contradiction never for), so that every point can be told to a person. Seeded; the same input gives the same file.
"""

import argparse
import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from unittest.mock import patch

import numpy as np
import numpy.typing as npt

from ancu.engines.names import align, card, features
from ancu.engines.names.features import FEATURES, NAME, Person
from benchmarks.names.invented import pairs as invented_pairs
from benchmarks.names.invented import relatives, twins_alike
from benchmarks.names.labelled import COMPOSED_NAMES, near_misses
from benchmarks.names.labelled import pairs as east_asian_pairs

Rows = npt.NDArray[np.float64]
ALERT, TWINS_ALERTED = 0.9, 0.02
NEAR = FEATURES.index("birth_of_near_names")
AGAINST = {
    "conflict",
    "omitted",
    "typos",
    "worst",
    "lone",
    "syllables_differ",
    "syllables_omitted",
    "syllables_sound",
    "birth_year",
    "birth_differs",
    "birth_of_twins",
    "birth_of_near_names",
    "sex_differs",
    "nationality_differs",
    "initials",
    "order",
}


def public_pairs(path: Path) -> list[tuple[Person, Person, bool]]:
    """Return the pairs of a public benchmark's file, with columns name1, name2, is_match."""
    with path.open(encoding="utf-8") as file:
        return [(Person(r["name1"]), Person(r["name2"]), r["is_match"] == "true") for r in csv.DictReader(file)]


@contextmanager
def without_common_names() -> Iterator[None]:
    """Context manager: names are compared without the list of common names."""
    align.likeness.cache_clear()
    with patch.object(align, "relation", return_value=None):
        yield
    align.likeness.cache_clear()


def name_only(rows: list[tuple[Person, Person, bool]]) -> list[tuple[Person, Person, bool]]:
    """Return the pairs without birth dates, sex and nationality."""
    return [(Person(a.name), Person(b.name), same) for a, b, same in rows]


def matrix(rows: list[tuple[Person, Person, bool]]) -> tuple[Rows, Rows]:
    """Return the features of pairs of persons as a matrix, and their labels (1: one person)."""
    feature_rows = [(features.features(a, b)[0], same) for a, b, same in rows]
    return np.array([[f[name] for name in FEATURES] for f, _ in feature_rows]), np.array(
        [float(same) for _, same in feature_rows]
    )


def fit(x: Rows, y: Rows, weight: Rows, ridge: float = 2e-4, steps: int = 3000) -> tuple[Rows, float]:
    """Fit a logistic regression by Nesterov's gradient; return the features' weights and the bias.

    ``x`` are features, ``y`` labels, ``weight`` the pairs' importance. A weight of the wrong sign becomes zero. The
    same birth date counts at least as much as a near one.
    """
    same, near = FEATURES.index("birth_same"), FEATURES.index("birth_near")
    x = x.copy()
    x[:, near] += x[:, same]
    sign = np.array([-1.0 if name in AGAINST else 1.0 for name in FEATURES])
    weight = weight / weight.sum()
    points, bias = np.zeros(x.shape[1]), 0.0
    last, last_bias = points, bias
    rate = 4.0 / (np.linalg.norm(x * np.sqrt(weight)[:, None], 2) ** 2 + 1)
    for step in range(1, steps + 1):
        momentum = (step - 1) / (step + 2)
        at, at_bias = points + momentum * (points - last), bias + momentum * (bias - last_bias)
        error = weight * (1 / (1 + np.exp(-(x @ at + at_bias))) - y)
        last, last_bias = points, bias
        points = at - rate * (x.T @ error + ridge * at)
        points = np.where(points * sign < 0, 0, points)
        bias = at_bias - rate * error.sum()
    points[same] += points[near]
    return points, float(bias)


def near_names(points: Rows, bias: float, twins: list[tuple[Person, Person, bool]]) -> float:
    """Return the score card's points for a shared birth date of people with near names.

    With these points few such twins reach the alert threshold. They are not fitted with the rest: typing errors and
    such twins look the same, and their frequencies are unknown. So the share of alerted twins is fixed.
    """
    x, _y = matrix(twins)
    reached = np.quantile((x @ points + bias)[x[:, NEAR] > 0], 1 - TWINS_ALERTED)
    return float(min(0, np.log(ALERT / (1 - ALERT)) - reached))


def main() -> None:
    """Fit the score card's points to labelled pairs, and write the card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=8_000)
    arguments = parser.parse_args()
    full = list(invented_pairs(Random(20261125), arguments.count))
    related = list(relatives(Random(20261126), arguments.count // 3))
    sets = [(full, 1.0), (name_only(full), 0.35), (related, 0.3)]
    sets.append(([(Person(p.name_a), Person(p.two), p.same) for p in east_asian_pairs()], 7.0))
    sets.append(([(p.a, p.b, p.same) for p in near_misses(COMPOSED_NAMES)], 30.0))
    matrices = [(*matrix(rows), weight) for rows, weight in sets]
    with without_common_names():  # half of the weight: names that no list knows are as alike
        matrices += [(*matrix(rows), weight / 2) for rows, weight in sets[:3]]
    x, y = np.vstack([m[0] for m in matrices]), np.concatenate([m[1] for m in matrices])
    weights = np.concatenate([np.full(len(m[1]), m[2]) for m in matrices])
    x[:, NEAR] = 0
    points, bias = fit(x, y, weights)
    points[NEAR] = near_names(points, bias, list(twins_alike(Random(20261127), arguments.count)))
    card.PATH.write_text(_toml(points, bias), encoding="utf-8")
    print(card.PATH.read_text(encoding="utf-8"))


def _toml(points: Rows, bias: float) -> str:
    """Return the fitted score card as the text of its TOML file."""
    lines = [
        "# Points of the score card, in nats; made by `python -m benchmarks.names.fit`.",
        f"start = {bias:.3f}",
        "",
    ]
    for title, names in (("name", NAME), ("other", FEATURES[len(NAME) :])):
        lines.append(f"[{title}]")
        lines += [f"{name} = {points[FEATURES.index(name)]:.3f}" for name in names]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
