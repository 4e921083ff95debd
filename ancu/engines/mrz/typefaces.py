"""Detect whether a zone is set in OCR-B, as Doc 9303-3 demands, or another typeface the reader was trained on.

OCR-B was drawn so that a nought is no `O`, a five no `S`, and an `F` no `P`; in it the reader may be believed about
them. Another face may draw one of them as the faces that the reader knows draw the other, and it is then sure of the
wrong one. In a face that it was never shown, nothing that it reads is certain: an `O` was a nought there, twice, and a
`K` an `H`, by seven nats and more.
"""

from collections.abc import Sequence
from functools import cache
from importlib import resources
from itertools import product
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ancu.engines.mrz.layout import ALPHABET, FILLER
from ancu.engines.mrz.picture import Grey

Reals = NDArray[np.float32]
HALF, TOP, BOTTOM = 7, 3, 29  # of a character's cell in a strip
HIGH, WIDE = BOTTOM - TOP, 2 * HALF + 1
ASIDE, LOWER = 2, 3  # half pixels by which a character may stand beside its place
WHOLE_PIXELS = np.s_[LOWER % 2 :: 2, ASIDE % 2 :: 2]  # of its windows, those a whole pixel aside
MOST_ASKED = 40
OCRB = 3
"""So many of the faces drawn in `models/faces.npy` are OCR-B, of several weights; the others are not."""
ALIKE = 0.012
"""How much nearer to OCR-B than to any other face, as a difference of correlations, a zone set in it is. Of 151 drawn
in OCR-B, the hardest to read among them, the least alike had 0.015; of 240 in faces it never saw, the most 0.002."""
SIZES = (0.93, 1.0, 1.07)
SOFT = (0.0, 0.8, 1.3, 1.9)
"""Sizes, and pixels by which lens and paper softened it, in which a face is looked for: what is left is its drawing."""
MIXED = 0.01
"""From how much on a zone looks like a mixture of the known faces rather than like one of them. Of 84 read in one of
them none has more, of 122 in seven others all but two; the two in others that were read wrong had 0.014 and 0.016."""


class PrintedRow(NamedTuple):
    """A line's strip, the positions of its characters and the characters read."""

    strip: Grey
    centres: NDArray[np.floating[Any]]
    text: str


def is_known_face(rows: Sequence[PrintedRow]) -> bool:
    """Whether the zone is set in OCR-B or another typeface that the reader was trained on."""
    return likeness(rows) > ALIKE or mixture(rows) < MIXED


def likeness(rows: Sequence[PrintedRow]) -> float:
    """Return how much more the zone's characters resemble OCR-B than the most similar other typeface.

    It is a difference of correlations: zero without characters, negative if another typeface is more alike.
    """
    printed = _printed_characters(rows)
    some = [printed[i] for i in np.linspace(0, len(printed) - 1, min(len(printed), MOST_ASKED)).astype(np.int64)]
    if not some:
        return 0.0
    cells = np.stack([windows(row, place)[WHOLE_PIXELS] for row, place in some])
    alike = _similarities(cells, _drawings(_character_indexes(some))).mean(1)
    return float(alike[:OCRB].max() - alike[OCRB:].max())


def mixture(rows: Sequence[PrintedRow]) -> float:
    """Return how much better the zone fits several typefaces, one for each kind of character, than a single one.

    Near 0 one typeface suffices. All occurrences of a character are a kind, because in a blur each alone resembles
    varying typefaces. 1 without characters.
    """
    printed = _printed_characters(rows)
    if not printed:
        return 1.0
    chars, cells = _character_indexes(printed), np.stack([windows(row, place) for row, place in printed])
    kinds, kind = np.unique(chars, return_inverse=True)
    best = np.full((len(drawn_faces()), len(chars)), -1.0, np.float32)
    for tall, wide, soft in product(SIZES, SIZES, SOFT):
        alike = _similarities(cells, _drawings(kinds, tall, wide, soft)[:, kind])
        better = alike.mean(1) > best.mean(1)
        best[better] = alike[better]
    lead = int(best[:OCRB].mean(1).argmax())  # its weights are no faces of their own
    each = np.vstack([best[lead], best[OCRB:]])
    apart = sum(each[:, chars == char].sum(1).max() for char in kinds)
    return float(apart / len(chars) - each.mean(1).max())


