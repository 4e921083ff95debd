"""Codes: the file cannot be used."""

from ancu.engines.exchange.codes.words import MessageCode

PROBLEMS: dict[str, MessageCode] = {
    "empty_file": MessageCode("problem", "Tệp trống, không có nội dung.", "The file is empty."),
    "file_too_large": MessageCode(
        "problem",
        "Tệp lớn hơn {limit} MB. Vui lòng chia thành nhiều tệp.",
        "The file is larger than {limit} MB. Please split it.",
    ),
    "too_many_rows": MessageCode(
        "problem",
        "Tệp có hơn {limit} dòng khách. Vui lòng chia thành nhiều tệp.",
        "The file contains more than {limit} guests. Please split it.",
    ),
    "too_many_columns": MessageCode(
        "problem",
        "Trang tính có ô nằm quá xa (quá {limit} cột hoặc {rows} dòng). Vui lòng xóa các ô thừa rồi gửi lại.",
        "A sheet has cells too far out (beyond {limit} columns or {rows} rows). Please delete them and send again.",
    ),
    "archive_suspicious": MessageCode(
        "problem",
        "Tệp nén bất thường (kích thước khi giải nén quá lớn) nên không được mở. Vui lòng xuất lại tệp Excel.",
        "The packed file is abnormal (far too large once unpacked) and was not opened. Please export it again.",
    ),
    "damaged_file": MessageCode(
        "problem",
        "Tệp {kind} bị hỏng, không mở được. Vui lòng mở bằng Excel, lưu lại rồi gửi lại.",
        "The {kind} file is damaged and cannot be opened. Please open it in Excel, save it and send it again.",
    ),
    "encrypted_file": MessageCode(
        "problem",
        "Tệp được bảo vệ bằng mật khẩu. Vui lòng bỏ mật khẩu rồi gửi lại.",
        "The file is protected by a password. Please remove the password and send it again.",
    ),
    "unsupported_format": MessageCode(
        "problem",
        "Định dạng tệp không được hỗ trợ. Vui lòng gửi tệp XML, Excel (XLSX, XLS), CSV, bảng HTML hoặc JSON.",
        "This kind of file is not supported. Please send XML, Excel (XLSX, XLS), CSV, an HTML table or JSON.",
    ),
    "encoding": MessageCode(
        "problem",
        "Dòng {line}, cột {column}: ký tự không đúng bảng mã {encoding}, chữ có dấu có thể đã mất."
        " Vui lòng xuất lại tệp với bảng mã UTF-8.",
        "Line {line}, column {column}: a byte is not valid {encoding}, so accented letters may already be lost."
        " Please export the file again as UTF-8.",
    ),
    "malformed_xml": MessageCode(
        "problem",
        "Tệp XML sai cú pháp tại dòng {line}, cột {column}: {reason} Gần: “{around}”. Vui lòng sửa rồi gửi lại.",
        "The XML is malformed at line {line}, column {column}: {reason} Near: “{around}”. Please correct it"
        " and send it again.",
    ),
    "doctype_refused": MessageCode(
        "problem",
        "Tệp XML có khai báo DOCTYPE hoặc ENTITY (dòng {line}); vì lý do an toàn tệp không được đọc.",
        "The XML declares a DOCTYPE or ENTITY (line {line}); for safety it was not read.",
    ),
    "malformed_json": MessageCode(
        "problem",
        "Tệp JSON sai cú pháp tại dòng {line}, cột {column}. Vui lòng xuất lại tệp.",
        "The JSON is malformed at line {line}, column {column}. Please export it again.",
    ),
    "json_too_deep": MessageCode(
        "problem",
        "Tệp JSON lồng nhau quá nhiều cấp nên không được đọc. Vui lòng xuất lại tệp.",
        "The JSON is nested too deeply and was not read. Please export it again.",
    ),
    "malformed_csv": MessageCode(
        "problem",
        "Tệp CSV sai cú pháp ở gần dòng {line} (thường do thiếu dấu ngoặc kép). Vui lòng sửa rồi gửi lại.",
        "The CSV is malformed near line {line} (often a missing quotation mark). Please correct it and send it again.",
    ),
    "header_not_found": MessageCode(
        "problem",
        "Không tìm thấy dòng tiêu đề (Họ tên, Ngày sinh, Quốc tịch, Số hộ chiếu, Ngày đến…)."
        " Vui lòng dùng đúng mẫu khai báo.",
        "No header row was found (full name, birth date, nationality, document number, arrival…)."
        " Please use the declaration template.",
    ),
    "not_a_declaration": MessageCode(
        "problem",
        "Tệp không phải khai báo tạm trú: phần tử gốc là “{root}”, cần “KHAI_BAO_TAM_TRU”.",
        "This is not a guest declaration: its root is “{root}”, expected “KHAI_BAO_TAM_TRU”.",
    ),
    "portal_answer": MessageCode(
        "problem",
        "Đây là câu trả lời của cổng khai báo, không phải tệp khai báo. Nội dung: {value}",
        "This is a response from the declaration portal, not a declaration. It says: {value}",
    ),
    "no_guests": MessageCode(
        "problem",
        "Tệp không có khách nào để khai báo (số dòng mẫu đã bỏ qua: {examples}).",
        "The file contains no guests to declare (example rows skipped: {examples}).",
    ),
    "not_opened": MessageCode(
        "problem",
        "Không mở được tệp: {reason}.",
        "The file cannot be opened: {reason}.",
    ),
    "unreadable": MessageCode(
        "problem",
        "Không đọc được tệp. Vui lòng xuất lại tệp từ chương trình rồi gửi lại.",
        "The file cannot be read. Please export it again from your program.",
    ),
}
