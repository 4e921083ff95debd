"""Decide for each box whether and how it is marked, and whether that is certain.

Measured is ink within the frame, and ink that runs on past its sides: a strike goes through both, which a cross, a tick
or a filled box does not. Each limit has a band around it in which nobody but a person decides.
"""

from typing import NamedTuple

import cv2
import numpy as np

from ancu.engines.omr.box_frames import BoxPlace
from ancu.engines.omr.flattening import SCALE, FlatPage, Ink
from ancu.engines.omr.model import CHOSEN, Box, BoxMark, State

PATCH = 10 * SCALE  # pixels of the square that is looked at
INSIDE = 1.72  # millimetres from the box's middle that are surely within its frame
BLANK = 2.6  # how far from the middle the frame's own blur is taken away
ENOUGH = 8  # boxes on the page for that
NEAR, FAR = 2.65, 3.75  # from the middle: what lies between is surely outside it, and nobody else's
ALONG = 1.95  # how far from the middle line a strike may pass a side
SPECK = 0.16  # square millimetres of ink that a resting pen leaves
LEAST = 0.55  # and the least of a real mark
SHORT, LONG = 0.75, 1.5  # millimetres across: a dot, a stroke
THROUGH, STOPS = 0.85, 0.3  # of the way past a side: a strike; an arm of a cross
PALE = 0.4  # of the ink of this page's usual mark: rubbed out, or a slip of the pen
RINGED = 0.6  # of the way beside an empty box that something is drawn along it
TRACE = 0.03  # of the inside, in ink too pale to be seen as strokes

KINDS: tuple[State, ...] = ("ticked", "filled", "crossed")
KINDS_BY = np.array(
    (
        (-1.0, -5.3, -1.6, 2.2, -2.7, -2.6, 0.8, 3.2, 0.5, -1.2, 2.4),
        (1.1, 1.6, -0.7, -4.2, -1.2, 4.4, 2.0, 1.2, 3.0, 1.3, -4.9),
        (-0.1, 3.7, 2.3, 2.0, 3.9, -1.8, -2.9, -4.4, -3.5, -0.1, 2.5),
    )
)
"""A line through what `_inked_shares` measures, fitted to 5,000 drawn marks: 95 of 100 are named as they were drawn."""


class BoxTraits(NamedTuple):
    """Measurements of a box's ink.

    Areas are in square millimetres, ``extent`` in millimetres, all others between 0 and 1.
    """

    area: float
    cover: float
    extent: float
    mass: float  # ink within, darkness counted
    trace: float
    left: float
    right: float
    above: float
    below: float
    shares: tuple[float, ...]  # of ink in the inside, its corners, its edges and its middle: see ``_inked_shares``


class BoxVerdict(NamedTuple):
    """Whether and how a box is marked, with confidence and certainty."""

    state: State
    confidence: float
    certain: bool


def box_patches(flat: FlatPage, places: list[BoxPlace]) -> list[Ink]:
    """Return the ink in and around each box on the flat page, without the printed frame and shadows.

    The frame's look is taken from all boxes of the page together, as most are empty.
    """
    cut = [cv2.GaussianBlur(cv2.getRectSubPix(flat.ink, (PATCH, PATCH), place[:2]), (0, 0), 1.0) for place in places]
    plain: list[Ink] = [patch - _shadow(patch) for patch in cut]
    if len(plain) < ENOUGH:
        return plain
    blank = np.percentile(np.stack([_window(patch, -BLANK, BLANK, -BLANK, BLANK) for patch in plain]), 30, axis=0)
    for patch in plain:
        _window(patch, -BLANK, BLANK, -BLANK, BLANK)[:] -= blank
    return plain


def _side_darkness(patch: Ink) -> list[float]:
    """Return how dark the paper is left, right, above and below a box's frame, from 0 to 1.

    A shadow on the box shows there.
    """
    spans = (
        *((-FAR, -NEAR, -ALONG, ALONG), (NEAR, FAR, -ALONG, ALONG)),
        *((-ALONG, ALONG, -FAR, -NEAR), (-ALONG, ALONG, NEAR, FAR)),
    )
    return [float(np.percentile(_window(patch, *span), 20)) for span in spans]


def _shadow(patch: Ink) -> Ink:
    """Return the shadow over a box's patch, as a plane through the darkness on its four sides."""
    left, right, above, below = _side_darkness(patch)
    along = (np.arange(PATCH, dtype=np.float32) - (PATCH - 1) / 2) / (SCALE * (NEAR + FAR))
    plane = (left + right + above + below) / 4 + along[None, :] * (right - left) + along[:, None] * (below - above)
    return np.asarray(plane, np.float32)


def measure_box(patch: Ink, noise: float) -> BoxTraits:
    """Return measurements of the ink in and around a box, such as its area, extent and position.

    ``noise`` is the noise of the blank paper.
    """
    mask = patch > max(0.15, 2.2 * noise)
    inner = _window(mask, -INSIDE, INSIDE, -INSIDE, INSIDE)
    ink = _window(patch, -INSIDE, INSIDE, -INSIDE, INSIDE)
    return BoxTraits(
        area=float(inner.sum()) / SCALE**2,
        cover=float(inner.mean()),
        extent=_ink_diameter(inner),
        mass=float(np.clip(ink, 0, 1)[inner].sum()) / SCALE**2,
        trace=float(np.median(ink[~inner])) if (~inner).any() else 1.0,
        left=float(_window(mask, -FAR, -NEAR, -ALONG, ALONG).any(axis=0).mean()),
        right=float(_window(mask, NEAR, FAR, -ALONG, ALONG).any(axis=0).mean()),
        above=float(_window(mask, -ALONG, ALONG, -FAR, -NEAR).any(axis=1).mean()),
        below=float(_window(mask, -ALONG, ALONG, NEAR, FAR).any(axis=1).mean()),
        shares=_inked_shares(inner, mask),
    )


