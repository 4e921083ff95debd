"""Codes: how a value was interpreted."""

from ancu.engines.exchange.codes.words import MessageCode

NOTES: dict[str, MessageCode] = {
    "birth_precision_from_text": MessageCode(
        "note",
        "Ngày sinh “{value}” không có ngày: được hiểu là chỉ biết năm hoặc tháng.",
        "The birth date “{value}” has no day: read as known to the year or month only.",
    ),
    "birth_precision_applied": MessageCode(
        "note",
        "Ngày sinh “{value}” chỉ chính xác đến năm hoặc tháng như tệp đã ghi.",
        "The birth date “{value}” is exact to the year or month only, as the file says.",
    ),
    "date_from_excel": MessageCode(
        "note",
        "Số “{value}” được hiểu là ngày của Excel: {date}.",
        "The number “{value}” was read as an Excel date: {date}.",
    ),
    "month_first_header": MessageCode(
        "note",
        "Tiêu đề cột ghi tháng trước: “{value}” được hiểu là {date}.",
        "The column's header says month first: “{value}” was read as {date}.",
    ),
    "checkout_not_yet_known": MessageCode(
        "note",
        "Ngày trả phòng “{value}” chỉ chép lại ngày đi dự kiến: chưa coi là đã trả phòng.",
        "The check-out “{value}” only repeats the expected departure: not yet known.",
    ),
    "nationality_from_name": MessageCode(
        "note",
        "Quốc tịch “{value}” được hiểu là {name_vi}.",
        "The nationality “{value}” was read as {name_en}.",
    ),
    "sex_interpreted": MessageCode(
        "note",
        "Giới tính “{value}” được hiểu là {sex_vi}.",
        "The sex “{value}” was read as {sex_en}.",
    ),
    "document_number_tidied": MessageCode(
        "note",
        "Số hộ chiếu “{value}” được viết lại là {tidy}.",
        "The document number “{value}” was rewritten as {tidy}.",
    ),
}
