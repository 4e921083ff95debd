"""Straighten a page and remove shadows; the result is ink between 0 (paper) and 1 (print)."""

from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ancu.engines.omr.anchors import ANCHOR_PLACES, ANCHOR_SIZE, CELLS, Grey, Matrix, bits_of
from ancu.engines.omr.model import HEIGHT, WIDTH

Ink = NDArray[Any]  # of np.float32, likewise
SCALE = 8  # pixels a millimetre: 200 points to the inch
BETWEEN = 0.02  # of the pixels of a page in black and white
_LIGHT = 4  # the light of a page is judged at a quarter of its size
_PAPER = 13 * SCALE // _LIGHT  # pixels; wider than any mark, so that under each some paper is seen


class FlatPage(NamedTuple):
    """A straightened page: grey pixels, ink, noise and whether it is black and white."""

    grey: Grey
    ink: Ink
    contrast: float  # of the print, as a part of what black on white would give
    noise: float  # of blank paper, on the scale of the ink
    bilevel: bool  # scanned in black and white only, in which a pale pen may be lost


def flatten(grey: Grey, homographies: tuple[Matrix, Matrix]) -> FlatPage:
    """Return the page straightened, as ink between 0 (paper) and 1 (print)."""
    page = _straightened(grey, homographies)
    dark = darkness(page)
    contrast = max(0.05, float(np.median([_anchor_darkness(dark, number) for number in range(len(ANCHOR_PLACES))])))
    return inked(page, dark, contrast, bilevel=is_bilevel(grey))


def darkness(page: Grey) -> Ink:
    """Return how much darker each point is than the paper around it: 0 paper, 1 black; shadows cancel out."""
    light = cv2.resize(page, None, fx=1 / _LIGHT, fy=1 / _LIGHT, interpolation=cv2.INTER_AREA)
    light = cv2.medianBlur(light, 3)
    light = cv2.morphologyEx(light, cv2.MORPH_CLOSE, np.ones((_PAPER, _PAPER), np.uint8))
    light = cv2.blur(light, (7, 7))
    paper = cv2.resize(light, page.shape[::-1], interpolation=cv2.INTER_LINEAR).astype(np.float32)
    dark: Ink = 1 - page.astype(np.float32) / np.maximum(paper, 1)
    return dark


def inked(page: Grey, dark: Ink, contrast: float, *, bilevel: bool) -> FlatPage:
    """Return the flat page as ink from 0 (paper) to 1 (print).

    ``dark`` is its darkness, ``contrast`` the darkness of print on this page, ``bilevel`` whether the scan is black
    and white.
    """
    ink = np.clip(dark / contrast, -0.5, 1.2)
    return FlatPage(page, ink, contrast, _noise(ink), bilevel)


def _straightened(grey: Grey, homographies: tuple[Matrix, Matrix]) -> Grey:
    """Return the page straightened by its two homographies, its halves joined in the middle."""
    size = round(WIDTH * SCALE), round(HEIGHT * SCALE)
    shrink = np.diag([1 / SCALE, 1 / SCALE, 1.0])
    halves = [
        _warp(grey, homography @ shrink, size)
        for homography in (homographies if homographies[0] is not homographies[1] else homographies[:1])
    ]
    if len(halves) == 1:
        return halves[0]
    middle = size[1] // 2
    return np.vstack([halves[0][:middle], halves[1][middle:]])


def _warp(grey: Grey, homography: Matrix, size: tuple[int, int]) -> Grey:
    """Return the picture straightened by one homography, of this size in pixels."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpPerspective(grey, homography, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def _anchor_darkness(dark: Ink, number: int) -> float:
    """Return the darkness of an anchor square's black cells, away from their edges, on the flat page."""
    x, y = ANCHOR_PLACES[number]
    cell = ANCHOR_SIZE / CELLS
    values = []
    for row, line in enumerate(bits_of(number)):
        for column, bit in enumerate(line):
            if not bit:
                left_edge, top = round((x + (column + 0.3) * cell) * SCALE), round((y + (row + 0.3) * cell) * SCALE)
                values.append(float(dark[top : top + 4, left_edge : left_edge + 4].mean()))
    return float(np.median(values))


def _noise(ink: Ink) -> float:
    """Return the noise of the blank paper: the median step between neighbouring pixels."""
    steps = np.abs(np.diff(ink[::3, ::1], axis=1))
    return max(0.005, float(np.median(steps)) / 0.954)


def is_bilevel(grey: Grey) -> bool:
    """Whether the picture is black and white: few pixels are neither."""
    between = (grey[::3, ::3] > 40) & (grey[::3, ::3] < 215)
    return float(between.mean()) < BETWEEN
