"""Every code this engine can say, with its meaning and its words in Vietnamese and English.

One table, so that a program can rely on a code and a translator can read all sentences at once. Levels:

- `problem`: nothing of the file can be used;
- `error`: the row is refused;
- `warning`: the row stands, a person should look;
- `note`: how a value was interpreted;
- `notice`: about the whole file.

Templates are filled with `value` (what was read) and, where named, further words.
"""

from functools import lru_cache
from typing import NamedTuple

from ancu.engines.exchange.model import LIMITS, Finding, Problem


class Code(NamedTuple):
    level: str
    vi: str
    en: str


_FIELD_VI = {
    "full_name": "họ tên",
    "birth_date": "ngày sinh",
    "sex": "giới tính",
    "nationality": "quốc tịch",
    "document_number": "số hộ chiếu",
    "room": "số phòng",
    "arrived_on": "ngày đến",
    "expected_departure": "ngày đi dự kiến",
    "departed_on": "ngày trả phòng",
    "permitted_until": "thời hạn được phép tạm trú",
}
_FIELD_EN = {
    "full_name": "full name",
    "birth_date": "birth date",
    "sex": "sex",
    "nationality": "nationality",
    "document_number": "document number",
    "room": "room",
    "arrived_on": "arrival date",
    "expected_departure": "expected departure",
    "departed_on": "check-out date",
    "permitted_until": "permitted stay",
}
_DATE_HELP_VI = "Vui lòng ghi theo dạng ngày/tháng/năm, ví dụ 14/10/2026."
_DATE_HELP_EN = "Please write day/month/year, for example 14/10/2026."


def _missing(level: str, field: str, extra_vi: str = "", extra_en: str = "") -> Code:
    return Code(
        level,
        f"Thiếu {_FIELD_VI[field]}. {extra_vi or 'Vui lòng bổ sung.'}",
        f"The {_FIELD_EN[field]} is missing. {extra_en or 'Please add it.'}",
    )


def _bad_date(level: str, field: str) -> Code:
    return Code(
        level,
        f"Không đọc được {_FIELD_VI[field]} “{{value}}”. {_DATE_HELP_VI}",
        f"The {_FIELD_EN[field]} “{{value}}” cannot be read. {_DATE_HELP_EN}",
    )


def _too_long(field: str) -> Code:
    return Code(
        "error",
        f"Nội dung {_FIELD_VI[field]} dài quá {LIMITS[field]} ký tự. Vui lòng rút ngắn.",
        f"The {_FIELD_EN[field]} is longer than {LIMITS[field]} characters. Please shorten it.",
    )


