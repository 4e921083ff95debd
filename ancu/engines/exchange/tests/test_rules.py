"""Dates, sex, nationality and the safety of files, one small case at a time."""

import io
import json
import re
import zipfile
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from ancu.engines.exchange import GuestRow, interpret, parse_portal_answer, read, write_xlsx_official, write_xml
from ancu.engines.exchange.cells import read_birth_date, read_document, read_sex
from ancu.engines.exchange.dates import read_date
from ancu.engines.exchange.fields import Guest
from ancu.engines.exchange.headers import field_of
from ancu.engines.exchange.nationality import portal_labels, read_nationality

TODAY = date(2026, 10, 15)
GUEST = Guest("ANNA EXAMPLE", "1984-03-08", "F", "FRA", "C0TEST001", None, "5", date(2026, 10, 14))


def _row(**fields: str) -> GuestRow:
    record = {
        "full_name": "ANNA EXAMPLE",
        "birth_date": "08/03/1984",
        "sex": "F",
        "nationality": "FRA",
        "document_number": "C0TEST001",
        "room": "5",
        "arrived_on": "14/10/2026",
        "expected_departure": "17/10/2026",
        "permitted_until": "27/11/2026",
    }
    return interpret([{**record, **fields}], today=TODAY)[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("14/10/2026", "2026-10-14"),
        ("4/1/2026", "2026-01-04"),
        ("14-10-2026", "2026-10-14"),
        ("2026-10-14 08:00", "2026-10-14"),
        ("2026-10-14T20:00:00Z", "2026-10-15"),
        ("14 Oct 2026", "2026-10-14"),
        ("46309", "2026-10-14"),
        ("10/14/2026", None),
        ("14/10/26", None),
        ("31/02/2026", None),
        ("hôm nay", None),
    ],
)
def test_dates(text: str, value: str | None) -> None:
    moment = read_date(text)
    assert (moment.day.isoformat() if moment else None) == value


@pytest.mark.parametrize(
    ("text", "precision", "value", "code"),
    [
        ("08/03/1984", "D", "1984-03-08", None),
        ("1962", "D", "1962", "birth_precision_from_text"),
        ("05/1971", "M - Tháng", "1971-05", None),
        ("01/01/1962", "Y", "1962", "birth_precision_applied"),
        ("01/05/1971", "M", "1971-05", "birth_precision_applied"),
        ("08/03/1984", "Y", "1984", "precision_contradictory"),
        ("1962-01-01", "Y - Năm", "1962", "birth_precision_applied"),
        ("08/03/2084", "D", "2084-03-08", "birth_date_impossible"),
        ("13/1971", "M", None, "birth_date_unreadable"),
    ],
)
def test_births(text: str, precision: str, value: str | None, code: str | None) -> None:
    outcome = read_birth_date(text, precision, TODAY)
    assert outcome.value == value
    codes = {f.code for f in outcome.errors + outcome.warnings + outcome.notes}
    assert codes == ({code} if code else set())


@pytest.mark.parametrize(
    ("text", "sex"),
    [("Nam", "M"), ("Nữ", "F"), ("M - Nam", "M"), ("female", "F"), ("X", "X"), ("Khác/ Other", "X"), ("<", "X")]
    + [(t, None) for t in ("U", "Unknown", "0", "1", "2", "Nam/Nữ", "undefined", "")],
)
def test_sex_is_never_guessed(text: str, sex: str | None) -> None:
    assert read_sex(text).value == sex
    assert read_sex("2", {"1": "M", "2": "F"}).value == "F"


@pytest.mark.parametrize(
    ("text", "code", "finding_code"),
    [
        ("D", "DEU", None),
        ("D - Germany", "DEU", None),
        ("DEU", "DEU", None),
        ("DEU - Germany", "DEU", None),
        ("XKX", "RKS", "nationality_alias"),
        ("CHLB Đức", "DEU", "nationality_from_name"),
        ("han quoc", "KOR", "nationality_from_name"),
        ("Korea ( Hàn Quốc )", "KOR", "nationality_from_name"),
        ("GB", "GBR", "nationality_from_name"),
        ("Mỹ", "USA", "nationality_from_name"),
        ("Nga", "RUS", "nationality_ambiguous"),
        ("NGA", "NGA", None),
        ("HKG", "HKG", "nationality_not_on_portal_list"),
        ("XXA", "XXA", "nationality_not_on_portal_list"),
        ("CHN - Japan", None, "nationality_contradictory"),
        ("0RQ", None, "nationality_unknown"),
        ("Atlantis", None, "nationality_unknown"),
        ("FOREIGN", None, "nationality_missing"),
        ("VNM - Viet Nam", "VNM", "not_a_foreigner"),
    ],
)
def test_nationality_is_never_a_default(text: str, code: str | None, finding_code: str | None) -> None:
    nationality = read_nationality(text)
    assert nationality.code == code
    assert [f.code for f in nationality.errors + nationality.warnings + nationality.notes] == (
        [finding_code] if finding_code else []
    )


