"""Fills, spoils and reads sheets, and says how well.

    python -m benchmarks.omr [--sheets 500] [--photos 200] [--seed 1] [--verbose] [--keep FOLDER]

Half of the sheets (a seed each) are of two pages. What was decided with certainty is held against the truth; a box that
is put to a person counts as review, and so do all boxes of an answer that is doubted as a whole and all of a page that
was not read. Scans are then bound into two files, and read as the program reads them: two at a time, in processes of
their own.
"""

import argparse
import io
import pickle
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import cv2
from PIL import Image

from ancu.engines.omr import CHOSEN, PageReading
from ancu.engines.omr.reading import read_here
from benchmarks.omr.sheets import SECRET, Blank, SheetCase, blanks, cases

CORES = 2


class Job(NamedTuple):
    blank: Blank
    serials: list[int]
    seed: int
    kind: str
    keep: Path | None


class SheetScore(NamedTuple):
    pages: int
    marks: int
    review: int
    wrong: int  # with certainty
    named: int  # right in how it was marked, of those marked and certain
    certain_marked: int
    unread: Counter[str]
    areas: int
    areas_missed: int
    seconds: float
    notes: list[str]


def scored(case: SheetCase, page: PageReading, seconds: float) -> SheetScore:
    """Return how well a page was read, compared with the marks that were drawn on it."""
    right_page = not page.problem and (page.code, page.serial, page.page) == (case.code, case.serial, case.page)
    problem = page.problem or ("" if right_page else "other_page")
    if problem:
        total, note = len(case.truth), f"{case.kind} {case.code} {case.serial}/{case.page}: {problem}"
        wrong = total if problem == "other_page" else 0
        return SheetScore(1, total, total - wrong, wrong, 0, 0, Counter([problem]), 0, 0, seconds, [note])
    notes, review, wrong, named, marked = [], 0, 0, 0, 0
    doubtful = set(page.doubts)
    for mark in page.marks:
        state = case.truth[mark.id]
        group = f"{mark.question}/{mark.row}" if mark.row else mark.question
        where = f"{case.kind} {case.code} {case.serial}/{case.page} {mark.id}: {state} read as {mark.state}"
        if not mark.certain or group in doubtful:  # by itself, or together with its neighbours
            review += 1
            notes.append(f"review {where} {mark.confidence}")
            continue
        if mark.chosen != (state in CHOSEN):
            wrong += 1
            notes.append(f"WRONG {where} {mark.confidence}")
        if state != "empty":
            marked += 1
            named += state == mark.state
    missed = sum(
        case.written["/".join(filter(None, (area.question, area.choice, "text")))] and area.blank
        for area in page.writings
    )
    return SheetScore(1, len(case.truth), review, wrong, named, marked, Counter(),
                 len(page.writings), missed, seconds, notes)  # fmt: skip


def together(scores: list[SheetScore]) -> SheetScore:
    """Return the sum of the scores of several pages."""

    def total(name: str) -> int:
        """Return the sum of the value ``name`` of all scores."""
        return sum(getattr(score, name) for score in scores)

    return SheetScore(
        *(total(name) for name in ("pages", "marks", "review", "wrong", "named", "certain_marked")),
        sum((score.unread for score in scores), Counter()),
        *(total(name) for name in ("areas", "areas_missed")),
        sum(score.seconds for score in scores),
        [note for score in scores for note in score.notes],
    )


def run(job: Job) -> tuple[str, list[SheetScore], list[bytes]]:
    """Read the pages of a job; return their kind, each page's score and the first six pictures.

    The kind is scan or photo.
    """
    cv2.setNumThreads(1)
    scores, pictures = [], []
    for case in cases(job.blank, job.serials, job.seed, job.kind):
        began = time.process_time()
        page = next(read_here(case.data, [job.blank.layout], secret=SECRET))
        scores.append(scored(case, page, time.process_time() - began))
        pictures.append(case.data)
        if job.keep and scores[-1].notes:
            (job.keep / f"{case.kind}-{case.code}-{case.serial}-{case.page}.img").write_bytes(case.data)
    return job.kind, scores, pictures[:6]


