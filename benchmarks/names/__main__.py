"""How well people are matched, and how fast: `python -m benchmarks.names [--public pairs.csv] [--people 1000000]`.

Invented pairs come from a seed the card was not fitted on; on near misses and public pairs nothing is ever fitted.
"""

import argparse
import time
from pathlib import Path
from random import Random

import numpy as np

from ancu.engines.names import Index, Person, card, compare
from ancu.engines.names.features import FEATURES
from benchmarks.names.fit import matrix, name_only, public_pairs
from benchmarks.names.invented import copy_of, people
from benchmarks.names.invented import pairs as invented_pairs
from benchmarks.names.labelled import near_misses as labelled_near_misses
from benchmarks.names.labelled import pairs as east_asian_pairs

Rows = list[tuple[Person, Person, bool]]
ALERT = 0.9


def judge(title: str, rows: Rows) -> None:
    """Print precision and recall of our score card on labelled pairs of persons; ``title`` names them."""
    x, y = matrix(rows)
    here = card.card()
    points = np.array([here.points[name] for name in FEATURES])
    _print_quality(title, x @ points + here.start > 0, y > 0.5)


def _print_quality(title: str, predicted: np.ndarray, true: np.ndarray) -> None:
    """Print precision and recall of predicted matches against the true ones."""
    hit = int((predicted & true).sum())
    precision, recall = hit / max(1, int(predicted.sum())), hit / max(1, int(true.sum()))
    f1 = 2 * precision * recall / (precision + recall) if hit else 0.0
    print(f"{title:44} F1 {f1:.3f}  precision {precision:.3f}  recall {recall:.3f}  of {len(true)}")


def near_misses() -> None:
    """Print how many labelled near misses, and how many pairs of one person, reach the alert threshold."""
    scored = [(pair.same, card.score(pair.a, pair.b) >= ALERT) for pair in labelled_near_misses()]
    for title, same in (("near misses: different people alerted", False), ("near misses: one person recognised", True)):
        alerts = [alert for is_same, alert in scored if is_same == same]
        print(f"{title:44} {sum(alerts)} of {len(alerts)} ({sum(alerts) / len(alerts):.1%})")


def speed(rows: Rows) -> None:
    """Print how many pairs of persons are compared per second of processor time."""
    for title, call in (("first time", compare), ("again, words known", compare), ("score only", card.score)):
        began = time.process_time()
        for a, b, _ in rows:
            call(a, b)
        print(f"{title:44} {len(rows) / (time.process_time() - began):,.0f} comparisons a processor second")


def search(count: int, searched: int = 400) -> None:
    """Print how often a person's copy is found in an index of ``count`` people, and a stranger wrongly."""
    rng = Random(5)
    listed = people(rng, count)
    began = time.process_time()
    index = Index(listed)
    print(f"{f'a list of {count:,}':44} built in {time.process_time() - began:.0f} processor seconds")
    seconds, hits, retrieved = [], 0, 0
    for place in rng.sample(range(count), searched):
        copy = copy_of(rng, listed[place])
        began = time.process_time()
        answers = index.search(copy, above=ALERT)
        seconds.append(time.process_time() - began)
        hits += place in {match.place for match in answers}
        retrieved += place in index.candidates(copy)
    clean = sum(bool(index.search(person, above=ALERT)) for person in people(Random(99), 1000))
    median, worst = np.percentile(seconds, [50, 99]) * 1000
    print(
        f"{'searched':44} recall {hits / searched:.3f} (candidates {retrieved / searched:.3f})  clean people alerted"
        f" {clean / 1000:.1%}  median {median:.1f} ms  p99 {worst:.1f} ms"
    )


def main() -> None:
    """Print all results of the benchmark of name matching."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--public", type=Path)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=100_000, help="how long the list is that is searched")
    arguments = parser.parse_args()
    unseen = list(invented_pairs(Random(77), arguments.count))
    speed(unseen)
    judge("invented copies and lookalikes, all fields", unseen)
    judge("the same, name only", name_only(unseen))
    judge(
        "East Asian, labelled by hand, name only",
        [(Person(p.name_a), Person(p.two), p.same) for p in east_asian_pairs()],
    )
    near_misses()
    if arguments.public:
        judge("public pairs (never fitted on), name only", public_pairs(arguments.public))
    search(arguments.people)


if __name__ == "__main__":
    main()
