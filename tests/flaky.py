"""A bad line to the real server: loses calls, loses answers, cuts them off, and speaks HTML in between."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


class FaultyConnection:
    """``faults`` are used up one a call: ``lost_call``, ``lost_answer``, ``half``, ``gateway``, ``redirect``."""

    def __init__(self, url: str) -> None:
        self.there = urlsplit(url)
        self.faults: list[str] = []
        self.calls: list[str] = []
        line = self

        class FaultyHandler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                line.carry(self)

            do_GET = do_POST = do_PATCH = do_DELETE = handle_any

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), FaultyHandler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def carry(self, handler: BaseHTTPRequestHandler) -> None:
        fault = self.faults.pop(0) if self.faults else ""
        self.calls.append(f"{handler.command} {handler.path}")
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        if fault == "lost_call":
            handler.close_connection = True
            return
        if fault in ("gateway", "redirect"):
            self.say(handler, 502 if fault == "gateway" else 302, b"<html>", {"Location": self.url + "/elsewhere"})
            return
        onward = http.client.HTTPConnection(self.there.hostname or "", self.there.port, timeout=60)
        onward.request(handler.command, handler.path, body, {k: v for k, v in handler.headers.items() if k != "Host"})
        answer = onward.getresponse()
        content = answer.read()
        onward.close()
        if fault == "lost_answer":
            handler.close_connection = True
            return
        passed_headers = {k: v for k, v in answer.getheaders() if k in ("Content-Type", "Retry-After", "Location")}
        self.say(handler, answer.status, content, passed_headers, half=fault == "half")

    def say(
        self, handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str], *, half: bool = False
    ) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        if status != 204:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[: len(body) // 2] if half else body)
        handler.close_connection = handler.close_connection or half


@contextmanager
def bad_line(url: str) -> Iterator[FaultyConnection]:
    line = FaultyConnection(url)
    threading.Thread(target=line.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield line
    finally:
        line.server.shutdown()
        line.server.server_close()
