"""What a scanner and a phone make of a page: turned, faint, folded, in perspective, under a shadow, blurred, packed."""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
DPI = 300


class SpoiltLook(NamedTuple):
    """How badly; each is the most that may happen."""

    tilt: float = 0.22  # perspective
    blur: float = 1.3  # pixels
    noise: float = 7.0
    shadow: float = 0.45  # how much light a hand or the phone takes
    fold: float = 1.6  # millimetres by which a fold moves the print
    lens: float = 0.025
    jpeg: int = 45  # the lowest quality


PHONE = SpoiltLook()


# ---- both ---------------------------------------------------------------------------------------


def cloud(rng: np.random.Generator, size: tuple[int, int], cells: int) -> Array:
    """Return smooth noise between 0 and 1."""
    return cv2.resize(rng.random((cells, cells), np.float32), size[::-1], interpolation=cv2.INTER_CUBIC)


def folded(rng: np.random.Generator, page: Array, count: int) -> list[float]:
    """Draw ``count`` folds across the page, in place; return their positions as shares of the height."""
    places = [(i + 1) / (count + 1) + rng.normal(0, 0.01) for i in range(count)]
    for place in places:
        y, deep = int(place * page.shape[0]), rng.uniform(0.05, 0.2)
        band = np.exp(-(((np.arange(-14, 15)) / rng.uniform(2, 5)) ** 2)).astype(np.float32)
        grain = rng.random((29, page.shape[1]), np.float32)
        page[y - 14 : y + 15] *= 1 - deep * band[:, None] * grain
    return places


def jpeg(image: Array, quality: int) -> bytes:
    """Return the image as JPEG."""
    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


# ---- the scanner --------------------------------------------------------------------------------


def scanned(rng: np.random.Generator, page: Array) -> tuple[NDArray[np.uint8], int]:
    """Return the page as a scanner delivers it, with small defects, and its dots per inch."""
    dpi = int(rng.choice([150, 200, 300], p=[0.3, 0.4, 0.3]))
    if rng.random() < 0.3:
        folded(rng, page, int(rng.integers(1, 3)))
    turned = rng.normal(0, 0.8) + (180 if rng.random() < 0.12 else 0)
    scale = dpi / DPI
    size = round(page.shape[1] * scale), round(page.shape[0] * scale)
    way = cv2.getRotationMatrix2D((page.shape[1] / 2, page.shape[0] / 2), float(turned), scale)
    shift = rng.normal(0, 1.5, 2) * dpi / 25.4
    way[:, 2] += np.array(size) / 2 - np.array(page.shape[1::-1]) / 2 + shift
    soft = cv2.GaussianBlur(page, (0, 0), 0.42 / scale) if scale < 1 else page
    scan = cv2.warpAffine(soft, way, size, flags=cv2.INTER_LINEAR, borderValue=float(rng.choice([255, 245, 40])))
    scan = cv2.GaussianBlur(scan, (0, 0), rng.uniform(0.3, 0.9))
    scan = _toned(rng, scan)
    scan += rng.standard_normal(scan.shape, np.float32) * np.float32(rng.uniform(0.5, 5))
    scan = np.clip(scan, 0, 255).astype(np.uint8)
    if dpi >= 200 and rng.random() < 0.12:  # black and white only, split somewhere between the print and the paper
        print_, paper = np.percentile(scan[::4, ::4], (0.5, 50))
        scan = np.where(scan > print_ + rng.uniform(0.5, 0.8) * (paper - print_), 255, 0).astype(np.uint8)
    return scan, dpi


def _toned(rng: np.random.Generator, paper: Array) -> Array:
    """Return the page as a faint scan, as of worn toner or a bright lamp, sometimes with a stripe."""
    if rng.random() < 0.25:
        low = rng.uniform(70, 150)
        paper = low + paper * ((255 - low) / 255)
    if rng.random() < 0.3:
        paper = 255 * (paper / 255).clip(0.001) ** rng.uniform(0.6, 1.6)
    if rng.random() < 0.1:
        paper[:, int(rng.integers(paper.shape[1]))] *= rng.uniform(0.6, 0.95)
    return paper


# ---- the phone ----------------------------------------------------------------------------------


def photographed(rng: np.random.Generator, page: Array, look: SpoiltLook = PHONE) -> NDArray[np.uint8]:
    """Return the page as a phone photographs it: tilted, folded, with uneven light, blur and noise."""
    tall, wide = [(2048, 1536), (2560, 1920), (3264, 2448)][int(rng.integers(3))]
    if rng.random() < 0.1:
        tall, wide = wide, tall
    folds = folded(rng, page, int(rng.integers(1, 4))) if rng.random() < 0.5 else []
    page = page if tall > 3000 else cv2.GaussianBlur(page, (0, 0), 0.45 * 3508 / (0.85 * tall))
    xs, ys = _map(rng, page.shape, (tall, wide), look, folds)
    paper = cv2.remap(page, xs, ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=-1)
    table = rng.uniform(20, 200) + cloud(rng, (tall, wide), int(rng.integers(3, 40))) * rng.uniform(5, 60)
    paper = np.where(paper < 0, table.astype(np.float32), paper)
    paper = _lit(rng, paper * np.float32(rng.uniform(0.6, 0.95)), look)
    paper = cv2.GaussianBlur(paper, (0, 0), rng.uniform(0.3, look.blur))
    if rng.random() < 0.2:
        paper = cv2.filter2D(paper, -1, _motion(rng))
    paper += rng.standard_normal(paper.shape, np.float32) * np.float32(rng.uniform(1, look.noise))
    return np.clip(paper, 0, 255).astype(np.uint8)