def test_every_code_label_and_misspelt_name_of_the_portal() -> None:
    for code, label in portal_labels().items():
        expected = "DEU" if code == "D" else code
        for text in (code, label, label.partition(" - ")[2]):
            assert read_nationality(text).code == expected, text


def test_checkout() -> None:
    assert _row(departed_on="17/10/2026").values.departed_on is None  # a copy of a departure to come
    assert _row(departed_on="15/10/2026").values.departed_on == TODAY
    assert _row(expected_departure="15/10/2026", departed_on="15/10/2026").values.departed_on is None
    assert [w.code for w in _row(departed_on="16/10/2026").warnings] == ["checkout_in_future"]
    assert [e.code for e in _row(departed_on="13/10/2026").errors] == ["checkout_before_arrival"]


def test_stay_rules() -> None:
    assert [e.code for e in _row(expected_departure="13/10/2026").errors] == ["departure_before_arrival"]
    assert [w.code for w in _row(permitted_until="13/10/2026").warnings] == ["permit_expired"]
    assert [w.code for w in _row(permitted_until="15/10/2026").warnings] == ["permit_before_departure"]
    swapped = interpret([{"arrived_on": "10/12/2026"}], today=date(2026, 10, 12))[0]
    assert "arrival_maybe_swapped" in [w.code for w in swapped.warnings]
    assert "arrival_too_far_ahead" in [e.code for e in swapped.errors]
    assert [e.code for e in _row(birth_date="15/10/2026", arrived_on="14/10/2026").errors] == ["birth_date_impossible"]


@pytest.mark.parametrize(
    ("days", "errors", "warnings"),
    [
        (2, [], ["arrival_in_future"]),
        (3, ["arrival_too_far_ahead"], []),
        (360, ["arrival_too_far_ahead"], []),
        (-30, [], []),
        (-31, [], ["arrival_long_ago"]),
        (-6 * 365, [], ["arrival_long_ago"]),
    ],
)
def test_how_far_an_arrival_may_lie_from_today(days: int, errors: list[str], warnings: list[str]) -> None:
    day = TODAY + timedelta(days=days)
    leaves = max(day, TODAY) + timedelta(days=1)
    row = _row(arrived_on=f"{day:%d/%m/%Y}", expected_departure=f"{leaves:%d/%m/%Y}", permitted_until="01/01/2028")
    assert [e.code for e in row.errors] == errors
    assert [w.code for w in row.warnings if w.code != "stay_very_long"] == warnings


def test_a_departure_that_has_passed_asks_whether_the_guest_left() -> None:
    days = {"arrived_on": "10/10/2026", "expected_departure": "13/10/2026"}
    assert [w.code for w in _row(**days).warnings] == ["departure_passed"]
    assert _row(**days, departed_on="13/10/2026").warnings == []
    assert _row(arrived_on="10/10/2026", expected_departure="15/10/2026").warnings == []


@pytest.mark.parametrize(
    "number",
    [
        "000000000",
        "111111",
        "N0000000",
        "123456",
        "A1234567",
        "123456789",
        "987654321",
        "XXXXXXX",
        "TEST",
        "hộ chiếu",
        "00000",
        "00000001",
        "TEST1234",
        "xxx12345",
    ],
)
def test_a_number_that_only_fills_its_cell_is_told(number: str) -> None:
    codes = [w.code for w in _row(document_number=number).warnings]
    assert ("document_number_placeholder" in codes) == (number != "hộ chiếu")


@pytest.mark.parametrize(
    "number",
    [
        "C01X0T478",
        "M3820042",
        "533380006",
        "K12300000",
        "AB7654321",
        "L898902C3",
        "E00007730",
        "P4567890A",
        "700000",
        "A0000012",
    ],
)
def test_a_number_of_a_passport_is_no_placeholder(number: str) -> None:
    assert _row(document_number=number).warnings == []


def test_a_number_without_a_digit_is_asked_about() -> None:
    assert [warning.code for warning in _row(document_number="abcdefg").warnings] == ["document_number_unusual"]
    assert [warning.code for warning in _row(document_number="ABCDEFG").warnings] == ["document_number_unusual"]


