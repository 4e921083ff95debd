"""Word documents in the layout of official papers (Decree 30/2020/NĐ-CP, Appendix I), built as a ZIP.

Equal content gives equal bytes: no timestamps. Sizes are half points, measures twentieths of a point.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from ancu.engines.typesetting import office_name, printable, serif_bold_width

LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest ZIP timestamp, used for every part
NAMESPACE = "http://schemas.openxmlformats.org"
W = f'xmlns:w="{NAMESPACE}/wordprocessingml/2006/main" xmlns:r="{NAMESPACE}/officeDocument/2006/relationships"'
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
RELATIONS = f"{NAMESPACE}/officeDocument/2006/relationships"
PACKAGE = "application/vnd.openxmlformats-package.relationships+xml"
PARTS = {
    "[Content_Types].xml": f'{XML}<Types xmlns="{NAMESPACE}/package/2006/content-types">'
    f'<Default Extension="rels" ContentType="{PACKAGE}"/><Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{WORD}.document.main+xml"/>'
    f'<Override PartName="/word/header1.xml" ContentType="{WORD}.header+xml"/></Types>',
    "_rels/.rels": f'{XML}<Relationships xmlns="{NAMESPACE}/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>',
    "word/_rels/document.xml.rels": f'{XML}<Relationships xmlns="{NAMESPACE}/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{RELATIONS}/header" Target="header1.xml"/></Relationships>',
    # Page number centred in the upper margin; none on the first page.
    "word/header1.xml": f'{XML}<w:hdr {W}><w:p><w:pPr><w:jc w:val="center"/></w:pPr>'
    '<w:fldSimple w:instr="PAGE"><w:r><w:rPr><w:sz w:val="26"/></w:rPr><w:t>2</w:t></w:r></w:fldSimple></w:p></w:hdr>',
}
# A4; 2 cm above and below, 3 cm on the left, 1.5 cm on the right.
SECTION = (
    '<w:sectPr><w:headerReference w:type="default" r:id="rId1"/><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1134" w:right="850" w:bottom="1134" w:left="1701" w:header="567" w:footer="567" w:gutter="0"/>'
    "<w:titlePg/></w:sectPr>"
)
TEXT_WIDTH = 9355
COUNTRY, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"


def paragraph(
    text: str,
    *,
    size: int = 26,
    bold: bool = False,
    italic: bool = False,
    align: str = "",
    keep_next: bool = False,
    keep_lines: bool = False,
) -> str:
    """Return the XML of a Word paragraph in Times New Roman.

    ``size`` is in half points; ``align`` is center, both or "". ``keep_next`` keeps it on the page of the next
    paragraph, ``keep_lines`` its lines together.
    """
    marks = "".join(f"<w:{tag}/>" for tag, is_set in (("b", bold), ("i", italic)) if is_set)
    fonts = "".join(f' w:{script}="Times New Roman"' for script in ("ascii", "hAnsi", "cs"))
    place = f'<w:jc w:val="{align}"/>' if align else ""
    look = f'<w:rPr><w:rFonts{fonts}/>{marks}<w:sz w:val="{size}"/></w:rPr>'
    words = escape(printable(text))
    keep = ("<w:keepNext/>" if keep_next else "") + ("<w:keepLines/>" if keep_lines else "")
    return (
        f'<w:p><w:pPr>{keep}<w:spacing w:after="60"/>{place}</w:pPr>'
        f'<w:r>{look}<w:t xml:space="preserve">{words}</w:t></w:r></w:p>'
    )


def table(rows: Sequence[Sequence[str]], widths: Sequence[int] = ()) -> str:
    """Return the XML of a bordered table with a repeated header row; rows are not split across pages.

    The header and the first two rows stay together, as do the last two.
    """
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    tied = {0, 1, len(rows) - 2} - {len(rows) - 1}
    lines = [
        _row(
            [paragraph(cell, size=22, bold=not number, keep_next=number in tied) for cell in row],
            widths,
            head=not number,
        )
        for number, row in enumerate(rows)
    ]
    return f"{_table(lines, widths, f'<w:tblBorders>{edges}</w:tblBorders>')}<w:p/>"


LEFT_WIDTH = 4100  # width of the agency's side of the heading
HEADING_SIZE = 26  # half points
CELL_MARGIN = 108  # on each side; Word's default


def national_heading(superior: str, agency: str, *, number: str = "", dated: str = "") -> str:
    """Return the XML of an official paper's heading: agency and number left; country, motto, place and day right.

    The horizontal rules follow the decree: below the agency two fifths of its name's length, below the motto all of
    it. They stand clear of the dots under the letters.
    """
    name = office_name(agency)
    left = [
        paragraph(office_name(superior), align="center"),
        paragraph(name, bold=True, align="center"),
        _heading_rule(LEFT_WIDTH, name, 0.4),
        paragraph(f"Số: {number}" if number else "", align="center"),
    ]
    right = [
        paragraph(COUNTRY, size=24, bold=True, align="center"),
        paragraph(MOTTO, bold=True, align="center"),
        _heading_rule(TEXT_WIDTH - LEFT_WIDTH, MOTTO, 1),
        paragraph(dated, italic=True, align="center"),
    ]
    return _side_by_side("".join(left), "".join(right))


def _heading_rule(column: int, words: str, share: float) -> str:
    """Return the XML of a horizontal rule centred in a column.

    ``share`` is its length relative to the text ``words``. It is the top border of an empty paragraph.
    """
    room = column - 2 * CELL_MARGIN
    indent = round((room - _longest_line(words, room) * share) / 2)
    return (
        '<w:p><w:pPr><w:pBdr><w:top w:val="single" w:sz="6" w:space="1"/></w:pBdr>'
        '<w:spacing w:before="40" w:after="0" w:line="120" w:lineRule="exact"/>'
        f'<w:ind w:left="{indent}" w:right="{indent}"/></w:pPr></w:p>'
    )


def _longest_line(words: str, room: int) -> float:
    """Return the width of the longest line when a heading text is wrapped to ``room``, in twentieths of a point."""
    lines = [""]
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _text_width(longer) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return max(map(_text_width, lines))


def _text_width(words: str) -> float:
    """Return the width of a text on one line, in twentieths of a point."""
    return serif_bold_width(words) * HEADING_SIZE * 10


def closing(recipients: Iterable[str], office: str) -> str:
    """Return the XML below the text of a paper: recipients on the left, the signing office on the right."""
    left = paragraph("Nơi nhận:", size=24, bold=True, italic=True) + "".join(
        paragraph(f"- {recipient}", size=22)
        for recipient in (*(f"{recipient};" for recipient in recipients), "Lưu: VT.")
    )
    right = paragraph(office_name(office), bold=True, align="center") + paragraph(
        "(Ký tên, đóng dấu)", italic=True, align="center"
    )
    return _side_by_side(left, right)


def document(body: Iterable[str]) -> bytes:
    """Return the Word file of these XML parts of a body, without a timestamp."""
    text = f"{XML}<w:document {W}><w:body>{''.join(body)}{SECTION}</w:body></w:document>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in (PARTS | {"word/document.xml": text}).items():
            file.writestr(zipfile.ZipInfo(name, LONG_AGO), part, compress_type=zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _side_by_side(left: str, right: str) -> str:
    """Return the XML of a table without borders, whose two cells place ``left`` and ``right`` side by side."""
    widths = (LEFT_WIDTH, TEXT_WIDTH - LEFT_WIDTH)
    return _table([_row([left, right], widths)], widths, "") + "<w:p/>"


def _row(cells: Sequence[str], widths: Sequence[int], *, head: bool = False) -> str:
    """Return the XML of a table row; ``head`` repeats it on each page."""
    looks = [f'<w:tcW w:w="{width}" w:type="dxa"/>' for width in widths] or [""] * len(cells)
    content = "".join(f"<w:tc><w:tcPr>{look}</w:tcPr>{cell}</w:tc>" for look, cell in zip(looks, cells, strict=True))
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{content}</w:tr>"


def _table(lines: Sequence[str], widths: Sequence[int], borders: str) -> str:
    """Return the XML of a table from the XML of its rows (``lines``).

    ``widths`` are those of the columns, in twentieths of a point; ``borders`` is the XML of the borders.
    """
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    fixed = '<w:tblLayout w:type="fixed"/>' if widths else ""
    look = f'<w:tblPr><w:tblW w:w="5000" w:type="pct"/>{borders}{fixed}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
    return f"<w:tbl>{look}{''.join(lines)}</w:tbl>"
