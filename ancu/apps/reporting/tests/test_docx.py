"""Word documents: well formed whatever they say, in the layout of official papers."""

import io
import zipfile

import pytest
from lxml import etree

from ancu.apps.reporting.services import docx
from ancu.core.testing import texts
from ancu.engines.typesetting import serif_bold_width


def parts_of(data: bytes) -> dict[str, etree._Element]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: etree.fromstring(file.read(name)) for name in file.namelist()}


def document_of(text: str) -> bytes:
    heading = docx.national_heading(
        "Công an tỉnh Hòa Bình",
        "Phòng Quản lý xuất nhập cảnh",
        number="12/BC",
        dated="Hòa Bình, ngày 25 tháng 11 năm 2026",
    )
    rows = [["TT", text], ["1", text]]
    return docx.document(
        [heading, docx.paragraph(text), docx.table(rows, (1000, 8355)), docx.closing([text], "Trưởng phòng")]
    )


@pytest.mark.parametrize("text", ["Báo cáo", "a\x00b\x07c", "<w:p>&", "张伟 🙂", "\ud800", "a\n\tb"])
def test_any_text_makes_a_well_formed_document(text: str) -> None:
    parts = parts_of(document_of(text))
    assert {"word/document.xml", "word/header1.xml", "[Content_Types].xml"} <= parts.keys()


def test_the_layout_is_that_of_official_papers() -> None:
    body = parts_of(document_of(texts.TEXT_VI))["word/document.xml"]
    space = {"w": body.nsmap["w"]}
    margins = body.find(".//w:pgMar", space)
    measure = {name: int(margins.get(f"{{{space['w']}}}{name}")) for name in ("top", "bottom", "left", "right")}
    assert measure == {"top": 1134, "bottom": 1134, "left": 1701, "right": 850}  # 20, 20, 30 and 15 mm
    words = [node.text for node in body.iterfind(".//w:t", space)]
    assert words[:2] == ["CÔNG\xa0AN TỈNH\xa0HÒA\xa0BÌNH", "PHÒNG QUẢN\xa0LÝ XUẤT\xa0NHẬP\xa0CẢNH"]
    assert "Số: 12/BC" in words
    assert {"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Nơi nhận:", "- Lưu: VT."} <= set(
        words
    )
    assert len(body.findall(".//w:tblHeader", space)) == 1, "the head is repeated on every page"
    assert len(body.findall(".//w:cantSplit", space)) == len(body.findall(".//w:tr", space)), "no row is cut"


def test_the_same_content_is_the_same_file() -> None:
    assert document_of("x") == document_of("x")


def test_the_lines_of_the_heading_stand_below_the_words() -> None:
    """Between a third and half of the agency's name, all of the motto; no underline through dots below letters."""
    body = parts_of(document_of("x"))["word/document.xml"]
    space = {"w": body.nsmap["w"]}
    superior, agency = body.findall(".//w:p", space)[:2]
    assert superior.find(".//w:b", space) is None and agency.find(".//w:b", space) is not None
    assert body.find(".//w:u", space) is None
    left, right = (int(node.get(f"{{{space['w']}}}left")) for node in body.iterfind(".//w:ind", space))
    room = docx.LEFT_WIDTH - 2 * docx.CELL_MARGIN
    longest = serif_bold_width("XUẤT NHẬP CẢNH") * 13 * 20  # the name is of two lines
    assert longest / 3 <= room - 2 * left <= longest / 2
    motto = docx.TEXT_WIDTH - docx.LEFT_WIDTH - 2 * docx.CELL_MARGIN - 2 * right
    assert motto == pytest.approx(serif_bold_width(docx.MOTTO) * 13 * 20, abs=2)


@pytest.mark.parametrize(("rows", "tied"), [(1, {0}), (2, {0, 1}), (3, {0, 1, 2}), (6, {0, 1, 5})])
def test_no_page_bears_one_row_alone(rows: int, tied: set[int]) -> None:
    """Word keeps a row with the next one where its paragraphs ask for it."""
    table = docx.table([["head"], *([f"row {number}"] for number in range(rows))])
    lines = table.split("<w:tr>")[1:]
    assert {number for number, line in enumerate(lines) if "<w:keepNext/>" in line} == tied