CODES: dict[str, Code] = {
    # --- the file cannot be used
    "empty_file": Code("problem", "Tệp trống, không có nội dung.", "The file is empty."),
    "file_too_large": Code(
        "problem",
        "Tệp lớn hơn {limit} MB. Vui lòng chia thành nhiều tệp.",
        "The file is larger than {limit} MB. Please split it.",
    ),
    "too_many_rows": Code(
        "problem",
        "Tệp có hơn {limit} dòng khách. Vui lòng chia thành nhiều tệp.",
        "The file holds more than {limit} guests. Please split it.",
    ),
    "too_many_columns": Code(
        "problem",
        "Trang tính có ô nằm quá xa (quá {limit} cột hoặc {rows} dòng). Vui lòng xóa các ô thừa rồi gửi lại.",
        "A sheet has cells too far out (beyond {limit} columns or {rows} rows). Please delete them and send again.",
    ),
    "archive_suspicious": Code(
        "problem",
        "Tệp nén bất thường (kích thước khi giải nén quá lớn) nên không được mở. Vui lòng xuất lại tệp Excel.",
        "The packed file is abnormal (far too large once unpacked) and was not opened. Please export it again.",
    ),
    "damaged_file": Code(
        "problem",
        "Tệp {kind} bị hỏng, không mở được. Vui lòng mở bằng Excel, lưu lại rồi gửi lại.",
        "The {kind} file is damaged and cannot be opened. Please open it in Excel, save it and send it again.",
    ),
    "encrypted_file": Code(
        "problem",
        "Tệp được bảo vệ bằng mật khẩu. Vui lòng bỏ mật khẩu rồi gửi lại.",
        "The file is protected by a password. Please remove the password and send it again.",
    ),
    "unsupported_format": Code(
        "problem",
        "Định dạng tệp không được hỗ trợ. Vui lòng gửi tệp XML, Excel (XLSX, XLS), CSV, bảng HTML hoặc JSON.",
        "This kind of file is not supported. Please send XML, Excel (XLSX, XLS), CSV, an HTML table or JSON.",
    ),
    "encoding": Code(
        "problem",
        "Dòng {line}, cột {column}: ký tự không đúng bảng mã {encoding}, chữ có dấu có thể đã mất."
        " Vui lòng xuất lại tệp với bảng mã UTF-8.",
        "Line {line}, column {column}: a byte is not valid {encoding}, so accented letters may already be lost."
        " Please export the file again as UTF-8.",
    ),
    "malformed_xml": Code(
        "problem",
        "Tệp XML sai cú pháp tại dòng {line}, cột {column}: {reason} Gần: “{around}”. Vui lòng sửa rồi gửi lại.",
        "The XML is malformed at line {line}, column {column}: {reason} Near: “{around}”. Please mend and resend.",
    ),
    "doctype_refused": Code(
        "problem",
        "Tệp XML có khai báo DOCTYPE hoặc ENTITY (dòng {line}); vì lý do an toàn tệp không được đọc.",
        "The XML declares a DOCTYPE or ENTITY (line {line}); for safety it was not read.",
    ),
    "malformed_json": Code(
        "problem",
        "Tệp JSON sai cú pháp tại dòng {line}, cột {column}. Vui lòng xuất lại tệp.",
        "The JSON is malformed at line {line}, column {column}. Please export it again.",
    ),
    "malformed_csv": Code(
        "problem",
        "Tệp CSV sai cú pháp ở gần dòng {line} (thường do thiếu dấu ngoặc kép). Vui lòng sửa rồi gửi lại.",
        "The CSV is malformed near line {line} (often a missing quotation mark). Please mend it and send it again.",
    ),
    "header_not_found": Code(
        "problem",
        "Không tìm thấy dòng tiêu đề (Họ tên, Ngày sinh, Quốc tịch, Số hộ chiếu, Ngày đến…)."
        " Vui lòng dùng đúng mẫu khai báo.",
        "No header row was found (full name, birth date, nationality, document number, arrival…)."
        " Please use the declaration template.",
    ),
    "not_a_declaration": Code(
        "problem",
        "Tệp không phải khai báo tạm trú: phần tử gốc là “{root}”, cần “KHAI_BAO_TAM_TRU”.",
        "This is not a guest declaration: its root is “{root}”, expected “KHAI_BAO_TAM_TRU”.",
    ),
    "portal_answer": Code(
        "problem",
        "Đây là câu trả lời của cổng khai báo, không phải tệp khai báo. Nội dung: {value}",
        "This is an answer of the declaration portal, not a declaration. It says: {value}",
    ),
    "no_guests": Code(
        "problem",
        "Tệp không có khách nào để khai báo (số dòng mẫu đã bỏ qua: {examples}).",
        "The file holds no guest to declare (example rows skipped: {examples}).",
    ),
    "unreadable": Code(
        "problem",
        "Không đọc được tệp. Vui lòng xuất lại tệp từ chương trình rồi gửi lại.",
        "The file cannot be read. Please export it again from your program.",
    ),
    # --- the row is refused
    "full_name_missing": _missing("error", "full_name"),
    "full_name_unreadable": Code(
        "error",
        "Họ tên “{value}” không có chữ cái nào. Vui lòng ghi như trong hộ chiếu.",
        "The full name “{value}” has no letters. Please write it as in the passport.",
    ),
    "full_name_too_long": _too_long("full_name"),
    "birth_date_missing": _missing(
        "error",
        "birth_date",
        "Vui lòng bổ sung; nếu hộ chiếu chỉ ghi năm thì ghi năm, ví dụ 1962.",
        "Please add it; if the passport shows only the year, write the year, for example 1962.",
    ),
    "birth_date_unreadable": _bad_date("error", "birth_date"),
    "birth_date_impossible": Code(
        "error",
        "Ngày sinh “{value}” không hợp lý (sau hôm nay, sau ngày đến hoặc quá 125 năm). Vui lòng kiểm tra.",
        "The birth date “{value}” is not possible (after today, after arrival, or over 125 years ago).",
    ),
    "nationality_missing": _missing(
        "error",
        "nationality",
        "Vui lòng ghi mã quốc tịch, ví dụ KOR, USA, D (Đức).",
        "Please give its code, for example KOR, USA or D (Germany).",
    ),
    "nationality_unknown": Code(
        "error",
        "Không nhận ra quốc tịch “{value}”. Vui lòng ghi mã trong danh mục, ví dụ KOR, USA, D (Đức).",
        "The nationality “{value}” is not recognised. Please use a code of the list, e.g. KOR, USA, D (Germany).",
    ),
    "nationality_contradictory": Code(
        "error",
        "Quốc tịch “{value}” có mã và tên của hai nước khác nhau. Vui lòng kiểm tra.",
        "The nationality “{value}” names two different countries. Please check it.",
    ),
    "not_a_foreigner": Code(
        "error",
        "Khách có quốc tịch Việt Nam: vui lòng thông báo lưu trú theo mẫu dành cho công dân Việt Nam.",
        "The guest is Vietnamese: please use the stay notification for Vietnamese citizens.",
    ),
    "document_number_missing": _missing(
        "error",
        "document_number",
        "Trẻ em chưa có hộ chiếu riêng: ghi số giấy tờ được dùng khi nhập cảnh.",
        "For a child without a passport, give the number of the document used to enter.",
    ),
    "document_number_unreadable": Code(
        "error",
        "Số hộ chiếu “{value}” đã bị hỏng (thường do Excel đổi thành số). Vui lòng nhập lại dạng văn bản.",
        "The document number “{value}” is damaged (often by Excel turning it into a number). Enter it as text.",
    ),
    "document_number_too_long": _too_long("document_number"),
    "arrived_on_missing": _missing("error", "arrived_on"),
    "arrived_on_unreadable": _bad_date("error", "arrived_on"),
    "arrived_on_impossible": Code(
        "error",
        "Ngày đến “{value}” cách hôm nay quá xa. Vui lòng kiểm tra.",
        "The arrival date “{value}” is too far from today. Please check it.",
    ),
    "expected_departure_missing": _missing("error", "expected_departure"),
    "expected_departure_unreadable": _bad_date("error", "expected_departure"),
    "departure_before_arrival": Code(
        "error",
        "Ngày đi dự kiến “{value}” trước ngày đến. Vui lòng kiểm tra lại hai ngày.",
        "The expected departure “{value}” is before arrival. Please check both dates.",
    ),
    "checkout_before_arrival": Code(
        "error",
        "Ngày trả phòng “{value}” trước ngày đến. Vui lòng kiểm tra lại hai ngày.",
        "The check-out “{value}” is before arrival. Please check both dates.",
    ),
    "room_too_long": _too_long("room"),
    "extra_cells": Code(
        "error",
        "Dòng có nhiều ô hơn tiêu đề nên các cột có thể bị lệch (thường do dấu phẩy chưa đặt trong ngoặc kép).",
        "The row has more cells than the header, so columns may have shifted (often an unquoted comma).",
    ),
    "not_a_record": Code(
        "error",
        "Bản ghi không đúng cấu trúc của một khách.",
        "This record does not have the shape of a guest.",
    ),
    # --- the row stands, a person should look
    "permitted_until_missing": _missing("warning", "permitted_until"),
    "permitted_until_unreadable": _bad_date("warning", "permitted_until"),
    "permit_expired": Code(
        "warning",
        "Thời hạn được phép tạm trú “{value}” đã hết trước ngày đến. Vui lòng kiểm tra thị thực của khách.",
        "The permitted stay “{value}” ended before arrival. Please check the guest's visa.",
    ),
    "permit_before_departure": Code(
        "warning",
        "Thời hạn được phép tạm trú “{value}” hết trước ngày đi dự kiến.",
        "The permitted stay “{value}” ends before the expected departure.",
    ),
    "permit_equals_document_expiry": Code(
        "warning",
        "Thời hạn tạm trú “{value}” trùng ngày hết hạn hộ chiếu; hai ngày này thường bị nhầm với nhau.",
        "The permitted stay “{value}” equals the passport's expiry; the two are often confused.",
    ),
    "room_missing": _missing("warning", "room"),
    "sex_missing": _missing("warning", "sex"),
    "sex_unknown": Code(
        "warning",
        "Không rõ giới tính “{value}”; để trống, không suy đoán.",
        "The sex “{value}” is not clear; it was left empty, not guessed.",
    ),
    "nationality_alias": Code(
        "warning",
        "Mã “{value}” không có trong danh mục của cổng; được hiểu là {shown} ({name_vi}).",
        "The code “{value}” is not on the portal's list; it was read as {shown} ({name_en}).",
    ),
    "nationality_ambiguous": Code(
        "warning",
        "Quốc tịch “{value}” có thể hiểu theo hai cách; được hiểu là {name_vi}. Vui lòng kiểm tra.",
        "The nationality “{value}” can be read in two ways; it was read as {name_en}. Please check.",
    ),
    "nationality_not_on_portal_list": Code(
        "warning",
        "Quốc tịch {name_vi} ({shown}) không có trong danh mục của cổng quốc gia; cán bộ sẽ xem xét.",
        "{name_en} ({shown}) is not on the national portal's list; an officer will look at it.",
    ),
    "document_number_unusual": Code(
        "warning",
        "Số hộ chiếu “{value}” khác thường (ngắn hơn 5, dài hơn 15 hoặc có ký tự lạ). Vui lòng kiểm tra.",
        "The document number “{value}” is unusual (under 5, over 15, or odd characters). Please check it.",
    ),
    "document_number_was_number": Code(
        "warning",
        "Ô số hộ chiếu “{value}” có định dạng số; các số 0 ở đầu có thể đã mất. Vui lòng kiểm tra.",
        "The document number “{value}” was a numeric cell; leading zeros may be lost. Please check it.",
    ),
    "full_name_damaged": Code(
        "warning",
        "Họ tên “{value}” có ký tự lạ (chữ số, dấu hỏi…), có thể đã bị lỗi phông. Vui lòng kiểm tra.",
        "The full name “{value}” has odd characters (digits, question marks…). Please check it.",
    ),
    "arrival_in_future": Code(
        "warning",
        "Ngày đến “{value}” ở tương lai. Chỉ khai báo khi khách đã đến.",
        "The arrival “{value}” is in the future. Please declare guests once they have arrived.",
    ),
    "arrival_maybe_swapped": Code(
        "warning",
        "Ngày đến “{value}” ở tương lai, nhưng nếu đổi chỗ ngày và tháng thì là gần hôm nay. Vui lòng kiểm tra.",
        "The arrival “{value}” is in the future; with day and month swapped it would be near today. Please check.",
    ),
    "arrival_long_ago": Code(
        "warning",
        "Ngày đến “{value}” đã hơn một năm. Vui lòng kiểm tra.",
        "The arrival “{value}” is more than a year ago. Please check it.",
    ),
    "stay_very_long": Code(
        "warning",
        "Thời gian lưu trú dài hơn một năm. Vui lòng kiểm tra ngày đi dự kiến “{value}”.",
        "The stay is longer than a year. Please check the expected departure “{value}”.",
    ),
    "departed_on_unreadable": _bad_date("warning", "departed_on"),
    "checkout_in_future": Code(
        "warning",
        "Ngày trả phòng “{value}” ở tương lai nên chưa được ghi nhận là đã trả phòng.",
        "The check-out “{value}” is in the future, so the guest is not recorded as gone.",
    ),
    "precision_contradictory": Code(
        "warning",
        "Ngày sinh “{value}” ghi đầy đủ hơn mức chính xác đã khai (năm hoặc tháng); chỉ giữ mức đã khai.",
        "The birth date “{value}” says more than its declared precision (year or month); only the latter was kept.",
    ),
    "precision_unknown": Code(
        "warning",
        "Không hiểu mức chính xác “{value}” của ngày sinh; được hiểu theo chính ngày sinh.",
        "The precision “{value}” of the birth date is not understood; the date itself decided.",
    ),
    "duplicate_in_file": Code(
        "warning",
        "Trùng hộ chiếu, quốc tịch và ngày đến với bản ghi {value} trong cùng tệp.",
        "Same document, nationality and arrival as record {value} of this file.",
    ),
    "document_shared": Code(
        "warning",
        "Cùng số hộ chiếu và ngày đến với bản ghi {value} nhưng khác họ tên hoặc ngày sinh. Vui lòng kiểm tra.",
        "Same document and arrival as record {value} but another name or birth date. Please check.",
    ),
    "text_too_long": Code(
        "warning",
        "Nội dung dài quá {limit} ký tự nên không được ghi nhận.",
        "The text is longer than {limit} characters and was left out.",
    ),
    "not_on_list": Code(
        "warning",
        "“{value}” không có trong danh mục nên không được ghi nhận.",
        "“{value}” is not on the code list and was left out.",
    ),
    # --- how a value was interpreted
    "birth_precision_from_text": Code(
        "note",
        "Ngày sinh “{value}” không có ngày: được hiểu là chỉ biết năm hoặc tháng.",
        "The birth date “{value}” has no day: read as known to the year or month only.",
    ),
    "birth_precision_applied": Code(
        "note",
        "Ngày sinh “{value}” chỉ chính xác đến năm hoặc tháng như tệp đã ghi.",
        "The birth date “{value}” is exact to the year or month only, as the file says.",
    ),
    "date_from_excel": Code(
        "note",
        "Số “{value}” được hiểu là ngày của Excel: {date}.",
        "The number “{value}” was read as an Excel date: {date}.",
    ),
    "month_first_header": Code(
        "note",
        "Tiêu đề cột ghi tháng trước: “{value}” được hiểu là {date}.",
        "The column's header says month first: “{value}” was read as {date}.",
    ),
    "checkout_not_yet_known": Code(
        "note",
        "Ngày trả phòng “{value}” chỉ chép lại ngày đi dự kiến: chưa coi là đã trả phòng.",
        "The check-out “{value}” only repeats the expected departure: not yet known.",
    ),
    "nationality_from_name": Code(
        "note",
        "Quốc tịch “{value}” được hiểu là {shown} ({name_vi}).",
        "The nationality “{value}” was read as {shown} ({name_en}).",
    ),
    "sex_interpreted": Code(
        "note",
        "Giới tính “{value}” được hiểu là {sex}.",
        "The sex “{value}” was read as {sex}.",
    ),
    "document_number_tidied": Code(
        "note",
        "Số hộ chiếu “{value}” được viết lại là {tidy}.",
        "The document number “{value}” was rewritten as {tidy}.",
    ),
    # --- about the whole file
    "ampersand_repaired": Code(
        "notice",
        "Dòng {line}: dấu “&” chưa được mã hóa (“{value}”) đã được sửa thành “&amp;”.",
        "Line {line}: an unescaped “&” (“{value}”) was repaired to “&amp;”.",
    ),
    "ampersands_repaired": Code(
        "notice",
        "Đã sửa tổng cộng {value} dấu “&” chưa được mã hóa.",
        "{value} unescaped “&” were repaired in all.",
    ),
    "other_root": Code(
        "notice",
        "Phần tử gốc là “{value}” thay vì “KHAI_BAO_TAM_TRU”; các trường vẫn được nhận ra.",
        "The root is “{value}” instead of “KHAI_BAO_TAM_TRU”; its fields were recognised all the same.",
    ),
    "unknown_element": Code(
        "notice",
        "Phần tử “{value}” không thuộc mẫu khai báo và được bỏ qua.",
        "The element “{value}” is not part of the declaration and was ignored.",
    ),
    "unknown_column": Code(
        "notice",
        "Cột “{value}” không dùng cho khai báo và được bỏ qua.",
        "The column “{value}” is not used for the declaration and was ignored.",
    ),
    "hint_row_skipped": Code(
        "notice",
        "Dòng hướng dẫn của mẫu (dòng {line}) được bỏ qua.",
        "The template's row of hints (row {line}) was skipped.",
    ),
    "header_row_repeated": Code(
        "notice",
        "Dòng tiêu đề lặp lại (dòng {line}) được bỏ qua.",
        "A repeated header row (row {line}) was skipped.",
    ),
    "number_only_rows": Code(
        "notice",
        "Đã bỏ qua {value} dòng chỉ có số thứ tự, không có thông tin khách.",
        "{value} rows with only a running number and no guest were skipped.",
    ),
    "examples_skipped": Code(
        "notice",
        "Đã bỏ qua {value} dòng mẫu ([TEST], [EXAMPLE]).",
        "{value} example rows ([TEST], [EXAMPLE]) were skipped.",
    ),
    "decomposed_letters": Code(
        "notice",
        "Chữ có dấu ở dạng tổ hợp (NFD) đã được ghép lại (NFC).",
        "Accented letters written in parts (NFD) were composed (NFC).",
    ),
    "dates_maybe_swapped": Code(
        "notice",
        "Mọi {field_vi} trong tệp đều có ngày ≤ 12: có thể chương trình đã đổi chỗ ngày và tháng.",
        "Every {field_en} in the file has a day ≤ 12: the program may have swapped day and month.",
    ),
    "constant_column": Code(
        "notice",
        "Cột {field_vi} có cùng một giá trị “{value}” ở mọi dòng; có thể chương trình ghi giá trị mặc định.",
        "The {field_en} is “{value}” in every row; the program may be writing a constant.",
    ),
    "citizens_template": Code(
        "notice",
        "Đây là mẫu dành cho khách Việt Nam; chỉ khách nước ngoài được khai báo ở đây.",
        "This is the template for Vietnamese guests; only foreigners are declared here.",
    ),
}


