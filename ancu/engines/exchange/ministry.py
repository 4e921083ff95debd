"""The ministry's API, version 1.4 (August 2026), as documented: fields, checks and sentences.

Both ends speak by it: we answer programs written for the ministry, and we tell the ministry what lodgings declared
here.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from ancu.engines.exchange.codes.words import FIELD_VI
from ancu.engines.exchange.dates import VIETNAM
from ancu.engines.exchange.fields import Guest
from ancu.engines.exchange.model import Finding, GuestRow
from ancu.engines.exchange.nationality import portal_labels
from ancu.engines.exchange.writer import portal_nationality

SUCCESS = "Thành công"
GRANT_TYPE = "api_cslt"
AUTHORITIES = ("kbtt:create-3th", "CLIENT_API_CSLT")
TOKEN, REFRESH, REVOKE = (f"/authorization-service/oauth/{name}" for name in ("token", "refresh-token", "revoke"))
DECLARE = "/client-service/kbtt/kbtt-3th"
PREFIX = "Bản khai báo {number}: "

ARRIVAL_NOT_NOW = "Ngày đến Cslt phải là ngày hiện tại hoặc hôm qua"
DEPARTURE_PAST = "Ngày đi dự kiến phải lớn hoặc bằng ngày hôm qua"
DEPARTURE_FIRST = "Ngày đi dự kiến phải lớn hoặc bằng ngày đến Cslt"
PERMIT_ENDED = "Thời hạn tạm trú phải lớn hoặc bằng hôm nay"
PERMIT_SHORT = "Thời hạn tạm trú phải lớn ngày đi hiện tại"  # without "hơn", as the document has it
NUMBER_SHAPE = "Hộ chiếu chỉ được chứa chữ cái và số, tối đa 10 ký tự"
SEX_SHAPE = "Giới tính phải là M hoặc F"
PRECISION_SHAPE = "Loại ngày tháng năm sinh phải là D hoặc Y"
NO_RECORDS = "Danh sách khai báo không được để trống"
EXAMPLE = "Bản ghi mẫu ([TEST], [EXAMPLE]) không được nhận"
REQUIRED = {
    "hoTen": "Họ tên",
    "quocTich": "Quốc tịch",
    "soHoChieu": "Số hộ chiếu",
    "gioiTinh": "Giới tính",
    "loaiNgayThangNamSinh": "Loại ngày tháng năm sinh",
    "ngayThangNamSinhStr": "Ngày sinh",
    "ngayDenCsltStr": "Ngày đến Cslt",
    "ngayDiDuKienStr": "Ngày đi dự kiến",
    "thoiHanTamTruStr": "Thời hạn tạm trú",
}
ROOM = "soPhong", "Số phòng"
SAID_ALREADY = frozenset({"departure_before_arrival", "not_a_record"})
_NUMBER = re.compile(r"[A-Za-z0-9]{1,10}")

# --- what it refuses ----------------------------------------------------------------------------------------


def refusals(record: Any, row: GuestRow, *, today: date, room_needed: bool) -> list[str]:
    """Return the sentences with which the ministry's API would refuse this guest record; empty if it would not.

    Sentences about values that we cannot read are added. Duplicates are left out: they show only when the guests are
    declared. ``room_needed``: the lodging's kind requires a room.
    """
    if not isinstance(record, dict):
        return [_error_text(reasons) for reasons in row.errors if reasons.code == "not_a_record"]
    if row.is_example:
        return [EXAMPLE]
    reasons = [f"{name} là bắt buộc" for name in _missing_fields(record, room_needed)]
    reasons += _format_refusals(record) + _date_refusals(row.values, today)
    missing = {f"{field}_missing" for field in _FIELDS}
    return reasons + [_error_text(error) for error in row.errors if error.code not in SAID_ALREADY | missing]


def _missing_fields(record: Mapping[str, Any], room_needed: bool) -> list[str]:
    """Return the names, in the ministry's API, of the required fields that the record lacks."""
    required = REQUIRED | ({ROOM[0]: ROOM[1]} if room_needed else {})
    return [name for key, name in required.items() if not str(record.get(key) or "").strip()]


def _format_refusals(record: Mapping[str, Any]) -> list[str]:
    """Return the ministry's refusals of values with a wrong format: document number, sex, birth precision."""
    text = {key: str(record.get(key) or "").strip() for key in ("soHoChieu", "gioiTinh", "loaiNgayThangNamSinh")}
    rules = (
        (text["soHoChieu"], bool(_NUMBER.fullmatch(text["soHoChieu"])), NUMBER_SHAPE),
        (text["gioiTinh"], text["gioiTinh"] in ("M", "F"), SEX_SHAPE),
        (text["loaiNgayThangNamSinh"], text["loaiNgayThangNamSinh"] in ("D", "Y"), PRECISION_SHAPE),
    )
    return [refusal for value, fits, refusal in rules if value and not fits]


