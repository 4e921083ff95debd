"""Cut a line of the zone out of the picture, straightened and in the size the reader was trained on."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ancu.engines.mrz.finder import PITCH_OF_CAP, TextLine
from ancu.engines.mrz.picture import BEYOND, Grey, scaled

Reals = NDArray[np.floating[Any]]
HEIGHT, WIDTH, STRIDE = 32, 736, 4
PITCH, CAP = 14.5, 19.0  # pixels a character, and of its capitals, in a strip
BALANCE = 14.2  # the row at which the ink of letters and digits is balanced, in a strip that was cut well
COVERED = 1.6  # capitals' heights above and below a line's middle that are painted over with it
MARGIN = 3.0  # characters of paper left and right


class View(NamedTuple):
    """How a strip is cut from the picture; a slightly different view gives a second reading."""

    stretch: float = 1.0
    lower: float = 0.0
    taller: float = 1.0
    even: bool = False  # with its light evened

    def margin(self, count: int) -> float:
        """Return the blank margin at each end of a strip of ``count`` characters, in widths of a character."""
        return min(MARGIN, (WIDTH / (PITCH * self.stretch) - count) / 2)

    def grid(self, count: int) -> tuple[float, float]:
        """Return the expected middle of the first character and the distance to the next, in the reader's columns."""
        pitch = PITCH * self.stretch / STRIDE
        return (self.margin(count) + 0.5) * pitch - 0.5, pitch


def cut_strip(grey: Grey, line: TextLine, count: int, view: View) -> Grey:
    """Return a line of about `count` characters as a straight strip of the reader's size, cut in this view."""
    pitch = line.length / count
    wide = PITCH * view.stretch
    margin = view.margin(count)
    width = int(np.ceil((count + 2 * margin) * wide / STRIDE)) * STRIDE
    share = ((np.arange(width) + 0.5) / wide - margin) / count
    step = line.cap / CAP * view.taller * (1 + line.lean * (1 - 2 * share.clip(0, 1)))
    offsets = (np.arange(HEIGHT)[:, None] + 0.5 - HEIGHT / 2 + view.lower) * step[None, :]
    factor = max(1.0, min(pitch / PITCH, line.cap / CAP))
    return _sampled(grey, line, line.places_at(share), offsets, factor)


def crop_zone(grey: Grey, lines: list[TextLine], wider: float = 1.16) -> Grey:
    """Return the zone with some paper around it, rotated so that it reads from left to right."""
    lead = max(lines, key=lambda line: line.weight)
    ends = np.concatenate([np.stack(line.points(np.linspace(line.start, line.end, 9)), 1) for line in lines])
    ax, ay = lead.axis
    along, across = ends @ [ax, ay], ends @ [-ay, ax]
    cap = max(line.cap for line in lines)
    wide = round(min(np.ptp(along) * wider + 6 * cap, 4000))
    high = round(min(np.ptp(across) + (10 if len(lines) == 1 else 8) * cap, 3000))
    u, v = (along.min() + along.max() - wide) / 2, (across.min() + across.max() - high) / 2
    way = (ax, -ay, u * ax - v * ay, ay, ax, u * ay + v * ax)
    image = Image.fromarray(grey)
    turned = image.transform((wide, high), Image.Transform.AFFINE, way, Image.Resampling.BILINEAR, fillcolor=BEYOND)
    return np.asarray(turned, dtype=np.uint8)


def paint_over(grey: Grey, lines: list[TextLine]) -> Grey:
    """Return the picture with these lines painted in the paper's colour, so that other lines can be found."""
    image = Image.fromarray(grey)
    draw, paper = ImageDraw.Draw(image), int(np.median(grey))
    for line in lines:
        along = np.linspace(line.start - 2 * line.cap, line.end + 2 * line.cap, 17)
        above, below = (np.stack(line.points(along, side * COVERED * line.cap), 1) for side in (-1, 1))
        draw.polygon([(float(x), float(y)) for x, y in [*above, *below[::-1]]], fill=paper)
    return np.asarray(image, dtype=np.uint8)


def crossed_by_ink(strip: Grey, centres: Reals, pitch: float) -> NDArray[np.bool_]:
    """Return for each character whether a pen or stamp crosses it: there is ink just above or below the print.

    ``centres`` are the characters' middles and ``pitch`` their distance, in pixels. The first and the last are never
    reported.
    """
    values = strip.astype(np.float32)
    first, last = max(0, round(centres[0])), max(2, round(centres[-1]))
    top, bottom = _reach(values[:, first:last])
    inside = values[8:24]
    hits = np.zeros(len(centres), bool)
    for band in (values[max(0, top - 5) : max(0, top - 3)], values[bottom + 4 : bottom + 6]):
        for i, x in enumerate(centres[1:-1], 1) if len(band) else ():
            near = inside[:, max(first, round(x - 3 * pitch)) : min(last, round(x + 3 * pitch))]
            cell = band[:, max(0, round(x - 0.55 * pitch)) : round(x + 0.55 * pitch)].max(0)
            if near.size and cell.size:
                paper, ink = np.percentile(near, (80, 4))
                hits[i] |= (paper - cell > 0.5 * (paper - ink)).sum() >= 3
    return hits


