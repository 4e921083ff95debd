"""Pages put together into one paper, in the order asked for, each turned and cut as asked.

A page that is not changed is taken over as it is. One that is turned or cut is drawn anew: what was cut off is gone,
and does not lie hidden in the file.
"""

import io
from collections.abc import Sequence

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image

from ancu.engines.papers.images import QUALITY
from ancu.engines.papers.model import JPEG, PDF, Cleaned, PageEdit, Refused, sniff
from ancu.engines.papers.pages import MOST_PIXELS
from ancu.engines.papers.pdfs import is_signed, written

LONG_SIDE = 842.0  # points: A4
DOTS = 200 / 72  # a page drawn anew: 200 to the inch
LEAST_EDGE = 60  # pixels of what is left
TURNS = frozenset({0, 90, 180, 270})


def arrange(papers: Sequence[bytes], edits: Sequence[PageEdit], *, kind: str, max_pages: int) -> Cleaned:
    """One paper of the pages that ``edits`` name, in their order. A single picture stays a picture."""
    if not edits:
        raise Refused("page_missing")
    if len(edits) > max_pages:
        raise Refused("pdf_too_many_pages", pages=len(edits), most=max_pages)
    try:
        return _arranged(papers, edits, kind)
    except Refused:
        raise
    except MemoryError as error:
        raise Refused("paper_too_heavy") from error
    except Exception as error:  # see images.clean_image
        raise Refused("pdf_damaged") from error


def _arranged(papers: Sequence[bytes], edits: Sequence[PageEdit], kind: str) -> Cleaned:
    if any(not 0 <= edit.source < len(papers) or edit.turn not in TURNS for edit in edits):
        raise Refused("page_missing")
    only = edits[0]
    if len(edits) == 1 and sniff(papers[only.source]) == JPEG:
        data = _picture_of(papers[only.source], only, kind)
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as picture:
            return Cleaned(data=data, media_type=JPEG, width=picture.width, height=picture.height)
    return Cleaned(data=_pdf_of(papers, edits, kind), media_type=PDF, pages=len(edits))


def _pdf_of(papers: Sequence[bytes], edits: Sequence[PageEdit], kind: str) -> bytes:
    documents = {place: Pdf.open(io.BytesIO(data)) for place, data in enumerate(papers) if sniff(data) == PDF}
    if any(is_signed(document) for document in documents.values()):
        raise Refused("pdf_signed_whole")
    with Pdf.new() as made:
        for edit in edits:
            document = documents.get(edit.source)
            if document is None or edit.changes:
                _add_picture(made, _picture_of(papers[edit.source], edit, kind))
            elif 0 <= edit.page < len(document.pages):
                made.pages.append(document.pages[edit.page])
            else:
                raise Refused("page_missing")
        return written(made)


def _picture_of(data: bytes, edit: PageEdit, kind: str) -> bytes:
    """The page as a JPEG, turned and cut; the picture itself where nothing changes."""
    if sniff(data) == JPEG:
        if edit.page:
            raise Refused("page_missing")
        if not edit.changes:
            return data
        picture: Image.Image = Image.open(io.BytesIO(data), formats=("JPEG",))
    else:
        picture = _drawn(data, edit.page)
    turned = picture.convert("RGB")
    if edit.turn:
        turned = turned.rotate(-edit.turn, expand=True)
    if edit.crop:
        turned = turned.crop(_box(edit.crop, turned.size))
    buffer = io.BytesIO()
    turned.save(buffer, "JPEG", quality=QUALITY[kind][0], optimize=True)
    return buffer.getvalue()


def _drawn(data: bytes, page: int) -> Image.Image:
    document = pypdfium2.PdfDocument(data)
    try:
        if not 0 <= page < len(document):
            raise Refused("page_missing")
        across, down = document[page].get_size()
        scale = min(DOTS, (MOST_PIXELS / max(across * down, 1.0)) ** 0.5)
        drawn: Image.Image = document[page].render(scale=scale, may_draw_forms=False).to_pil()
        return drawn
    finally:
        document.close()


def _box(crop: tuple[float, float, float, float], size: tuple[int, int]) -> tuple[int, int, int, int]:
    left, top, right, bottom = (min(max(share, 0.0), 1.0) for share in crop)
    box = (round(left * size[0]), round(top * size[1]), round(right * size[0]), round(bottom * size[1]))
    if box[2] - box[0] < LEAST_EDGE or box[3] - box[1] < LEAST_EDGE:
        raise Refused("crop_too_small")
    return box


def _add_picture(made: Pdf, jpeg: bytes) -> None:
    """A page as large as the picture on A4, with the picture as it is."""
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
        width, height, grey = picture.width, picture.height, picture.mode == "L"
    scale = LONG_SIDE / max(width, height)
    across, down = width * scale, height * scale
    image = Stream(
        made, jpeg, Type=Name.XObject, Subtype=Name.Image, Width=width, Height=height, BitsPerComponent=8,
        ColorSpace=Name.DeviceGray if grey else Name.DeviceRGB, Filter=Name.DCTDecode,
    )  # fmt: skip
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, across, down]),
        Resources=Dictionary(XObject=Dictionary(Im0=made.make_indirect(image))),
        Contents=made.make_indirect(Stream(made, f"q {across:.3f} 0 0 {down:.3f} 0 0 cm /Im0 Do Q".encode())),
    )
    made.pages.append(pikepdf.Page(made.make_indirect(page)))
