"""Tables nobody has sent yet, each with one habit of people who keep their guests in a spreadsheet."""

import io
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import pytest
import xlsxwriter

from ancu.engines.exchange import DeclarationFile, read
from ancu.engines.exchange.dates import read_birth, read_date

TODAY = date(2026, 10, 15)
HEADER = ("STT", "Họ và tên", "Ngày sinh", "Giới tính", "Quốc tịch", "Số hộ chiếu", "Số phòng", "Ngày đến", "Ngày đi")
ANNA = ("1", "ANNA EXAMPLE", "08/03/1984", "F", "FRA", "C0TEST001", "5", "14/10/2026", "17/10/2026")
BEN = ("2", "BEN EXAMPLE", "1962", "M", "D", "C0TEST002", "6", "14/10/2026", "18/10/2026")
Fill = Callable[[Any, Any], None]


def _book(*fills: Fill, **options: Any) -> bytes:
    """A workbook with one sheet for each function."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, **options})
    for fill in fills:
        fill(book, book.add_worksheet())
    book.close()
    return buffer.getvalue()


def _sheet(*rows: Sequence[Any]) -> bytes:
    def fill(_book: Any, sheet: Any) -> None:
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row)

    return _book(fill)


def _csv(*rows: Sequence[str], delimiter: str = ",") -> str:
    return "".join(delimiter.join(row) + "\r\n" for row in rows)


def _html(*rows: str) -> bytes:
    return ("<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>").encode()


def _cells(texts: Sequence[str], down: Sequence[int] = (), tag: str = "td") -> str:
    return "".join(f"<{tag}{' rowspan=2' if i in down else ''}>{text}</{tag}>" for i, text in enumerate(texts))


def _read(data: bytes) -> DeclarationFile:
    return read(data, today=TODAY)


def test_a_date_of_a_table_is_quoted_as_the_table_shows_it() -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, (*ANNA[:7], date(2026, 10, 14), date(2026, 10, 12)))

    [row] = _read(_book(fill, default_date_format="dd/mm/yyyy")).rows
    assert [(error.code, error.value) for error in row.errors] == [("departure_before_arrival", "2026-10-12")]
    assert "“12/10/2026”" in row.errors[0].message_vi
    assert "“12/10/2026”" in row.errors[0].message_en


def _is_anna_and_ben(reading: DeclarationFile) -> bool:
    assert [row.errors for row in reading.rows] == [[], []]
    assert reading.problem is None
    guests = [(g.full_name, g.birth_date, g.sex, g.nationality, g.document_number, g.room) for g in _guests(reading)]
    assert guests == [
        ("ANNA EXAMPLE", "1984-03-08", "F", "FRA", "C0TEST001", "5"),
        ("BEN EXAMPLE", "1962", "M", "DEU", "C0TEST002", "6"),
    ]
    assert [g.arrived_on for g in _guests(reading)] == [date(2026, 10, 14)] * 2
    assert [g.expected_departure for g in _guests(reading)] == [date(2026, 10, 17), date(2026, 10, 18)]
    return True


def _guests(reading: DeclarationFile) -> list[Any]:
    return [row.values for row in reading.rows]


def _notices(reading: DeclarationFile) -> list[tuple[str, str | None]]:
    return [(notice.code, notice.value) for notice in reading.notices]


def test_the_sites_export_list() -> None:
    """A title, the day, the header, a column without a name, a total and a signature."""
    header = ("STT", "Họ tên", "Ngày sinh", "Giới tính", "QT", "Số hộ chiếu", "Ngày đến", "Ngày đi", "", "Phòng")
    rows = [(*guest[:6], guest[7], guest[8], "x", guest[6]) for guest in (ANNA, BEN)]
    title = (("DANH SÁCH KHÁCH",), ("Ngày 14 tháng 10 năm 2026",), ())
    reading = _read(_sheet(*title, header, *rows, ("Tổng số: 2 khách",), (), ("", "", "", "", "", "", "Người lập")))
    assert _is_anna_and_ben(reading)
    assert reading.dialect == "site_export_list"
    assert [row.line for row in reading.rows] == [5, 6]
    assert _notices(reading) == [("remark_row_skipped", "Người lập"), ("number_only_rows", "1")]


def test_a_header_of_two_lines_is_joined() -> None:
    """Merged cells: a group over its columns, the other names reaching down."""

    def fill(book: Any, sheet: Any) -> None:
        for column, text in enumerate(HEADER[:4]):
            sheet.merge_range(0, column, 1, column, text)
        sheet.merge_range(0, 4, 0, 5, "Giấy tờ")
        sheet.merge_range(0, 6, 1, 6, "Số phòng")
        sheet.merge_range(0, 7, 0, 8, "Thời gian lưu trú")
        sheet.write_row(1, 4, ("Quốc tịch", "Số hộ chiếu"))
        sheet.write_row(1, 7, ("Từ ngày", "Đến ngày"))
        sheet.write_row(2, 0, ANNA)
        sheet.write_row(3, 0, BEN)

    reading = _read(_book(fill))
    assert _is_anna_and_ben(reading)
    assert [row.line for row in reading.rows] == [3, 4]


def test_a_note_under_the_header_belongs_to_it() -> None:
    notes = ("", "", "(dd/mm/yyyy)", "", "", "", "", "(mm/dd/yyyy)", "(mm/dd/yyyy)")
    group = (*HEADER[:7], "Đến", "Đi")
    lower = (*notes[:7], "Ngày đến (mm/dd/yyyy)", "Ngày đi (mm/dd/yyyy)")
    american = [(*guest[:7], "10/14/2026", f"10/{guest[8][:2]}/2026") for guest in (ANNA, BEN)]
    assert _is_anna_and_ben(_read(_sheet(group, lower, *american)))


def test_the_header_once_more_in_english_is_no_guest() -> None:
    english = ("No", "Full name", "Date of birth", "Sex", "Nationality", "Passport No", "Room", "Arrival", "Departure")
    reading = _read(_sheet(HEADER, english, ANNA, BEN))
    assert _is_anna_and_ben(reading)
    assert [notice.code for notice in reading.notices] == ["header_row_repeated"]


def test_blank_rows_totals_and_signatures_are_no_guests_and_are_told() -> None:
    reading = _read(
        _sheet(
            HEADER,
            ANNA,
            (),
            (" ", "\u00a0"),
            BEN,
            ("Tổng cộng", 2),
            ("", "Cộng: 2 khách"),
            (*[""] * 7, "Quảng Ninh, ngày 14 tháng 10 năm 2026"),
            (*[""] * 6, "Lễ tân", "Giám đốc"),
        )
    )
    assert _is_anna_and_ben(reading)
    assert [notice.line for notice in reading.notices] == [6, 7, 8, 9]
    assert {notice.code for notice in reading.notices} == {"remark_row_skipped"}


@pytest.mark.parametrize(
    "row", [("3", "TỐNG VĂN THỬ"), ("", "CONG"), ("", "", "", "", "", "C0TEST003"), ("x", "TOTALI")]
)
def test_a_guest_of_whom_little_is_written_is_refused_and_not_taken_for_a_remark(row: tuple[str, ...]) -> None:
    reading = _read(_sheet(HEADER, ANNA, row))
    assert [bool(row.errors) for row in reading.rows] == [False, True]


def test_a_repeated_header_fills_the_gaps_of_the_first() -> None:
    header = (*HEADER[:5], "Quốc tịch", "Số hộ chiếu", "Số phòng", "Ngày đến", "Ngày đi", "Ngày đi")
    anna = (*ANNA[:4], "", "FRA", "C0TEST001", "5", "14/10/2026", "", "17/10/2026")
    ben = (*BEN[:4], "D", "JPN", "C0TEST002", "6", "14/10/2026", "18/10/2026", "19/10/2026")
    reading = _read(_csv(header, anna, ben).encode())
    assert _is_anna_and_ben(reading)
    assert _notices(reading) == [("column_repeated", "Quốc tịch"), ("column_repeated", "Ngày đi")]


def test_a_hidden_sheet_is_not_declared() -> None:
    def filled(hide: str = "") -> Fill:
        def fill(book: Any, sheet: Any) -> None:
            for line, row in enumerate((HEADER, ANNA, BEN)):
                sheet.write_row(line, 0, row)
            if hide:
                getattr(sheet, hide)()

        return fill

    reading = _read(_book(filled(), filled("hide"), filled("very_hidden")))
    assert _is_anna_and_ben(reading)
    assert _notices(reading) == [("hidden_sheet_skipped", "Sheet2"), ("hidden_sheet_skipped", "Sheet3")]


def test_formulas_count_by_their_last_result_and_errors_by_nothing() -> None:
    def fill(book: Any, sheet: Any) -> None:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for line, row in enumerate((HEADER, ANNA, BEN, BEN)):
            sheet.write_row(line, 0, row)
        sheet.write_formula(1, 1, '=CONCATENATE("ANNA"," EXAMPLE")', None, "ANNA EXAMPLE")
        sheet.write_formula(1, 7, "=H2", day, 46309)
        sheet.write_formula(1, 8, "=H2+3", day, 46312)
        sheet.write_formula(2, 4, "=VLOOKUP(1,A1:A2,1)", None, "#N/A")
        sheet.write_number(3, 2, -200, day)
        sheet.write_number(3, 8, 0, day)

    rows = _read(_book(fill)).rows
    assert (rows[0].errors, rows[0].values.arrived_on, rows[0].values.full_name) == (
        [],
        date(2026, 10, 14),
        "ANNA EXAMPLE",
    )
    assert {error.code for error in rows[1].errors} == {"nationality_missing"}
    assert {error.code for error in rows[2].errors} == {"birth_date_unreadable", "expected_departure_unreadable"}


def test_a_workbook_that_counts_from_1904_means_the_same_days() -> None:
    def fill(book: Any, sheet: Any) -> None:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for line, row in enumerate((HEADER, ANNA, BEN)):
            sheet.write_row(line, 0, row)
        sheet.write_datetime(1, 2, datetime(1984, 3, 8), day)
        sheet.write_datetime(1, 7, datetime(2026, 10, 14), day)

    assert _is_anna_and_ben(_read(_book(fill, date_1904=True)))


@pytest.mark.parametrize("text", ["-1", "-46309", "0", "46309.", "999999"])
def test_a_serial_that_is_none_is_not_read(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "14 October 2026",
        "14-Oct-2026",
        "14OCT2026",
        "October 14, 2026",
        "Oct. 14th, 2026",
        "ngày 14 tháng 10 năm 2026",
        "14 Tháng 10, 2026",
        "14 thg 10 2026",
    ],
)
def test_months_in_words(text: str) -> None:
    moment = read_date(text)
    assert moment is not None
    assert (moment.day, moment.swapped) == (date(2026, 10, 14), None)


@pytest.mark.parametrize("text", ["14 marraskuu 2026", "14OCT26", "14 tháng 13 năm 2026", "32 Oct 2026", "Oct 2026"])
def test_months_in_words_are_not_guessed(text: str) -> None:
    assert read_date(text) is None


def test_a_year_that_a_table_program_made_a_number_of() -> None:
    assert read_birth("1962.0") == ("1962", False, "")
    assert read_birth("1962.5") is None


def test_semicolons_in_utf16_with_letters_in_parts() -> None:
    guest = ("3", "Liêu Ánh Ví Dụ", "09/03/1984", "Nữ", "Pháp", "C0TEST003", "Phòng 5", "14/10/2026", "17/10/2026")
    text = unicodedata.normalize("NFD", _csv(HEADER, guest, delimiter=";"))
    reading = _read(text.encode("utf-16"))
    assert (reading.encoding, [row.errors for row in reading.rows]) == ("utf-16-le", [[]])
    assert (_guests(reading)[0].full_name, _guests(reading)[0].room) == ("Liêu Ánh Ví Dụ", "Phòng 5")
    assert "decomposed_letters" in {notice.code for notice in reading.notices}


def test_two_encodings_in_one_file_are_refused_at_the_first_bad_letter() -> None:
    body = _csv(HEADER, ANNA).encode() + "2,JOSÉ EXAMPLE,1962,M,ESP,C0TEST003,6,14/10/2026,17/10/2026".encode("latin-1")
    problem = _read(body).problem
    assert problem is not None
    assert (problem.code, problem.line, problem.column) == ("encoding", 3, 6)


def test_excels_own_first_line_and_old_line_ends() -> None:
    assert _is_anna_and_ben(_read(b"\xef\xbb\xbfsep=;\r\n" + _csv(HEADER, ANNA, BEN, delimiter=";").encode()))
    assert _is_anna_and_ben(_read(_csv(HEADER, ANNA, BEN).replace("\r\n", "\r").encode()))


def test_a_cell_that_reaches_down_does_not_push_its_neighbours_aside() -> None:
    """One room, one arrival for two guests: the next row's own cells stay under their headers."""
    shared = (*BEN[:6], BEN[8])
    reading = _read(_html(_cells(HEADER, tag="th"), _cells(ANNA, down=(6, 7)), _cells(shared)))
    assert [row.errors for row in reading.rows] == [[], []]
    anna, ben = _guests(reading)
    assert (anna.room, ben.room, ben.arrived_on) == ("5", "5", date(2026, 10, 14))
    assert ben.expected_departure == date(2026, 10, 18)


