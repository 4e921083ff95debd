"""The files beside a declared file: receipts for programs (JSON) and people (text), and refused rows."""

import json
from datetime import datetime, timedelta, timezone
from typing import Any

from ancu_client.models import DeclaredRow, SentFile

WORDS: dict[str, dict[str, str]] = {
    "vi": {
        "all_stand": "Đã khai báo xong: tất cả các dòng đã được tiếp nhận.",
        "some_differ": "Đã tiếp nhận, nhưng có khách được khai báo trước đó với dữ liệu khác: thay đổi chưa được lưu,"
        " hãy sửa khai báo đó trên trang.",
        "some_refused": "Đã khai báo một phần: có dòng bị từ chối, xem bên dưới và tệp .refused.xlsx.",
        "none_stands": "Chưa khai báo được dòng nào.",
        "receipt": "Số biên nhận",
        "received": "Thời điểm tiếp nhận",
        "counts": "Đọc {read}, nhận mới {accepted}, đã khai trước {already_declared}, từ chối {refused}, muộn {late}.",
        "again": "Tệp có nội dung này đã được gửi trước đó; đây là kết quả của lần gửi ấy.",
        "differs": "{field}: đã khai {declared}, tệp này ghi {sent}",
        "needs_confirmation": "Nếu đúng như vậy, hãy xác nhận trên trang đầu của cơ sở.",
        "row": "Dòng {position}: {message}",
        "more": "… và các dòng khác trong tệp .refused.xlsx.",
        "key": "Hệ thống không nhận tệp này: {message}",
    },
    "en": {
        "all_stand": "Declared: every row stands.",
        "some_differ": "Declared, but some guests were declared before with other data: the changes were not stored;"
        " please correct those declarations on the page.",
        "some_refused": "Declared in part: some rows were refused; see below and the file .refused.xlsx.",
        "none_stands": "No row could be declared.",
        "receipt": "Receipt",
        "received": "Received at",
        "counts": "Read {read}, accepted {accepted}, before {already_declared}, refused {refused}, late {late}.",
        "again": "A file with this content was sent before; this is what became of it then.",
        "differs": "{field}: declared {declared}, this file says {sent}",
        "needs_confirmation": "If that is right, confirm it on the lodging's first page.",
        "row": "Row {position}: {message}",
        "more": "… and more in the file .refused.xlsx.",
        "key": "The office does not take this file: {message}",
    },
}
VIETNAM = timezone(timedelta(hours=7))
MOST_ROWS_SHOWN = 50  # refused rows in the text
COUNTS = ("read", "accepted", "already_declared", "refused", "late")


def receipt(
    sent: SentFile, refused: list[DeclaredRow], digest: str, *, sent_before: bool, language: str
) -> dict[str, bytes]:
    """Return the two receipts to write beside a declared file: contents by ending (.receipt.json, .receipt.txt).

    ``refused`` are the rows that need attention, ``digest`` is the file's SHA-256, ``sent_before`` whether the same
    file was declared earlier.
    """
    content: dict[str, Any] = sent.raw | {
        "file_sha256": digest,
        "sent_before": sent_before,
        "refused_rows": [_row(row) for row in refused],
    }
    return {".receipt.json": _json(content), ".receipt.txt": _text(sent, refused, sent_before, language)}


def _row(row: DeclaredRow) -> dict[str, Any]:
    """Return a row of the declared file as plain data for the JSON receipt: position, state, errors."""
    errors = [{name: getattr(finding, name) for name in finding.__slots__} for finding in row.errors]
    differs = [{name: getattr(difference, name) for name in difference.__slots__} for difference in row.differs]
    return {"position": row.position, "state": row.state, "errors": errors, "differs": differs}


def _json(content: dict[str, Any]) -> bytes:
    """Return plain data as indented JSON in UTF-8 bytes."""
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _text(sent: SentFile, refused: list[DeclaredRow], sent_before: bool, language: str) -> bytes:
    """Return the receipt as a text file for people: outcome, number, counts and a line for each ``refused`` row."""
    words = WORDS[language]
    lines = [words[sent.status or "none_stands"]]
    if sent.receipt:
        lines += [f"{words['receipt']}: {sent.receipt}", f"{words['received']}: {_moment(sent.received_at)}"]
    lines.append(words["counts"].format(**{name: getattr(sent, name) or 0 for name in COUNTS}))
    if sent.problem:
        lines.append(str(sent.problem[f"message_{language}"]))
    lines += [_reasons(row, words, language) for row in refused[:MOST_ROWS_SHOWN]]
    lines += [words["more"]] * (len(refused) > MOST_ROWS_SHOWN) + [words["again"]] * sent_before
    return ("\r\n".join(lines) + "\r\n").encode("utf-8-sig")


def _moment(received: str | None) -> str:
    """Return an ISO moment as dd/mm/yyyy hh:mm in Viet Nam; empty for None."""
    return f"{datetime.fromisoformat(received).astimezone(VIETNAM):%d/%m/%Y %H:%M}" if received else ""


def _reasons(row: DeclaredRow, words: dict[str, str], language: str) -> str:
    """Return the receipt's line about a row that needs attention: its number, the reasons and what to do."""
    reasons = [getattr(finding, f"message_{language}") for finding in row.errors]
    reasons += [
        words["differs"].format(field=difference.field, declared=difference.declared or "–", sent=difference.sent)
        for difference in row.differs
    ]
    message = " ".join([*reasons, words[row.state]] if row.state in words else reasons)
    return words["row"].format(position=row.position, message=message)


def refusal(code: str, messages: dict[str, str], digest: str, language: str) -> dict[str, bytes]:
    """Return the files to write beside a file that the office refused as a whole: contents by ending.

    ``messages`` are the office's sentences by language (vi, en), ``digest`` is the file's SHA-256.
    """
    content = {"state": "failed", "status": "none_stands", "file_sha256": digest}
    content |= {"code": code, "message_vi": messages["vi"], "message_en": messages["en"]}
    text = WORDS[language]["key"].format(message=messages[language])
    return {".receipt.json": _json(content), ".receipt.txt": (text + "\r\n").encode("utf-8-sig")}
