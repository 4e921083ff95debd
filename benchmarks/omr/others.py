"""Public scans of another system, read by the same judge of marks.

    python -m benchmarks.omr.others MARKSHARK.whl

MarkShark (University of Toronto, AGPL-3.0) ships 36 scanned answer sheets of 60 questions with what each says. Its
sheets have other anchors (ArUco), other paper (US letter) and rings with a letter in them instead of empty boxes, so a
template says where the rings are. What lies between is this engine's own: the light evened, the look of an empty ring
learnt from the page, each ring judged, and an answer with two rings put to a person. A sheet is known by its student's
number, read in the same way.
"""

import csv
import io
import sys
import time
import zipfile
from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray

from ancu.engines.omr.box_frames import BoxPlace
from ancu.engines.omr.flattening import SCALE, FlatPage, darkness, inked, is_bilevel
from ancu.engines.omr.marks import read_boxes
from ancu.engines.omr.model import Box, BoxMark

TUTORIAL = "markshark/assets/tutorial/"
WIDTH, HEIGHT = 215.9, 279.4  # US letter, in millimetres
CORNERS = ((9.0, 9.0), (WIDTH - 9, 9.0), (9.0, HEIGHT - 9), (WIDTH - 9, HEIGHT - 9))
RING = 4.0
LETTERS = "ABCDE"
# As bubblemap.yaml of its "60Q standard" has it: where the middle of the first ring lies, and of the last.
ANSWERS = [((x, 170.0), (x + 30, 260.0)) for x in (20.0, 71.0, 122.0, 173.0)]
NUMBER = ((14.0, 111.0), (70.0, 154.0))


class StudentSheet(NamedTuple):
    """How one was read: of its rings how many were put to a person, and which were wrong with certainty."""

    rings: int
    review: int
    wrong: list[str]
    seconds: float


def main(wheel: str) -> None:
    """Print how well our reader reads the sample sheets of MarkShark, a program whose ``wheel`` contains them."""
    with zipfile.ZipFile(wheel) as archive:
        responses = io.TextIOWrapper(archive.open(f"{TUTORIAL}sample_student_responses.csv"), "utf-8-sig")
        truth = {row["BubbledID"]: row for row in csv.DictReader(responses)}
        scans = archive.read(f"{TUTORIAL}sample_scans.pdf")
    read, unread = [], []
    for number, grey in enumerate(_pages(scans), 1):
        sheet = _read(grey, truth, number)
        (unread if sheet is None else read).append(number if sheet is None else sheet)
    _print_results(
        [sheet for sheet in read if isinstance(sheet, StudentSheet)],
        [sheet for sheet in unread if isinstance(sheet, int)],
    )


def _pages(scans: bytes) -> Iterator[NDArray[np.uint8]]:
    """Yield the pages of the scanned PDF as grey pictures."""
    for page in pypdfium2.PdfDocument(scans):
        picture = next(page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]))
        yield np.asarray(picture.get_bitmap().to_pil().convert("L"))


def _read(grey: NDArray[np.uint8], truth: dict[str, dict[str, str]], number: int) -> StudentSheet | None:
    """Return how well one sample sheet was read; None where the sheet or its student cannot be identified.

    ``truth`` has each student's right answers, ``number`` is the page.
    """
    began = time.process_time()
    flat = _flat(grey)
    if flat is None:
        return None
    student = truth.get(_student(flat))
    if student is None:
        return None
    marks = [mark for letter in LETTERS for shaded in (0, 1) for mark in _rings(flat, letter, shaded)]
    by_question: dict[str, list[BoxMark]] = {}
    for mark in marks:
        by_question.setdefault(mark.question, []).append(mark)
    doubtful = {name for name, group in by_question.items() if sum(ring.chosen for ring in group) > 1}
    sure = [ring for ring in marks if ring.certain and ring.question not in doubtful]
    wrong = [
        f"page {number}, {ring.id}: {'chosen' if ring.chosen else 'empty'}"
        for ring in sure
        if ring.chosen != (ring.choice in student[f"Q{ring.question}"])
    ]
    return StudentSheet(len(marks), len(marks) - len(sure), wrong, time.process_time() - began)


