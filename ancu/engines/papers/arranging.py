"""Combine pages into one paper, in a given order, each turned and cropped.

A page that is not changed is copied as it is. One that is turned or cropped is rendered again, so that what was cut off
is not hidden in the file.
"""

import io
from collections.abc import Sequence

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image

from ancu.engines.papers.images import QUALITY
from ancu.engines.papers.model import JPEG, PDF, Cleaned, PageEdit, PaperRefused, sniff
from ancu.engines.papers.pages import MOST_PIXELS
from ancu.engines.papers.pdfs import is_signed, to_bytes

LONG_SIDE = 842.0  # points: A4
DOTS = 200 / 72  # of a page that is rendered again: 200 to the inch
LEAST_EDGE = 60  # pixels: the smallest width or height that a crop may leave
TURNS = frozenset({0, 90, 180, 270})


def arrange(papers: Sequence[bytes], edits: Sequence[PageEdit], *, kind: str, max_pages: int) -> Cleaned:
    """Combine the pages that ``edits`` name, in that order, into one paper. Raises PaperRefused.

    A single JPEG page stays a JPEG; anything else becomes a PDF. ``edits`` refer to ``papers`` by index.
    """
    if not edits:
        raise PaperRefused("page_missing")
    if len(edits) > max_pages:
        raise PaperRefused("pdf_too_many_pages", pages=len(edits), most=max_pages)
    try:
        return _combine(papers, edits, kind)
    except PaperRefused:
        raise
    except MemoryError as error:
        raise PaperRefused("paper_too_heavy") from error
    except Exception as error:  # see images.clean_image
        raise PaperRefused("pdf_damaged") from error


def _combine(papers: Sequence[bytes], edits: Sequence[PageEdit], kind: str) -> Cleaned:
    """Combine the pages: one JPEG page stays a JPEG, anything else becomes a PDF. Raises PaperRefused."""
    if any(not 0 <= edit.source < len(papers) or edit.turn not in TURNS for edit in edits):
        raise PaperRefused("page_missing")
    edit = edits[0]
    if len(edits) == 1 and sniff(papers[edit.source]) == JPEG:
        data = _page_as_jpeg(papers[edit.source], edit, kind)
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
            return Cleaned(data=data, media_type=JPEG, width=image.width, height=image.height)
    return Cleaned(data=_combine_as_pdf(papers, edits, kind), media_type=PDF, pages=len(edits))


def _combine_as_pdf(papers: Sequence[bytes], edits: Sequence[PageEdit], kind: str) -> bytes:
    """Return a PDF of the pages that ``edits`` name, in order, turned and cropped.

    Raises PaperRefused for a missing page, or if one of the papers is a signed PDF.
    """
    documents = {index: Pdf.open(io.BytesIO(data)) for index, data in enumerate(papers) if sniff(data) == PDF}
    if any(is_signed(document) for document in documents.values()):
        raise PaperRefused("pdf_signed_whole")
    with Pdf.new() as combined:
        for edit in edits:
            document = documents.get(edit.source)
            if document is None or edit.is_changed:
                _add_picture(combined, _page_as_jpeg(papers[edit.source], edit, kind))
            elif 0 <= edit.page < len(document.pages):
                combined.pages.append(document.pages[edit.page])
            else:
                raise PaperRefused("page_missing")
        return to_bytes(combined)


def _page_as_jpeg(data: bytes, edit: PageEdit, kind: str) -> bytes:
    """Return the page as a JPEG, turned and cropped as ``edit`` says; an unchanged JPEG as it is.

    Raises PaperRefused if the page does not exist.
    """
    if sniff(data) == JPEG:
        if edit.page:
            raise PaperRefused("page_missing")
        if not edit.is_changed:
            return data
        image: Image.Image = Image.open(io.BytesIO(data), formats=("JPEG",))
    else:
        image = _render_page(data, edit.page)
    image = image.convert("RGB")
    if edit.turn:
        image = image.rotate(-edit.turn, expand=True)
    if edit.crop:
        image = image.crop(_crop_box(edit.crop, image.size))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=QUALITY[kind][0], optimize=True)
    return buffer.getvalue()


def _render_page(data: bytes, page: int) -> Image.Image:
    """Render a PDF's page as a picture. Raises PaperRefused if the page does not exist."""
    document = pypdfium2.PdfDocument(data)
    try:
        if not 0 <= page < len(document):
            raise PaperRefused("page_missing")
        across, down = document[page].get_size()
        scale = min(DOTS, (MOST_PIXELS / max(across * down, 1.0)) ** 0.5)
        image: Image.Image = document[page].render(scale=scale, may_draw_forms=False).to_pil()
        return image
    finally:
        document.close()


def _crop_box(crop: tuple[float, float, float, float], size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of a crop in pixels, from its shares of the page.

    Raises PaperRefused if it is too small.
    """
    left, top, right, bottom = (min(max(share, 0.0), 1.0) for share in crop)
    box = (round(left * size[0]), round(top * size[1]), round(right * size[0]), round(bottom * size[1]))
    if box[2] - box[0] < LEAST_EDGE or box[3] - box[1] < LEAST_EDGE:
        raise PaperRefused("crop_too_small")
    return box


def _add_picture(pdf: Pdf, jpeg: bytes) -> None:
    """Append to the PDF a page as long as A4, in the picture's shape, that embeds the JPEG unchanged."""
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
        width, height, grey = picture.width, picture.height, picture.mode == "L"
    scale = LONG_SIDE / max(width, height)
    across, down = width * scale, height * scale
    image = Stream(
        pdf, jpeg, Type=Name.XObject, Subtype=Name.Image, Width=width, Height=height, BitsPerComponent=8,
        ColorSpace=Name.DeviceGray if grey else Name.DeviceRGB, Filter=Name.DCTDecode,
    )  # fmt: skip
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, across, down]),
        Resources=Dictionary(XObject=Dictionary(Im0=pdf.make_indirect(image))),
        Contents=pdf.make_indirect(Stream(pdf, f"q {across:.3f} 0 0 {down:.3f} 0 0 cm /Im0 Do Q".encode())),
    )
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
