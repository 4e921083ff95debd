"""How well people are matched, and how fast: `python -m benchmarks.names [--public pairs.csv] [--people 1000000]`.

Invented pairs come from a seed the card was not fitted on. The public pairs' F1 is only honest for a file the card has
not seen; `--folds` fits anew without each tenth of it.
"""

import argparse
import time
from pathlib import Path
from random import Random

import numpy as np

from ancu.engines.names import Index, Person, card, compare
from ancu.engines.names.features import FEATURES
from benchmarks.names.fit import fit, matrix, name_only, public_pairs
from benchmarks.names.invented import copy_of, people
from benchmarks.names.invented import pairs as invented_pairs
from benchmarks.names.labelled import pairs as east_asian_pairs

Rows = list[tuple[Person, Person, bool]]
ALERT = 0.9


def judge(title: str, rows: Rows) -> None:
    x, y = matrix(rows)
    here = card.card()
    points = np.array([here.points[name] for name in FEATURES])
    _say(title, x @ points + here.start > 0, y > 0.5)


def _say(title: str, said: np.ndarray, true: np.ndarray) -> None:
    hit = int((said & true).sum())
    precision, recall = hit / max(1, int(said.sum())), hit / max(1, int(true.sum()))
    f1 = 2 * precision * recall / (precision + recall) if hit else 0.0
    print(f"{title:44} F1 {f1:.3f}  precision {precision:.3f}  recall {recall:.3f}  of {len(true)}")


def folds(rows: Rows, others: Rows, weight: float = 25.0) -> None:
    """Each tenth of the public pairs judged by a card fitted on the rest."""
    x, y = matrix(rows)
    more_x, more_y = matrix(others)
    said = np.zeros(len(y), dtype=bool)
    part = np.random.default_rng(1).permutation(len(y)) % 10
    for fold in range(10):
        kept = part != fold
        points, bias = fit(
            np.vstack([x[kept], more_x]),
            np.concatenate([y[kept], more_y]),
            np.concatenate([np.full(kept.sum(), weight), np.full(len(more_y), 0.35)]),
            steps=1500,
        )
        said[~kept] = x[~kept] @ points + bias > 0
    _say("public pairs, name only, ten folds", said, y > 0.5)


def speed(rows: Rows) -> None:
    for title, call in (("first time", compare), ("again, words known", compare), ("score only", card.score)):
        began = time.process_time()
        for a, b, _ in rows:
            call(a, b)
        print(f"{title:44} {len(rows) / (time.process_time() - began):,.0f} comparisons a processor second")


def search(count: int, asked: int = 400) -> None:
    """Invented people in a list: copies of those on it, and others who are not."""
    rng = Random(5)
    listed = people(rng, count)
    began = time.process_time()
    index = Index(listed)
    print(f"{f'a list of {count:,}':44} built in {time.process_time() - began:.0f} processor seconds")
    seconds, found, retrieved = [], 0, 0
    for place in rng.sample(range(count), asked):
        copy = copy_of(rng, listed[place])
        began = time.process_time()
        answers = index.search(copy, above=ALERT)
        seconds.append(time.process_time() - began)
        found += place in {one.place for one in answers}
        retrieved += place in index.candidates(copy)
    clean = sum(bool(index.search(one, above=ALERT)) for one in people(Random(99), 1000))
    median, worst = np.percentile(seconds, [50, 99]) * 1000
    print(
        f"{'searched':44} recall {found / asked:.3f} (candidates {retrieved / asked:.3f})  clean people alerted"
        f" {clean / 1000:.1%}  median {median:.1f} ms  p99 {worst:.1f} ms"
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--public", type=Path)
    asked.add_argument("--count", type=int, default=10_000)
    asked.add_argument("--people", type=int, default=100_000, help="how long the list is that is searched")
    given = asked.parse_args()
    unseen = list(invented_pairs(Random(77), given.count))
    speed(unseen)
    judge("invented copies and lookalikes, all fields", unseen)
    judge("the same, name only", name_only(unseen))
    judge(
        "East Asian, labelled by hand, name only", [(Person(p.one), Person(p.two), p.same) for p in east_asian_pairs()]
    )
    if given.public:
        rows = public_pairs(given.public)
        judge("public pairs (fitted on), name only", rows)
        folds(rows, name_only(unseen[:4000]))
    search(given.people)


if __name__ == "__main__":
    main()
