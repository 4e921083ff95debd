"""Fills, spoils and reads sheets, and says how well.

    python -m benchmarks.omr [--sheets 500] [--photos 200] [--seed 1] [--verbose] [--keep FOLDER]

Half of the sheets (a seed each) are of two pages. What was decided with certainty is held against the truth; a box that
is put to a person counts as review. A page that was not read is all review.
"""

import argparse
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import cv2

from ancu.engines.omr import CHOSEN, PageReading
from ancu.engines.omr.reading import read_here
from benchmarks.omr.sheets import SECRET, Blank, Case, blanks, cases

CORES = 2


class Job(NamedTuple):
    blank: Blank
    serials: list[int]
    seed: int
    kind: str
    keep: Path | None


class Score(NamedTuple):
    pages: int
    marks: int
    review: int
    wrong: int  # with certainty
    named: int  # right in how it was marked, of those marked and certain
    certain_marked: int
    unread: Counter[str]
    group_doubts: int
    areas: int
    areas_missed: int
    seconds: float
    notes: list[str]


def scored(case: Case, page: PageReading, seconds: float) -> Score:
    right_page = not page.problem and (page.code, page.serial, page.page) == (case.code, case.serial, case.page)
    problem = page.problem or ("" if right_page else "other_page")
    if problem:
        total = len(case.truth)
        return Score(1, total, total, total if problem == "other_page" else 0, 0, 0, Counter([problem]), 0,
                     0, 0, seconds, [f"{case.kind} {case.code} {case.serial}/{case.page}: {problem}"])  # fmt: skip
    notes, review, wrong, named, marked = [], 0, 0, 0, 0
    doubtful = set(page.doubts)
    for mark in page.marks:
        state = case.truth[mark.id]
        group = f"{mark.question}/{mark.row}" if mark.row else mark.question
        where = f"{case.kind} {case.code} {case.serial}/{case.page} {mark.id}: {state} read as {mark.state}"
        if not mark.certain:
            review += 1
            notes.append(f"review {where} {mark.confidence}")
            continue
        if mark.chosen != (state in CHOSEN):
            wrong += group not in doubtful  # together with its neighbours it is put to a person
            notes.append(f"{'caught' if group in doubtful else 'WRONG'} {where} {mark.confidence}")
        if state != "empty":
            marked += 1
            named += state == mark.state
    missed = sum(
        case.written["/".join(filter(None, (one.question, one.choice, "text")))] and one.blank for one in page.writings
    )
    return Score(1, len(case.truth), review, wrong, named, marked, Counter(), len(page.doubts),
                 len(page.writings), missed, seconds, notes)  # fmt: skip


def together(scores: list[Score]) -> Score:
    def total(name: str) -> int:
        return sum(getattr(one, name) for one in scores)

    return Score(
        *(total(name) for name in ("pages", "marks", "review", "wrong", "named", "certain_marked")),
        sum((one.unread for one in scores), Counter()),
        *(total(name) for name in ("group_doubts", "areas", "areas_missed")),
        sum(one.seconds for one in scores),
        [note for one in scores for note in one.notes],
    )


def run(job: Job) -> tuple[str, list[Score], list[bytes]]:
    cv2.setNumThreads(1)
    scores, kept = [], []
    for case in cases(job.blank, job.serials, job.seed, job.kind):
        began = time.process_time()
        page = next(read_here(case.data, [job.blank.layout], secret=SECRET))
        scores.append(scored(case, page, time.process_time() - began))
        kept.append(case.data)
        if job.keep and scores[-1].notes:
            (job.keep / f"{case.kind}-{case.code}-{case.serial}-{case.page}.img").write_bytes(case.data)
    return job.kind, scores, kept[:6]


def jobs(options: argparse.Namespace) -> Iterator[Job]:
    made = blanks(options.sheets)
    for kind, count in (("scan", options.sheets - options.photos), ("photo", options.photos)):
        start = 0 if kind == "scan" else options.sheets - options.photos
        for number, blank in enumerate(made):
            serials = [start + at + 1 for at in range(count) if at % 2 == number]
            for few in range(0, len(serials), 10):
                yield Job(blank, serials[few : few + 10], options.seed, kind, options.keep)


def told(kind: str, score: Score) -> str:
    read = score.marks - score.review
    return (
        f"{kind:6} pages {score.pages}  unread {sum(score.unread.values())} {dict(score.unread) or ''}  "
        f"marks {score.marks}: right or review {1 - score.wrong / score.marks:.5%}  "
        f"wrong but certain {score.wrong} ({score.wrong / max(1, read) * 10_000:.2f} in 10,000)  "
        f"review {score.review / score.marks:.2%}, answers doubted as a whole {score.group_doubts}\n"
        f"       named rightly {score.named / max(1, score.certain_marked):.1%} of {score.certain_marked}  "
        f"handwriting taken for nothing {score.areas_missed} of {score.areas}  "
        f"processor seconds a page {score.seconds / score.pages:.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sheets", type=int, default=500)
    parser.add_argument("--photos", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="name every box that is not certain and right")
    parser.add_argument("--keep", type=Path, help="a folder for the pictures of pages that were not all right")
    options = parser.parse_args()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(CORES) as pool:
        done = sorted(pool.map(run, jobs(options)), key=lambda one: one[0], reverse=True)
    for kind, parts in groupby(done, key=lambda one: one[0]):
        score = together([score for _kind, scores, _kept in parts for score in scores])
        print(told(kind, score), flush=True)
        if options.verbose:
            print("\n".join(score.notes))


if __name__ == "__main__":
    main()