def test_a_header_of_two_lines_in_a_web_page() -> None:
    upper = "".join(f"<th rowspan=2>{text}</th>" for text in HEADER[:7]) + "<th colspan=2>Thời gian</th>"
    lower = "<th>Từ ngày</th><th>Đến ngày</th>"
    assert _is_anna_and_ben(_read(_html(upper, lower, _cells(ANNA), _cells(BEN))))


def test_spans_made_to_exhaust_memory_are_cut() -> None:
    row = "".join("<td rowspan=99999999 colspan=99999999>x</td>" for _ in range(50))
    reading = _read(_html(_cells(HEADER, tag="th"), *([row] * 50), _cells(ANNA)))
    assert len(reading.rows) <= 51


def test_namespaces_comments_and_cdata() -> None:
    """None of it is in any exporter, all of it is XML."""
    text = """<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<!-- 14:00 --><?pms version="3"?>
<k:KHAI_BAO_TAM_TRU xmlns:k="urn:x" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<k:THONG_TIN_KHACH id="7"><k:ho_ten><![CDATA[ANNA & BEN]]></k:ho_ten><k:ngay_sinh>08/<!-- x -->03/1984</k:ngay_sinh>
<k:gioi_tinh xsi:nil="true"/><k:ma_quoc_tich>D</k:ma_quoc_tich><k:so_ho_chieu>&#67;0TEST001</k:so_ho_chieu>
<k:so_phong>5<?p x?>A</k:so_phong><k:ngay_den>14/10/2026</k:ngay_den>
<k:ngay_di_du_kien>17/10/2026</k:ngay_di_du_kien></k:THONG_TIN_KHACH>
<!-- <THONG_TIN_KHACH><ho_ten>NOBODY</ho_ten></THONG_TIN_KHACH> -->
</k:KHAI_BAO_TAM_TRU>"""
    (row,) = _read(text.encode()).rows
    guest = row.values
    assert (row.errors, row.line, guest.full_name, guest.birth_date) == ([], 4, "ANNA & BEN", "1984-03-08")
    assert (guest.document_number, guest.room, guest.sex, guest.nationality) == ("C0TEST001", "5A", None, "DEU")


@pytest.mark.parametrize("header", ["Check-out", "Checkout", "Ngày trả phòng", "CHECK OUT"])
def test_a_check_out_that_stands_alone_is_the_expected_departure(header: str) -> None:
    reading = _read(_csv((*HEADER[:-1], header), ANNA, BEN).encode())
    assert _is_anna_and_ben(reading)
    assert _notices(reading) == [("check_out_is_expected", header)]


def test_a_check_out_beside_the_expected_departure_and_an_actual_one_are_departures() -> None:
    row = _read(_csv((*HEADER, "Check-out"), (*ANNA, "15/10/2026")).encode()).rows[0]
    assert (row.values.expected_departure, row.values.departed_on) == (date(2026, 10, 17), date(2026, 10, 15))
    actual = _read(_csv((*HEADER[:-1], "Actual check-out"), (*ANNA[:-1], "15/10/2026")).encode()).rows[0]
    assert [error.code for error in actual.errors] == ["expected_departure_missing"]
