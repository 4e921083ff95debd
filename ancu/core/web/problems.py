"""Problems as programs get them: JSON with a stable code, both languages, and whether to try again."""

from collections.abc import Mapping
from typing import Any

import msgspec
from django.http import HttpResponse
from django.utils.functional import Promise

from ancu.core.web.language import both_languages

_encoder = msgspec.json.Encoder()

RETRY_AFTER = 5  # seconds until the same may be sent again, unless something else is known
SENTENCES = {
    "unauthorized": (
        "Thiếu mã truy cập hoặc mã không còn hiệu lực.",
        "The token is missing, unknown, revoked or expired.",
    ),
    "forbidden": ("Quý vị không có quyền thực hiện việc này.", "You do not have permission to do this."),
    "nul_character": (
        "Yêu cầu có ký tự rỗng (NUL), thứ không văn bản nào chứa được. Chưa có gì được lưu.",
        "The request holds a NUL character, which no text may hold. Nothing was stored.",
    ),
    "not_found": ("Không tìm thấy.", "Not found."),
    "method_not_allowed": ("Phương thức này không được hỗ trợ ở đây.", "This method is not supported here."),
    "invalid_parameters": ("Tham số không hợp lệ.", "The parameters are not valid."),
    "too_many_rows": ("Quá nhiều dòng trong một lần gửi.", "Too many rows in one call."),
    "no_guests": ("Không có khách nào trong yêu cầu.", "There is no guest in the request."),
    "too_many_calls": (
        "Phần mềm gửi quá nhiều yêu cầu. Hãy gửi lại sau.",
        "Too many calls. Please go on later.",
    ),
    "unavailable": (
        "Hệ thống tạm thời không phục vụ được. Gửi lại sau là an toàn.",
        "The service cannot answer just now. Sending again later is safe.",
    ),
    "declared_differently": (
        "Có khách đã được khai báo với dữ liệu khác nên chưa có gì được lưu. Hãy sửa khai báo đã có.",
        "A guest is declared with other data, so nothing was stored. Please correct that declaration.",
    ),
    "needs_confirmation": (
        "Có điều lạ nên chưa có gì được lưu. Hãy sửa, hoặc gửi lại kèm các mã này trong “confirmed” nếu đúng.",
        "Something is odd, so nothing was stored. Mend it, or send it with these codes in “confirmed” if it is right.",
    ),
    "mark_unknown": (
        "Dấu mốc này không phải do hệ thống cấp. Hãy bắt đầu lại từ đầu, hoặc từ “now”.",
        "This mark was not given by this service. Begin again without one, or with “now”.",
    ),
    "malformed_json": ("Không đọc được JSON của yêu cầu.", "The JSON of the request cannot be read."),
    "body_too_large": (
        "Yêu cầu quá lớn. Hãy chia nhỏ (giấy tờ: gửi từng giấy một).",
        "The request is too large. Send less at once (papers: one by one).",
    ),
    "server_error": (
        "Máy chủ gặp lỗi. Gửi lại là an toàn: không khách nào bị khai báo hai lần.",
        "The server failed. Sending again is safe: no guest is declared twice.",
    ),
}


class TooManyCalls(Exception):
    """A program has used up its calls; it may call again after ``retry_after`` seconds."""

    def __init__(self, retry_after: int = 3600, headers: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.retry_after, self.headers = retry_after, dict(headers or {})


def answer(content: Any, status: int = 200, **headers: str) -> HttpResponse:
    """Return ``content`` (plain data or msgspec structs) as a JSON response with this status and these headers."""
    return HttpResponse(
        content if isinstance(content, bytes) else _encoder.encode(content),
        status=status,
        content_type="application/json",
        headers=headers or None,
    )


def failure(
    code: str,
    status: int,
    message: str | Promise | tuple[str, str] | None = None,
    /,
    *,
    retry_safe: bool = False,
    retry_after: int = RETRY_AFTER,
    **more: Any,
) -> HttpResponse:
    """Return an API error as JSON: ``{code, message_vi, message_en, retry_safe, retry}``.

    ``message`` is a lazy sentence or a pair (Vietnamese, English), by default that of the code. ``retry`` is
    ``after`` (also the header ``Retry-After``): send the same again after so many seconds; or ``never``: change the
    request first. ``more`` adds keys.
    """
    vi, en = message if isinstance(message, tuple) else in_both_languages(message) if message else SENTENCES[code]
    body = {"code": code, "message_vi": vi, "message_en": en, "retry_safe": retry_safe}
    retry: dict[str, Any] = {"retry": "after", "retry_after": retry_after} if retry_safe else {"retry": "never"}
    response = answer(body | retry | more, status)
    if retry_safe:
        response["Retry-After"] = str(retry_after)
    return response


def in_both_languages(message: str | Promise) -> tuple[str, str]:
    """Return a lazy sentence in Vietnamese and English."""
    return both_languages(lambda: str(message))
