"""Determine the character at each position of a line with a known number of them.

The characters of a zone stand at one pitch, seen in perspective, so the distance from one to the next changes slowly
along the line. The places that fit the columns best are found first; what stands at a place is then asked of the
columns around it. A character lost in glare so costs its own place and does not push the others along.
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ancu.engines.mrz.layout import ALPHABET

Floats = NDArray[np.float64]
BLANK = len(ALPHABET)
TRUST = 0.6
"""The columns of one character are not independent witnesses; this share of their sum fits what is right."""
FLOOR = 1e-4
NOWHERE = -1e9


class PlacedCharacters(NamedTuple):
    """The characters of a line: each position's probabilities and middle, and how well they fit the masks."""

    shares: Floats  # positions × characters, each row summing to 1
    weight: float  # how well the line fits the masks, a logarithm
    centres: Floats  # in columns


@cache
def _allowed(masks: tuple[str, ...]) -> Floats:
    """Return a matrix, positions × alphabet, with 1 for each character that a position allows, else 0.

    ``masks`` has for each position the allowed characters.
    """
    return np.array([[float(c in mask) for c in ALPHABET] for mask in masks])


def logs(logits: NDArray[np.float32]) -> Floats:
    """Convert the reader net's logits to log probabilities: the logarithm for each class in each column."""
    scores = logits.astype(np.float64)
    scores -= scores.max(-1, keepdims=True)
    log_shares: Floats = scores - np.log(np.exp(scores).sum(-1, keepdims=True))
    return log_shares


def place_characters(columns: Floats, masks: Sequence[str], start: float, pitch: float) -> PlacedCharacters:
    """Locate a line's characters in the reader's columns; return probabilities and place of each.

    `masks` has for each position the characters allowed there. `start` and `pitch` are the expected middle of the
    first character and the distance to the next, in columns.
    """
    allowed = _allowed(tuple(masks))
    fit = np.log(np.exp(columns[:, :BLANK]) @ allowed.T + FLOOR)  # columns × positions
    paper = np.log(np.exp(columns[:, BLANK]) + FLOOR)
    halves = np.arange(2 * len(fit) - 1)
    fine = np.empty((len(halves), fit.shape[1]))
    fine[::2], fine[1::2] = fit, (fit[1:] + fit[:-1]) / 2
    before = 0.5 * np.concatenate([[0.0], np.cumsum(paper)])
    reach = 0.6 * pitch
    left = before[np.clip(halves / 2 - reach, 0, len(paper)).astype(np.int64)]
    left = left - 0.3 * np.abs(halves / 2 - start) / pitch  # the finder is rarely two characters wrong
    right = before[-1] - before[np.clip(halves / 2 + reach + 1, 0, len(paper)).astype(np.int64)]
    count = len(masks)
    positions, _ = _best_positions(fine, left, right, np.full(count, 2 * pitch), 0.12)
    index = np.arange(count)
    steps = np.polyval(np.polyder(np.polyfit(index, positions, 3)), index - 0.5)
    positions, weight = _best_positions(fine, left, right, np.clip(steps, 1.3 * pitch, 2.8 * pitch), 0.7)
    centres = _refined(columns, np.polyval(np.polyfit(index, positions / 2, 4), index).astype(np.float64))
    return PlacedCharacters(_shares(columns, allowed, centres), weight, centres)


def _best_positions(fine: Floats, left: Floats, right: Floats, steps: Floats, stiff: float) -> tuple[Floats, float]:
    """Return the best position of each character of a line, in half columns, and the score of all together.

    ``fine``: how well each half column fits each character; ``left`` and ``right``: how well there is paper before
    the first and after the last character; ``steps``: the expected distance to each character's predecessor, in half
    columns; ``stiff``: the penalty for deviating from it.
    """
    length, count = fine.shape
    score = fine[:, 0] + left
    came = np.zeros((count, length), np.int64)
    widest = int(steps.max() * 1.32) + 1
    before = np.full(widest + length, NOWHERE)
    moved = sliding_window_view(before, length)  # row `widest - d` is the score moved on by d
    for i in range(1, count):
        near = np.arange(max(2, int(steps[i] * 0.72)), int(steps[i] * 1.32) + 2)
        before[widest:] = score
        each = moved[widest - near] - stiff * (near - steps[i])[:, None] ** 2
        which = each.argmax(0)
        best = each[which, np.arange(length)]
        reached = best > NOWHERE
        came[i] = np.where(reached, near[which], 0)
        score = np.where(reached, best, NOWHERE) + fine[:, i]
    score = score + right
    at = int(score.argmax())
    weight = float(score[at])
    places = np.zeros(count)
    for i in range(count - 1, -1, -1):
        places[i] = at
        at -= int(came[i, at])
    return places, weight


def _refined(columns: Floats, centres: Floats) -> Floats:
    """Return the characters' middles (``centres``), moved towards the ink along a smooth curve; all in columns."""
    ink = 1 - np.exp(columns[:, BLANK])
    pitch = (centres[-1] - centres[0]) / (len(centres) - 1)
    places = np.arange(len(columns))
    near = np.maximum(0, 1 - np.abs(places[None] - centres[:, None]) / (0.75 * pitch)) * ink[None]
    sums = near.sum(1)
    has_ink = sums > 0.5
    if has_ink.sum() < 8:
        return centres
    index = np.arange(len(centres))
    ink_centres = (near @ places)[has_ink] / sums[has_ink]
    shift = np.clip(ink_centres - centres[has_ink], -1, 1)
    moved: Floats = centres + np.polyval(np.polyfit(index[has_ink], shift, 3), index)
    return moved


def _shares(columns: Floats, allowed: Floats, centres: Floats) -> Floats:
    """Return the probability of each character at each position: positions × alphabet, rows summing to 1.

    It uses the reader's columns within half a pitch of the position's middle (``centres``); ``allowed`` excludes
    characters.
    """
    pitch = (centres[-1] - centres[0]) / (len(centres) - 1)
    places = np.arange(len(columns))
    near = np.maximum(0, 1 - (np.abs(places[None] - centres[:, None]) / (0.5 * pitch)) ** 2)
    ink = 1 - np.exp(columns[:, BLANK])
    marks = columns[:, :BLANK] - np.log(np.exp(columns[:, :BLANK]).sum(1, keepdims=True) + 1e-12)
    scores = TRUST * ((near * ink[None]) @ np.maximum(marks, -12.0))
    scores -= scores.max(1, keepdims=True)
    shares = np.exp(scores) * allowed + 1e-9 * allowed
    normalized: Floats = shares / shares.sum(1, keepdims=True)
    return normalized


def greedy(columns: Floats) -> str:
    """Return the text that the columns spell if each takes its likeliest class; its length is not fixed."""
    best = columns.argmax(-1)
    columns_kept = best[np.concatenate([[True], best[1:] != best[:-1]])]
    return "".join(ALPHABET[i] for i in columns_kept if i != BLANK)
