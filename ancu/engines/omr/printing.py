"""Print a stack of numbered sheets: the pages are in the file once, each sheet adds its codes and number."""

import io
from collections.abc import Iterable, Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from ancu.engines.omr import codes
from ancu.engines.omr.model import HEIGHT, PrintedSheet

POINT = 72 / 25.4  # points a millimetre
MOST_SHEETS = 20_000
_NUMBER_AT = (42.0, 279.0)  # above the words at the foot


def print_sheets(sheet: PrintedSheet, serials: Iterable[int], *, secret: bytes) -> bytes:
    """Return a PDF with the numbered pages of one sheet after another.

    Sheets are in the order of ``serials`` (1 to 9,999,999).
    """
    numbers = list(serials)
    if len(numbers) > MOST_SHEETS or any(not 1 <= serial <= codes.MOST for serial in numbers):
        raise ValueError(f"at most {MOST_SHEETS} sheets, numbered from 1 to {codes.MOST}")
    with Pdf.open(io.BytesIO(sheet.pdf)) as base, Pdf.new() as target:
        forms = [target.copy_foreign(page.as_form_xobject()) for page in base.pages]
        font = target.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        resources = [
            target.make_indirect(Dictionary(XObject=Dictionary(P=form), Font=Dictionary(F=font))) for form in forms
        ]
        for serial in numbers:
            for number, resource in enumerate(resources, 1):
                name = codes.PageName(sheet.layout.code, serial, number)
                drawn = _page(name, codes.code_text(name, secret))
                target.pages.append(_stamped(target, resource, drawn))
        out = io.BytesIO()
        target.save(out, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _stamped(target: Pdf, resources: pikepdf.Object, drawn: bytes) -> pikepdf.Page:
    """Return a PDF page that runs the drawing commands ``drawn`` with the questionnaire's ``resources``."""
    page = Dictionary(
        Type=Name.Page, MediaBox=Array([0, 0, 595.276, 841.89]), Resources=resources, Contents=Stream(target, drawn)
    )
    return pikepdf.Page(target.make_indirect(page))


def _page(name: codes.PageName, text: str) -> bytes:
    """Return the PDF drawing commands of one page: the questionnaire, QR codes with ``text``, and the number."""
    matrix = codes.code_cells(text)
    parts = ["q /P Do Q 0 g"]
    for x, y in codes.PLACES:
        parts += _runs(matrix, x, y)
    parts.append("f")
    x, y = (value * POINT for value in (_NUMBER_AT[0], HEIGHT - _NUMBER_AT[1]))
    parts.append(f"BT /F 9 Tf {x:.2f} {y:.2f} Td ({name.code} - {name.serial:06} - {name.page}) Tj ET")
    return "\n".join(parts).encode()


def _runs(matrix: list[bytearray], x: float, y: float) -> Iterator[str]:
    """Yield a PDF rectangle for each run of black cells of a QR code placed at ``x``, ``y`` (mm).

    Printers leave no gaps within a run.
    """
    cell = codes.SIZE / len(matrix)
    for row, line in enumerate(matrix):
        start = 0
        while start < len(line):
            end = start
            while end < len(line) and line[end]:
                end += 1
            if end > start:
                left_edge, bottom = (x + start * cell) * POINT, (HEIGHT - y - (row + 1) * cell) * POINT
                yield f"{left_edge:.2f} {bottom:.2f} {(end - start) * cell * POINT:.2f} {cell * POINT:.2f} re"
            start = max(end, start + 1)
