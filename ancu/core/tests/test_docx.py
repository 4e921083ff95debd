"""Word documents: well formed whatever they say, in the layout of official papers."""

import io
import zipfile

import pytest
from lxml import etree

from ancu.core import docx


def parts_of(data: bytes) -> dict[str, etree._Element]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: etree.fromstring(file.read(name)) for name in file.namelist()}


def whole(text: str) -> bytes:
    heading = docx.national_heading(
        "Phòng Quản lý xuất nhập cảnh", number="12/BC", dated="Hòa Bình, ngày 25 tháng 11 năm 2026"
    )
    rows = [["TT", text], ["1", text]]
    return docx.document(
        [heading, docx.paragraph(text), docx.table(rows, (1000, 8355)), docx.closing([text], "Trưởng phòng")]
    )


@pytest.mark.parametrize("text", ["Báo cáo", "a\x00b\x07c", "<w:p>&", "张伟 🙂", "\ud800", "a\n\tb"])
def test_any_text_makes_a_well_formed_document(text: str) -> None:
    parts = parts_of(whole(text))
    assert {"word/document.xml", "word/header1.xml", "[Content_Types].xml"} <= parts.keys()


def test_the_layout_is_that_of_official_papers() -> None:
    body = parts_of(whole("Nội dung"))["word/document.xml"]
    space = {"w": body.nsmap["w"]}
    margins = body.find(".//w:pgMar", space)
    measure = {name: int(margins.get(f"{{{space['w']}}}{name}")) for name in ("top", "bottom", "left", "right")}
    assert measure == {"top": 1134, "bottom": 1134, "left": 1701, "right": 850}  # 20, 20, 30 and 15 mm
    words = [node.text for node in body.iterfind(".//w:t", space)]
    assert words[0] == "PHÒNG QUẢN\xa0LÝ XUẤT\xa0NHẬP\xa0CẢNH" and "Số: 12/BC" in words
    assert {"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Nơi nhận:", "- Lưu: VT."} <= set(
        words
    )
    assert len(body.findall(".//w:tblHeader", space)) == 1, "the head is repeated on every page"
    assert len(body.findall(".//w:cantSplit", space)) == len(body.findall(".//w:tr", space)), "no row is cut"


def test_the_same_content_is_the_same_file() -> None:
    assert whole("x") == whole("x")
