"""Sheets as they come back: what was printed, with crosses in boxes and words on lines, as pages of one PDF."""

import io

import pypdfium2
from PIL import Image, ImageDraw

from ancu.apps.surveys.models import PrintRun
from ancu.apps.surveys.services.paper import layout_of

DPI = 150
MM = DPI / 25.4


def pages_of(pdf: bytes) -> list[Image.Image]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=DPI / 72).to_pil().convert("L") for page in document]


def fill(pictures: list[Image.Image], run: PrintRun, sheets: list[dict]) -> list[Image.Image]:
    """``sheets``: for each, ``{box id or area id: "x" | "?" | "ink"}``; ``?`` may or may not be a mark."""
    layout = layout_of(run.paper)
    for number, marks in enumerate(sheets):
        places = {box.id: box for box in layout.boxes} | {area.id: area for area in layout.areas}
        for key, kind in marks.items():
            place = places[key]
            draw = ImageDraw.Draw(pictures[number * layout.pages + place.page - 1])
            width, height = getattr(place, "width", place_side(place)), getattr(place, "height", place_side(place))
            x, y, right, bottom = (v * MM for v in (place.x, place.y, place.x + width, place.y + height))
            if kind == "x":
                draw.line((x + 3, y + 3, right - 3, bottom - 3), fill=30, width=3)
                draw.line((x + 3, bottom - 3, right - 3, y + 3), fill=30, width=3)
            elif kind == "?":
                draw.line((x + 9, y + 10, right - 9, bottom - 11), fill=130, width=2)
            else:
                for step in range(12):
                    crop_left = x + 20 + step * 14
                    draw.line((crop_left, y + 12, crop_left + 9, y + 28), fill=40, width=3)
    return pictures


def place_side(place) -> float:
    return getattr(place, "side", 0.0)


def as_pdf(pictures: list[Image.Image]) -> bytes:
    out = io.BytesIO()
    pictures[0].save(out, "PDF", save_all=True, append_images=pictures[1:], resolution=DPI)
    return out.getvalue()
