"""Marks as people make them with ballpoints, gel pens, pencils and felt tips, drawn on a page of 300 dpi."""

from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ancu.engines.omr import Box

Array = NDArray[np.float32]
MM = 300 / 25.4
SHIFT = 4  # sub-pixel bits that cv2 takes
ROOM = 6.5  # millimetres around a box in which its mark is drawn


class Hand(NamedTuple):
    """How one respondent marks: with what, in which way, how carefully."""

    tone: float  # grey of the ink, 0 black
    width: float  # millimetres
    grain: float  # how much of the paper shows through
    habit: str
    size: float
    sloppy: float


PENS = {  # tone, width, grain: from and to
    "ballpoint": ((60, 115), (0.3, 0.55), (0.0, 0.2)),
    "gel": ((15, 60), (0.45, 0.8), (0.0, 0.05)),
    "pencil": ((105, 165), (0.4, 0.9), (0.25, 0.6)),
    "felt": ((10, 50), (0.9, 1.5), (0.0, 0.05)),
}


def hand(rng: np.random.Generator) -> Hand:
    """Return a random respondent's way of marking boxes: pen, kind of mark and care."""
    pen = str(rng.choice(list(PENS), p=[0.55, 0.2, 0.15, 0.1]))
    tone, width, grain = (rng.uniform(*span) for span in PENS[pen])
    habit = str(rng.choice(["crossed", "ticked", "filled"], p=[0.45, 0.35, 0.2]))
    return Hand(tone, width, grain, habit, rng.uniform(0.65, 1.2), rng.uniform(0.03, 0.14))


def draw(rng: np.random.Generator, page: Array, box: Box, state: str, by: Hand) -> None:
    """Draw a respondent's mark on the page, in place; ``state`` is crossed, ticked, filled or corrected."""
    strokes = _strokes(rng, state, by)
    side = box.side * MM
    centre = np.array([box.x + box.side / 2, box.y + box.side / 2]) * MM + rng.normal(0, by.sloppy * side * 0.5, 2)
    half = round(ROOM * MM)
    left_edge, top = (round(value) - half for value in centre)
    x0, y0 = max(0, left_edge), max(0, top)
    part = page[y0 : top + 2 * half, x0 : left_edge + 2 * half]
    alpha = np.zeros(part.shape, np.uint8)
    for points in strokes:
        where = points * side / 2 + centre - [x0, y0]
        thick = max(1, round(by.width * MM * rng.uniform(0.85, 1.15)))
        cv2.polylines(alpha, [np.round(where * 2**SHIFT).astype(np.int32)], False, 255, thick, cv2.LINE_AA, SHIFT)
    ink = cv2.GaussianBlur(alpha.astype(np.float32) / 255, (0, 0), 0.8)
    if by.grain:
        noise = cv2.GaussianBlur(rng.random(part.shape, np.float32), (0, 0), 1.0)
        ink *= 1 - by.grain * (noise > 0.5)
    part *= 1 - ink * np.float32(1 - by.tone / 255)


def speck(rng: np.random.Generator, page: Array, box: Box, by: Hand) -> None:
    """Draw dust or the trace of a resting pen in a box, in place, which is no mark."""
    at = np.array([box.x, box.y]) + rng.uniform(-0.5, 1.5, 2) * box.side
    where = tuple(int(value) for value in np.round(at * MM))
    cv2.circle(page, where, max(1, round(rng.uniform(0.08, 0.22) * MM)), by.tone, -1, cv2.LINE_AA)


def rubbed_out(rng: np.random.Generator, page: Array, box: Box, by: Hand) -> None:
    """Draw the shade that an erased pencil mark leaves in a box, in place."""
    draw(rng, page, box, by.habit, by._replace(tone=rng.uniform(215, 238), grain=0.5))


def stain(rng: np.random.Generator, page: Array) -> None:
    """Draw a stain of coffee or tea on the page, in place, darker along its edge."""
    radius = rng.uniform(6, 22) * MM
    x, y = rng.uniform(0.1, 0.9) * page.shape[1], rng.uniform(0.1, 0.9) * page.shape[0]
    x0, y0 = max(0, int(x - radius - 20)), max(0, int(y - radius - 20))
    part = page[y0 : int(y + radius + 20), x0 : int(x + radius + 20)]
    ys, xs = np.mgrid[: part.shape[0], : part.shape[1]].astype(np.float32)
    away = np.hypot(xs + x0 - x, ys + y0 - y) / radius
    inside, rim = 1 / (1 + np.exp((away - 1) * 40)), np.exp(-(((away - 0.97) / 0.02) ** 2))
    part *= (
        1 - np.float32(rng.uniform(0.03, 0.2)) * inside.astype(np.float32) - np.float32(0.12) * rim.astype(np.float32)
    )