def _printed_characters(rows: Sequence[PrintedRow]) -> list[tuple[PrintedRow, int]]:
    """Return every character of the zone's lines except fillers, as (line, position in the line)."""
    return [(row, place) for row in rows for place, char in enumerate(row.text) if char != FILLER]


def _character_indexes(printed: Sequence[tuple[PrintedRow, int]]) -> NDArray[np.int64]:
    """Return the index in the zone's alphabet of each of these characters (row and position)."""
    return np.array([ALPHABET.index(row.text[place]) for row, place in printed], np.int64)


def windows(row: PrintedRow, i: int) -> Reals:
    """Return the picture of the row's character ``i``, cut out at places shifted by half pixels.

    Places down × places aside × pixels; at (LOWER, ASIDE) it is not shifted. Each has mean 0 and length 1; ink counts
    above paper.
    """
    across = row.centres[i] + np.arange(-2 * HALF - ASIDE, 2 * HALF + ASIDE + 1) / 2
    down = np.arange(2 * TOP - LOWER, 2 * BOTTOM - 1 + LOWER) / 2
    xs, ys = np.meshgrid(across.astype(np.float32), down.astype(np.float32))
    ink = -cv2.remap(row.strip.astype(np.float32), xs, ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    moved = np.lib.stride_tricks.sliding_window_view(ink, (2 * HIGH - 1, 2 * WIDE - 1))[..., ::2, ::2]
    return _normalised(moved.reshape(*moved.shape[:2], HIGH * WIDE))


def _similarities(cells: Reals, drawn: Reals) -> Reals:
    """Return how much each character resembles its drawing in each typeface, at the best shift.

    Typefaces × characters × shifts go in; typefaces × characters come out.
    """
    moved_cells = cells.reshape(len(cells), -1, HIGH * WIDE)
    alike: Reals = np.einsum("csp,fcp->fcs", moved_cells, drawn, optimize=True).max(2)
    return alike


def _normalised(cells: NDArray[Any]) -> Reals:
    """Return the cut-out pictures of characters, each with mean 0 and length 1."""
    even = cells - cells.mean(-1, keepdims=True)
    normal: Reals = (even / (np.linalg.norm(even, axis=-1, keepdims=True) + 1e-3)).astype(np.float32)
    return normal


@cache
def drawn_faces() -> Reals:
    """Return the drawings of the typefaces the reader was trained on: faces × characters × pixels."""
    with resources.files(__package__).joinpath("models", "faces.npy").open("rb") as file:
        drawn: Reals = np.load(file, allow_pickle=False).astype(np.float32)
    return drawn


def _drawings(chars: NDArray[np.int64], tall: float = 1.0, wide: float = 1.0, soft: float = 0.0) -> Reals:
    """Return drawings scaled and softened, with mean 0 and length 1: faces × characters × pixels.

    They are computed each time: all sizes of all characters would take 33 MB in every process.
    """
    pictures = _resampling_matrix(HIGH, tall, soft) @ drawn_faces()[:, chars] @ _resampling_matrix(WIDE, wide, soft).T
    return _normalised(pictures.reshape(*pictures.shape[:2], -1))


def _resampling_matrix(length: int, larger: float, soft: float) -> Reals:
    """Return the matrix that enlarges by ``larger`` and blurs by ``soft`` a line of ``length`` pixels."""
    places = np.arange(length) - (length - 1) / 2
    moved = np.maximum(0, 1 - np.abs(places[:, None] / larger - places))
    spread = np.exp(-(((places[:, None] - places) / max(soft, 1e-3)) ** 2) / 2)
    lens: Reals = (spread / spread.sum(1, keepdims=True) @ moved).astype(np.float32)
    return lens
