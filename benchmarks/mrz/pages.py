"""Whole pictures: an invented document on a table, photographed badly. For training the finder and for measuring.

Everything is drawn; no picture of a real document, face or signature is in it.
"""

from typing import NamedTuple

import cv2
import numpy as np

from benchmarks.mrz import documents
from benchmarks.mrz.drawing import (
    PITCH,
    TALL,
    Array,
    any_zone_font,
    blur,
    cloud,
    glare,
    guilloche,
    halftone,
    held_font,
    jpeg,
    overprint,
    printed,
    shade,
    sharpen,
    zone_line,
)

MM = PITCH / 2.54  # canvas pixels a millimetre
SIZES = {"TD1": (85.6, 54), "TD2": (105, 74), "TD3": (125, 88), "MRVA": (120, 80), "MRVB": (105, 74)}
WORDS = "ABCDEFGHIKLMNOPRSTUVabcdefghiklmnoprstuvy 0123456789    "


class CaptureLook(NamedTuple):
    """How badly it is photographed; each is the most that may happen."""

    tilt: float = 0.28  # perspective
    blur: float = 0.13  # of a character's width
    noise: float = 8.0
    dark: float = 0.3  # share of pictures in low light
    glare: float = 0.3  # share of pictures with a lamp on the page
    jpeg: int = 30  # the lowest quality
    fill: tuple[float, float] = (0.55, 0.98)  # how much of the picture the document takes
    upright: float = 0.6  # share of pictures held the right way round, give or take
    clean: float = 0.0  # share of flat scans
    other_faces: float = 0.1  # share of zones not in OCR-B
    lamp: float = 0.9  # how bright the lamp's patch gets; at 1 nothing is left of the print under it
    security: float = 35.0  # how dark the security print gets
    slanting: float = 0.25  # share of those not held the right way round that lie at any angle
    marked: float = 0.0  # share with a large word, a signature or a screen's dots over the zone
    close: float = 0.0  # share where little more than the zone is to be seen
    free: bool = False  # nothing is written into the zone by hand, as Doc 9303-3 asks
    faces: str = "known"  # or `held`: faces never trained on


PHONE = CaptureLook(
    tilt=0.2, blur=0.11, noise=7.0, dark=0.25, glare=0.25, lamp=0.6, security=22.0, other_faces=0.05, free=True
)
"""What a receptionist's phone makes of it: the set that is measured."""
STRESS = CaptureLook(tilt=0.25, blur=0.16, noise=8.0, lamp=0.6, security=22.0, fill=(0.8, 0.98), upright=0.9, free=True)
"""Small and blurred pictures: here it is asked that nothing wrong is taken for certain."""
STRANGE = CaptureLook(
    tilt=0.2, blur=0.08, noise=6.0, dark=0.15, glare=0.15, lamp=0.6, security=22.0, free=True, fill=(0.4, 1.0),
    upright=0.3, slanting=0.5, marked=0.1, close=0.15, faces="held",
)  # fmt: skip
"""What the nets were not trained on: faces they never saw, words over the zone, small, aslant, or the zone alone."""


class PassportPhoto(NamedTuple):
    image: Array
    document: documents.Document
    lines: list[Array]  # the middle of each line as points from its first character to its last
    caps: list[float]  # the height of its capitals, in pixels


def page(rng: np.random.Generator, size: tuple[int, int], look: CaptureLook, format: str = "") -> PassportPhoto:
    """Return a photo of a random document on a table; `size` is its height and width."""
    doc = documents.document(rng, format)
    canvas, lines = face(rng, doc, look)
    if look.marked and rng.random() < look.marked:
        (halftone if rng.random() < 0.3 else overprint)(rng, canvas)
    if look.close and rng.random() < look.close:
        above = max(0, int(lines[0][1] - rng.uniform(16, 60)))
        canvas, lines = canvas[above:], [(left_edge, middle - above, length) for left_edge, middle, length in lines]
    clean = rng.random() < look.clean
    bend = 0.0 if clean or rng.random() < 0.5 else rng.normal(0, 0.008) * canvas.shape[1]
    if bend:
        canvas = _bent(canvas, bend)
    way = _hand_held(rng, canvas.shape, size, look, clean)
    picture = _shot(rng, canvas, way, size, look, clean)
    width = canvas.shape[1]
    paths, caps = [], []
    for start, middle, length in lines:
        xs = np.linspace(start, start + length, 17)
        ys = middle + bend * np.sin(np.pi * xs / width)
        flat = np.stack([xs, ys], 1).astype(np.float32)
        corners_seen = cv2.perspectiveTransform(flat[None], way)[0]
        up = cv2.perspectiveTransform((flat - np.array([0, 9.25])).astype(np.float32)[None], way)[0]
        paths.append(corners_seen)
        caps.append(2 * float(np.linalg.norm(corners_seen - up, axis=1).mean()))
    return PassportPhoto(picture, doc, paths, caps)