def _words(code: str, value: object, params: dict[str, object]) -> tuple[str, str]:
    entry = CODES[code]
    shown = "" if value is None else str(value)
    if len(shown) > 80:
        shown = shown[:77] + "…"
    return entry.vi.format(value=shown, **params), entry.en.format(value=shown, **params)


def _make(
    code: str,
    field: str | None,
    value: str | None,
    line: int | None,
    column: int | None,
    params: dict[str, object],
) -> Finding:
    if field in _FIELD_VI:
        params = {"field_vi": _FIELD_VI[field], "field_en": _FIELD_EN[field], **params}
    if line is not None:
        params = {"line": line, **params}
    vi, en = _words(code, value, params)
    return Finding(code, field, value, vi, en, line, column)


def finding(
    code: str,
    field: str | None = None,
    value: str | None = None,
    line: int | None = None,
    column: int | None = None,
    **params: object,
) -> Finding:
    """A finding with its words; `params` are the further words its template names."""
    return _make(code, field, value, line, column, params)


@lru_cache(maxsize=4096)
def same(code: str, field: str | None, value: str | None = None) -> Finding:
    """Like `finding` for codes without further words; equal calls share one object, so a large file stays cheap."""
    return _make(code, field, value, None, None, {})


def problem(code: str, line: int | None = None, column: int | None = None, **params: object) -> Problem:
    """A problem with its words."""
    value = params.pop("value", None)
    vi, en = _words(code, value, {"line": line, "column": column, **params})
    return Problem(code, line, column, vi, en)
