"""Training strips for the reader: one line as the finder hands it over, and what stands in each of its columns."""

import cv2
import numpy as np

from benchmarks.mrz import documents
from benchmarks.mrz.drawing import (
    PITCH,
    TALL,
    ZONE,
    Array,
    any_zone_font,
    blur,
    cloud,
    glare,
    halftone,
    jpeg,
    overprint,
    printed,
    security,
    shade,
    sharpen,
    zone_line,
)

HEIGHT, WIDTH, STRIDE = 32, 736, 4
BLANK = len(ZONE)
MARGIN, ABOVE = 5 * PITCH, 36  # paper around the line on the canvas
CAP = 18.5  # capitals of the drawing, in canvas pixels
MIDDLE = 0.5 + 14.0  # of the capitals inside a glyph's cell


ALIKE = "O0OO00QD5S8BI1FPHK2Z6G7T"
"""Letters and digits that are drawn alike; oftener than there are others, so that each is told by its shape."""


def any_text(rng: np.random.Generator) -> str:
    """Return a random line of a zone to draw: a document's, one shuffled, or random characters."""
    kind = rng.random()
    if kind < 0.2:
        return documents.some(rng, ZONE + "<" * 6, int(rng.choice([30, 36, 44])))
    lines = documents.document(rng).lines
    text = lines[int(rng.integers(len(lines)))]
    return mixed(rng, text) if kind < 0.5 else text


def mixed(rng: np.random.Generator, text: str) -> str:
    """Return the line with a random run of letters and digits put in, as optional data have.

    Neighbours must not tell the reader whether a character is a zero.
    """
    count = int(rng.integers(3, 16))
    at = int(rng.integers(0, len(text) - count + 1))
    return text[:at] + documents.some(rng, ZONE[:-1] + ALIKE, count) + text[at + count :]