def test_a_guest_born_within_the_month_is_asked_about() -> None:
    for born in (TODAY, TODAY - timedelta(days=30), f"{TODAY:%m/%Y}"):
        text = born if isinstance(born, str) else f"{born:%d/%m/%Y}"
        assert [warning.code for warning in _row(birth_date=text).warnings] == ["birth_date_recent"]
    for text in (f"{TODAY - timedelta(days=31):%d/%m/%Y}", f"{TODAY:%Y}"):
        assert _row(birth_date=text).warnings == []


def test_a_guest_of_more_than_a_hundred_years_is_asked_about() -> None:
    assert [w.code for w in _row(birth_date="01/01/1925").warnings] == ["birth_date_unlikely"]
    assert _row(birth_date="01/01/1927").warnings == []


def test_a_passport_that_ended_before_the_arrival_is_told_by_its_day() -> None:
    [warning] = _row(document_expiry="13/10/2026").warnings
    assert (warning.code, warning.field, warning.value) == ("document_expired", "document_expiry", "2026-10-13")
    for text in ("14/10/2026", "15/01/2033", "soon", None):  # on the day of arrival it still held
        assert _row(document_expiry=text).warnings == [], text


def test_the_day_a_passport_ended_is_kept_with_the_row() -> None:
    assert _row(document_expiry="13/10/2026").document_expired_on == date(2026, 10, 13)
    assert _row(document_expiry="14/10/2026").document_expired_on is None


@pytest.mark.parametrize("days", [(14, 17, 30), (17, 14, 10), (30, 31, 13)])
def test_dates_and_times_that_a_form_has_read_are_taken_as_they_are(days: tuple[int, int, int]) -> None:
    arrival, departure, expiry = (date(2026, 10, day) for day in days)
    dates = {"arrived_on": arrival, "expected_departure": departure, "document_expiry": expiry}
    dates |= {"permitted_until": expiry, "departed_on": arrival}
    record = {"full_name": "ANNA EXAMPLE", "nationality": "FRA", "document_number": "C0TEST001"}
    [row] = interpret([{**record, **dates, "arrived_time": time(14, 5)}], today=TODAY)
    texts = {name: day.isoformat() for name, day in dates.items()} | {"arrived_time": "14:05"}
    [same] = interpret([{**record, **texts}], today=TODAY)
    assert row.values == same.values and row.values.arrived_on == arrival
    assert (row.errors, row.warnings, row.raw) == (same.errors, same.warnings, same.raw)
    assert row.document_expired_on == same.document_expired_on


def test_documents() -> None:
    assert read_document(" c0 test001 ").value == "C0TEST001"
    assert read_document("9.9E+08").errors[0].code == "document_number_unreadable"
    assert read_document("123456789", numeric=True).warnings[0].code == "document_number_was_number"
    assert read_document("--").errors[0].code == "document_number_missing"


def test_repeats_in_a_file_are_said_and_a_second_stay_is_none() -> None:
    base = _row().values
    other_day = Guest("ANNA EXAMPLE", "1984-03-08", "F", "FRA", "C0TEST001", None, "5", date(2026, 10, 1))
    child = Guest("BEN EXAMPLE", "2020-03-08", "M", "FRA", "C0TEST001", None, "5", date(2026, 10, 14))
    for guest in (other_day, child):
        guest.expected_departure = base.expected_departure
    rows = read(write_xml([base, base, child, other_day]), today=TODAY).rows
    codes = [{w.code for w in r.warnings} & {"duplicate_in_file", "document_shared"} for r in rows]
    assert codes == [set(), {"duplicate_in_file"}, {"document_shared"}, set()]


# --- encodings and shapes ----------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_encodings_give_the_same_rows(encoding: str) -> None:
    text = write_xml([_row().values]).decode()
    reading = read(text.replace('encoding="UTF-8"', 'encoding="UTF-16"' if "16" in encoding else "").encode(encoding))
    assert reading.rows[0].values.full_name == "ANNA EXAMPLE"


def test_decomposed_letters_are_composed() -> None:
    guest = _row(full_name="Lie\u0302u A\u0301nh Example").values
    assert guest.full_name == "Liêu Ánh Example"


@pytest.mark.parametrize(
    "name", ["O'NEILL-ÑANDÚ Zoë", "ĐẶNG THỊ Ỹ", "ŁUKASZ ŻÓŁĆ", "ＷＡＮＧ", "ʻAKAMAI", "JOSÉ Mª", "İBRAHİM"]
)
def test_every_latin_letter_is_one_of_a_name(name: str) -> None:
    row = _row(full_name=name, native_name=" 王小明 ")
    assert not row.errors and (row.values.full_name, row.values.native_name) == (name, "王小明")


