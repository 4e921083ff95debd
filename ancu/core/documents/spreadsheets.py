"""Lists as XLSX, marked with who took them and when, and as CSV; both harmless in a spreadsheet.

A cell is text, a number, a date or None. Text is never a formula: XLSX stores it as text, CSV puts an
apostrophe before the signs that spreadsheets would start to calculate with.
"""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date

import xlsxwriter
from django.http import HttpResponse
from django.utils.translation import gettext as _

from ancu.core import clock
from ancu.core.actor import Actor

Cell = str | int | float | date | None
# At the beginning, and after whatever a spreadsheet may take for the end of a cell: set to semicolons, as in Viet Nam,
# it cuts our commas' file there, quoted or not.
STARTS_A_FORMULA = re.compile(r"""(^|[;\t\r\n]["\s\ufeff]*)(?=[\s\ufeff]*[=+\-@|\t\r\n＝＋－＠])""")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
WIDEST = 40
MOST_ROWS = 20_000  # of a file; a longer list is narrowed first, never cut


def taken_by(actor: Actor) -> str:
    """The mark of an office's file: who took it, and when."""
    values = {"who": actor.label, "office": actor.organisation_name, "when": spoken_now()}
    return _("Exported by %(who)s, %(office)s, on %(when)s. For official use.") % values


def spoken_now() -> str:
    return f"{clock.local(clock.now()):%d/%m/%Y %H:%M}"


def table_file(kind: str, mark: str, name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """The table as ``name``.csv or, for any other ``kind``, as ``name``.xlsx."""
    if kind == "csv":
        return attachment(write_csv(head, rows), CSV, f"{name}.csv")
    return attachment(write_xlsx(mark, head, rows), XLSX, f"{name}.xlsx")


def attachment(data: bytes, media_type: str, name: str) -> HttpResponse:
    """A file to be kept by the person, and by nobody between."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(data, content_type=media_type, headers=headers)


def harmless(text: str) -> str:
    """The text, with an apostrophe before each part of it that a spreadsheet would run."""
    return STARTS_A_FORMULA.sub(r"\1'", text)


def write_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with a byte order mark, dates as dd/mm/yyyy; the first line is the head, as every program expects."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([harmless(name) for name in head])
    for row in rows:
        writer.writerow([_csv_cell(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _csv_cell(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    return harmless(cell) if isinstance(cell, str) else cell


def write_xlsx(mark: str, head: Sequence[str], rows: Iterable[Sequence[Cell]], *, sheet: str = "An Cư") -> bytes:
    """One sheet, head frozen, the mark above it and at the foot of every printed page.

    Rows go to a temporary file as they come, so that a long table takes no more memory than a short one. It lies in a
    folder that goes with it whatever happens: who stays where must not be left behind in one.
    """
    out = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with (
        tempfile.TemporaryDirectory(prefix="ancu-table-") as folder,
        xlsxwriter.Workbook(out, {**options, "tmpdir": folder}) as book,
    ):
        _fill(book, book.add_worksheet(sheet[:31]), mark, head, rows)
        book.set_properties({"comments": mark})
    return out.getvalue()


def _fill(
    book: xlsxwriter.Workbook,
    page: "xlsxwriter.worksheet.Worksheet",
    mark: str,
    head: Sequence[str],
    rows: Iterable[Sequence[Cell]],
) -> None:
    bold, day = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "dd/mm/yyyy"})
    page.write_string(0, 0, mark, book.add_format({"italic": True, "font_color": "#6b7a74"}))
    page.set_footer("&L" + mark.replace("&", "&&")[:200] + "&R&P / &N")
    page.set_landscape()
    page.freeze_panes(2, 0)
    page.repeat_rows(1)
    widths = [len(name) for name in head]
    for column, name in enumerate(head):
        page.write_string(1, column, name, bold)
    for number, row in enumerate(rows, start=2):
        for column, cell in enumerate(row):
            widths[column] = max(widths[column], _write(page, number, column, cell, day))
    for column, width in enumerate(widths):
        page.set_column(column, column, min(width, WIDEST) + 2)


def _write(page: "xlsxwriter.worksheet.Worksheet", row: int, column: int, cell: Cell, day: object) -> int:
    """Write one cell; returns how many signs wide it is."""
    if cell is None or cell == "":
        return 0
    if isinstance(cell, date):
        page.write_datetime(row, column, cell, day)
        return 10
    if isinstance(cell, str):
        page.write_string(row, column, cell)
    else:
        page.write_number(row, column, cell)
    return len(str(cell))
