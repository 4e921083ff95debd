"""Decode untrusted picture files to grey pixels.

The size is read from the header before anything is unpacked, and only three formats are tried: what phones and scanners
send. A JPEG is unpacked at a fraction of its size where that is enough, which is faster and takes less memory.
"""

import io
import warnings

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ancu.engines.mrz.model import Unreadable

Grey = NDArray[np.uint8]

MOST_BYTES = 25 * 1024 * 1024
MOST_PIXELS = {"JPEG": 210_000_000, "MPO": 210_000_000, "PNG": 50_000_000, "WEBP": 30_000_000}
"""`MPO` is a JPEG with a second picture behind it, which some phones write.
A JPEG of 200 megapixels is unpacked at an eighth; the others can only be unpacked whole."""
ENOUGH = 2600
"""Longest side that is looked at: a zone over the whole width has 50 pixels a character there."""
LEAST = 120
BEYOND = 128
"""The grey of what lies beyond a picture that was turned or of which a part was cut; no camera sees it so even."""
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What the camera's note on its own position (EXIF 0x0112) asks for."""


def open_picture(data: bytes) -> Grey:
    """Decode a picture to grey pixels, upright by its camera's note. Raises `Unreadable` if it is no picture."""
    if len(data) > MOST_BYTES:
        raise Unreadable("too_large")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a damaged EXIF block is no reason to say anything
        try:
            with Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as image:
                return _pixels(image)
        except Unreadable:
            raise
        except MemoryError:
            raise Unreadable("too_large") from None
        except Exception as error:  # Pillow's decoders raise nearly anything on damaged files
            refused = isinstance(error, Image.DecompressionBombError)
            raise Unreadable("too_large" if refused else "not_an_image") from None


def _pixels(image: Image.Image) -> Grey:
    """Return an opened picture as upright grey pixels, scaled down. Raises `Unreadable` for impossible sizes."""
    wide, high = image.size
    if wide * high > MOST_PIXELS.get(image.format or "", 0) or max(wide, high) > 32_000:
        raise Unreadable("too_large")
    if min(wide, high) < LEAST // 2 or max(wide, high) < LEAST:
        raise Unreadable("too_small")
    image.draft("L", (ENOUGH, ENOUGH))
    turned = _to_grey(image)
    longest = max(turned.size)
    if longest > ENOUGH:
        part = ENOUGH / longest
        turned = turned.resize(
            (max(1, round(turned.width * part)), max(1, round(turned.height * part))), Image.Resampling.BOX
        )
    return np.asarray(turned, dtype=np.uint8)


def _to_grey(image: Image.Image) -> Image.Image:
    """Return the picture in eight-bit grey, transparent parts white."""
    exif = image.getexif()  # read before the pixels are converted, which would lose it
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        paper = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
        grey = Image.alpha_composite(paper, rgba).convert("L")
    elif image.mode.startswith("I") or image.mode == "F":
        deep = np.asarray(image, dtype=np.float32)
        low, high = float(deep.min()), float(deep.max())
        grey = Image.fromarray(((deep - low) * (255 / max(1.0, high - low))).astype(np.uint8))
    else:
        grey = image.convert("L")
    turn = _TURNS.get(int(exif.get(0x0112, 1) or 1))
    return grey.transpose(turn) if turn is not None else grey


def scaled(grey: Grey, width: int, height: int) -> Grey:
    """Return the picture resized, with smoothing where it shrinks."""
    if grey.shape == (height, width):
        return grey
    way = Image.Resampling.BOX if width * 3 < grey.shape[1] * 2 else Image.Resampling.BILINEAR
    return np.asarray(Image.fromarray(grey).resize((width, height), way), dtype=np.uint8)


def rotated(grey: Grey, angle: int) -> Grey:
    """Return the picture rotated by ``angle`` degrees about its middle, with all its corners kept."""
    if not angle:
        return grey
    image = Image.fromarray(grey)
    return np.asarray(image.rotate(angle, Image.Resampling.BILINEAR, expand=True, fillcolor=BEYOND), dtype=np.uint8)


def encode_jpeg(grey: Grey) -> bytes:
    """Return grey pixels as a small JPEG, to show beside the values read from them."""
    out = io.BytesIO()
    Image.fromarray(grey).save(out, "JPEG", quality=85)
    return out.getvalue()
