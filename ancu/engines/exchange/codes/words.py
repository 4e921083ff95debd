"""The type of a message code, and sentences that several fields share."""

from typing import NamedTuple

from ancu.engines.exchange.fields import DECLARATION_FIELDS
from ancu.engines.exchange.model import LIMITS


class MessageCode(NamedTuple):
    level: str
    vi: str
    en: str


FIELD_VI = {field.name: field.words.vi for field in DECLARATION_FIELDS if field.words}
FIELD_EN = {field.name: field.words.en for field in DECLARATION_FIELDS if field.words}
_DATE_HELP_VI = "Vui lòng ghi theo dạng ngày/tháng/năm, ví dụ 14/10/2026."
_DATE_HELP_EN = "Please write day/month/year, for example 14/10/2026."


def missing(level: str, field: str, extra_vi: str = "", extra_en: str = "") -> MessageCode:
    """Return the message code for a required field that is empty; ``level`` is error or warning."""
    return MessageCode(
        level,
        f"Thiếu {FIELD_VI[field]}. {extra_vi or 'Vui lòng bổ sung.'}",
        f"The {FIELD_EN[field]} is missing. {extra_en or 'Please add it.'}",
    )


def bad_date(level: str, field: str) -> MessageCode:
    """Return the message code for a field whose date cannot be read; ``level`` is error or warning."""
    return MessageCode(
        level,
        f"Không đọc được {FIELD_VI[field]} “{{value}}”. {_DATE_HELP_VI}",
        f"The {FIELD_EN[field]} “{{value}}” cannot be read. {_DATE_HELP_EN}",
    )


def too_long(field: str) -> MessageCode:
    """Return the error message code for a field that exceeds its limit of characters."""
    return MessageCode(
        "error",
        f"Nội dung {FIELD_VI[field]} dài quá {LIMITS[field]} ký tự. Vui lòng rút ngắn.",
        f"The {FIELD_EN[field]} is longer than {LIMITS[field]} characters. Please shorten it.",
    )
