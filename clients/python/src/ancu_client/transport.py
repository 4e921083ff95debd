"""HTTP calls: certificates are checked, no redirect is followed, and safe calls are repeated.

Sent again is what got no answer, or an answer that says ``retry_safe``: with the same reference the office declares
nobody twice. Between the tries there is a wait that doubles, differs a little each time, and is never shorter than the
office asked for.
"""

import http.client
import json
import random
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from ancu_client.errors import AnCuError, ApiError, ServerUnreachable

LOOPBACK = ("127.0.0.1", "localhost", "::1")
FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0
PREFIX = "/api/v1/"
STALE = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """The status, headers and body of a response."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the response's body parsed as JSON. Raises ApiError if it is no JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            content = {"code": "not_json", "message_en": "the answer is no JSON; is this the address of An Cư?"}
            raise ApiError(self.status, content) from None


class Transport:
    """Calls to one office with one key; may be used by several threads at once."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        timeout: float = 60,
        tries: int = 5,
        context: ssl.SSLContext | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise AnCuError(f"not an address: {url}")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise AnCuError("the address must begin with https://: the key would travel in the open")
        if not key or not key.isascii() or not key.isprintable():
            raise AnCuError("the key is missing, or is no key")
        self._secure, self._host, self._port = parts.scheme == "https", parts.hostname, parts.port
        self._begin = parts.path.rstrip("/") + PREFIX
        self._key, self.timeout, self.tries, self._sleep = key, timeout, max(1, tries), sleep
        self._context = context or ssl.create_default_context()
        self._local = threading.local()

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        content: Any = None,
        data: bytes | None = None,
        kind: str = "application/json",
        headers: Mapping[str, str] | None = None,
        may_repeat: bool = True,
        fine: tuple[int, ...] = (),
    ) -> HttpAnswer:
        """Make an API call and return the response; it is repeated after failures that permit it.

        Raises ApiError for a refusal, ServerUnreachable without a response. ``may_repeat`` is False for what must not
        be sent twice. Statuses below 300 are answers, and those in ``fine`` if their body does not begin with a
        ``code``. ``content`` is sent as JSON, ``data`` as it is.
        """
        parameters = {name: value for name, value in (query or {}).items() if value not in (None, "")}
        at = self._begin + path + (f"?{urlencode(parameters)}" if parameters else "")
        body = json.dumps(content).encode() if content is not None else data
        sent = {"Authorization": f"Bearer {self._key}", "Accept": "application/json", **(headers or {})}
        if body is not None:
            sent["Content-Type"] = kind
        return self._until_answered(lambda: self._ask(method, at, body, sent, fine), may_repeat)

    def _until_answered(self, ask: Callable[[], HttpAnswer], may_repeat: bool) -> HttpAnswer:
        """Call ``ask``, again after growing waits while a failure permits that; return its response.

        It is repeated only with ``may_repeat``, and after a refusal only if that is ``retry_safe``.
        """
        wait = FIRST_WAIT
        for tries_left in range(self.tries - 1, -1, -1):
            try:
                return ask()
            except ApiError as refused:
                if not (refused.retry_safe and may_repeat and tries_left):
                    raise
                pause = max(wait * random.uniform(0.8, 1.2), refused.retry_after)
            except (OSError, http.client.HTTPException) as silent:
                self.close()
                if not (may_repeat and tries_left):
                    raise ServerUnreachable(type(silent).__name__) from silent
                pause = wait * random.uniform(0.8, 1.2)
            self._sleep(pause)
            wait = min(wait * 2, LONGEST_WAIT)
        raise AssertionError  # the last try returned or raised

    def _ask(
        self, method: str, at: str, body: bytes | None, headers: Mapping[str, str], fine: tuple[int, ...]
    ) -> HttpAnswer:
        """Make one HTTP request to the API and return the response. Raises ApiError if the office refused it."""
        connection = self._connection()
        connection.request(method, at, body=body, headers=dict(headers))
        response = connection.getresponse()
        answer = HttpAnswer(
            response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
        )
        if answer.status < 300 or (answer.status in fine and b'"code"' not in answer.body[:40]):
            return answer
        raise self._refusal(answer)

    def _refusal(self, answer: HttpAnswer) -> ApiError:
        """Return the ApiError that describes a refused call.

        An answer without a code is a proxy's: it may be repeated for the statuses 429 and 502 to 504.
        """
        try:
            content = json.loads(answer.body)
        except ValueError:
            content = None
        if not isinstance(content, dict) or "code" not in content:
            content = {"code": "not_from_the_office", "retry_safe": answer.status in (429, 502, 503, 504)}
        waited = answer.headers.get("retry-after", "")
        if waited.isascii() and waited.isdigit():
            content["retry_after"] = int(waited)
        return ApiError(answer.status, content)

    def _connection(self) -> http.client.HTTPConnection:
        """Return this thread's connection, opened if necessary."""
        connection: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            if self._secure:
                connection = http.client.HTTPSConnection(
                    self._host, self._port, timeout=self.timeout, context=self._context
                )
            else:
                connection = http.client.HTTPConnection(self._host, self._port, timeout=self.timeout)
            self._local.connection = connection
        return connection

    def close(self) -> None:
        """Close this thread's connection; the next call opens a new one."""
        connection: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None
