"""A real HTTP server for webhooks, which can be slow, down, wrong or redirecting."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Listener:
    """A local HTTP server that records requests and answers as configured.

    ``status``, ``headers``, ``body``, ``wait`` seconds, ``drip`` seconds a byte.
    """

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status, self.body = 204, b""
        self.headers: dict[str, str] = {}
        self.wait = self.drip = 0.0
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                """Record the request's headers and body, then answer."""
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                listener.answer(self)

            def log_message(self, *args: Any) -> None:
                """Log nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer an HTTP request with the configured delay, status, headers and body."""
        time.sleep(self.wait)
        handler.send_response(self.status)
        for name, value in self.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(self.body)))
        handler.end_headers()
        try:
            for at in range(len(self.body)) if self.drip else ():
                handler.wfile.write(self.body[at : at + 1])
                handler.wfile.flush()
                time.sleep(self.drip)
            handler.wfile.write(b"" if self.drip else self.body)
        except OSError:
            return

    def ids(self) -> list[str]:
        """The webhook ids received, in order."""
        return [headers["webhook-id"] for headers, _body in self.got]


@contextmanager
def listening() -> Iterator[Listener]:
    """Context manager that yields an HTTP listener for webhooks, which runs in a thread."""
    listener = Listener()
    thread = threading.Thread(target=listener.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        listener.server.shutdown()
        listener.server.server_close()