def _map(
    rng: np.random.Generator, shape: tuple[int, ...], size: tuple[int, int], look: SpoiltLook, folds: list[float]
) -> tuple[Array, Array]:
    """Return for each pixel of a phone's picture its place on the page, as two arrays (x, y).

    It is computed for every eighth pixel and interpolated; ``folds`` are the folds' positions.
    """
    (h, w), (tall, wide) = shape[:2], size
    back = np.linalg.inv(_hand_held(rng, (h, w), size, look))
    xs, ys = np.meshgrid(np.linspace(0, wide - 1, wide // 8), np.linspace(0, tall - 1, tall // 8))
    u, v = (xs - wide / 2) / wide, (ys - tall / 2) / wide
    bulge = 1 + rng.uniform(-look.lens, look.lens) * (u * u + v * v)
    xs, ys = u * bulge * wide + wide / 2, v * bulge * wide + tall / 2
    x, y, z = (back[i, 0] * xs + back[i, 1] * ys + back[i, 2] for i in range(3))
    x, y = x / z, y / z
    for place in folds:  # the two leaves lean: what is near the fold comes nearer or goes away
        lean = rng.uniform(-look.fold, look.fold) * DPI / 25.4
        near = np.exp(-np.abs(y / h - place) / 0.15)
        y, x = y + lean * near, x + lean * 0.6 * near * (x / w - 0.5)
    curl = rng.uniform(-0.7, 0.7) * look.fold * DPI / 25.4
    y = y + curl * np.sin(np.pi * x / w)
    return tuple(cv2.resize(axis.astype(np.float32), (wide, tall), interpolation=cv2.INTER_LINEAR) for axis in (x, y))  # type: ignore[return-value]


def _hand_held(
    rng: np.random.Generator, shape: tuple[int, int], size: tuple[int, int], look: SpoiltLook
) -> NDArray[np.float64]:
    """Return the homography from the flat page into the picture of a tilted camera."""
    (h, w), (tall, wide) = shape, size
    turned = rng.normal(0, 0.06) + (np.pi / 2 if wide > tall else 0) + (np.pi if rng.random() < 0.08 else 0)
    turn = np.array([[np.cos(turned), -np.sin(turned)], [np.sin(turned), np.cos(turned)]])
    flat = (np.array([[-w, -h], [w, -h], [w, h], [-w, h]]) / 2) @ turn.T
    flat = flat / (1 + flat @ (rng.uniform(-look.tilt, look.tilt, 2) / max(w, h)))[:, None]
    low, high = flat.min(0), flat.max(0)
    scale = rng.uniform(0.78, 0.98) * min(wide / (high[0] - low[0]), tall / (high[1] - low[1]))
    flat = (flat - (low + high) / 2) * scale
    room = np.maximum(0, np.array([wide, tall]) - (high - low) * scale) / 2
    flat += np.array([wide, tall]) / 2 + rng.uniform(-0.8, 0.8, 2) * room
    outline = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
    return cv2.getPerspectiveTransform(outline, flat.astype(np.float32))


def _lit(rng: np.random.Generator, paper: Array, look: SpoiltLook) -> Array:
    """Return the page under the light of a lamp on one side and the shadow of a hand or phone."""
    size = paper.shape[:2]
    paper = paper * (1 - rng.uniform(0, 0.35) * cloud(rng, size, 3))
    if rng.random() < 0.6:
        span = np.array(size[::-1])
        corners = ((rng.random((int(rng.integers(3, 6)), 2)) * 1.4 - 0.2) * span).astype(np.int32)
        dark = np.zeros((size[0] // 4, size[1] // 4), np.float32)
        cv2.fillConvexPoly(dark, cv2.convexHull(corners // 4), 1.0)
        dark = cv2.GaussianBlur(dark, (0, 0), rng.uniform(2, 30))
        paper = paper * (1 - rng.uniform(0.1, look.shadow) * cv2.resize(dark, size[::-1]))
    return paper.astype(np.float32)


def _motion(rng: np.random.Generator) -> Array:
    """Return the blur kernel of a moving hand."""
    kernel, far, way = np.zeros((9, 9), np.float32), rng.uniform(0.8, 2.2), rng.uniform(0, np.pi)
    step = np.array([np.cos(way), np.sin(way)]) * far
    a, b = (tuple(int(v) for v in np.round((4 + s * step) * 16)) for s in (-1, 1))
    cv2.line(kernel, a, b, 1.0, 1, cv2.LINE_AA, 4)
    return kernel / kernel.sum()