def jobs(options: argparse.Namespace) -> Iterator[Job]:
    """Yield the reading jobs to run in parallel: stacks of ten sheets, scanned or photographed."""
    printed = blanks(options.sheets)
    for kind, count in (("scan", options.sheets - options.photos), ("photo", options.photos)):
        start = 0 if kind == "scan" else options.sheets - options.photos
        for number, blank in enumerate(printed):
            serials = [start + at + 1 for at in range(count) if at % 2 == number]
            for begin in range(0, len(serials), 10):
                yield Job(blank, serials[begin : begin + 10], options.seed, kind, options.keep)


def summary(kind: str, score: SheetScore) -> str:
    """Return a line of text with the scores of a kind of picture, such as scan or photo."""
    read = score.marks - score.review
    return (
        f"{kind:6} pages {score.pages}  unread {sum(score.unread.values())} {dict(score.unread) or ''}  "
        f"marks {score.marks}: right or review {1 - score.wrong / score.marks:.5%}  "
        f"wrong but certain {score.wrong} ({score.wrong / max(1, read) * 10_000:.2f} in 10,000)  "
        f"review {score.review / score.marks:.2%}\n"
        f"       named rightly {score.named / max(1, score.certain_marked):.1%} of {score.certain_marked}  "
        f"handwriting taken for nothing {score.areas_missed} of {score.areas}  "
        f"processor seconds a page {score.seconds / score.pages:.2f}"
    )


READER = """
import pickle, resource, sys, time
from concurrent.futures import ThreadPoolExecutor
from ancu.engines.omr import read
layouts, secret, files = pickle.load(sys.stdin.buffer)
began = time.perf_counter()
with ThreadPoolExecutor(2) as pool:
    pages = sum(pool.map(lambda data: len(list(read(data, layouts, secret=secret))), files))
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(pages, time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)
"""


def speed(scans: list[bytes]) -> str:
    """Return a sentence about how fast two processes read two files, as an import does: sheets an hour.

    It also says the seconds of processor and the memory.
    """
    files = [bound(scans[number::CORES]) for number in range(CORES)]
    packed = pickle.dumps(([blank.layout for blank in blanks(1)], SECRET, files))
    out = subprocess.run([sys.executable, "-c", READER], input=packed, capture_output=True, check=True).stdout.split()
    pages, seconds, used, memory = int(out[0]), float(out[1]), float(out[2]), int(out[3])
    by_clock, by_use = (pages / 2 / time_taken * 3600 for time_taken in (seconds, used / CORES))
    return (
        f"two PDFs of together {pages} pages: {seconds:.1f} s elapsed, {by_clock:,.0f} sheets of two pages an hour; "
        f"{used:.1f} s of processor, which is {by_use:,.0f} on two idle cores; {memory} MB the larger process"
    )


def bound(scans: list[bytes]) -> bytes:
    """Return a PDF with the scanned pictures as its pages."""
    pictures = [Image.open(io.BytesIO(data)) for data in scans]
    out = io.BytesIO()
    pictures[0].save(out, "PDF", save_all=True, append_images=pictures[1:], resolution=200)
    return out.getvalue()


def main() -> None:
    """Read questionnaires that were filled in and spoilt; print how many marks were read right, and the speed."""
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
        done = sorted(pool.map(run, jobs(options)), key=lambda result: result[0], reverse=True)
    for kind, parts in groupby(done, key=lambda result: result[0]):
        score = together([score for _kind, scores, _pictures in parts for score in scores])
        print(summary(kind, score), flush=True)
        if options.verbose:
            print("\n".join(score.notes))
    print(speed([data for kind, _scores, pictures in done if kind == "scan" for data in pictures]), flush=True)


if __name__ == "__main__":
    main()
