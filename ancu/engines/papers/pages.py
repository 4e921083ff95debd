"""Render one page of a paper as a picture."""

import io

import pypdfium2
from PIL import Image

from ancu.engines.papers.model import JPEG, PDF, PaperRefused, sniff

WIDTHS = (80, 2400)
MOST_PIXELS = 12_000_000  # a roll of paper is drawn narrower instead of filling the memory
QUALITY = 82


def draw_page(data: bytes, *, page: int, width: int) -> bytes:
    """Return a JPEG of the page (the first is 0), ``width`` pixels wide within limits.

    It is narrower if the page is very long. Raises PaperRefused.
    """
    width = min(max(width, WIDTHS[0]), WIDTHS[1])
    media_type = sniff(data)
    try:
        picture = (
            _render_pdf_page(data, page, width) if media_type == PDF else _scale_picture(data, media_type, page, width)
        )
        buffer = io.BytesIO()
        picture.convert("RGB").save(buffer, "JPEG", quality=QUALITY)
    except PaperRefused:
        raise
    except Exception as error:  # see images.clean_image
        raise PaperRefused("pdf_damaged" if media_type == PDF else "image_damaged") from error
    return buffer.getvalue()


def _render_pdf_page(data: bytes, page: int, width: int) -> Image.Image:
    """Render a page of a PDF at this width. Raises PaperRefused if the page does not exist."""
    document = pypdfium2.PdfDocument(data)
    try:
        if not 0 <= page < len(document):
            raise PaperRefused("page_missing")
        pdf_page = document[page]
        across, down = pdf_page.get_size()
        across, down = max(across, 1.0), max(down, 1.0)
        scale = min(width / across, (MOST_PIXELS / (across * down)) ** 0.5)
        picture: Image.Image = pdf_page.render(scale=scale, may_draw_forms=False).to_pil()
        return picture
    finally:
        document.close()


def _scale_picture(data: bytes, media_type: str, page: int, width: int) -> Image.Image:
    """Return a picture scaled to this width. Raises PaperRefused if it is no JPEG or another page is asked for."""
    if media_type != JPEG:
        raise PaperRefused("paper_type")
    if page:
        raise PaperRefused("page_missing")
    picture = Image.open(io.BytesIO(data), formats=("JPEG",))
    picture.draft(None, (width, width))
    down = min(10 * width, MOST_PIXELS // width)
    picture.thumbnail((width, down), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return picture
