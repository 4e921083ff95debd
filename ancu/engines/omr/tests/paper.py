"""A small questionnaire, printed, drawn on and scanned: what the tests read."""

import io
from collections.abc import Callable, Mapping
from functools import cache

import cv2
import numpy as np
import pypdfium2
from PIL import Image

from ancu.engines.omr import (
    Box,
    Choice,
    Layout,
    PrintedSheet,
    Question,
    Questionnaire,
    QuestionSection,
    Words,
    lay_out,
    print_sheets,
)

SECRET = b"known to the tests"
DPI = 200
MM = DPI / 25.4
Grey = np.ndarray


def choice(choice_id: str, *, write_in: bool = False) -> Choice:
    return Choice(id=choice_id, words=Words(f"Trả lời {choice_id}", f"Answer {choice_id}"), write_in=write_in)


def choices(count: int) -> tuple[Choice, ...]:
    return tuple(choice(str(number)) for number in range(1, count + 1))


SMALL = Questionnaire(
    code="T1",
    title=Words("Phiếu thử", "Trial"),
    sections=(
        QuestionSection(
            id="s",
            questions=(
                Question(
                    id="one", kind="single", words=Words("Một ô"), choices=(*choices(3), choice("x", write_in=True))
                ),
                Question(id="some", kind="multiple", words=Words("Nhiều ô"), choices=choices(4)),
                Question(id="grid", kind="matrix", words=Words("Bảng"), rows=choices(3), choices=choices(4)),
                Question(id="mood", kind="scale", words=Words("Thang"), low=0, high=10),
                Question(id="age", kind="number", words=Words("Tuổi"), digits=3, unit=Words("tuổi", "years")),
                Question(id="more", kind="long", words=Words("Ý kiến"), lines=2),
            ),
        ),
    ),
)


@cache
def sheet() -> PrintedSheet:
    return lay_out(SMALL)


@cache
def stack() -> bytes:
    return print_sheets(sheet(), range(1, 6), secret=SECRET)


@cache
def _page(pdf: bytes, number: int) -> Grey:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return np.array(document[number].render(scale=DPI / 72, grayscale=True).to_numpy())
    finally:
        document.close()


def printed(serial: int = 1, *, pdf: bytes | None = None) -> Grey:
    return _page(pdf or stack(), serial - 1).copy()


def box(box_id: str, layout: Layout | None = None) -> Box:
    return next(box for box in (layout or sheet().layout).boxes if box.id == box_id)


# ---- a pen --------------------------------------------------------------------------------------


def stroke(page: Grey, at: Box, *points: tuple[float, float], tone: int = 60, width: float = 0.5) -> None:
    """Through points given in sides of the box, from its top left corner."""
    where = np.array([((at.x + x * at.side) * MM, (at.y + y * at.side) * MM) for x, y in points])
    cv2.polylines(page, [np.round(where * 16).astype(np.int32)], False, tone, max(1, round(width * MM)), cv2.LINE_AA, 4)


def crossed(page: Grey, at: Box, tone: int = 60) -> None:
    stroke(page, at, (0.05, 0.1), (0.95, 0.9), tone=tone)
    stroke(page, at, (0.95, 0.05), (0.1, 0.95), tone=tone)


def ticked(page: Grey, at: Box, tone: int = 60) -> None:
    stroke(page, at, (0.1, 0.5), (0.4, 0.9), (1.1, -0.2), tone=tone)


def filled(page: Grey, at: Box, tone: int = 60) -> None:
    stroke(page, at, *(((0.1, y), (0.9, y))[i % 2] for i, y in enumerate(np.linspace(0.1, 0.9, 12))), tone=tone)


def corrected(page: Grey, at: Box, tone: int = 60) -> None:
    crossed(page, at, tone)
    stroke(page, at, (-0.7, 0.4), (1.7, 0.35), tone=tone)
    stroke(page, at, (-0.65, 0.7), (1.75, 0.6), tone=tone)


PENS: dict[str, Callable[[Grey, Box, int], None]] = {
    "crossed": crossed, "ticked": ticked, "filled": filled, "corrected": corrected,
}  # fmt: skip


def marked(marks: Mapping[str, str], serial: int = 1, tone: int = 60) -> Grey:
    page = printed(serial)
    for box_id, how in marks.items():
        PENS[how](page, box(box_id), tone)
    return page


# ---- what comes back ----------------------------------------------------------------------------


def png(page: Grey) -> bytes:
    return cv2.imencode(".png", page)[1].tobytes()


def jpeg(page: Grey, quality: int = 85) -> bytes:
    return cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def bundle(pages: list[Grey], format: str, **options: object) -> bytes:
    """TIFF or PDF of all of them."""
    pictures = [Image.fromarray(page) for page in pages]
    if options.get("compression") == "group4":
        pictures = [picture.convert("1", dither=Image.Dither.NONE) for picture in pictures]
    out = io.BytesIO()
    pictures[0].save(out, format, save_all=True, append_images=pictures[1:], **options)
    return out.getvalue()


def turned(page: Grey, degrees: float, ground: int = 255) -> Grey:
    high, wide = page.shape
    way = cv2.getRotationMatrix2D((wide / 2, high / 2), degrees, 1.0)
    return cv2.warpAffine(page, way, (wide, high), flags=cv2.INTER_LINEAR, borderValue=ground)


def photo(page: Grey) -> Grey:
    """From aslant, on a dark table, under a shadow, blurred and noisy."""
    high, wide = page.shape
    corners = np.float32([[0, 0], [wide, 0], [wide, high], [0, high]])
    target = np.float32([[230, 160], [1380, 240], [1480, 1900], [90, 1830]])
    way = cv2.getPerspectiveTransform(corners, target)
    view = cv2.warpPerspective(page, way, (1600, 2048), flags=cv2.INTER_AREA, borderValue=70).astype(np.float32)
    shadow = np.zeros(view.shape, np.float32)
    cv2.fillConvexPoly(shadow, np.array([[800, 0], [1600, 0], [1600, 1500], [1000, 900]]), 1.0)
    view *= 0.9 - 0.4 * cv2.GaussianBlur(shadow, (0, 0), 15)
    view = cv2.GaussianBlur(view, (0, 0), 0.8) + np.random.default_rng(3).normal(0, 3, view.shape)
    return np.clip(view, 0, 255).astype(np.uint8)