def paper(rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    """Return a random empty background for drawing a line, as grey values from 0 to 255."""
    base = np.full(shape, rng.uniform(110, 255), np.float32)
    if rng.random() < 0.7:
        base += security(rng, shape) * rng.uniform(2, 40)
    if rng.random() < 0.5:
        base += cloud(rng, shape, int(rng.integers(2, 12))) * rng.uniform(2, 40)
    return base


def clutter(rng: np.random.Generator, canvas: Array) -> None:
    """Add to a drawn line, in place, what may surround it: page edges, other lines and print."""
    h, w = canvas.shape
    for _ in range(int(rng.integers(0, 4))):
        kind = rng.random()
        tone = rng.uniform(0, 255)
        if kind < 0.3:  # the page ends and the table begins
            edge = int(rng.uniform(0, MARGIN * 0.9))
            at = slice(0, edge) if rng.random() < 0.5 else slice(w - edge, w)
            canvas[:, at] = tone + rng.normal(0, rng.uniform(0, 30), canvas[:, at].shape)
        elif kind < 0.5:
            edge = int(rng.uniform(0, ABOVE * 0.8))
            at = slice(0, edge) if rng.random() < 0.5 else slice(h - edge, h)
            canvas[at] = tone
        elif kind < 0.75:  # print above or below
            ink = printed(rng, documents.some(rng, "ABCDEFGHILMNOPRSTUabcdefghiklmnoprstu ", int(rng.integers(4, 40))))
            ink = cv2.resize(ink, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)[:, : w // 2]
            y = int(rng.choice([rng.uniform(0, 8), h - 22 - rng.uniform(0, 6)]))
            x = int(rng.uniform(0, w - ink.shape[1]))
            part = canvas[y : y + ink.shape[0], x : x + ink.shape[1]]
            part *= 1 - ink[: part.shape[0]] / 255 * rng.uniform(0.3, 0.9)
        else:  # a rule or a frame
            y = int(rng.choice([rng.uniform(2, 20), h - rng.uniform(2, 20)]))
            cv2.line(canvas, (0, y), (w, y + int(rng.uniform(-4, 4))), float(tone), int(rng.integers(1, 4)))


def inked(rng: np.random.Generator, text: str) -> Array:
    """Return the line drawn in a random typeface: 1 where the ink is full, 0 without ink."""
    ink = zone_line(text, any_zone_font(rng, 0.2, 0.5)).astype(np.float32) / 255
    if rng.random() < 0.2:  # uneven inking
        ink *= np.clip(1 + cloud(rng, ink.shape, 30) * rng.uniform(0.1, 0.6), 0, 1)
    if rng.random() < 0.12:  # typed, not set: the letters dance
        for i in range(len(text)):
            part = ink[:, i * PITCH : (i + 1) * PITCH]
            part[:] = np.roll(part, (int(rng.integers(-1, 2)), int(rng.integers(-1, 2))), (0, 1))
    if rng.random() < 0.08:  # grain of the paper, worn print
        grain = cv2.resize(rng.random((TALL // 2, ink.shape[1] // 2), np.float32), ink.shape[::-1])
        ink *= np.clip((grain - rng.uniform(0.1, 0.35)) * 6, 0.2, 1)
    return ink


def strip(rng: np.random.Generator) -> tuple[Array, Array]:
    """Return a random strip (HEIGHT × WIDTH bytes) and the class of each of its WIDTH / STRIDE columns."""
    text = any_text(rng)
    count = len(text)
    w, h = count * PITCH + 2 * MARGIN, TALL + 2 * ABOVE
    canvas = paper(rng, (h, w))
    clutter(rng, canvas)
    ink = inked(rng, text)
    at = canvas[ABOVE : ABOVE + TALL, MARGIN : w - MARGIN]
    dark = rng.uniform(0, 0.75) if rng.random() < 0.8 else rng.uniform(0.6, 0.85)
    at *= 1 - ink * (1 - dark)
    if rng.random() < 0.15:
        overprint(rng, canvas)
    if rng.random() < 0.1:
        halftone(rng, canvas)
    to_capture, to_strip, jitter = _ways(rng, count, w, h)
    captured = _capture(rng, canvas, to_capture)
    out = cv2.warpPerspective(
        captured, to_strip, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    out = _bend(rng, out) if rng.random() < 0.4 else out
    return np.clip(out, 0, 255).astype(np.uint8), _columns(text, to_strip @ to_capture, jitter)


def _ways(rng: np.random.Generator, count: int, w: int, h: int) -> tuple[Array, Array, float]:
    """Return the transformations from canvas to camera and from there to the strip, and the scale; all inexact."""
    pitch = float(np.exp(rng.uniform(np.log(4.6), np.log(24.0))))  # pixels a character in the picture
    scale = pitch / PITCH
    corners = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
    corners_seen = corners * scale + rng.uniform(-0.02, 0.02, (4, 2)).astype(np.float32) * [w * scale, h * scale * 4]
    capture = cv2.getPerspectiveTransform(corners, corners_seen.astype(np.float32))
    wide = min(14.5 * np.exp(rng.normal(0, 0.07)), (WIDTH - 4) / count)  # pixels a character in the strip
    cap = 19.0 * np.exp(rng.normal(0, 0.13))
    middle = HEIGHT / 2 + rng.normal(0, 1.5)
    left_edge = rng.uniform(-4, max(0.0, min(WIDTH - wide * count, 5 * wide)))
    tilt = rng.normal(0, 1.2)  # pixels over the whole length
    lean = rng.normal(0, 0.06)
    fx, fy = wide / PITCH, cap / CAP
    right = w * fx
    goal = np.array([[0, 0], [right, 0], [right, h * fy], [0, h * fy]], np.float32)
    goal += [left_edge - MARGIN * fx, middle - (ABOVE + MIDDLE) * fy]
    goal[:2, 1] += [-tilt, tilt]
    goal[2:, 1] += [tilt, -tilt]
    goal[:2, 0] += lean * h * fy
    transform = cv2.getPerspectiveTransform(corners, goal.astype(np.float32))
    return capture, transform @ np.linalg.inv(capture), wide


def _capture(rng: np.random.Generator, canvas: Array, way: Array) -> Array:
    """Return the drawn line as a camera captures it, with blur, light and noise.

    ``way`` is the transformation into the camera's picture.
    """
    h, w = canvas.shape
    ends = cv2.perspectiveTransform(np.array([[[0, 0], [w, 0], [w, h], [0, h]]], np.float32), way)[0]
    size = (max(8, int(ends[:, 0].max()) + 1), max(8, int(ends[:, 1].max()) + 1))
    scale = size[0] / w
    if scale < 0.6:
        canvas = cv2.GaussianBlur(canvas, (0, 0), 0.35 / scale)
    captured = cv2.warpPerspective(canvas, way, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    pitch = scale * PITCH
    if rng.random() < 0.6:
        captured = shade(rng, captured, rng.uniform(0.05, 0.45))
    if rng.random() < 0.2:
        captured = glare(rng, captured, rng.uniform(0.2, 1.1))
    if rng.random() < 0.7:
        motion = rng.uniform(1, pitch * 0.3) if rng.random() < 0.25 else 0
        captured = blur(rng, captured, pitch * rng.uniform(0, 0.17), motion)
    if rng.random() < 0.3:  # low light: less of everything
        captured = captured * rng.uniform(0.18, 0.8) + rng.uniform(0, 40)
    captured = captured + rng.standard_normal(captured.shape, np.float32) * np.float32(min(rng.exponential(4.5), 13))
    if rng.random() < 0.3:
        captured = sharpen(captured, rng.uniform(0.3, 1.5))
    captured = np.clip(captured, 0, 255)
    return jpeg(captured, int(rng.integers(20, 96))) if rng.random() < 0.75 else captured


def _bend(rng: np.random.Generator, out: Array) -> Array:
    """Return the strip bent a little, as the finder leaves the lines of a bent page."""
    xs = np.arange(WIDTH, dtype=np.float32)
    wave = rng.normal(0, 1.0) * np.sin(xs * np.float32(np.pi * rng.uniform(0.5, 3) / WIDTH) + rng.uniform(0, 6))
    ys = np.arange(HEIGHT, dtype=np.float32)[:, None] + wave[None].astype(np.float32)
    return cv2.remap(
        out, np.tile(xs, (HEIGHT, 1)), ys.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )


def _columns(text: str, way: Array, wide: float) -> Array:
    """Return the class of each column of a strip of this text drawn through the transformation ``way``.

    ``wide`` is the pitch of its characters in the strip.
    """
    mids = np.array([[[MARGIN + (i + 0.5) * PITCH, ABOVE + MIDDLE] for i in range(len(text))]], np.float32)
    return columns(text, cv2.perspectiveTransform(mids, way)[0, :, 0], wide)


def columns(text: str, places: Array, wide: float) -> Array:
    """Return for each column of a strip which character it shows, as a class.

    ``places`` are the characters' middles and ``wide`` their pitch, in pixels. Columns between the characters are
    blank.
    """
    labels = np.full(WIDTH // STRIDE, BLANK, np.uint8)
    for char, x in zip(text, places, strict=True):
        first = int(np.ceil((x - wide * 0.3) / STRIDE - 0.5))
        last = int(np.floor((x + wide * 0.3) / STRIDE - 0.5))
        if last < first:
            first = last = int(x / STRIDE)
        if last >= 0 and first < len(labels):
            labels[max(0, first) : last + 1] = ZONE.index(char)
    return labels
