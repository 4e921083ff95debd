"""A table that goes over pages leaves no row alone: not below its header, nor at the top of the last page."""

from io import BytesIO

import pytest
import typst
from pypdf import PdfReader

from ancu.engines.typesetting.document import ROOT
from ancu.engines.typesetting.fonts import font_book

TEMPLATE = """
#import "/engines/typesetting/page.typ": no-column, paged, sans
#set text(font: sans, size: 10pt)
#set document(title: "t")
#set page(paper: "a6", margin: 12mm)
#set table.cell(breakable: false)
#v({filler}mm)
#table(columns: (1fr, 20mm) + no-column, table.header([HEAD], [B], []),
  ..paged(range({rows}).map(place => ([row#place;], [x]))))
"""


def rows_per_page(rows: int, filler: int) -> list[int]:
    source = TEMPLATE.format(rows=rows, filler=filler).encode()
    pdf = typst.compile(source, root=ROOT, font_paths=font_book(), pdf_standards=["ua-1"])
    counts = [page.extract_text().count("row") for page in PdfReader(BytesIO(pdf)).pages]
    headers = [page.extract_text().count("HEAD") for page in PdfReader(BytesIO(pdf)).pages]
    assert sum(counts) == rows
    assert all(bool(header) == bool(count) for header, count in zip(headers, counts, strict=True))
    return [count for count in counts if count]


@pytest.mark.parametrize("rows", [1, 2, 3, 4, 5, 9, 40])
def test_no_page_bears_one_row_alone(rows: int) -> None:
    for filler in range(60, 118, 4):
        assert rows == 1 or min(rows_per_page(rows, filler)) >= 2, filler
