"""Decode untrusted scans and photos to grey pages, one at a time.

Sizes are read from headers before anything is unpacked. A page is brought to at most ``ENOUGH`` pixels: 200 points to
the inch of A4, more when it is a photo in which the paper takes only a part.
"""

import io
import warnings
from collections.abc import Iterator

import numpy as np
import pypdfium2
from PIL import Image, ImageOps

from ancu.engines.omr.anchors import Grey
from ancu.engines.omr.model import SheetsRefused
from ancu.engines.papers.model import HEIC, JPEG, PDF, PNG, sniff

MOST_BYTES = 300 * 1024 * 1024
MOST_PAGES = 2000
MOST_PIXELS = 120_000_000  # of one picture; a JPEG is unpacked at a half or a quarter of its size
MOST_UNPACKED = 45_000_000  # of one that can only be unpacked whole: 600 points to the inch of A4 is 35 million
ENOUGH_SCAN, ENOUGH_PHOTO = 2340, 3300
LEAST = 300
TIFF = "image/tiff"
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


def kind_of(data: bytes) -> str:
    """Return the media type of a scan. Raises SheetsRefused for an unsupported one."""
    if data[:4] in (b"II*\0", b"MM\0*"):
        return TIFF
    kind = sniff(data)
    if kind not in (PDF, JPEG, PNG, HEIC):
        raise SheetsRefused("not_a_scan")
    return kind


