"""Write the national portal's formats, and refused rows with their reasons.

`Guest` objects go out as the canonical XML or as the official 12-column workbook; codes and labels are the
portal's own (`DEU` is written `D`), partial birth dates as `1962` + `Y` and `05/1971` + `M`.
"""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import xlsxwriter

from ancu.engines.exchange.fields import DECLARATION_FIELDS, PORTAL, Guest
from ancu.engines.exchange.model import GuestRow
from ancu.engines.exchange.nationality import by_code, portal_labels
from ancu.engines.exchange.xml_file import ELEMENTS, RECORD, ROOT

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PRECISION = {10: "D", 7: "M", 4: "Y"}
_PRECISION_LABEL = {"D": "D - Ngày", "M": "M - Tháng", "Y": "Y - Năm"}
_SEX_LABEL = {"M": "M - Nam", "F": "F - Nữ"}
PREPARED_ROWS = 650
"""Rows the official template prepares for data."""

_TITLE = "DANH SÁCH HỒ SƠ KBTT"
_TITLE_NOTE = "(*Lưu ý: Người khai báo chịu trách nhiệm trước pháp luật về các nội dung thông tin cung cấp)"
OFFICIAL_HEADERS = tuple(field.portal_header.vi for field in PORTAL if field.portal_header)
_EXAMPLE = (
    *("1", "[TEST] SAMPLE", "01/01/1990", "D - Ngày", "F - Nữ", "VNM - Viet Nam", "[TEST] AVAD123", "P134"),
    *("20/10/2026", "22/10/2026", "22/10/2026", "30/10/2026"),
)
_WIDTHS = (9, 25, 19, 30, 19, 37, 23, 19, 25, 49, 31, 57)


def portal_date(value: date | None) -> str:
    """Write a day as dd/mm/yyyy; empty for None."""
    return f"{value.day:02}/{value.month:02}/{value.year:04}" if value else ""


def portal_birth(value: str | None) -> tuple[str, str]:
    """Return a guest's birth date and its precision as the portal writes them: ("05/1971", "M").

    Both are empty for None.
    """
    if not value:
        return "", ""
    return "/".join(reversed(value.split("-"))), _PRECISION[len(value)]


def portal_nationality(code: str | None) -> str:
    """Return the code that the portal uses for an ISO nationality; the code itself if it has none.

    Empty for None.
    """
    country = by_code().get(code or "")
    return (country.portal_code or country.code) if country else ""


def portal_fields(guest: Guest, number: int) -> dict[str, str]:
    """Return a guest's twelve values of a portal record, by canonical field name.

    ``number`` is the record's running number.
    """
    birth, precision = portal_birth(guest.birth_date)
    return {
        "number": str(number),
        "full_name": guest.full_name or "",
        "birth_date": birth,
        "birth_precision": precision,
        "sex": guest.sex or "",
        "nationality": portal_nationality(guest.nationality),
        "document_number": guest.document_number or "",
        "room": guest.room or "",
        "arrived_on": portal_date(guest.arrived_on),
        "expected_departure": portal_date(guest.expected_departure),
        "departed_on": portal_date(guest.departed_on),
        "permitted_until": portal_date(guest.permitted_until),
    }


def _escape(text: str) -> str:
    """Return the text escaped for XML, without characters that XML forbids."""
    text = _ILLEGAL.sub(" ", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def write_xml(guests: Iterable[Guest]) -> bytes:
    """Return the guests as the portal's XML: twelve elements in order, escaped, UTF-8 without BOM."""
    parts = [f'<?xml version="1.0" encoding="UTF-8"?>\n<{ROOT}>\n']
    for number, guest in enumerate(guests, 1):
        values = portal_fields(guest, number)
        lines = "".join(f"        <{name}>{_escape(values[field])}</{name}>\n" for name, field in ELEMENTS.items())
        parts.append(f"    <{RECORD}>\n{lines}    </{RECORD}>\n")
    parts.append(f"</{ROOT}>\n")
    return "".join(parts).encode("utf-8")


# --- workbooks ---------------------------------------------------------------------------------------------


class _TextWorkbook:
    """An xlsxwriter workbook in memory whose every cell is text: no formulas, no links, no lost zeros."""

    def __init__(self) -> None:
        self._buffer = io.BytesIO()
        self.book = xlsxwriter.Workbook(self._buffer, {"in_memory": True})
        self.text = self.book.add_format({"num_format": "@"})
        self.bold = self.book.add_format({"num_format": "@", "bold": True, "text_wrap": True, "border": 1})
        self.title = self.book.add_format({"bold": True, "font_size": 16, "align": "center", "text_wrap": True})
        self.reason = self.book.add_format({"num_format": "@", "font_color": "#9C0006", "text_wrap": True})

    def bytes(self) -> bytes:
        """Close the workbook and return it as bytes."""
        self.book.close()
        return self._buffer.getvalue()


def _write_cells(sheet: Any, row: int, texts: Sequence[str], style: Any) -> None:
    """Write ``texts`` into the cells of a worksheet's row, from the first column on."""
    for column, text in enumerate(texts):
        sheet.write_string(row, column, _ILLEGAL.sub(" ", text)[:32_000], style)


def write_xlsx_official(guests: Iterable[Guest]) -> bytes:
    """Return the guests in the portal's 12-column template: sheets `Lookup` and `KBTT`, data from row 4."""
    out = _TextWorkbook()
    _add_lookup_sheet(out)
    sheet = out.book.add_worksheet("KBTT")
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width, out.text)
    sheet.set_row(0, 41)
    sheet.merge_range(0, 0, 0, len(OFFICIAL_HEADERS) - 1, f"{_TITLE}\n{_TITLE_NOTE}", out.title)
    _write_cells(sheet, 2, _EXAMPLE, out.text)
    count = 0
    for count, guest in enumerate(guests, 1):
        _write_cells(sheet, 2 + count, _labelled_values(guest, count), out.text)
    last = 2 + max(count, PREPARED_ROWS)
    columns = [{"header": header, "header_format": out.bold} for header in OFFICIAL_HEADERS]
    sheet.add_table(1, 0, last, 11, {"name": "Table1", "columns": columns, "style": "Table Style Light 1"})
    for column, source in ((3, "=Lookup!$C$1:$C$3"), (4, "=Lookup!$B$1:$B$2"), (5, "=Lookup!$A$1:$A$205")):
        sheet.data_validation(2, column, last, column, {"validate": "list", "source": source, "error_type": "warning"})
    sheet.freeze_panes(2, 2)
    sheet.activate()
    return out.bytes()


