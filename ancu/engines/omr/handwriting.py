"""Cut out handwriting for a person to key, and detect blank areas; nothing is recognised."""

import cv2
import numpy as np

from ancu.engines.omr.box_frames import BoxPlace
from ancu.engines.omr.flattening import SCALE, FlatPage, Ink
from ancu.engines.omr.model import Box, Writing, WritingArea

BESIDE = 1.2  # millimetres around the area: letters hang over
LINE = 11 * SCALE  # pixels of a straight line that is print, not handwriting
UPRIGHT = 6 * SCALE  # and of one between digit boxes
INKED = 0.8  # square millimetres of what is not print
LEVELS = 17  # greys of a crop: enough to read, and a sixth of the bytes


def read_areas(flat: FlatPage, areas: list[WritingArea], boxes: list[Box], places: list[BoxPlace]) -> list[Writing]:
    """Return for each writing area its picture, or that it is blank; a person types what is written.

    The shift of nearby boxes' ``places`` corrects the area's printed place.
    """
    return [_read_area(flat, area, _shift(area, boxes, places)) for area in areas]


def _shift(area: WritingArea, boxes: list[Box], places: list[BoxPlace]) -> tuple[float, float]:
    """Return the median shift of the boxes nearest to an area, in pixels."""
    if not boxes:
        return 0.0, 0.0
    middles = np.array([(box.x + box.side / 2, box.y + box.side / 2) for box in boxes])
    offsets = np.array([(place.x, place.y) for place in places]) - middles * SCALE
    middle = np.array([area.x + area.width / 2, area.y + area.height / 2])
    near = np.argsort(np.linalg.norm(middles - middle, axis=1))[:5]
    across, down = np.median(offsets[near], axis=0)
    return float(across), float(down)


def _read_area(flat: FlatPage, area: WritingArea, shift: tuple[float, float]) -> Writing:
    """Return an area's writing: blank, or with a PNG of its ink."""
    left_edge, top = (area.x - BESIDE) * SCALE + shift[0], (area.y - BESIDE) * SCALE + shift[1]
    right, bottom = left_edge + (area.width + 2 * BESIDE) * SCALE, top + (area.height + 2 * BESIDE) * SCALE
    rows, columns = slice(max(0, round(top)), round(bottom)), slice(max(0, round(left_edge)), round(right))
    ink = np.clip(flat.ink[rows, columns], 0, 1)
    blank = _is_blank(ink, flat.noise)
    shades = 255 - np.round(ink * (LEVELS - 1)) * (255 // (LEVELS - 1))
    crop = b"" if blank else cv2.imencode(".png", np.clip(shades, 0, 255).astype(np.uint8))[1].tobytes()
    return Writing(question=area.question, choice=area.choice, blank=blank, crop=crop)


def _is_blank(ink: Ink, noise: float) -> bool:
    """Whether a writing area has no handwriting; ruled lines and printed frames do not count."""
    mask = (cv2.GaussianBlur(ink, (0, 0), 1.0) > max(0.12, 2.2 * noise)).astype(np.uint8)
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, 7), np.uint8))
    across = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, LINE), np.uint8))
    down = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((UPRIGHT, 1), np.uint8))
    ruled = cv2.dilate(cv2.bitwise_or(across, down), np.ones((7, 7), np.uint8)) > 0
    edge = round(BESIDE * SCALE)
    hand = ((mask > 0) & ~ruled)[edge:-edge, edge:-edge]
    return float(hand.sum()) / SCALE**2 < INKED
