"""Filled sheets with the truth about them, drawn on what the engine prints."""

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np
import pypdfium2

from ancu.engines.omr import Box, ChoiceGroup, Layout, PrintedSheet, Questionnaire, lay_out, print_sheets
from benchmarks.omr import pens, spoiling
from benchmarks.omr.forms import LONG, SHORT

SECRET = b"the secret of a benchmark is none"
WORDS = (
    "Nên có thêm ghế",
    "Cán bộ nhiệt tình",
    "Chờ lâu quá",
    "Cảm ơn",
    "25",
    "120",
    "Giáo viên",
    "More English please",
)


class SheetCase(NamedTuple):
    """One page as it comes back: a picture, and what is marked on it."""

    code: str
    serial: int
    page: int
    kind: str  # scan or photo
    data: bytes
    truth: dict[str, str]  # box → state
    written: dict[str, bool]  # area → something was written


class Blank(NamedTuple):
    layout: Layout
    pdf: bytes


def blanks(count: int) -> list[Blank]:
    """Return the two questionnaires of the benchmark, each with a PDF of ``count`` numbered sheets."""
    sheets: list[PrintedSheet] = [lay_out(LONG), lay_out(SHORT, language="vi")]
    return [Blank(sheet.layout, print_sheets(sheet, range(1, count + 1), secret=SECRET)) for sheet in sheets]


def cases(blank: Blank, serials: list[int], seed: int, kind: str) -> Iterator[SheetCase]:
    """Yield the pages of these sheets, filled in at random and then scanned or photographed (``kind``).

    Each sheet has its own seed, so that a longer set begins the same.
    """
    cv2.setNumThreads(1)
    document = pypdfium2.PdfDocument(blank.pdf)
    for serial in serials:
        rng = np.random.default_rng([seed, serial, len(blank.layout.code)])
        by = pens.hand(rng)
        for page in range(1, blank.layout.pages + 1):
            at = (serial - 1) * blank.layout.pages + page - 1
            drawn = np.array(document[at].render(scale=300 / 72, grayscale=True).to_numpy(), np.float32)
            truth = fill(rng, drawn, blank.layout, page, by)
            written = write(rng, drawn, blank.layout, page, by)
            yield SheetCase(blank.layout.code, serial, page, kind, spoilt(rng, drawn, kind), truth, written)


def fill(rng: np.random.Generator, page: spoiling.Array, layout: Layout, number: int, by: pens.Hand) -> dict[str, str]:
    """Mark the boxes of a page at random, in place, as people do; return each box's true state by its id."""
    truth = {}
    here = {box.id: box for box in layout.on(number)[0]}
    for group in layout.groups:
        boxes = [box for box in here.values() if (box.question, box.row) == (group.question, group.row)]
        for box, state in answered(rng, group, boxes, by):
            truth[box.id] = state
            if state != "empty":
                pens.draw(rng, page, box, state, by)
            elif rng.random() < 0.01:
                pens.speck(rng, page, box, by)
            elif by.grain > 0.25 and rng.random() < 0.02:
                pens.rubbed_out(rng, page, box, by)
    if rng.random() < 0.1:
        pens.stain(rng, page)
    return truth


def answered(
    rng: np.random.Generator, group: ChoiceGroup, boxes: list[Box], by: pens.Hand
) -> Iterator[tuple[Box, str]]:
    """Yield every box of a group with its state after a respondent answered.

    It is crossed, ticked or filled, corrected, or empty.
    """
    chance = 0.3 if group.many else 0.0
    chosen = {int(rng.integers(len(boxes)))} if boxes and rng.random() < 0.94 else set()
    chosen |= {at for at in range(len(boxes)) if rng.random() < chance}
    struck = -1
    if chosen and rng.random() < 0.04:
        struck = int(rng.integers(len(boxes)))
        struck = -1 if struck in chosen else struck
    for at, box in enumerate(boxes):
        habit = by.habit if rng.random() < 0.93 else str(rng.choice(["crossed", "ticked", "filled"]))
        yield box, habit if at in chosen else "corrected" if at == struck else "empty"


def write(
    rng: np.random.Generator, page: spoiling.Array, layout: Layout, number: int, by: pens.Hand
) -> dict[str, bool]:
    """Write something into a random half of a page's writing areas, in place; return by area id whether."""
    index = {}
    for area in layout.on(number)[1]:
        index[area.id] = rng.random() < 0.5
        if index[area.id]:
            text = str(rng.integers(1, 10 ** max(1, area.digits))) if area.digits else str(rng.choice(WORDS))
            plain = text.encode("ascii", "ignore").decode()
            where = round((area.x + 2) * pens.MM), round((area.y + min(area.height, 9) - 2) * pens.MM)
            thick = max(2, round(by.width * pens.MM * 0.8))
            cv2.putText(page, plain, where, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 1.6, by.tone, thick, cv2.LINE_AA)
    return index


def spoilt(rng: np.random.Generator, page: spoiling.Array, kind: str) -> bytes:
    """Return the filled page as an image file from a scanner or, for the kind ``photo``, from a phone."""
    if kind == "photo":
        return spoiling.jpeg(spoiling.photographed(rng, page), int(rng.integers(spoiling.PHONE.jpeg, 93)))
    scanned_page, _dpi = spoiling.scanned(rng, page)
    if len(np.unique(scanned_page[::7, ::7])) == 2 or rng.random() < 0.15:
        return cv2.imencode(".png", scanned_page, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()
    return spoiling.jpeg(scanned_page, int(rng.integers(55, 96)))


def questionnaires() -> tuple[Questionnaire, ...]:
    """Return the two questionnaires of the benchmark, the long and the short one."""
    return LONG, SHORT
