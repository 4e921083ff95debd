"""Read the text layer of a PDF: each word that stands visibly on a page, with its place.

A text layer may say something else than the page shows: hidden, white, covered, or recognised from a scan with
mistakes. A word therefore counts only where the drawn page has ink, and nowhere on a picture.
"""

from collections.abc import Iterator
from ctypes import byref, c_double, c_int

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from ancu.engines.papers.model import PDF, PaperRefused, PrintedWord, sniff

MOST_PAGES = 6
MOST_CHARACTERS = 12_000  # of a page; a page of small print has 6,000
MOST_WORDS = 4000
MOST_NESTED = 15  # form objects
MOST_LETTERS = 80  # of a word; longer ones are no words
FINENESS = 10  # device units to a point: pages are placed in whole numbers
WIDTH = 900  # pixels of the drawn page
MOST_PIXELS = 4_000_000
LEAST_CONTRAST = 48  # of 255, between ink and paper
WIDE_GAP = 1.2  # heights of a letter
ON_PICTURE = 0.5  # share of a word
Box = tuple[float, float, float, float]


def read_words(data: bytes) -> list[PrintedWord]:
    """Return the visible words of a PDF's first pages in their order; none of a picture. Raises PaperRefused."""
    if sniff(data) != PDF:
        return []
    try:
        document = pypdfium2.PdfDocument(data)
        try:
            words: list[PrintedWord] = []
            for number in range(min(len(document), MOST_PAGES)):
                words += _words_of_page(document[number], number + 1)
            return words[:MOST_WORDS]
        finally:
            document.close()
    except MemoryError:
        raise
    except Exception as error:  # see pdfs.clean_pdf
        raise PaperRefused("pdf_damaged") from error


def _words_of_page(page: pypdfium2.PdfPage, number: int) -> list[PrintedWord]:
    """Return the visible words of one page."""
    text_page = page.get_textpage()
    try:
        size = _size(page)
        placed = list(_placed_words(page, text_page, size))
    finally:
        text_page.close()
    if not placed:
        return []
    pictures, drawn = list(_picture_boxes(page, size)), _draw(page)
    words: list[PrintedWord] = []
    before: Box | None = None
    for text, box in placed:
        if _is_visible(drawn, box, size) and not any(_is_covered(box, picture) for picture in pictures):
            left, top, right, bottom = (side / size[0] for side in box)
            words.append(PrintedWord(text, number, _separator(before, box), (left, top, right, bottom)))
            before = box
    return words


def _size(page: pypdfium2.PdfPage) -> tuple[int, int]:
    """Return width and height of the page as it is shown, in device units."""
    width, height = page.get_size()
    return max(1, round(width * FINENESS)), max(1, round(height * FINENESS))


def _placed_words(
    page: pypdfium2.PdfPage, text_page: pypdfium2.PdfTextPage, size: tuple[int, int]
) -> Iterator[tuple[str, Box]]:
    """Yield each word of the page with its box in device units, as the page is shown."""
    letters: list[str] = []
    boxes: list[Box] = []
    for index in range(min(text_page.count_chars(), MOST_CHARACTERS)):
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        letter = chr(code) if 0x20 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " "
        if not letter.isspace() and letter.isprintable():
            letters.append(letter)
            boxes.append(_device_box(page, text_page, index, size))
        elif letters:
            yield from _word(letters, boxes)
            letters, boxes = [], []
    yield from _word(letters, boxes)


def _word(letters: list[str], boxes: list[Box]) -> Iterator[tuple[str, Box]]:
    """Yield the word of these letters with the box around them; nothing if it is empty or far too long."""
    if 0 < len(letters) <= MOST_LETTERS:
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        yield "".join(letters), (min(lefts), min(tops), max(rights), max(bottoms))


def _device_box(page: pypdfium2.PdfPage, text_page: pypdfium2.PdfTextPage, index: int, size: tuple[int, int]) -> Box:
    """Return the box of a character on the page as it is shown, turned and cropped."""
    sides = [c_double() for _side in range(4)]
    left, right, bottom, top = sides
    pdfium.FPDFText_GetCharBox(text_page, index, *map(byref, sides))
    return _to_device(page, (left.value, bottom.value, right.value, top.value), size)


def _to_device(page: pypdfium2.PdfPage, box: Box, size: tuple[int, int]) -> Box:
    """Return a box of the page's own space as left, top, right and bottom in device units."""
    corners = []
    for x, y in (box[:2], box[2:]):
        across, down = c_int(), c_int()
        pdfium.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, byref(across), byref(down))
        corners.append((across.value, down.value))
    (x1, y1), (x2, y2) = corners
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _separator(before: Box | None, box: Box) -> str:
    """Return what parts a word from the one before it: a new line, a wide gap as between columns, or a space."""
    if before is None:
        return "\n"
    height = max(min(before[3] - before[1], box[3] - box[1]), 1)
    overlap = min(before[3], box[3]) - max(before[1], box[1])
    gap = box[0] - before[2]
    if overlap < height / 2 or gap < -height:
        return "\n"
    return "\t" if gap > WIDE_GAP * height else " "


def _picture_boxes(page: pypdfium2.PdfPage, size: tuple[int, int]) -> Iterator[Box]:
    """Yield where the page has pictures; those of a form object are placed by its matrices."""
    for picture in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=MOST_NESTED):
        box, form = picture.get_bounds(), picture.container
        while form is not None:
            box, form = form.get_matrix().on_rect(*box), form.container
        yield _to_device(page, box, size)


def _is_covered(word: Box, picture: Box) -> bool:
    """Whether a picture lies over or under half of the word."""
    across = min(word[2], picture[2]) - max(word[0], picture[0])
    down = min(word[3], picture[3]) - max(word[1], picture[1])
    area = max((word[2] - word[0]) * (word[3] - word[1]), 1)
    return across > 0 and down > 0 and across * down > ON_PICTURE * area


def _draw(page: pypdfium2.PdfPage) -> Image.Image:
    """Return the page as a grey picture."""
    across, down = page.get_size()
    across, down = max(across, 1.0), max(down, 1.0)
    scale = min(WIDTH / across, (MOST_PIXELS / (across * down)) ** 0.5)
    picture: Image.Image = page.render(scale=scale, may_draw_forms=False, grayscale=True).to_pil()
    return picture.convert("L")


def _is_visible(drawn: Image.Image, box: Box, size: tuple[int, int]) -> bool:
    """Whether the drawn page has ink where the word should stand."""
    left, top = round(box[0] * drawn.width / size[0]), round(box[1] * drawn.height / size[1])
    right, bottom = round(box[2] * drawn.width / size[0]), round(box[3] * drawn.height / size[1])
    place = (max(left, 0), max(top, 0), min(max(right, left + 1), drawn.width), min(max(bottom, top + 1), drawn.height))
    if place[2] <= place[0] or place[3] <= place[1]:
        return False
    greys = drawn.crop(place).histogram()
    darkest = next(level for level, count in enumerate(greys) if count)
    lightest = next(level for level in range(255, -1, -1) if greys[level])
    return lightest - darkest >= LEAST_CONTRAST
