"""Codes: about the whole file."""

from ancu.engines.exchange.codes.words import MessageCode

NOTICES: dict[str, MessageCode] = {
    "ampersand_repaired": MessageCode(
        "notice",
        "Dòng {line}: dấu “&” chưa được mã hóa (“{value}”) đã được sửa thành “&amp;”.",
        "Line {line}: an unescaped “&” (“{value}”) was repaired to “&amp;”.",
    ),
    "ampersands_repaired": MessageCode(
        "notice",
        "Đã sửa tổng cộng {value} dấu “&” chưa được mã hóa.",
        "{value} unescaped “&” were repaired in all.",
    ),
    "other_root": MessageCode(
        "notice",
        "Phần tử gốc là “{value}” thay vì “KHAI_BAO_TAM_TRU”; các trường vẫn được nhận ra.",
        "The root is “{value}” instead of “KHAI_BAO_TAM_TRU”, but its fields were recognised.",
    ),
    "unknown_element": MessageCode(
        "notice",
        "Phần tử “{value}” không thuộc mẫu khai báo và được bỏ qua.",
        "The element “{value}” is not part of the declaration and was ignored.",
    ),
    "unknown_column": MessageCode(
        "notice",
        "Cột “{value}” không dùng cho khai báo và được bỏ qua.",
        "The column “{value}” is not used for the declaration and was ignored.",
    ),
    "hint_row_skipped": MessageCode(
        "notice",
        "Dòng hướng dẫn của mẫu (dòng {line}) được bỏ qua.",
        "The template's row of hints (row {line}) was skipped.",
    ),
    "header_row_repeated": MessageCode(
        "notice",
        "Dòng tiêu đề lặp lại (dòng {line}) được bỏ qua.",
        "A repeated header row (row {line}) was skipped.",
    ),
    "remark_row_skipped": MessageCode(
        "notice",
        "Dòng {line} (“{value}”) là dòng tổng cộng, ghi chú hoặc ký tên, không phải khách, nên được bỏ qua.",
        "Row {line} (“{value}”) is a total, a remark or a signature, not a guest, and was skipped.",
    ),
    "hidden_sheet_skipped": MessageCode(
        "notice",
        "Trang tính “{value}” đang bị ẩn nên không được khai báo; hãy bỏ ẩn nếu khách trong đó là thật.",
        "The sheet “{value}” is hidden and was not declared; unhide it if its guests are real.",
    ),
    "column_repeated": MessageCode(
        "notice",
        "Cột “{value}” xuất hiện nhiều lần; ô trống của cột đầu được lấy từ cột sau.",
        "The column “{value}” occurs more than once; empty cells of the first were filled from the next.",
    ),
    "check_out_is_expected": MessageCode(
        "notice",
        "Tệp chỉ có cột “{value}”, không có ngày đi dự kiến: cột này được đọc là ngày đi dự kiến.",
        "The file has the column “{value}” and no expected departure: it was read as the expected departure.",
    ),
    "number_only_rows": MessageCode(
        "notice",
        "Đã bỏ qua {value} dòng chỉ có số thứ tự, không có thông tin khách.",
        "{value} rows with only a running number and no guest were skipped.",
    ),
    "examples_skipped": MessageCode(
        "notice",
        "Đã bỏ qua {value} dòng mẫu ([TEST], [EXAMPLE]).",
        "Example rows skipped ([TEST], [EXAMPLE]): {value}.",
    ),
    "decomposed_letters": MessageCode(
        "notice",
        "Chữ có dấu ở dạng tổ hợp (NFD) đã được ghép lại (NFC).",
        "Accented letters written in parts (NFD) were composed (NFC).",
    ),
    "dates_maybe_swapped": MessageCode(
        "notice",
        "Mọi {field_vi} trong tệp đều có ngày ≤ 12: có thể chương trình đã đổi chỗ ngày và tháng.",
        "Every {field_en} in the file has a day ≤ 12: the program may have swapped day and month.",
    ),
    "constant_column": MessageCode(
        "notice",
        "Cột {field_vi} có cùng một giá trị “{value}” ở mọi dòng; có thể chương trình ghi giá trị mặc định.",
        "The {field_en} is “{value}” in every row; the program may be writing a constant.",
    ),
    "permit_equals_departure": MessageCode(
        "notice",
        "{guests} khách có thời hạn tạm trú trùng ngày đi dự kiến. Thời hạn tạm trú ghi trên dấu nhập cảnh, thị thực"
        " hoặc thẻ; có thể phần mềm đã chép ngày đi vào đó.",
        "For {guests} guests the permitted stay is the expected departure. It is on the entry stamp, visa or card;"
        " the program may have copied the departure.",
    ),
    "more_guests_than_beds": MessageCode(
        "notice",
        "Cơ sở đăng ký {beds} giường; với lần khai này sẽ có {guests} khách cùng ở.",
        "The lodging registered {beds} beds; with this declaration {guests} guests would stay there at the same time.",
    ),
    "citizens_template": MessageCode(
        "notice",
        "Đây là mẫu dành cho khách Việt Nam; chỉ khách nước ngoài được khai báo ở đây.",
        "This is the template for Vietnamese guests; only foreigners are declared here.",
    ),
}