# ---- strokes, in units of half a box from its middle ---------------------------------------------


def _strokes(rng: np.random.Generator, state: str, by: Hand) -> list[Array]:
    """Return the strokes of a respondent's mark in this state, in a box's own coordinates."""
    if state == "corrected":
        first = by.habit if rng.random() < 0.8 else str(rng.choice(["crossed", "ticked", "filled"]))
        return _strokes(rng, first, by) + (_struck(rng) if rng.random() < 0.8 else [_scribbled(rng)])
    if state == "crossed":
        return _crossed(rng, by)
    return [_ticked(rng, by)] if state == "ticked" else [_hatched(rng, by)]


def _wavy(rng: np.random.Generator, points: list[tuple[float, float]], shake: float) -> Array:
    """Return a slightly shaky curve through these points."""
    ends = np.array(points, np.float32) + rng.normal(0, shake, (len(points), 2))
    parts = []
    for a, b in pairwise(ends):
        t = np.linspace(0, 1, 8)[:, None]
        bow = np.array([-(b - a)[1], (b - a)[0]]) * rng.normal(0, 0.05)
        parts.append(a + (b - a) * t + bow * np.sin(np.pi * t))
    return np.vstack(parts).astype(np.float32)


def _crossed(rng: np.random.Generator, by: Hand) -> list[Array]:
    """Return the strokes of a respondent's cross, in the box's own coordinates."""
    s, shake = by.size * rng.uniform(0.85, 1.15), by.sloppy
    down, up = [(-s, -s), (s, s)], [(s, -s), (-s, s)]
    if rng.random() < 0.06:  # one stroke is enough for some
        return [_wavy(rng, up, shake)]
    return [_wavy(rng, down, shake), _wavy(rng, up, shake)]


def _ticked(rng: np.random.Generator, by: Hand) -> Array:
    """Return the stroke of a respondent's tick, in the box's own coordinates."""
    s = by.size * rng.uniform(0.85, 1.2)
    tail = rng.uniform(0.7, 1.5) * s
    return _wavy(rng, [(-0.75 * s, -0.1 * s), (-0.15 * s, 0.75 * s), (0.6 * s + 0.3 * tail, -tail)], by.sloppy)


def _hatched(rng: np.random.Generator, by: Hand) -> Array:
    """Return the zigzag stroke that fills a box or goes a little beyond it."""
    s, step = min(1.02, by.size) * rng.uniform(0.78, 1.0), by.width / 2.2 * rng.uniform(0.7, 1.25)
    rows = np.arange(-s, s, step)
    slant = rng.uniform(-0.3, 0.3)
    ways = [1 if i % 2 else -1 for i in range(len(rows))]
    points = [(s * way * rng.uniform(0.9, 1.05), y + slant * way * 0.3) for way, y in zip(ways, rows, strict=True)]
    path = np.array(points, np.float32) + rng.normal(0, by.sloppy * 0.4, (len(points), 2))
    turned = rng.uniform(-0.5, 0.5) + (np.pi / 2 if rng.random() < 0.5 else 0)
    return (path @ np.array([[np.cos(turned), -np.sin(turned)], [np.sin(turned), np.cos(turned)]])).astype(np.float32)


def _struck(rng: np.random.Generator) -> list[Array]:
    """Return one to three lines through the box and beyond both sides, which correct a mark."""
    lines = []
    for _ in range(int(rng.choice([1, 2, 3], p=[0.25, 0.6, 0.15]))):
        y, slope = rng.uniform(-0.55, 0.55), rng.normal(0, 0.12)
        left, right = -rng.uniform(1.55, 2.6), rng.uniform(1.55, 2.6)
        lines.append(_wavy(rng, [(left, y - slope * left), (right, y - slope * right)], 0.06))
    return lines


def _scribbled(rng: np.random.Generator) -> Array:
    """Return a scribble over the whole box and beyond both sides, which corrects a mark."""
    count = int(rng.integers(6, 12))
    ys = np.linspace(-0.9, 0.9, count) + rng.normal(0, 0.1, count)
    xs = [(-1 if i % 2 else 1) * rng.uniform(1.45, 2.2) for i in range(count)]
    return np.stack([np.array(xs), ys], 1).astype(np.float32)
