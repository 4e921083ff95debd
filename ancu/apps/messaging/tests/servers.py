"""A mail server and an SMS gate on loopback, with the faults that real ones have."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller


class MailServer:
    """Keeps what it accepted; ``answers`` are given to the next recipients instead of 250."""

    def __init__(self) -> None:
        self.letters: list[Any] = []
        self.answers: list[str] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.letters.append(envelope)
        return "250 accepted"


@contextmanager
def mail_server() -> Iterator[tuple[MailServer, int]]:
    handler = MailServer()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]  # the controller knocks at the port it was given, so 0 will not do
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield handler, port
    finally:
        controller.stop()


class Gate(ThreadingHTTPServer):
    """An SMS gate: knows its client by token, each message by its key, and has ``faults`` to give out first.

    A fault is a status, ``"slow"`` (no answer in time), ``"hang up"`` (accepted, but the answer is lost), or
    ``"gibberish"`` (accepted, the answer is no JSON).
    """

    token = "the-office"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), GateHandler)
        self.faults: list[int | str] = []
        self.requests: list[dict[str, Any]] = []
        self.messages: dict[str, dict[str, str]] = {}  # by idempotency key: what really went to a phone

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1/messages"


class GateHandler(BaseHTTPRequestHandler):
    server: Gate

    def log_message(self, *_words: object) -> None:
        """Quiet."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = self.headers["Idempotency-Key"]
        self.server.requests.append({"key": key, "path": self.path, **body})
        fault = self.server.faults.pop(0) if self.server.faults else None
        if self.headers["Authorization"] != f"Bearer {self.server.token}":
            self._answer(401)
        elif isinstance(fault, int):
            self._answer(fault, {"Retry-After": "300"} if fault == 429 else {})
        elif fault == "slow":
            time.sleep(1)
        else:
            self._accept(key, body, fault)

    def _accept(self, key: str, body: dict[str, str], fault: str | None) -> None:
        is_repeated = key in self.server.messages
        self.server.messages.setdefault(key, body)
        if fault == "hang up":
            self.close_connection = True
        elif fault == "gibberish":
            self._answer(200, body=b"<html>")
        else:
            reference = f"sms-{list(self.server.messages).index(key) + 1}"
            self._answer(200 if is_repeated else 201, body=json.dumps({"reference": reference}).encode())

    def _answer(self, status: int, headers: dict[str, str] | None = None, body: bytes = b"{}") -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def sms_gate() -> Iterator[Gate]:
    gate = Gate()
    thread = threading.Thread(target=gate.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield gate
    finally:
        gate.shutdown()
        thread.join()
        gate.server_close()