def _window(patch: Ink, x0: float, x1: float, y0: float, y1: float) -> Ink:
    """Return the part of a box's patch between these distances (mm) from the box's middle."""
    middle = (PATCH - 1) / 2
    a, b, c, d = (round(middle + value * SCALE) for value in (x0, x1, y0, y1))
    return patch[c : d + 1, a : b + 1]


def _ink_diameter(mask: Ink) -> float:
    """Return the diameter of the largest piece of ink, in millimetres."""
    count, _labels, stats, _middles = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    if count < 2:
        return 0.0
    largest = stats[1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))]
    return float(np.hypot(largest[cv2.CC_STAT_WIDTH], largest[cv2.CC_STAT_HEIGHT])) / SCALE


def _inked_shares(inner: Ink, mask: Ink) -> tuple[float, ...]:
    """Return which share of a box's regions is inked: all, four corners, top, bottom, left, right, middle.

    ``inner`` is the mask of ink within the box, ``mask`` that of its surroundings too.
    """
    out, on, half = 1.2, 1.25, 0.55
    spots = ((-out, -out), (-out, out), (out, -out), (out, out), (0, -on), (0, on), (-on, 0), (on, 0), (0, 0))
    return (
        float(inner.mean()),
        *(float(_window(mask, x - half, x + half, y - half, y + half).mean()) for x, y in spots),
    )


def judge_box(box_traits: BoxTraits, usual: float) -> BoxVerdict:
    """Return whether a box is empty, marked, corrected or unclear, with the confidence of that verdict.

    ``usual`` is the ink of this page's typical mark, 0 if there is none.
    """
    sides = min(box_traits.left, box_traits.right)
    if sides >= THROUGH:
        return _verdict("corrected", (sides - THROUGH) / (1 - THROUGH))
    if box_traits.area < SPECK or (box_traits.area < LEAST and box_traits.extent < SHORT):
        ringed = max(box_traits.left, box_traits.right, box_traits.above, box_traits.below) >= RINGED
        if ringed or box_traits.trace >= TRACE:  # a ring drawn about a box may well be an answer
            return BoxVerdict("unclear", 0.6, False)
        return _verdict("empty", 1 - box_traits.area / LEAST)
    margins = (
        box_traits.area / LEAST - 1,
        box_traits.extent / LONG - 1,
        1 - sides / STOPS,
        box_traits.mass / (PALE * usual or 1) - 1,
    )
    margin = min(margins)
    if margin < 0:
        return BoxVerdict("unclear", round(max(0.5, 0.9 + margin), 3), False)
    return _verdict(_mark_kind(box_traits), margin)


def _verdict(state: State, margin: float) -> BoxVerdict:
    """Return the verdict that a box certainly has this state; confidence grows with ``margin``.

    ``margin`` is the relative distance from the nearest limit of the measurements.
    """
    return BoxVerdict(state, round(float(1 - 0.02 * np.exp(-4 * max(0.0, margin))), 4), True)


def _mark_kind(box_traits: BoxTraits) -> State:
    """Return the likeliest kind of mark in a box, such as cross, tick or filled; nothing is decided by it."""
    scores = KINDS_BY @ np.array((*box_traits.shares, 1.0))
    return KINDS[int(np.argmax(scores))]


def typical_mass(all_traits: list[BoxTraits]) -> float:
    """Return the ink of the page's typical mark: the median of its clear marks; 0 if there are fewer than three."""
    masses = [
        traits_of_box.mass
        for traits_of_box in all_traits
        if traits_of_box.area >= LEAST and traits_of_box.extent >= LONG
    ]
    return float(np.median(masses)) if len(masses) >= 3 else 0.0


def read_boxes(flat: FlatPage, boxes: list[Box], places: list[BoxPlace]) -> list[BoxMark]:
    """Return for each box its mark, with a picture of it where a person must decide."""
    measured = [measure_box(patch, flat.noise) for patch in box_patches(flat, places)]
    usual = typical_mass(measured)
    marks = []
    for box, place, box_traits in zip(boxes, places, measured, strict=True):
        judged = judge_box(box_traits, usual)
        certain = judged.certain and place.sure
        state: State = judged.state if certain else "unclear"
        marks.append(
            BoxMark(
                question=box.question,
                row=box.row,
                choice=box.choice,
                state=state,
                chosen=judged.state in CHOSEN or (judged.state == "unclear" and box_traits.area >= LEAST),
                confidence=judged.confidence if place.sure else 0.5,
                certain=certain,
            )
        )
    return marks


def box_picture(flat: FlatPage, place: BoxPlace) -> bytes:
    """Return a PNG of the box and its surroundings, for a person to judge."""
    crop = cv2.getRectSubPix(flat.grey, (22 * SCALE, 11 * SCALE), (place.x, place.y))
    return cv2.imencode(".png", crop)[1].tobytes()
