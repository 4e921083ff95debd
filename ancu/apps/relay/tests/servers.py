"""The national portal on loopback, as the ministry's document 1.4 has it, with the faults its clients have met.

Written from the document and not from our own module about it, so that a sentence misread there is found here.
"""

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

BASIC = "Y2xpZW50OnNlY3JldA=="
SESSION = timedelta(minutes=30)
REQUIRED = (
    "hoTen", "quocTich", "soHoChieu", "gioiTinh", "loaiNgayThangNamSinh", "ngayThangNamSinhStr", "ngayDenCsltStr",
    "ngayDiDuKienStr", "thoiHanTamTruStr",
)  # fmt: skip

# What may go wrong with a call to declare; "kept …" means that the guests were stored before it did.
FAULTS = (
    "hang up", "slow", "500", "html", "gibberish", "expired", "busy", "kept, hang up", "kept, slow", "kept, 500",
    "kept, html", "kept, empty", "kept, gibberish", "kept, no code",
)  # fmt: skip


@dataclass
class Declared:
    account: str
    record: dict[str, str]
    checked_out: bool = False

    @property
    def days(self) -> tuple[date, date]:
        return day(self.record["ngayDenCsltStr"]), day(self.record["ngayDiDuKienStr"])


def day(text: str) -> date:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").date()


@dataclass
class PortalRegister:
    """What the portal knows; ``faults`` are given to the next calls that declare, ``sign_in_faults`` to sign-ins."""

    today: Callable[[], date]
    now: Callable[[], datetime]
    accounts: dict[str, str] = field(default_factory=lambda: {"lodge": "s3cret & äöü"})
    tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    renewals: dict[str, str] = field(default_factory=dict)
    declared: list[Declared] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    sign_in_faults: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    tells_dates: bool = False  # the richer sentence that clients have seen
    broken: str = ""  # a fault for every call, until it is mended
    wake: threading.Event = field(default_factory=threading.Event)

    def of(self, number: str) -> list[Declared]:
        return [entry for entry in self.declared if entry.record["soHoChieu"] == number]

    def session(self, account: str) -> dict[str, Any]:
        access, refresh = str(uuid.uuid4()), str(uuid.uuid4())
        ends = self.now() + SESSION
        self.tokens[access], self.renewals[refresh] = (account, ends), account
        return {
            "AccessToken": access, "RefreshToken": refresh, "TokenType": "bearer", "Exp": int(ends.timestamp()),
            "Authorities": ["kbtt:create-3th", "CLIENT_API_CSLT"], "ClientId": 7, "LoaiTK": "CSLT", "CsltId": "1000227",
        }  # fmt: skip

    def judge(self, account: str, records: list[dict[str, str]]) -> list[str]:
        return [
            f"Bản khai báo {number}: {reason}"
            for number, record in enumerate(records, start=1)
            for reason in self.reasons(account, record)
        ]

    def reasons(self, account: str, record: dict[str, str]) -> Iterator[str]:
        missing = [name for name in REQUIRED if not record.get(name)]
        if missing:
            yield f"{missing[0]} là bắt buộc"
            return
        arrival, departure = day(record["ngayDenCsltStr"]), day(record["ngayDiDuKienStr"])
        yesterday = self.today() - timedelta(days=1)
        if departure < yesterday:
            yield "Ngày đi dự kiến phải lớn hoặc bằng ngày hôm qua"
        if not yesterday <= arrival <= self.today():
            yield "Ngày đến Cslt phải là ngày hiện tại hoặc hôm qua"
        if departure < arrival:
            yield "Ngày đi dự kiến phải lớn hoặc bằng ngày đến Cslt"
        if day(record["thoiHanTamTruStr"]) < self.today():
            yield "Thời hạn tạm trú phải lớn hoặc bằng hôm nay"
        if day(record["thoiHanTamTruStr"]) < departure:
            yield "Thời hạn tạm trú phải lớn ngày đi hiện tại"
        yield from self.there(account, record, arrival, departure)

    def there(self, account: str, record: dict[str, str], arrival: date, departure: date) -> Iterator[str]:
        own = [entry for entry in self.of(record["soHoChieu"]) if entry.account == account]
        for entry in own:
            begins, ends = entry.days
            if self.tells_dates and not entry.checked_out:
                yield (
                    f"Khách đã có khai báo tạm trú từ {begins} đến {ends} tại cơ sở lưu trú này. "
                    "Vui lòng kiểm tra tại chức năng Quản lý khách đang tạm trú."
                )
            elif not entry.checked_out:
                yield "Số hộ chiếu đang tạm trú tại CSLT và chưa checkout"
            elif begins <= departure and arrival <= ends:
                yield "Đã tồn tại khai báo trùng thời gian tại CSLT"


class PortalServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, book: PortalRegister) -> None:
        super().__init__(("127.0.0.1", 0), PortalHandler)
        self.book = book

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that stopped waiting is what these tests are about."""


class PortalHandler(BaseHTTPRequestHandler):
    wbufsize = -1  # one packet for head and body: two would wait 40 ms for each other
    server: PortalServer

    def log_message(self, *_what: Any) -> None:
        pass

    def do_POST(self) -> None:
        book, parts = self.server.book, urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        book.calls.append(parts.path)
        if parts.path == "/authorization-service/oauth/token":
            self.sign_in(parse_qs(body.decode()))
        elif parts.path == "/authorization-service/oauth/refresh-token":
            self.renew(parse_qs(parts.query))
        elif parts.path == "/client-service/kbtt/kbtt-3th":
            self.declare(body)
        else:
            self.tell(404, {"code": "404", "message": "Not Found", "data": None})

    def sign_in(self, form: dict[str, list[str]]) -> None:
        book = self.server.book
        if book.sign_in_faults:
            return self.fail(book.sign_in_faults.pop(0))
        assert self.headers["Content-Type"] == "application/x-www-form-urlencoded"
        username, password = form.get("username", [""])[0], form.get("password", [""])[0]
        authorised = self.headers["Authorization"] == f"Basic {BASIC}" and form.get("grant-type") == ["api_cslt"]
        if not authorised or book.accounts.get(username) != password:
            return self.refuse("400", "Tài khoản hoặc mật khẩu không đúng")
        return self.tell(200, {"code": "200", "message": "Thành công", "data": book.session(username)})

    def renew(self, query: dict[str, list[str]]) -> None:
        account = self.server.book.renewals.pop(query.get("refresh_token", [""])[0], None)
        if account is None:
            return self.refuse("400", "Refresh token không hợp lệ")
        return self.tell(200, {"code": "200", "message": "Thành công", "data": self.server.book.session(account)})

    def declare(self, body: bytes) -> None:
        book = self.server.book
        fault = book.broken or (book.faults.pop(0) if book.faults else "")
        if fault == "expired":
            book.tokens.clear()
        stores = fault.startswith("kept")
        if fault and fault != "expired" and not stores:
            return self.fail(fault)
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        account, ends = book.tokens.get(token, ("", book.now()))
        if not account or ends <= book.now():
            return self.tell(401, {"error": "invalid_token", "error_description": "Token was not recognised"})
        records = json.loads(body)
        assert isinstance(records, list)
        if wrong := book.judge(account, records):  # one bad record fails the call
            return self.fail(fault.removeprefix("kept, ")) if stores else self.refuse("400", ", ".join(wrong))
        book.declared += [Declared(account, record) for record in records]
        if stores:
            return self.fail(fault.removeprefix("kept, "))
        return self.tell(200, {"code": "200", "message": "Thành công", "data": None}, bom=len(book.calls) % 2 == 0)

    # --- answers ---

    def refuse(self, code: str, message: str) -> None:
        self.tell(400, {"code": code, "message": message, "data": None})

    def fail(self, fault: str) -> None:
        if fault == "hang up":
            self.close_connection = True
            self.connection.close()
        elif fault == "slow":
            self.server.book.wake.wait(3)
            self.close_connection = True
        elif fault == "drip":
            self.drip()
        elif fault == "busy":
            self.tell(429, {"code": "429", "message": "Too many requests", "data": None}, **{"Retry-After": "45"})
        else:
            answers = {
                "500": (500, b'{"code":"500","message":"Internal error","data":null}'),
                "html": (502, b"<html><body>Bad Gateway</body></html>"),
                "empty": (200, b""),
                "gibberish": (200, b'{"code":"200","mess'),
                "no code": (200, b'{"ok":true}'),
            }
            status, data = answers[fault]
            self.send(status, data)

    def drip(self) -> None:
        """A byte now and then, so that no silence is long enough."""
        self.send(200, b"", **{"Content-Length": "100"})
        for _byte in range(40):
            self.wfile.flush()
            self.server.book.wake.wait(0.05)
            self.wfile.write(b" ")

    def tell(self, status: int, content: Any, *, bom: bool = False, **headers: str) -> None:
        text = json.dumps(content, ensure_ascii=False).encode()
        self.send(status, b"\xef\xbb\xbf" + text if bom else text, **headers)

    def send(self, status: int, data: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def portal(book: PortalRegister) -> Iterator[str]:
    """The address of a portal that writes into ``book``."""
    server = PortalServer(book)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        book.wake.set()
        server.shutdown()
        server.server_close()
        thread.join()