def baseline_offsets(strip: Grey, centres: Reals) -> Reals:
    """Return for each character of a strip how many pixels too low it stands, smoothed along the line.

    ``centres`` are their middles, in pixels.
    """
    ink = np.clip((110 - even_contrast(strip).astype(np.float32)) / 60, 0, 1)
    rows = np.arange(HEIGHT)
    offsets, weights = [], []
    for x in centres.round().astype(int):
        cell = ink[:, max(0, x - 5) : max(0, x + 6)].sum(1) / 11  # beside the strip: blank
        weights.append(float(cell.sum()) + 1e-3)
        offsets.append(float(cell @ rows) / weights[-1] - BALANCE)
    places = np.arange(len(offsets))
    return np.polyval(np.polyfit(places, offsets, 2, w=np.sqrt(weights)), places)


def _reach(values: NDArray[np.float32]) -> tuple[int, int]:
    """Return the first and last pixel row of a strip in which its line's characters have ink."""
    paper, ink = np.percentile(values[8:24], (80, 4))
    covered = ((paper - values) / max(paper - ink, 1.0)).clip(0, 1).mean(1)
    rows = np.nonzero(covered > covered.min() + 0.25 * (covered.max() - covered.min()))[0]
    return (int(rows[0]), int(rows[-1])) if len(rows) else (0, HEIGHT - 1)


def line_picture(grey: Grey, line: TextLine, count: int) -> Grey:
    """Return the picture of a line for a person to read: straight, 48 pixels high."""
    pitch = line.length / count
    step = line.cap * 1.9 / 48
    along = np.arange(line.start - 1.5 * pitch, line.end + 1.5 * pitch, step)
    return _sampled(grey, line, along[:2400], ((np.arange(48) - 23.5) * step)[:, None], max(1.0, step))


def _sampled(grey: Grey, line: TextLine, along: Reals, offsets: Reals, factor: float) -> Grey:
    """Return the picture's pixels along and across the line, straightened.

    ``along`` and ``offsets`` are the places; ``factor`` is how much the picture is reduced before.
    """
    curve = np.clip(along, line.start - line.cap * 4, line.end + line.cap * 4)
    across = np.polyval(line.curve, curve / 1000)[None, :] + offsets
    ax, ay = line.axis
    xs, ys = along[None, :] * ax - across * ay, along[None, :] * ay + across * ax
    left_edge, top = max(0, int(xs.min()) - 4), max(0, int(ys.min()) - 4)
    part = grey[top : max(top + 2, int(ys.max()) + 5), left_edge : max(left_edge + 2, int(xs.max()) + 5)]
    if part.shape[0] < 2 or part.shape[1] < 2:
        return np.zeros(xs.shape, np.uint8)
    xs, ys = xs - left_edge, ys - top
    if factor > 1.25:
        h, w = max(2, round(part.shape[0] / factor)), max(2, round(part.shape[1] / factor))
        xs, ys = xs * (w / part.shape[1]), ys * (h / part.shape[0])
        part = scaled(part, w, h)
    return bilinear(part, xs - 0.5, ys - 0.5)


def bilinear(grey: Grey, xs: Reals, ys: Reals) -> Grey:
    """Interpolate grey values between the pixels; beyond the edge the edge's value continues."""
    h, w = grey.shape
    xs, ys = np.clip(xs, 0, w - 1.001), np.clip(ys, 0, h - 1.001)
    x, y = xs.astype(np.int64), ys.astype(np.int64)
    fx, fy = (xs - x).astype(np.float32), (ys - y).astype(np.float32)
    a, b, c, d = (grey[y + j, x + i].astype(np.float32) for j in (0, 1) for i in (0, 1))
    mixed: Grey = ((a * (1 - fx) + b * fx) * (1 - fy) + (c * (1 - fx) + d * fx) * fy + 0.5).astype(np.uint8)
    return mixed


def likely_count(lines: list[TextLine]) -> int:
    """Return the likely number of characters in each of these lines: 30 if there are three.

    Otherwise 30, 36 or 44, by the lines' length and height.
    """
    if len(lines) >= 3:
        return 30
    chars = float(np.median([line.length / (line.cap * PITCH_OF_CAP) for line in lines]))
    return min((30, 36, 44), key=lambda count: abs(np.log(count / max(chars, 1.0))))


def even_contrast(strip: Grey) -> Grey:
    """Return the strip with even light and contrast, against glare and shadows."""
    values = strip.astype(np.float32)
    reach = 24
    window = np.pad(values, ((0, 0), (reach, reach)), mode="edge")
    mean, square = (_moving(v.mean(0), 2 * reach + 1) for v in (window, window * window))
    spread = np.sqrt(np.maximum(square - mean * mean, 0)) + 6
    even: Grey = np.clip((values - mean) / spread * 48 + 128, 0, 255).astype(np.uint8)
    return even


def _moving(values: NDArray[np.float32], size: int) -> NDArray[np.float64]:
    """Return the averages of every ``size`` successive values."""
    total = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    moving: NDArray[np.float64] = (total[size:] - total[:-size]) / size
    return moving