def count_pages(data: bytes) -> int:
    """Return the number of pages; raises SheetsRefused for an unreadable file or too many pages."""
    if len(data) > MOST_BYTES:
        raise SheetsRefused("too_large", megabytes=MOST_BYTES // 1024 // 1024)
    kind = kind_of(data)
    try:
        count = _pages_of_pdf(data) if kind == PDF else _frames(data) if kind == TIFF else 1
    except (SheetsRefused, MemoryError):
        raise
    except Exception as error:  # a parser fed with anything may raise anything; the person is told the same
        raise SheetsRefused("damaged") from error
    if count > MOST_PAGES:
        raise SheetsRefused("too_many_pages", pages=MOST_PAGES)
    if count < 1:
        raise SheetsRefused("damaged")
    return count


def _pages_of_pdf(data: bytes) -> int:
    """Return the number of pages of a PDF. Raises SheetsRefused if it is damaged or locked."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise SheetsRefused("password" if "assword" in str(error) else "damaged") from error
    try:
        return len(document)
    finally:
        document.close()


def _frames(data: bytes) -> int:
    """Return the number of frames of a TIFF, at most one more than allowed, as a file may loop."""
    with Image.open(io.BytesIO(data), formats=["TIFF"]) as image:
        for number in range(MOST_PAGES + 1):
            try:
                image.seek(number)
            except EOFError:
                return number
    return MOST_PAGES + 1


def grey_pages(data: bytes, start: int = 0) -> Iterator[Grey | None]:
    """Yield the pages of a scan from number ``start`` (0 is the first) as grey pixels; None for a damaged page."""
    kind = kind_of(data)
    if kind == PDF:
        yield from _of_pdf(data, start)
    elif kind == TIFF:
        yield from _of_tiff(data, start)
    elif start == 0:
        yield _grey_picture(data, kind)


def _of_pdf(data: bytes, start: int) -> Iterator[Grey | None]:
    """Yield the pages of a PDF from number ``start`` (0 is the first) as grey pixels; None for a damaged page."""
    document = pypdfium2.PdfDocument(data)
    try:
        for number in range(start, len(document)):
            yield _pdf_page(document, number)
    finally:
        document.close()


def _pdf_page(document: pypdfium2.PdfDocument, number: int) -> Grey | None:
    """Return page ``number`` of a PDF (0 is the first) as grey pixels; None if it is damaged."""
    try:
        page = document[number]
        longest = max(*page.get_size(), 1.0)
        bitmap = page.render(scale=ENOUGH_SCAN / longest, grayscale=True, may_draw_forms=False)
        grey = np.array(bitmap.to_numpy()[..., 0] if bitmap.to_numpy().ndim == 3 else bitmap.to_numpy())
        bitmap.close()
        page.close()
    except MemoryError:
        raise
    except Exception:  # see count_pages
        return None
    return grey if min(grey.shape) >= LEAST else None


def _of_tiff(data: bytes, start: int) -> Iterator[Grey | None]:
    """Yield the frames of a TIFF from number ``start`` as grey pixels; None for a damaged frame.

    Also None for an oversized frame.
    """
    with Image.open(io.BytesIO(data), formats=["TIFF"]) as image:
        for number in range(start, _frames(data)):
            try:
                yield _guarded(image, number, ENOUGH_SCAN)
            except SheetsRefused:  # one picture too large does not cost the others
                yield None


def _grey_picture(data: bytes, kind: str) -> Grey | None:
    """Decode a JPEG, PNG or HEIC picture to grey pixels; raises SheetsRefused for a damaged or oversized one."""
    if kind == HEIC:
        from ancu.engines.papers.images import clean_image  # noqa: PLC0415 -- a decoder most pictures do not need
        from ancu.engines.papers.model import PaperRefused as Unclean  # noqa: PLC0415

        try:
            data = clean_image(data, HEIC, kind="scan").data
        except Unclean as refused:
            raise SheetsRefused(
                "too_many_pixels" if refused.code == "image_too_many_pixels" else "damaged"
            ) from refused
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG", "PNG"]) as image:
            grey = _guarded(image, 0, ENOUGH_PHOTO)
    except (SheetsRefused, MemoryError):
        raise
    except Image.DecompressionBombError as error:
        raise SheetsRefused("too_many_pixels", megapixels=MOST_PIXELS // 1_000_000) from error
    except Exception as error:  # see count_pages
        raise SheetsRefused("damaged") from error
    if grey is None:
        raise SheetsRefused("damaged")
    return grey


def _guarded(image: Image.Image, number: int, enough: int) -> Grey | None:
    """Return frame ``number`` of a picture as grey pixels; None if its data is damaged.

    Raises SheetsRefused if it is too large. ``enough`` is the longer side to scale down to.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a damaged EXIF block is no reason to say anything
        try:
            image.seek(number)
            return _pixels(image, enough)
        except (SheetsRefused, MemoryError):
            raise
        except Exception:  # see count_pages
            return None


def _pixels(image: Image.Image, enough: int) -> Grey | None:
    """Return an opened frame as upright grey pixels, its longer side at most ``enough``.

    None if it is too small to read. Raises SheetsRefused if it is too large.
    """
    wide, high = image.size
    most = MOST_PIXELS if image.format in ("JPEG", "MPO") else MOST_UNPACKED
    if wide * high > most or max(wide, high) > 32_000:
        raise SheetsRefused("too_many_pixels", megapixels=most // 1_000_000)
    if min(wide, high) < LEAST:
        return None
    image.draft("L", (enough, enough))
    turned = ImageOps.exif_transpose(_plain(image))
    longest = max(turned.size)
    if longest > enough:
        part = enough / longest
        turned = turned.resize((round(turned.width * part), round(turned.height * part)), Image.Resampling.BOX)
    return np.asarray(turned, dtype=np.uint8)


def _plain(image: Image.Image) -> Image.Image:
    """Return the picture in eight-bit grey on white, with the camera's orientation kept."""
    exif = image.getexif()
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        grey = Image.alpha_composite(Image.new("RGBA", rgba.size, (255, 255, 255, 255)), rgba).convert("L")
    elif image.mode.startswith("I") or image.mode == "F":
        grey = image.convert("I").point(lambda value: value / 256).convert("L")
    else:
        grey = image.convert("L")
    grey.getexif()[0x0112] = int(exif.get(0x0112, 1) or 1)
    return grey
