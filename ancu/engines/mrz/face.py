"""Whether a zone is set in OCR-B, as Doc 9303-3 asks.

OCR-B was drawn so that a nought is no `O`, a five no `S`, and an `F` no `P`; in it the reader may be believed about
them. Another face may draw one of them as the faces that the reader knows draw the other, and it is then sure of the
wrong one.
"""

from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ancu.engines.mrz.layout import ALPHABET, FILLER
from ancu.engines.mrz.picture import Grey

Reals = NDArray[np.float32]
HALF, TOP, BOTTOM = 7, 3, 29  # of a character's cell in a strip
SLACK = 1  # pixels by which a character may stand beside its place
MOST_ASKED = 40
OCRB = 3
"""So many of the faces drawn in `models/faces.npy` are OCR-B, of several weights; the others are not."""
ALIKE = 0.012
"""How much nearer to OCR-B than to any other face, as a difference of correlations, a zone set in it is. Of 151 drawn
in OCR-B, the hardest to read among them, the least alike had 0.015; of 240 in faces it never saw, the most 0.002."""


class Row(NamedTuple):
    """A line's strip, where its characters stand in it, and what they were read as."""

    strip: Grey
    centres: NDArray[np.floating[Any]]
    text: str


def likeness(rows: Sequence[Row]) -> float:
    """How much more the characters look like those of OCR-B, of some weight, than like those of any other face. Blurred
    and faint ones look like nothing much, and yet more like their own."""
    cells, chars = [], []
    for row in rows:
        for i, char in enumerate(row.text):
            if char != FILLER:
                cells.append(_windows(row, i))
                chars.append(ALPHABET.index(char))
    if not cells:
        return 0.0
    some = np.linspace(0, len(cells) - 1, min(len(cells), MOST_ASKED)).astype(np.int64)
    seen = np.stack(cells)[some]  # characters × shifts × pixels
    known = _faces()[:, np.array(chars)[some]]  # faces × characters × pixels
    alike = np.einsum("csp,fcp->fcs", seen, known).max(2).mean(1)
    return float(alike[:OCRB].max() - alike[OCRB:].max())


def _windows(row: Row, i: int) -> Reals:
    """A character's cell, moved about a little, each brought to mean 0 and length 1; ink counts above paper."""
    xs = np.clip(row.centres[i] + np.arange(-HALF - SLACK, HALF + SLACK + 1), 0, row.strip.shape[1] - 1.001)
    left = xs.astype(np.int64)
    share = (xs - left).astype(np.float32)
    part = -row.strip[TOP - SLACK : BOTTOM + SLACK].astype(np.float32)
    cell = part[:, left] * (1 - share) + part[:, left + 1] * share
    high, wide = BOTTOM - TOP, 2 * HALF + 1
    return _normal(np.lib.stride_tricks.sliding_window_view(cell, (high, wide)).reshape(-1, high * wide))


def _normal(cells: Reals) -> Reals:
    even = cells - cells.mean(-1, keepdims=True)
    normal: Reals = (even / (np.linalg.norm(even, axis=-1, keepdims=True) + 1e-3)).astype(np.float32)
    return normal


@cache
def _faces() -> Reals:
    with resources.files(__package__).joinpath("models", "faces.npy").open("rb") as file:
        drawn = np.load(file, allow_pickle=False)
    return _normal(drawn.reshape(*drawn.shape[:2], -1).astype(np.float32))