@pytest.mark.parametrize(
    "name", ["王小明", "WANG 小明", "김민준", "ИВАНОВ", "ΓΙΏΡΓΟΣ", "محمد", "สมชาย", "さくら", "LEE 😀"]
)
def test_a_name_in_another_script_is_told_where_it_goes(name: str) -> None:
    [error] = _row(full_name=name).errors
    assert (error.code, error.field) == ("full_name_not_latin", "full_name") and "Native name" in error.message_en
    assert [error.code for error in _row(native_name="王" * 201).errors] == ["native_name_too_long"]


@pytest.mark.parametrize(
    "header", ["Native name", "TÊN BẢN NGỮ", "Họ tên (bản ngữ)", "native_name", "Họ và tên bản ngữ"]
)
def test_a_column_of_native_names_is_known(header: str) -> None:
    assert field_of(header) == "native_name"


def test_other_order_and_unknown_elements_are_read_with_a_notice() -> None:
    text = write_xml([_row().values]).decode()
    room = "        <so_phong>5</so_phong>\n"
    moved = text.replace(room, "").replace("<so_thu_tu>", room.strip() + "<mau_toc>x</mau_toc><so_thu_tu>")
    reading = read(moved.encode(), today=TODAY)
    assert reading.rows[0].values == read(text.encode(), today=TODAY).rows[0].values
    assert [n.code for n in reading.notices] == ["unknown_element"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_english_table_in_any_order(delimiter: str) -> None:
    header = ["Passport No", "Arrival Date", "Departure Date", "Nationality", "Date of Birth", "Full Name", "Gender"]
    values = ["C0TEST001", "14/10/2026", "17/10/2026", "France", "08/03/1984", "ANNA EXAMPLE", "Female"]
    data = "Police report\n\n" + delimiter.join(header) + "\n" + delimiter.join(values) + "\n"
    (row,) = read(data.encode(), today=TODAY).rows
    assert (row.errors, row.line, row.values.nationality, row.values.sex) == ([], 4, "FRA", "F")


def test_a_shifted_csv_row_is_refused() -> None:
    data = "Họ tên,Số phòng,Số hộ chiếu,Quốc tịch\nANNA EXAMPLE,1,2,C0TEST001,FRA\n"
    assert "extra_cells" in {e.code for e in read(data.encode()).rows[0].errors}


def test_an_unclosed_quote_does_not_swallow_guests() -> None:
    problem = read('Họ tên,Số hộ chiếu,Quốc tịch\n"ANNA,C0TEST001,FRA\nBEN,C0TEST002,FRA\n'.encode()).problem
    assert problem is not None and (problem.code, problem.line) == ("malformed_csv", 2)


# --- hostile files -----------------------------------------------------------------------------------------


def _code(data: bytes) -> str | None:
    problem = read(data, today=TODAY).problem
    return problem.code if problem else None


def test_doctype_and_entities_are_refused() -> None:
    bomb = '<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY b "bb">]>\n<KHAI_BAO_TAM_TRU>&b;</KHAI_BAO_TAM_TRU>'
    assert _code(bomb.encode()) == "doctype_refused"
    assert _code(bomb.encode("utf-16")) == "doctype_refused"


def _zip(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in entries.items():
            archive.writestr(name, body)
    return buffer.getvalue()


def test_zip_bombs_are_refused() -> None:
    bomb = {"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": b" " * (20 * 1024 * 1024)}
    assert _code(_zip(bomb)) == "archive_suspicious"
    assert _code(_zip({"xl/workbook.xml": b"<a/>"} | {f"x{i}": b"" for i in range(1001)})) == "archive_suspicious"
    assert _code(_zip({"word/document.xml": b"<a/>"})) == "unsupported_format"


def test_a_cell_placed_far_out_is_refused_before_memory_is_taken() -> None:
    source = zipfile.ZipFile(io.BytesIO(write_xlsx_official([])))
    entries = {name: source.read(name) for name in source.namelist()}
    sheet = "xl/worksheets/sheet2.xml"
    far = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    assert _code(_zip(entries)) == "no_guests"
    assert _code(_zip({**entries, sheet: entries[sheet].replace(b"</sheetData>", far)})) == "too_many_columns"


def test_a_workbook_that_lies_about_its_size_ends_a_child_and_not_the_program() -> None:
    """The reader asks for as much memory as the file claims to need, and is ended for it."""
    source = zipfile.ZipFile(io.BytesIO(write_xlsx_official([])))
    entries = {name: source.read(name) for name in source.namelist()}
    strings = "xl/sharedStrings.xml"
    lying = re.sub(rb'uniqueCount="\d+"', b'uniqueCount="4000000000"', entries[strings])
    assert lying != entries[strings]
    assert _code(_zip({**entries, strings: lying})) == "damaged_file"
    old = (Path(__file__).parent / "samples/91_pa18_23col_biff8.xls").read_bytes()
    table = (int.from_bytes(old[76:80], "little") + 1) * 512
    endless = old[:table] + bytes(4) + old[table + 4 :]  # the first sector is followed by itself
    assert _code(endless) == "damaged_file"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b" \n", "empty_file"),
        (b"%PDF-1.7", "unsupported_format"),
        (b"PK\x03\x04rubbish", "damaged_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rubbish", "damaged_file"),
        (b"<KHAI_BAO_TAM_TRU/>", "no_guests"),
        (b"<KHAI_BAO_TAM_TRU><a></KHAI_BAO_TAM_TRU>", "malformed_xml"),
        (b"<EVISA><x/></EVISA>", "not_a_declaration"),
        (b"[]", "no_guests"),
        (b"[1, 2", "malformed_json"),
        (b"[" * 100_000, "json_too_deep"),
        (b"hello,world\n", "header_not_found"),
    ],
)
def test_problems(data: bytes, code: str) -> None:
    assert _code(data) == code


