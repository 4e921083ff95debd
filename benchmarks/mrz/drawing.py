"""What both the training strips and the phone pictures are drawn with: letters, paper, light and lenses."""

from functools import cache, lru_cache
from pathlib import Path

import cv2
import numpy as np

ZONE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
TEXT = ZONE[:-1] + "abcdefghijklmnopqrstuvwxyz.,/:-()"
PITCH, TALL = 20, 28  # of a zone glyph as drawn here
Array = np.ndarray


@cache
def glyphs() -> dict[str, Array]:
    """Load the drawn characters of all fonts, by name; cached."""
    with np.load(Path(__file__).with_name("glyphs.npz")) as archive:
        return dict(archive)


@lru_cache(4000)
def zone_font(name: str, weight: int, slant: int = 0, wide: int = 0, soft: int = 0) -> Array:
    """Return the 37 glyphs of a font for zones at drawing size, changed as different printers draw them.

    ``weight`` thins (< 0) or thickens the strokes, `slant` leans and `wide` widens by hundredths, `soft` rounds the
    corners as worn type and spreading ink do.
    """
    cells = glyphs()[f"held_{name}" if f"held_{name}" in glyphs() else f"zone_{name}"]
    if slant or wide:
        lean, broad = slant / 100, 1 + wide / 100
        way = np.array([[broad, -lean, 20 - 20 * broad + 28 * lean], [0, 1, 0]], np.float32)
        cells = np.stack([cv2.warpAffine(c, way, (c.shape[1], c.shape[0])) for c in cells])
    if weight:
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (1 + abs(weight), 1 + abs(weight)))
        change = cv2.dilate if weight > 0 else cv2.erode
        cells = np.stack([change(np.pad(c, 4), kernel)[4:-4, 4:-4] for c in cells])
    if soft:
        cells = np.stack([_rounded(c, soft) for c in cells])
    return np.stack([cv2.resize(c, (PITCH, TALL), interpolation=cv2.INTER_AREA) for c in cells])


@lru_cache(2000)
def between(face_a: str, face_b: str, share: int) -> Array:
    """Return the glyphs of a typeface between two others, `share` hundredths of the way to the second.

    So the few free typefaces stand for many.
    """
    edges = [np.stack([_height(c) for c in glyphs()[f"zone_{name}"]]) for name in (face_a, face_b)]
    height = edges[0] * (1 - share / 100) + edges[1] * (share / 100)
    cells = np.clip(height * 128 + 128, 0, 255).astype(np.uint8)
    return np.stack([cv2.resize(c, (PITCH, TALL), interpolation=cv2.INTER_AREA) for c in cells])


def _height(cell: Array) -> Array:
    """Return for each pixel of a drawn letter its distance from the edge: positive inside, negative outside."""
    inside = (cell > 127).astype(np.uint8)
    return cv2.distanceTransform(inside, cv2.DIST_L2, 3) - cv2.distanceTransform(1 - inside, cv2.DIST_L2, 3)


def _rounded(cell: Array, soft: int) -> Array:
    """Return the drawn character with rounded corners; ``soft`` says how much."""
    blurred = cv2.GaussianBlur(cell.astype(np.float32), (0, 0), soft)
    return np.clip((blurred - 128) * 4 + 128, 0, 255).astype(np.uint8)


def zone_names() -> list[str]:
    """Return the names of the fonts that zones are drawn in for training."""
    return [k.removeprefix("zone_") for k in glyphs() if k.startswith("zone_")]


def held_font(rng: np.random.Generator) -> Array:
    """Return the glyphs of a random typeface that training never uses, for testing."""
    names = [k.removeprefix("held_") for k in glyphs() if k.startswith("held_")]
    return zone_font(str(rng.choice(names)), int(rng.choice([0, 0, 2])))


def any_zone_font(rng: np.random.Generator, others: float = 0.12, varied: float = 0.0) -> Array:
    """Return the glyphs of a random typeface: mostly OCR-B, another with the probability ``others``.

    With the probability ``varied`` its letters are misdrawn.
    """
    shape = (0, 0, 0)
    if varied and rng.random() < varied:
        lean, wide = int(rng.choice([-8, -4, 0, 0, 4, 8])), int(rng.choice([-14, -8, 0, 0, 6]))
        shape = (lean, wide, int(rng.choice([0, 0, 2, 3])))
    if rng.random() < others:
        if varied and rng.random() < 0.4:
            face_a, face_b = rng.choice(zone_names(), 2, replace=False)
            return between(str(face_a), str(face_b), int(rng.choice([25, 50, 75])))
        return zone_font(str(rng.choice(zone_names()[3:])), int(rng.choice([0, 0, 0, 2])) if varied else 0, *shape)
    name = str(rng.choice(["ocrb", "ocrb", "ocrb_sharp", "ocrb_light"], p=[0.45, 0.25, 0.25, 0.05]))
    return zone_font(name, int(rng.choice([-2, 0, 0, 1, 2, 3, 4, 5])), *shape)


