"""The ASGI application, served by granian as ``ancu.config.asgi:application``.

A request's body is received here, by no thread, before Django is asked: a slow sender holds nothing but his
connection. Django then runs as under WSGI, in a few threads that keep their connections to the database.
"""

import asyncio
import io
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.http import HttpResponse

from ancu.config.wsgi import application as wsgi  # first: it loads the apps

# isort: split
from ancu.config.body_limits import NO_MEMORY, OF_PROGRAMS, REFUSED, RETRY_AFTER, body_limit
from ancu.config.intake import Gone, Intake, Refused, TooManySenders
from ancu.config.monitoring.requests import RECEIVED
from ancu.core.db.outages import is_outage
from ancu.core.web.problems import SENTENCES, failure

Environ = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
WITHOUT_BODY = {"GET", "HEAD", "OPTIONS"}
TOO_MANY = 503
BLOCKS_AT_ONCE = 64  # of 4 KB, as Django reads files


class WebProcess:
    """The ASGI application of a web process: its threads, and the memory for incoming bodies."""

    def __init__(self, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, "django")
        self._intake = Intake(self._limit)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(scope["type"])
        environ = environ_of(scope)
        if scope["method"] in WITHOUT_BODY and not environ.keys() & {"CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING"}:
            await self._answer(environ, io.BytesIO(), send)
            return
        try:
            async with self._intake.body(receive, environ) as body:
                await self._answer(environ, body, send)
        except Refused as refused:
            await self._answer(environ | {REFUSED: refused.status, "CONTENT_LENGTH": "0"}, io.BytesIO(), send)
        except TooManySenders:
            await _refuse_at_once(scope["path"], send)
        except Gone:
            return

    async def _limit(self, environ: Environ) -> int:
        """Return the most bytes that this request's body may have; computed in a thread.

        Raises Refused if the database cannot say who sends it.
        """
        try:
            return int(await self._in_thread(body_limit, environ))
        except Exception as error:
            if is_outage(error):
                raise Refused(NO_MEMORY) from error
            raise

    async def _answer(self, environ: Environ, body: io.BytesIO, send: Send) -> None:
        """Run Django in a thread and send its response; files are sent block by block."""
        status, headers, response = await self._in_thread(
            _run_django, environ | {"wsgi.input": body, RECEIVED: time.perf_counter()}
        )
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if isinstance(response, bytes):
            await send({"type": "http.response.body", "body": response})
            return
        try:
            blocks = iter(response)
            while data := await self._in_thread(_next_blocks, blocks):
                await send({"type": "http.response.body", "body": data, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            await self._in_thread(response.close)

    async def _in_thread(self, function: Callable[..., Any], *arguments: object) -> Any:
        """Call the function in one of the web process's threads; return its result."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, function, *arguments)


async def _refuse_at_once(path: str, send: Send) -> None:
    """Send a refusal of an overloaded server without using a thread; thousands may be refused in a second."""
    refusal = failure("unavailable", TOO_MANY, retry_safe=True, retry_after=RETRY_AFTER)
    if not path.startswith(OF_PROGRAMS[0]):
        refusal = HttpResponse(
            "\n".join(SENTENCES["unavailable"]), status=TOO_MANY, content_type="text/plain; charset=utf-8"
        )
        refusal["Retry-After"] = str(RETRY_AFTER)
    headers = [(name.lower().encode(), value.encode()) for name, value in refusal.items()]
    await send({"type": "http.response.start", "status": TOO_MANY, "headers": headers})
    await send({"type": "http.response.body", "body": refusal.content})


def _run_django(environ: Environ) -> tuple[int, list[tuple[bytes, bytes]], Any]:
    """Call Django with a request; return status, headers, and the body's bytes or an iterator of a file's blocks."""
    started: list[Any] = []
    response: Any = wsgi(environ, lambda *status_and_headers: started.extend(status_and_headers))  # type: ignore[arg-type]
    status, headers = started
    encoded = [(name.lower().encode("latin1"), value.encode("latin1")) for name, value in headers]
    if response.streaming:
        return int(status[:3]), encoded, response
    try:
        return int(status[:3]), encoded, b"".join(response)
    finally:
        response.close()


def _next_blocks(blocks: Iterator[bytes]) -> bytes:
    """Return the next few blocks of a file as bytes; empty at the end of the file."""
    return b"".join(islice(blocks, BLOCKS_AT_ONCE))


def environ_of(scope: dict[str, Any]) -> Environ:
    """Return the WSGI environment of an ASGI request.

    Headers with an underscore in their name are dropped: they could pass for others.
    """
    path = unquote_to_bytes(scope["raw_path"]) if scope.get("raw_path") else scope["path"].encode()
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"], "SCRIPT_NAME": "", "PATH_INFO": path.decode("latin1"),
        "QUERY_STRING": scope["query_string"].decode("latin1"), "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0], "SERVER_PORT": str(server[1]), "REMOTE_ADDR": client[0],
        "wsgi.url_scheme": scope["scheme"], "wsgi.input": io.BytesIO(), "wsgi.version": (1, 0),
        "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
    }  # fmt: skip
    for name, value in scope["headers"]:
        if b"_" not in name:
            _add_header(environ, name.decode("latin1").upper().replace("-", "_"), value.decode("latin1"))
    return environ


def _add_header(environ: Environ, name: str, value: str) -> None:
    """Add a header to the WSGI environment, joined with an earlier one of its name."""
    key = name if name in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{name}"
    between = "; " if name == "COOKIE" else ","
    environ[key] = f"{environ[key]}{between}{value}" if key in environ else value


application = WebProcess(settings.WEB_THREADS)