def _date_refusals(guest: Guest, today: date) -> list[str]:
    """Return the ministry's refusals of a guest's dates on this day.

    It refuses an arrival other than today or yesterday, a departure that is past or before the arrival, and a permit
    that has ended or ends before the departure.
    """
    yesterday = today - timedelta(days=1)
    arrived, leaves, permitted = guest.arrived_on, guest.expected_departure, guest.permitted_until
    reasons = []
    if arrived and not yesterday <= arrived <= today:
        reasons.append(ARRIVAL_NOT_NOW)
    if leaves and leaves < yesterday:
        reasons.append(DEPARTURE_PAST)
    if arrived and leaves and leaves < arrived:
        reasons.append(DEPARTURE_FIRST)
    if permitted and permitted < today:
        reasons.append(PERMIT_ENDED)
    if permitted and leaves and permitted < leaves:  # who leaves on the last day permitted is within it
        reasons.append(PERMIT_SHORT)
    return reasons


_FIELDS = ("full_name", "nationality", "document_number", "birth_date", "arrived_on", "expected_departure")


def _error_text(error: Finding) -> str:
    """Return the error's Vietnamese sentence without its full stop, so that several can be joined."""
    return error.message_vi.rstrip(".")


def differing_refusal(field: str, declared: str | None) -> str:
    """Return the sentence that refuses a guest already declared with another value (``declared``) of this field."""
    name = FIELD_VI.get(field, field)
    return f"Khách đã được khai báo với {name} khác" + (f" ({declared})" if declared else f" (chưa có {name})")


def confirmation_text(oddity: Finding) -> str:
    """Return a warning's text, followed by the code that the caller must send back to confirm the value."""
    return f"{oddity.message_vi.rstrip('.')} (nếu đúng, gửi lại kèm “confirmed”: [“{oddity.code}”])"


def join_refusals(reasons: Mapping[int, list[str]]) -> str:
    """Join all refusals into a single sentence, each preceded by its record's number, the key of ``reasons``."""
    return ", ".join(PREFIX.format(number=number) + reason for number in sorted(reasons) for reason in reasons[number])


# --- what it takes ------------------------------------------------------------------------------------------


def unsupported_fields(guest: Guest, *, room_needed: bool) -> list[str]:
    """Return the fields of a guest that the ministry's API would not take: missing or with an unsupported value.

    For such a guest a person must use the portal.
    """
    fits = {
        "nationality": portal_nationality(guest.nationality) in portal_labels(),
        "document_number": bool(_NUMBER.fullmatch(guest.document_number or "")),
        "sex": guest.sex in ("M", "F"),
        "permitted_until": guest.permitted_until is not None,
        "room": bool(guest.room) or not room_needed,
    }
    return [field for field, well in fits.items() if not well]


def write_record(guest: Guest) -> dict[str, str]:
    """Return a guest as a record of the ministry's ``POST /client-service/kbtt/kbtt-3th``.

    It knows days and years of birth but no months: of a birth month only the year is sent.
    """
    birth = guest.birth_date or ""
    return {
        "hoTen": guest.full_name or "",
        "quocTich": portal_nationality(guest.nationality),
        "soHoChieu": guest.document_number or "",
        "gioiTinh": guest.sex or "",
        "loaiNgayThangNamSinh": "D" if len(birth) == 10 else "Y",
        "ngayThangNamSinhStr": birth if len(birth) == 10 else f"{birth[:4]}-01-01",
        "ngayDenCsltStr": _write_moment(guest.arrived_at, guest.arrived_on, "00:00:00"),
        "ngayDiDuKienStr": _write_moment(None, guest.expected_departure, "23:59:59"),
        "soPhong": guest.room or "",
        "thoiHanTamTruStr": _write_moment(None, guest.permitted_until, "23:59:59"),
    }


def _write_moment(moment: datetime | None, day: date | None, otherwise: str) -> str:
    """Write a moment in Vietnam's time as the ministry's API expects it; empty without a day.

    If only the day is known, the time is ``otherwise``.
    """
    if moment is not None:
        return moment.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M:%S")
    return f"{day.isoformat()} {otherwise}" if day else ""


# --- what its refusals mean ---------------------------------------------------------------------------------


class RefusalMeaning(NamedTuple):
    """What the ministry's refusal means: ``already`` declared, and the arrival date it names, if any."""

    already: bool
    too_old: bool
    arrived_on: date | None = None


_ALREADY = re.compile(r"chưa checkout|Đã tồn tại khai báo trùng|đã có khai báo tạm trú từ", re.IGNORECASE)
_SINCE = re.compile(r"tạm trú từ (\d{4}-\d{2}-\d{2})")


def refusal_summary(reasons: list[str]) -> RefusalMeaning:
    """Return what the ministry's reasons for refusing a record mean.

    Either the guest is already declared (and since when) or arrived too long ago.
    """
    since = next((match for reason in reasons if (match := _SINCE.search(reason))), None)
    return RefusalMeaning(
        already=any(_ALREADY.search(reason) for reason in reasons),
        too_old=any(reason.startswith(ARRIVAL_NOT_NOW) for reason in reasons),
        arrived_on=_read_day(since.group(1)) if since else None,
    )


def _read_day(text: str) -> date | None:
    """Read an ISO day; None if it is not one."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


# --- its catalogues -----------------------------------------------------------------------------------------

RESIDENCES = ((1, "Thường trú"), (2, "Tạm trú"))