def zone_line(text: str, font: Array) -> Array:
    """Draw a line of a zone as ink (255 is full ink), TALL pixels high and PITCH wide per character.

    ``font`` has the drawings of its characters.
    """
    return np.hstack([font[ZONE.index(c)] for c in text])


def printed(rng: np.random.Generator, text: str) -> Array:
    """Return a line of ordinary print, as beside a zone, as ink: 44 pixels high, capitals of 28."""
    name = str(rng.choice(["sans", "sans_bold", "serif", "narrow"]))
    cells, advances = glyphs()[f"text_{name}"], glyphs()[f"advance_{name}"]
    wide = sum(int(advances[TEXT.index(c)]) if c != " " else 14 for c in text) + 60
    line = np.zeros((44, wide), np.uint8)
    x = 0
    for c in text:
        if c == " ":
            x += 14
            continue
        i = TEXT.index(c)
        np.maximum(line[:, x : x + 52], cells[i], out=line[:, x : x + 52])
        x += int(advances[i])
    return line[:, : x + 4]


def guilloche(rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    """Return security print, fields of fine curved lines, as values of about -1 to 1."""
    ys, xs = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    field = np.zeros(shape, np.float32)
    for _ in range(int(rng.integers(1, 4))):
        angle, pitch = rng.uniform(0, np.pi), rng.uniform(4, 24)
        along = xs * np.float32(np.cos(angle)) + ys * np.float32(np.sin(angle))
        across = ys * np.float32(np.cos(angle)) - xs * np.float32(np.sin(angle))
        wave = along + np.float32(rng.uniform(0, 12)) * np.sin(across * np.float32(2 * np.pi / rng.uniform(20, 160)))
        lines = np.sin(wave * np.float32(2 * np.pi / pitch))
        field += np.clip(lines * np.float32(rng.uniform(1, 4)), -1, 1) * np.float32(rng.uniform(0.2, 1))
    return field / max(1e-3, float(np.abs(field).max()))


@cache
def _texture(seed: int) -> Array:
    """Return a sheet of security print made from this seed; cached."""
    return guilloche(np.random.default_rng(seed), (160, 1200))


def security(rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    """Return a piece of this shape of security print, cut from one of 80 sheets.

    Drawing it anew would cost more than the strip.
    """
    sheet = _texture(int(rng.integers(80)))
    y, x = int(rng.integers(0, 161 - shape[0])), int(rng.integers(0, 1201 - shape[1]))
    return sheet[y : y + shape[0], x : x + shape[1]]


def cloud(rng: np.random.Generator, shape: tuple[int, int], cells: int = 4) -> Array:
    """Return slowly varying noise of this shape, between -1 and 1; more ``cells`` vary faster."""
    small = rng.uniform(-1, 1, (max(2, cells * shape[0] // max(shape) + 1), cells + 1)).astype(np.float32)
    return cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)


def _grid(shape: tuple[int, int]) -> tuple[Array, Array, float]:
    """Return rows (y) and columns (x) of a coarse grid over an image of this shape, and its step in pixels.

    That is enough for light that changes slowly.
    """
    step = max(1.0, min(shape) / 24)
    h, w = max(2, round(shape[0] / step)), max(2, round(shape[1] / step))
    ys, xs = np.mgrid[0:h, 0:w].astype(np.float32)
    return ys * np.float32(shape[0] / h), xs * np.float32(shape[1] / w), step


def shade(rng: np.random.Generator, image: Array, strength: float) -> Array:
    """Return the image with a gradient of light, and sometimes the edge of a shadow."""
    h, w = image.shape
    ys, xs, _ = _grid(image.shape)
    light = 1 + strength * cloud(rng, xs.shape, int(rng.integers(1, 5)))
    if rng.random() < 0.3:
        angle, at = rng.uniform(0, 2 * np.pi), rng.uniform(-0.4, 0.4)
        side = (xs / w - 0.5) * np.cos(angle) + (ys / h - 0.5) * np.sin(angle) - at
        light *= 1 - rng.uniform(0.1, 0.5) / (1 + np.exp(-side * rng.uniform(10, 200)))
    return image * cv2.resize(light.astype(np.float32), (w, h))


def glare(rng: np.random.Generator, image: Array, strength: float) -> Array:
    """Return the image with a soft bright patch, as of a lamp on laminate."""
    h, w = image.shape
    ys, xs, _ = _grid(image.shape)
    size = rng.uniform(0.05, 0.3) * max(h, w)
    cx, cy = rng.uniform(0, w), rng.uniform(0, h)
    angle, long = rng.uniform(0, np.pi), rng.uniform(1, 4)
    u = ((xs - cx) * np.cos(angle) + (ys - cy) * np.sin(angle)) / (size * long)
    v = ((ys - cy) * np.cos(angle) - (xs - cx) * np.sin(angle)) / size
    patch = cv2.resize(np.exp(-(u * u + v * v)).astype(np.float32), (w, h))
    return image + strength * patch * (255 - image * 0.6)


def overprint(rng: np.random.Generator, canvas: Array) -> None:
    """Draw over a specimen's zone, in place: a slanted word, or a line of a signature or stamp."""
    h, w = canvas.shape
    mask = np.zeros((h, w), np.uint8)
    if rng.random() < 0.6:
        text = str(rng.choice(["SPECIMEN", "SAMPLE", "MUSTER", "VOID", "COPY", "EXAMPLE"]))
        tall = rng.uniform(0.5, 2.5) * h
        place = (int(rng.uniform(-0.3, 0.9) * w), int(h / 2 + rng.uniform(-0.2, 1.2) * tall))
        cv2.putText(mask, text, place, cv2.FONT_HERSHEY_SIMPLEX, tall / 22, 255, int(tall * rng.uniform(0.05, 0.2)) + 1)
    else:
        at = np.stack([np.linspace(0, w, 12) * rng.uniform(0.1, 1) + rng.uniform(0, w / 2), rng.uniform(-h, 2 * h, 12)])
        cv2.polylines(mask, [at.T.astype(np.int32)], False, 255, int(rng.integers(1, 4)), cv2.LINE_AA)
    if rng.random() < 0.5:
        way = cv2.getRotationMatrix2D((w / 2, h / 2), rng.uniform(-40, 40), 1)
        mask = cv2.warpAffine(mask, way, (w, h))
    share = mask.astype(np.float32) / 255 * np.float32(rng.uniform(0.1, 0.5))
    canvas += ((255.0 if rng.random() < 0.25 else 0.0) - canvas) * share


def halftone(rng: np.random.Generator, canvas: Array) -> None:
    """Add the dots of halftone printing or of a photographed screen to the picture, in place."""
    h, w = canvas.shape
    pitch, angle = rng.uniform(2.3, 7), rng.uniform(0, np.pi)
    ys, xs = np.arange(h, dtype=np.float32)[:, None], np.arange(w, dtype=np.float32)[None]
    u = (xs * np.cos(angle) + ys * np.sin(angle)) * (2 * np.pi / pitch)
    v = (ys * np.cos(angle) - xs * np.sin(angle)) * (2 * np.pi / pitch)
    canvas += (np.sin(u) * np.sin(v) * rng.uniform(5, 45)).astype(np.float32)


def blur(rng: np.random.Generator, image: Array, sigma: float, motion: float) -> Array:
    """Return the image blurred by defocus (``sigma``), then by motion; both in pixels."""
    if sigma > 0.25:
        image = cv2.GaussianBlur(image, (0, 0), sigma)
    if motion > 1:
        size = int(motion) | 1
        kernel = np.zeros((size, size), np.float32)
        angle = rng.uniform(0, np.pi)
        d = (size // 2) * np.array([np.cos(angle), np.sin(angle)])
        c = size // 2
        cv2.line(kernel, tuple(np.round(c - d).astype(int).tolist()), tuple(np.round(c + d).astype(int).tolist()), 1.0)
        image = cv2.filter2D(image, -1, kernel / kernel.sum())
    return image


def sharpen(image: Array, amount: float) -> Array:
    """Return the image sharpened, as phones do; ``amount`` says how much."""
    return image + amount * (image - cv2.GaussianBlur(image, (0, 0), 1.2))


def jpeg(image: Array, quality: int) -> Array:
    """Return the image after JPEG compression with this quality."""
    packed = cv2.imencode(".jpg", np.clip(image, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE).astype(np.float32)