def _flat(grey: NDArray[np.uint8]) -> FlatPage | None:
    """Return a sample sheet straightened by its four markers, whose black is full ink; None without them."""
    seeker = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50))
    corners, ids, _rejected = seeker.detectMarkers(grey)
    if ids is None or len(ids) < 4:
        return None
    middles = np.array([corner[0].mean(axis=0) for corner in corners], np.float32)
    sums, differences = middles.sum(axis=1), middles[:, 0] - middles[:, 1]
    order = [sums.argmin(), differences.argmax(), differences.argmin(), sums.argmax()]
    target = np.array(CORNERS, np.float32) * SCALE
    way = cv2.getPerspectiveTransform(middles[order], target)
    page = cv2.warpPerspective(grey, way, (round(WIDTH * SCALE), round(HEIGHT * SCALE)), borderValue=255)
    dark = darkness(page)
    edge = round(2.6 * SCALE)  # within the marker's black rim
    rims = [dark[round(y) - edge : round(y) - edge + 4, round(x) - edge : round(x) + edge] for x, y in target]
    contrast = float(np.median([np.median(rim) for rim in rims]))
    return inked(page, dark, contrast, bilevel=is_bilevel(grey))


def _judged(flat: FlatPage, rings: list[tuple[str, str, float, float]]) -> list[BoxMark]:
    """Return our reader's marks of these rings, given as question, choice and middle in millimetres.

    They must all have the same printed look.
    """
    boxes = [
        Box(question=question, choice=choice, page=1, x=x - RING / 2, y=y - RING / 2, side=RING)
        for question, choice, x, y in rings
    ]
    return read_boxes(flat, boxes, [BoxPlace(x * SCALE, y * SCALE, sure=True) for _q, _c, x, y in rings])


def _rings(flat: FlatPage, letter: str, shaded: int) -> list[BoxMark]:
    """Return, as our engine judges it, whether each ring of choice ``letter`` is filled in, in every second row.

    ``shaded`` 0 are the rows on white, 1 those on grey bands: rings judged together must look alike in print.
    """
    place = LETTERS.index(letter) / (len(LETTERS) - 1)
    rings = []
    for block, ((left_edge, top), (right, bottom)) in enumerate(ANSWERS):
        for row in range(shaded, 15, 2):
            x, y = left_edge + place * (right - left_edge), top + row / 14 * (bottom - top)
            rings.append((str(block * 15 + row + 1), letter, x, y))
    return _judged(flat, rings)


def _student(flat: FlatPage) -> str:
    """Return the student's number as marked on the sheet; empty unless each of its columns has one mark."""
    (left_edge, top), (right, bottom) = NUMBER
    marks: dict[int, list[BoxMark]] = {}
    for digit in range(10):
        y = top + digit / 9 * (bottom - top)
        for mark in _judged(
            flat, [(str(at), str(digit), left_edge + at / 9 * (right - left_edge), y) for at in range(10)]
        ):
            marks.setdefault(int(mark.question), []).append(mark)
    chosen = [[ring.choice for ring in marks[at] if ring.chosen] for at in range(10)]
    return "".join(marked[0] for marked in chosen) if all(len(marked) == 1 for marked in chosen) else ""


def _print_results(read: list[StudentSheet], unread: list[int]) -> None:
    """Print how many rings were read right, left to review or certainly wrong, and which sheets were not read."""
    rings = sum(sheet.rings for sheet in read)
    wrong = [answer for sheet in read for answer in sheet.wrong]
    review = sum(sheet.review for sheet in read)
    print(
        f"MarkShark's samples: {len(read)} of {len(read) + len(unread)} sheets read (not: {unread or 'none'})\n"
        f"rings {rings}: right or review {1 - len(wrong) / rings:.4%}  wrong but certain {len(wrong)}  "
        f"review {review / rings:.2%}  processor seconds a page {sum(sheet.seconds for sheet in read) / len(read):.2f}"
    )
    print("\n".join(wrong))


if __name__ == "__main__":
    main(sys.argv[1])