def _add_lookup_sheet(out: _TextWorkbook) -> None:
    """Add the sheet `Lookup` with the portal's labels of nationality, sex and precision."""
    sheet = out.book.add_worksheet("Lookup")
    lists = (tuple(portal_labels().values()), tuple(_SEX_LABEL[s] for s in "FM"), tuple(_PRECISION_LABEL.values()))
    for column, labels in enumerate(lists):
        for row, label in enumerate(labels):
            sheet.write_string(row, column, label, out.text)
    sheet.set_column(0, 0, 50)


def _labelled_values(guest: Guest, number: int) -> list[str]:
    """Return a guest's twelve values of a portal record, codes with their label: `CODE - Label`."""
    values = portal_fields(guest, number)
    values["birth_precision"] = _PRECISION_LABEL.get(values["birth_precision"], "")
    values["sex"] = _SEX_LABEL.get(values["sex"], values["sex"])
    values["nationality"] = portal_labels().get(values["nationality"], values["nationality"])
    return list(values.values())


_REFUSED_EXTRA = {field.name: field.extra_header for field in DECLARATION_FIELDS if field.extra_header}
_REFUSED_ENGLISH = tuple(field.portal_header.en for field in PORTAL if field.portal_header)
_REASONS = {"vi": ("LÝ DO BỊ TRẢ LẠI", "VỊ TRÍ TRONG TỆP"), "en": ("REASON FOR RETURN", "POSITION IN THE FILE")}


def write_refused_xlsx(rows: Sequence[GuestRow], language: str = "vi") -> bytes:
    """Return the refused rows as a workbook with the reasons; once corrected, it can be sent again.

    `rows` may be all rows of a reading: only those with errors are written. `language` is "vi" or "en".
    """
    refused = [row for row in rows if row.errors and not row.is_example]
    language = language if language in _REASONS else "en"
    extra = [field for field in _REFUSED_EXTRA if any(row.raw.get(field) for row in refused)]
    headers = [
        *(h.strip() for h in (OFFICIAL_HEADERS if language == "vi" else _REFUSED_ENGLISH)),
        *(_REFUSED_EXTRA[field][language == "en"] for field in extra),
        *_REASONS[language],
    ]
    out = _TextWorkbook()
    sheet = out.book.add_worksheet("KBTT")
    _write_cells(sheet, 0, headers, out.bold)
    sheet.set_column(0, len(headers), 22, out.text)
    sheet.set_column(len(headers) - 2, len(headers) - 2, 70, out.text)
    for line, row in enumerate(refused, 1):
        raw = row.raw
        values = [_original_text(row, field, raw.get(field)) for field in (*ELEMENTS.values(), *extra)]
        _write_cells(sheet, line, values, out.text)
        reasons = "\n".join(e.message_vi if language == "vi" else e.message_en for e in row.errors)
        sheet.write_string(line, len(values), reasons, out.reason)
        sheet.write_string(line, len(values) + 1, str(row.position), out.text)
    sheet.freeze_panes(1, 2)
    return out.bytes()


def _original_text(row: GuestRow, field: str, text: str | None) -> str:
    """Return a field's text as the refused row's file had it, to write it into the workbook of refused rows.

    A value that only that file's header explains (1 = Nam, mm/dd) is written plainly.
    """
    if text and field == "sex" and text.strip() in row.source.sex_legend:
        return str(row.source.sex_legend[text.strip()])
    if text and field in row.source.month_first:
        understood = getattr(row.values, field, None)
        return str(understood) if understood else text
    return text or ""
