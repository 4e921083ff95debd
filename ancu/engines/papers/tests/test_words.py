"""The text layer of a PDF: visible words with their places; nothing hidden, nothing on a picture, no broken file."""

import os
import random

import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from ancu.engines.papers import REFUSALS, PaperRefused, printed_words
from ancu.engines.papers.tests import samples
from ancu.engines.papers.tests.test_fuzz import mutate
from ancu.engines.papers.words import MOST_PAGES, read_words

LINE = b"BT /A 12 Tf 72 700 Td (HOFFMANN JORG) Tj ET"


def page(content: bytes, **more: object) -> Pdf:
    document = samples.pdf(1)
    document.pages[0].obj.Contents = Stream(document, content)
    for name, value in more.items():
        document.pages[0].obj[Name(f"/{name}")] = value
    return document


def texts(document: Pdf) -> list[str]:
    return [word.text for word in read_words(samples.saved(document))]


def test_words_have_their_places() -> None:
    below = b"BT /A 12 Tf 72 660 Td (C01X0T478) Tj 250 0 Td (alone) Tj ET"
    words = read_words(samples.saved(page(LINE + b"\n" + below)))
    assert [(word.text, word.before) for word in words] == [
        ("HOFFMANN", "\n"), ("JORG", " "), ("C01X0T478", "\n"), ("alone", "\t"),
    ]  # fmt: skip
    left, top, right, bottom = words[0].box
    assert (round(left * 595), round(bottom * 595)) == (73, 142)
    assert left < right < 0.3 and top < bottom


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_places_are_those_of_the_page_as_it_is_shown(turn: int) -> None:
    (first, *_rest) = read_words(samples.saved(page(LINE, Rotate=turn)))
    left, top, right, bottom = first.box
    assert 0 <= left < right <= 1 and 0 <= top < bottom
    assert (right - left < bottom - top) == (turn != 180)


def test_a_cropped_page_is_placed_by_what_is_shown() -> None:
    (first, *_rest) = read_words(samples.saved(page(LINE, CropBox=Array([50, 600, 350, 750]))))
    assert round(first.box[0] * 300) == 23


@pytest.mark.parametrize(
    "content",
    [
        b"1 1 1 rg " + LINE,  # white
        b"BT 3 Tr /A 12 Tf 72 700 Td (HOFFMANN JORG) Tj ET",  # drawn by no pen
        LINE + b" 1 1 1 rg 60 690 300 30 re f",  # covered
        b"BT /A 12 Tf 72 -700 Td (HOFFMANN JORG) Tj ET",  # outside
    ],
)
def test_what_nobody_sees_is_not_read(content: bytes) -> None:
    assert texts(page(content)) == []
    visible = b"BT /A 12 Tf 72 500 Td (seen) Tj ET"
    assert texts(page(visible + b" " + content)) == ["seen"]


def test_words_on_a_picture_are_not_read() -> None:
    """A scanner's text layer is what it recognised; it may be wrong."""
    document = samples.pdf(1, picture=samples.jpeg(samples.page_of_text(300, 400)))
    picture = document.pages[0].obj.Resources.XObject
    content = b"q 300 0 0 400 72 200 cm /Im Do Q BT /A 12 Tf 100 400 Td (scanned) Tj 0 -350 Td (beside) Tj ET"
    document.pages[0].obj.Contents = Stream(document, content)
    assert texts(document) == ["beside"]
    form = Stream(document, b"q 300 0 0 400 0 0 cm /Im Do Q", Type=Name.XObject, Subtype=Name.Form)
    form.BBox, form.Resources = Array([0, 0, 300, 400]), Dictionary(XObject=picture)
    form.Matrix = Array([1, 0, 0, 1, 72, 200])
    document.pages[0].obj.Resources.XObject = Dictionary(Fm=document.make_indirect(form))
    document.pages[0].obj.Contents = Stream(
        document, b"/Fm Do BT /A 12 Tf 100 400 Td (scanned) Tj 0 -350 Td (beside) Tj ET"
    )
    assert texts(document) == ["beside"]


def test_the_first_pages_are_read() -> None:
    words = read_words(samples.saved(samples.pdf(MOST_PAGES + 2)))
    assert [word.text for word in words if word.text.isdigit()] == [str(page + 1) for page in range(MOST_PAGES)]
    assert {word.page for word in words} == set(range(1, MOST_PAGES + 1))


def test_a_confined_child_reads_the_same() -> None:
    data = samples.saved(page(LINE))
    assert printed_words(data) == read_words(data)
    assert printed_words(samples.jpeg()) == []


def test_broken_files_are_refused_by_their_code() -> None:
    data, rng = samples.saved(samples.busy_pdf()), random.Random(7)
    with pytest.raises(PaperRefused) as refused:
        printed_words(b"%PDF-1.7\n" + rng.randbytes(500))
    assert refused.value.code in REFUSALS
    for _number in range(int(os.environ.get("FUZZ", "40"))):
        assert code_of(mutate(data, rng)) in {"", *REFUSALS}


def code_of(data: bytes) -> str:
    """The code by which a file is refused; empty if it is read."""
    try:
        read_words(data)
    except PaperRefused as refusal:
        return refusal.code
    return ""
