"""Redraw a picture: upright, sRGB, no larger than needed, and without metadata."""

import io
import struct

import pi_heif
from PIL import Image, ImageCms, ImageOps

from ancu.engines.papers.model import HEIC, JPEG, PNG, Cleaned, PaperRefused

pi_heif.register_heif_opener(thumbnails=False)

FORMATS = {JPEG: ("JPEG", "MPO"), PNG: ("PNG",), HEIC: ("HEIF",)}
# A JPEG is decoded at a half or a quarter of its size; the others must fit in memory whole.
MOST_PIXELS = {JPEG: 100_000_000, PNG: 40_000_000, HEIC: 25_000_000}
LEAST_EDGE = 100
# 222 points to the inch on the long side of A4: stamps and the lines of a passport stay readable.
EDGE = {"scan": 2600, "photo": 1800}
QUALITY = {"scan": (85, 78, 70), "photo": (92, 85)}
TARGET_BYTES = 2_000_000
Image.MAX_IMAGE_PIXELS = max(MOST_PIXELS.values())


def clean_image(data: bytes, media_type: str, *, kind: str) -> Cleaned:
    """Return the picture redrawn as a plain JPEG.

    Its size is read from the header and checked before any pixel is decoded. Raises PaperRefused.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS[media_type]) as opened:
            _judge_size(opened, media_type)
            picture, notes = _redraw(opened, kind)
    except PaperRefused:
        raise
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(media_type) from error
    except MemoryError as error:
        raise PaperRefused("paper_too_heavy") from error
    except Exception as error:  # a decoder fed with anything may raise anything; the person is told the same
        raise PaperRefused("image_damaged") from error
    return Cleaned(
        data=_encode(picture, kind),
        media_type=JPEG,
        width=picture.width,
        height=picture.height,
        notes=tuple(notes),
    )


def _judge_size(opened: Image.Image, media_type: str) -> None:
    """Raise PaperRefused if the picture has too many pixels for its file type, or too short a side."""
    if opened.width * opened.height > MOST_PIXELS[media_type]:
        raise _too_many_pixels(media_type)
    if min(opened.width, opened.height) < LEAST_EDGE:
        raise PaperRefused("image_too_small", edge=LEAST_EDGE)


def _too_many_pixels(media_type: str) -> PaperRefused:
    """Return the refusal of a picture with too many pixels for its file type."""
    return PaperRefused("image_too_many_pixels", megapixels=MOST_PIXELS[media_type] // 1_000_000)


def _redraw(opened: Image.Image, kind: str) -> tuple[Image.Image, list[str]]:
    """Return the picture upright, in RGB and scaled down, with notes on changes; ``kind`` is scan or photo."""
    edge = EDGE[kind]
    orientation = opened.getexif().get(0x0112, 1)
    profile = opened.info.get("icc_profile")
    if opened.format == "JPEG":
        opened.draft(None, (edge, edge))  # halves while decoding, never below ``edge``
    opened.load()
    picture = _eight_bits(opened)
    notes = []
    if max(picture.size) > edge:
        picture.thumbnail((edge, edge), Image.Resampling.LANCZOS, reducing_gap=2.0)
        notes.append("made_smaller")
    plain = _plain_rgb(picture, profile)
    if orientation != 1:
        plain.getexif()[0x0112] = orientation
        plain = ImageOps.exif_transpose(plain)
        notes.append("turned")
    return plain, notes


def _eight_bits(opened: Image.Image) -> Image.Image:
    """Return a copy of the picture with eight bits per channel, in a mode that converts to RGB."""
    if opened.mode.startswith("I") or opened.mode == "F":  # 16 bits of grey: a plain conversion would cut it to white
        return opened.convert("I").point(lambda value: value / 256).convert("L")
    return opened.convert("RGBA") if opened.mode in {"P", "PA", "LA", "La", "RGBa"} else opened.copy()


def _plain_rgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture in sRGB on a white background, without its colour profile, which may name the owner."""
    if picture.mode == "RGBA":
        white = Image.new("RGB", picture.size, "white")
        white.paste(picture, mask=picture.getchannel("A"))
        picture = white
    if profile and picture.mode in {"RGB", "CMYK", "L"}:
        picture = _in_srgb(picture, profile)
    rgb = picture.convert("RGB")
    plain = Image.new("RGB", rgb.size)
    plain.paste(rgb)  # pixels alone: what hung on the old one stays behind
    return plain


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """Convert the colours from a profile to sRGB; the picture is unchanged if the profile is broken."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, struct.error):
        return picture  # a broken profile is no reason to refuse the paper
    return turned or picture


def _encode(picture: Image.Image, kind: str) -> bytes:
    """Return a JPEG of the best quality that fits the target size, or of the lowest quality if none does."""
    target = b""
    for quality in QUALITY[kind]:
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=quality, optimize=True, progressive=False)
        target = buffer.getvalue()
        if len(target) <= TARGET_BYTES:
            break
    return target
