"""A bad line to the real server: loses calls, loses answers, cuts them off, and speaks HTML in between."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


class Line:
    """``faults`` are used up one a call: ``lost_call``, ``lost_answer``, ``half``, ``gateway``, ``redirect``."""

    def __init__(self, url: str) -> None:
        self.there = urlsplit(url)
        self.faults: list[str] = []
        self.calls: list[str] = []
        line = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                line.carry(self)

            do_GET = do_POST = do_PATCH = do_DELETE = handle_any

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def carry(self, asked: BaseHTTPRequestHandler) -> None:
        fault = self.faults.pop(0) if self.faults else ""
        self.calls.append(f"{asked.command} {asked.path}")
        body = asked.rfile.read(int(asked.headers.get("Content-Length") or 0))
        if fault == "lost_call":
            asked.close_connection = True
            return
        if fault in ("gateway", "redirect"):
            self.say(asked, 502 if fault == "gateway" else 302, b"<html>", {"Location": self.url + "/elsewhere"})
            return
        onward = http.client.HTTPConnection(self.there.hostname or "", self.there.port, timeout=60)
        onward.request(asked.command, asked.path, body, {k: v for k, v in asked.headers.items() if k != "Host"})
        answer = onward.getresponse()
        content = answer.read()
        onward.close()
        if fault == "lost_answer":
            asked.close_connection = True
            return
        kept = {k: v for k, v in answer.getheaders() if k in ("Content-Type", "Retry-After", "Location")}
        self.say(asked, answer.status, content, kept, half=fault == "half")

    def say(
        self, asked: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str], *, half: bool = False
    ) -> None:
        asked.send_response(status)
        for name, value in headers.items():
            asked.send_header(name, value)
        if status != 204:
            asked.send_header("Content-Length", str(len(body)))
        asked.end_headers()
        asked.wfile.write(body[: len(body) // 2] if half else body)
        asked.close_connection = asked.close_connection or half


@contextmanager
def bad_line(url: str) -> Iterator[Line]:
    line = Line(url)
    threading.Thread(target=line.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield line
    finally:
        line.server.shutdown()
        line.server.server_close()
