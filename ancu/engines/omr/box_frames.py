"""Locate each printed box near its expected place, because paper bends and a millimetre matters."""

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ancu.engines.omr.flattening import SCALE, Ink
from ancu.engines.omr.model import Box

REACH = round(1.9 * SCALE)  # how far a fold may have moved it
CLEAR = 0.6  # of the page's usual answer, from which a frame was really seen
LEAST = 0.17  # and never less: text that is taken for frames reaches 0.11, frames in a bad photo 0.26
AGREE = 0.8 * SCALE  # pixels by which it may differ from its neighbours
NEIGHBOURS = 7
MOST = 0.4  # of a page's frames must be seen


class BoxPlace(NamedTuple):
    """The middle of the box in pixels of the flat page; ``sure`` when the box or its neighbours were seen there."""

    x: float
    y: float
    sure: bool


def locate_boxes(ink: Ink, boxes: Sequence[Box]) -> list[BoxPlace]:
    """Return the place of each printed box on the flat page, searched near where the layout has it."""
    if not boxes:
        return []
    template = _template(boxes[0].side)
    middles = np.array([((box.x + box.side / 2) * SCALE, (box.y + box.side / 2) * SCALE) for box in boxes])
    matches = [_best_match(ink, template, middle) for middle in middles]
    offsets, scores = np.array([match[:2] for match in matches]), np.array([match[2] for match in matches])
    scores = scores / max(LEAST / CLEAR, float(np.percentile(scores, 80)))
    places = [_box_place(middles, offsets, scores, number) for number in range(len(boxes))]
    is_recognized = bool((scores >= CLEAR).mean() >= MOST)  # else this is not what was printed here
    return [place if is_recognized else place._replace(sure=False) for place in places]


def _template(side: float) -> Ink:
    """Return weights for matching a printed box with this side (mm): above zero on its frame, below it beside."""
    edge = side / 2 * SCALE
    half = round(edge + 5)
    along = np.abs(np.arange(-half, half + 1))
    away = np.maximum(along[:, None], along[None, :]) - edge
    weights = np.zeros(away.shape, np.float32)
    for low, high, weight in ((-1.7, 1.7, 1.0), (2.4, 5.0, -0.8), (-5.0, -2.4, -0.3)):
        ring = (away > low) & (away < high)
        weights[ring] = weight / ring.sum()
    return weights


def _best_match(ink: Ink, template: Ink, middle: NDArray[np.float64]) -> tuple[float, float, float]:
    """Return the best match of a box near a place: its offset in x and y (pixels) and its score."""
    half = template.shape[0] // 2
    x, y = round(middle[0]), round(middle[1])
    reach = half + REACH
    left_edge, top = max(0, x - reach), max(0, y - reach)
    part = np.clip(ink[top : y + reach + 1, left_edge : x + reach + 1], 0, 1)
    answer = cv2.matchTemplate(part, template, cv2.TM_CCORR)
    _low, score, _where, (at_x, at_y) = cv2.minMaxLoc(answer)
    fine_x, fine_y = _peak(answer[at_y], at_x), _peak(answer[:, at_x], at_y)
    return left_edge + fine_x + half - middle[0], top + fine_y + half - middle[1], score


def _peak(values: Ink, at: int) -> float:
    """Return the fractional index of the maximum near the highest value, by a parabola through its neighbours.

    ``at`` is the index of the highest value.
    """
    if not 0 < at < len(values) - 1:
        return float(at)
    before, here, after = (float(value) for value in values[at - 1 : at + 2])
    bend = before - 2 * here + after
    return at + (0.5 * (before - after) / bend if bend < 0 else 0.0)


def _box_place(
    middles: NDArray[np.float64], offsets: NDArray[np.float64], scores: NDArray[np.float64], number: int
) -> BoxPlace:
    """Return the place of box ``number``: at its own match, or where its neighbours' median offset puts it.

    Its own match counts if it is clear and agrees with its neighbours. ``middles`` are the printed places.
    """
    away = np.linalg.norm(middles - middles[number], axis=1)
    near = [at for at in np.argsort(away) if scores[at] >= CLEAR and at != number][:NEIGHBOURS]
    x, y = middles[number]
    own = offsets[number]
    if not near:
        return BoxPlace(x + own[0], y + own[1], scores[number] >= CLEAR)
    usual = np.median(offsets[near], axis=0)
    differs = float(np.abs(own - usual).max())
    if scores[number] >= CLEAR and differs <= AGREE:
        return BoxPlace(x + own[0], y + own[1], sure=True)
    spread = float(np.ptp(offsets[near], axis=0).max())
    return BoxPlace(x + usual[0], y + usual[1], sure=spread <= 2 * AGREE)
