"""Lists as XLSX, marked with who took them and when, and as CSV; both harmless in a spreadsheet.

A cell is text, a number, a date or None. Text is never a formula: XLSX stores it as text, CSV puts an
apostrophe before the signs that spreadsheets would start to calculate with.
"""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import zip_longest

import xlsxwriter
from django.http import HttpResponse
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from ancu.core import clock
from ancu.core.actor import Actor

Cell = str | int | float | date | None
# At the beginning, and after whatever a spreadsheet may take for the end of a cell: set to semicolons, as in Viet Nam,
# it cuts our commas' file there, quoted or not.
STARTS_A_FORMULA = re.compile(r"""(^|[;\t\r\n]["\s\ufeff]*)(?=[\s\ufeff]*[=+\-@|\t\r\n＝＋－＠])""")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
WIDEST = 40
LISTS = "Lists"  # the hidden sheet with the texts that cells offer
NO_CHOICES: Mapping[int, Sequence[str]] = {}
MOST_ROWS = 20_000  # of a file; a longer list is narrowed first, never cut


def export_mark(actor: Actor) -> str:
    """Return the sentence in an exported file that names the user who exported it, his office and the time."""
    values = {"who": actor.label, "office": actor.organisation_name, "when": formatted_now()}
    return _("Exported by %(who)s, %(office)s, on %(when)s. For official use.") % values


def formatted_now() -> str:
    """Return the present date and time as dd/mm/yyyy hh:mm."""
    return f"{clock.local(clock.now()):%d/%m/%Y %H:%M}"


def table_file(kind: str, mark: str, name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """Return the table as a download: ``name``.csv, or ``name``.xlsx for any other ``kind``.

    ``mark`` is the sentence about who exported it.
    """
    if kind == "csv":
        return attachment(write_csv(head, rows), CSV, f"{name}.csv")
    return attachment(write_xlsx(mark, head, rows), XLSX, f"{name}.xlsx")


def attachment(data: bytes, media_type: str, name: str) -> HttpResponse:
    """Return the data as a download with this file name, which no cache stores."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(data, content_type=media_type, headers=headers)


def harmless(text: str) -> str:
    """Return the cell text with an apostrophe before a character that would make a spreadsheet calculate it."""
    return STARTS_A_FORMULA.sub(r"\1'", text)


def write_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return the table as CSV in UTF-8 with a byte order mark, dates as dd/mm/yyyy; the head comes first."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([harmless(name) for name in head])
    for row in rows:
        writer.writerow([_csv_cell(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _csv_cell(cell: Cell) -> str | int | float:
    """Return a cell's value for a CSV file: dates as dd/mm/yyyy, texts without formulas."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    return harmless(cell) if isinstance(cell, str) else cell


def write_xlsx(
    mark: str,
    head: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    sheet: str = "An Cư",
    choices: Mapping[int, Sequence[str]] = NO_CHOICES,
) -> bytes:
    """Return the table as an Excel workbook of one sheet; ``mark`` says on top and in the footer who exported it.

    The header row is frozen. ``choices`` are the texts that the cells of a column offer, by the column's index; another
    text can be typed. Rows go to a temporary file as they come, so that a long table takes no more memory than
    a short one. Its folder is deleted in any case, because it holds personal data.
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
        page = book.add_worksheet(sheet[:31])
        _write_sheet(book, page, mark, head, rows)
        if choices:
            _offer_choices(book, page, choices)
        book.set_properties({"comments": mark})
    return out.getvalue()


def _write_sheet(
    book: xlsxwriter.Workbook,
    page: "xlsxwriter.worksheet.Worksheet",
    mark: str,
    head: Sequence[str],
    rows: Iterable[Sequence[Cell]],
) -> None:
    """Write the export sentence ``mark``, the header ``head`` and the rows, and set the sheet's layout."""
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
            widths[column] = max(widths[column], _write_cell(page, number, column, cell, day))
    for column, width in enumerate(widths):
        page.set_column(column, column, min(width, WIDEST) + 2)


def _offer_choices(
    book: xlsxwriter.Workbook, page: "xlsxwriter.worksheet.Worksheet", choices: Mapping[int, Sequence[str]]
) -> None:
    """Give the cells of the columns their lists, whose texts stand in a hidden sheet, as a list in a cell is short."""
    lists = book.add_worksheet(LISTS)
    lists.hide()
    for number, texts in enumerate(zip_longest(*choices.values(), fillvalue="")):
        for place, text in enumerate(texts):
            lists.write_string(number, place, text)
    for place, (column, offered) in enumerate(choices.items()):
        letter = xl_col_to_name(place)
        source = f"={LISTS}!${letter}$1:${letter}${len(offered)}"
        options = {"validate": "list", "source": source, "error_type": "warning"}
        page.data_validation(2, column, MOST_ROWS, column, options)


def _write_cell(page: "xlsxwriter.worksheet.Worksheet", row: int, column: int, cell: Cell, day: object) -> int:
    """Write one cell of a table; return its width in characters, 0 if it is empty.

    ``day`` is the format of dates.
    """
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
