"""The page of the signatures bears at least three lines of the paragraphs before them."""

from io import BytesIO

import pytest
import typst
from pypdf import PdfReader

from ancu.engines.typesetting.document import ROOT
from ancu.engines.typesetting.fonts import font_book

TEMPLATE = """
#import "/engines/typesetting/page.typ": before-signing, official, signature, signing
#set document(title: "t")
#show: official
#v({filler}mm)
#before-signing({parts})
#signing(signature("SIGNED", "Name"))
"""


def lines_beside_signature(filler: int, parts: list[str]) -> list[str]:
    source = TEMPLATE.format(filler=filler, parts=", ".join(parts)).encode()
    pdf = typst.compile(source, root=ROOT, font_paths=font_book(), pdf_standards=["ua-1"])
    (text,) = [text for page in PdfReader(BytesIO(pdf)).pages if "SIGNED" in (text := page.extract_text())]
    return [line for line in text.splitlines() if line.startswith("line")]


def paragraph(lines: int) -> str:
    return "[" + "\\ ".join(f"line {number}" for number in range(lines)) + "]"


@pytest.mark.parametrize("lines", [(1, 1, 1, 1, 1), (4, 4), (1, 2, 1), (2, 9), (5, 1), (1, 1, 9, 2)])
def test_no_page_bears_the_signatures_with_fewer_than_three_lines(lines: tuple[int, ...]) -> None:
    parts = [paragraph(count) for count in lines]
    for filler in range(120, 240, 3):
        assert len(lines_beside_signature(filler, parts)) >= 3, filler


def test_a_heading_is_no_line_and_stays_with_what_follows_it() -> None:
    parts = [paragraph(3), 'heading(level: 1, "head")', paragraph(1)]
    for filler in range(120, 240, 3):
        assert len(lines_beside_signature(filler, parts)) >= 3, filler


def test_a_paragraph_longer_than_a_page_still_goes_over_pages() -> None:
    source = TEMPLATE.format(filler=100, parts=paragraph(60)).encode()
    pages = PdfReader(BytesIO(typst.compile(source, root=ROOT, font_paths=font_book()))).pages
    assert sum(page.extract_text().count("line") for page in pages) == 60
    assert len(lines_beside_signature(100, [paragraph(60)])) >= 3