def test_json_records_without_shape_are_refused_not_lost() -> None:
    reading = read(json.dumps([{"hoTen": "A B"}, 5, None]).encode(), today=TODAY)
    assert [bool(row.errors) for row in reading.rows] == [True, True, True]
    assert "not_a_record" in {e.code for e in reading.rows[1].errors}


def test_portal_answer_is_taken_apart() -> None:
    text = (
        '{"code":"400","message":"Bản khai báo 1: Ngày đi dự kiến phải lớn hoặc bằng ngày hôm qua, '
        'Bản khai báo 2: Số hộ chiếu đang tạm trú tại CSLT và chưa checkout","data":null}'
    )
    assert parse_portal_answer(text) == [
        (1, "Ngày đi dự kiến phải lớn hoặc bằng ngày hôm qua"),
        (2, "Số hộ chiếu đang tạm trú tại CSLT và chưa checkout"),
    ]
    assert parse_portal_answer('{"code":"200","message":"Thành công","data":null}') == []


def test_fast_and_slow_way_agree() -> None:
    text = write_xml([_row().values, _row(full_name="O'BRIEN & <SONS>").values]).decode()
    slow = text.replace("<KHAI_BAO_TAM_TRU>", "<KHAI_BAO_TAM_TRU><!-- c -->")
    fast, slowly_read = read(text.encode(), today=TODAY), read(slow.encode(), today=TODAY)
    assert [r.values for r in fast.rows] == [r.values for r in slowly_read.rows]
    assert [r.line for r in fast.rows] == [r.line for r in slowly_read.rows] == [3, 17]


def test_what_was_understood_is_told_in_words_not_codes():
    (sex,) = read_sex("男").notes
    assert sex.message_vi == "Giới tính “男” được hiểu là Nam." and sex.message_en == "The sex “男” was read as Male."
    (alias,) = read_nationality("XKX").warnings
    assert "được hiểu là Kosovo" in alias.message_vi and "was read as Kosovo." in alias.message_en
    (name,) = read_nationality("CHLB Đức").notes
    assert "được hiểu là Đức." in name.message_vi and "was read as Germany." in name.message_en


@pytest.mark.parametrize("text", ["Đức", "đức", "Germany"])
def test_a_value_that_says_itself_has_no_note(text):
    assert read_nationality(text) == ("DEU", (), (), ())
    assert [read_sex(sex).notes for sex in ("Nữ", "nữ", "Female", "Nam")] == [()] * 4


@pytest.mark.parametrize(("last", "is_told"), [("09/05/1990", True), ("31/02/1990", False)])
def test_a_day_that_no_month_has_still_tells_that_days_come_first(last: str, is_told: bool) -> None:
    birth_dates = ["01/02/1980", "03/04/1981", "05/06/1982", "07/08/1983", "09/10/1984", last]
    reading = read(
        (
            "full_name,nationality,document_number,birth_date\n"
            + "".join(f"A{n},FRA,X12345{n},{day}\n" for n, day in enumerate(birth_dates))
        ).encode(),
        today=date(2026, 10, 12),
    )
    assert ("dates_maybe_swapped" in [notice.code for notice in reading.notices]) == is_told