def face(
    rng: np.random.Generator, doc: documents.Document, look: CaptureLook
) -> tuple[Array, list[tuple[float, float, float]]]:
    """Return a drawn document, and for each line of its zone the left end, middle and length, in pixels."""
    wide, high = (round(s * MM) for s in SIZES[doc.format])
    canvas = np.full((high, wide), rng.uniform(150, 250), np.float32)
    if rng.random() < 0.85:
        canvas += cv2.resize(guilloche(rng, (high // 2, wide // 2)), (wide, high)) * rng.uniform(3, look.security)
    canvas += cloud(rng, canvas.shape, 5) * rng.uniform(0, 30)
    count, chars = len(doc.lines), len(doc.lines[0])
    spacing = 6.35 * MM * rng.uniform(0.9, 1.1)
    if rng.random() < 0.1:
        spacing *= rng.uniform(1.0, 1.35)
    last = high - rng.uniform(5.5, 9) * MM
    left_edge = rng.uniform(2.5, wide / MM - chars * 2.54 - 2.5) if rng.random() < 0.3 else 6 + rng.uniform(-2, 2)
    left_edge = float(np.clip(left_edge, 1.5, max(1.6, wide / MM - chars * 2.54 - 1.5))) * MM
    top = last - spacing * (count - 1) - 14
    if rng.random() < 0.5:  # the zone is often left white
        canvas[int(top) - 14 :] = canvas[int(top) - 14 :] * 0.2 + rng.uniform(160, 205)
    _personalise(rng, canvas[: int(top) - 4] if look.free else canvas, int(top) - 24)
    font = held_font(rng) if look.faces == "held" else any_zone_font(rng, look.other_faces, look.marked)
    dark = rng.uniform(0.02, 0.5)
    lines = []
    for i, text in enumerate(doc.lines):
        y = round(last - spacing * (count - 1 - i) - TALL / 2)
        ink = zone_line(text, font).astype(np.float32) / 255
        canvas[y : y + TALL, round(left_edge) : round(left_edge) + ink.shape[1]] *= 1 - ink * (1 - dark)
        lines.append((left_edge, y + 14.5, float(ink.shape[1])))
    if doc.format in ("TD3", "MRVA") and rng.random() < 0.3:  # the page above in the open booklet
        above = np.full((round(high * rng.uniform(0.2, 1)), wide), rng.uniform(150, 250), np.float32)
        if rng.random() < 0.7:
            above += guilloche(rng, above.shape) * rng.uniform(3, 25)
        _personalise(rng, above, above.shape[0] - 10)
        above[-6:] *= rng.uniform(0.4, 1)
        lines = [(a, b + above.shape[0], c) for a, b, c in lines]
        canvas = np.vstack([above, canvas])
    return np.clip(canvas, 0, 255), lines


def _personalise(rng: np.random.Generator, canvas: Array, bottom: int) -> None:
    """Draw a portrait, a title, fields and a signature on a document, in place, above row ``bottom``.

    A finder must not take them for the zone.
    """
    wide = canvas.shape[1]
    if bottom < 60:
        return
    if rng.random() < 0.85:
        tall = int(min(bottom * rng.uniform(0.4, 0.9), 360))
        x = int(rng.uniform(8, wide * 0.12)) if rng.random() < 0.8 else int(wide - tall * 0.8 - 12)
        y = int(rng.uniform(4, max(5, bottom - tall)))
        _portrait(rng, canvas[y : y + tall, x : x + int(tall * 0.78)])
    for _ in range(int(rng.integers(3, 26))):
        ink = printed(rng, documents.some(rng, WORDS, int(rng.integers(2, 40))).strip() or "A")
        tall = int(rng.uniform(9, 34))
        ink = cv2.resize(ink, (max(4, ink.shape[1] * tall // 44), tall), interpolation=cv2.INTER_AREA)[:, : wide - 10]
        _press(rng, canvas, ink, bottom)
    for _ in range(int(rng.integers(0, 3))):  # OCR-B is also used for the number
        ink = zone_line(documents.some(rng, documents.ALNUM, int(rng.integers(6, 14))), any_zone_font(rng))
        _press(rng, canvas, ink, bottom)
    if rng.random() < 0.5:
        points = np.cumsum(rng.normal(0, 14, (24, 2)), 0)
        points += np.array([wide * rng.uniform(0.3, 0.8), bottom * rng.uniform(0.4, 1)])
        tone, thick = rng.uniform(0, 110), int(rng.integers(1, 4))
        cv2.polylines(canvas, [points.astype(np.int32)], False, tone, thick, cv2.LINE_AA)


def _press(rng: np.random.Generator, canvas: Array, ink: Array, bottom: int) -> None:
    """Print ``ink`` at a random place above row ``bottom``, with random strength, sometimes rotated."""
    if rng.random() < 0.05:
        ink = np.rot90(ink)
    x, y = int(rng.uniform(0, canvas.shape[1] - ink.shape[1])), int(rng.uniform(0, max(1, bottom - ink.shape[0])))
    part = canvas[y : min(y + ink.shape[0], max(bottom, y + 1)), x : x + ink.shape[1]]
    part *= 1 - ink[: part.shape[0], : part.shape[1]].astype(np.float32) / 255 * rng.uniform(0.3, 1)


def _portrait(rng: np.random.Generator, box: Array) -> None:
    """Draw a person's head into the part ``box`` of a document, in place."""
    h, w = box.shape
    if h < 20 or w < 20:
        return
    box[:] = box * 0.2 + rng.uniform(90, 220) * 0.8
    cv2.ellipse(box, (w // 2, h), (int(w * 0.45), int(h * 0.3)), 0, 0, 360, rng.uniform(10, 160), -1)
    cv2.ellipse(box, (w // 2, int(h * 0.36)), (int(w * 0.33), int(h * 0.36)), 0, 0, 360, rng.uniform(10, 120), -1)
    cv2.ellipse(box, (w // 2, int(h * 0.44)), (int(w * 0.25), int(h * 0.31)), 0, 0, 360, rng.uniform(110, 220), -1)
    for side in (0.4, 0.6):
        cv2.circle(box, (int(w * side), int(h * 0.4)), max(2, w // 28), rng.uniform(10, 70), -1)
    box += cloud(rng, box.shape, 6) * 25


def _bent(canvas: Array, bend: float) -> Array:
    """Return the picture of the document as if it were bent along its width, by ``bend`` pixels."""
    h, w = canvas.shape
    xs, ys = np.meshgrid(np.arange(w, dtype=np.float32), np.arange(h, dtype=np.float32))
    from_y = ys - (bend * np.sin(np.pi * xs / w)).astype(np.float32)
    return cv2.remap(canvas, xs, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _hand_held(rng: np.random.Generator, shape: Array, size: tuple[int, int], look: CaptureLook, clean: bool) -> Array:
    """Return the homography from a flat document of this ``shape`` into a photo of this size, taken by hand.

    ``clean`` photos are less slanted.
    """
    (h, w), (tall, wide) = shape[:2], size
    corners = np.array([[-w, -h], [w, -h], [w, h], [-w, h]], np.float32) / 2
    turned = rng.uniform(0, 2 * np.pi) if rng.random() < look.slanting else rng.integers(0, 4) * np.pi / 2
    if rng.random() < look.upright:
        turned = 0.0
    turned += rng.normal(0, 0.01 if clean else 0.07)
    turn = np.array([[np.cos(turned), -np.sin(turned)], [np.sin(turned), np.cos(turned)]])
    flat = corners @ turn.T
    if not clean:  # a pinhole camera: what is further away is smaller
        lean = rng.uniform(-look.tilt, look.tilt, 2) / max(w, h)
        flat = flat / (1 + flat @ lean)[:, None]
    low, high = flat.min(0), flat.max(0)
    scale = rng.uniform(*look.fill) * min(wide / (high[0] - low[0]), tall / (high[1] - low[1]))
    if clean:
        scale = min(wide / (high[0] - low[0]), tall / (high[1] - low[1])) * rng.uniform(0.9, 1.0)
    flat = (flat - (low + high) / 2) * scale
    room = np.maximum(0, np.array([wide, tall]) - (high - low) * scale) / 2
    flat += np.array([wide, tall]) / 2 + rng.uniform(-1, 1, 2) * room
    outline = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
    return cv2.getPerspectiveTransform(outline, flat.astype(np.float32))


def _table(rng: np.random.Generator, size: tuple[int, int]) -> Array:
    """Return a picture of a random table, as the background of a photo."""
    base = np.full(size, rng.uniform(10, 245), np.float32)
    base += cloud(rng, size, int(rng.integers(2, 14))) * rng.uniform(0, 60)
    if rng.random() < 0.3:  # wood, cloth
        base += cv2.resize(guilloche(rng, (size[0] // 4, size[1] // 4)), size[::-1]) * rng.uniform(0, 40)
    for _ in range(int(rng.integers(0, 5))):
        ink = printed(rng, documents.some(rng, WORDS, int(rng.integers(4, 50))).strip() or "B")
        tall = int(rng.uniform(0.015, 0.06) * size[0]) + 6
        ink = cv2.resize(ink, (max(4, ink.shape[1] * tall // 44), tall), interpolation=cv2.INTER_AREA)
        ink = ink[: size[0] - 4, : size[1] - 4]
        _press(rng, base, ink, size[0])
    return base


def _shot(
    rng: np.random.Generator, canvas: Array, way: Array, size: tuple[int, int], look: CaptureLook, clean: bool
) -> Array:
    """Return the photo of a document on a table, in perspective, with light, blur and compression.

    ``way`` is the homography into the photo; ``clean`` ones have fewer defects.
    """
    h, w = canvas.shape
    ends = cv2.perspectiveTransform(np.array([[[0, h / 2], [w, h / 2]]], np.float32), way)[0]
    scale = float(np.linalg.norm(ends[1] - ends[0])) / w
    if scale < 0.8:
        canvas = cv2.GaussianBlur(canvas, (0, 0), 0.4 / scale)
    captured = cv2.warpPerspective(canvas, way, size[::-1], flags=cv2.INTER_LINEAR)
    cover = cv2.warpPerspective(np.ones_like(canvas), way, size[::-1], flags=cv2.INTER_LINEAR)
    table = np.full(size, 255.0, np.float32) if clean and rng.random() < 0.7 else _table(rng, size)
    captured = captured * cover + table * (1 - cover)
    pitch = PITCH * scale
    if clean:
        return jpeg(blur(rng, captured, pitch * rng.uniform(0, 0.08), 0), int(rng.integers(50, 96))).astype(np.uint8)
    captured = shade(rng, captured, rng.uniform(0.05, 0.4))
    if rng.random() < look.glare:
        captured = glare(rng, captured, rng.uniform(0.2, look.lamp))
    motion = pitch * rng.uniform(0.05, 0.3) if rng.random() < 0.2 else 0
    captured = blur(rng, captured, pitch * rng.uniform(0.2, 1) * look.blur, motion)
    if rng.random() < look.dark:
        captured = captured * rng.uniform(0.2, 0.6) + rng.uniform(0, 25)
    captured = captured + rng.standard_normal(captured.shape, np.float32) * np.float32(rng.uniform(0, look.noise))
    if rng.random() < 0.3:
        captured = sharpen(captured, rng.uniform(0.3, 1.2))
    return jpeg(np.clip(captured, 0, 255), int(rng.integers(look.jpeg, 96))).astype(np.uint8)
