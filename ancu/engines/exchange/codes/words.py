"""The shape of a code, and sentences that several fields share."""

from typing import NamedTuple

from ancu.engines.exchange.model import LIMITS


class Code(NamedTuple):
    level: str
    vi: str
    en: str


FIELD_VI = {
    "full_name": "họ tên",
    "native_name": "tên bản ngữ",
    "birth_date": "ngày sinh",
    "sex": "giới tính",
    "nationality": "quốc tịch",
    "document_number": "số hộ chiếu",
    "room": "số phòng",
    "arrived_on": "ngày đến",
    "expected_departure": "ngày đi dự kiến",
    "departed_on": "ngày trả phòng",
    "permitted_until": "thời hạn được phép tạm trú",
    "document_kind": "loại giấy tờ",
    "arrived_at": "giờ đến",
    "purpose": "mục đích cư trú",
    "entry_paper": "giấy tờ nhập cảnh",
}
FIELD_EN = {
    "full_name": "full name",
    "native_name": "native name",
    "birth_date": "birth date",
    "sex": "sex",
    "nationality": "nationality",
    "document_number": "document number",
    "room": "room",
    "arrived_on": "arrival date",
    "expected_departure": "expected departure",
    "departed_on": "check-out date",
    "permitted_until": "permitted stay",
    "document_kind": "kind of document",
    "arrived_at": "time of arrival",
    "purpose": "purpose of stay",
    "entry_paper": "entry paper",
}
_DATE_HELP_VI = "Vui lòng ghi theo dạng ngày/tháng/năm, ví dụ 14/10/2026."
_DATE_HELP_EN = "Please write day/month/year, for example 14/10/2026."


def missing(level: str, field: str, extra_vi: str = "", extra_en: str = "") -> Code:
    return Code(
        level,
        f"Thiếu {FIELD_VI[field]}. {extra_vi or 'Vui lòng bổ sung.'}",
        f"The {FIELD_EN[field]} is missing. {extra_en or 'Please add it.'}",
    )


def bad_date(level: str, field: str) -> Code:
    return Code(
        level,
        f"Không đọc được {FIELD_VI[field]} “{{value}}”. {_DATE_HELP_VI}",
        f"The {FIELD_EN[field]} “{{value}}” cannot be read. {_DATE_HELP_EN}",
    )


def too_long(field: str) -> Code:
    return Code(
        "error",
        f"Nội dung {FIELD_VI[field]} dài quá {LIMITS[field]} ký tự. Vui lòng rút ngắn.",
        f"The {FIELD_EN[field]} is longer than {LIMITS[field]} characters. Please shorten it.",
    )
