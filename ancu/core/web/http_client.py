"""Calls to servers that the office configured itself: the SMS gateway and the national portal.

No redirect is followed and no proxy of the environment is used, so that a token goes to its own address alone. An
address that a stranger entered is called by ``core.web.outbound`` instead, which connects to a checked address only.
"""

import ssl
import time
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import httpx

TIMEOUT = 10.0  # seconds of silence
DEADLINE = 30.0  # seconds for a whole response: a server that drips bytes never falls silent


class HttpResponse(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


class CallFailed(Exception):
    """No response. ``code`` says why; ``is_sent`` is False when no byte of the request left this machine."""

    def __init__(self, code: str, *, is_sent: bool) -> None:
        super().__init__(code)
        self.code, self.is_sent = code, is_sent


def call(
    method: str, url: str, *, body: bytes, headers: Mapping[str, str], timeout: float = TIMEOUT, max_bytes: int
) -> HttpResponse:
    """Send one HTTP request and return the response with at most ``max_bytes`` of its body.

    Raises CallFailed: ``certificate`` or ``unreachable`` if it was not sent, ``timeout`` or ``broken_off`` if it may
    have been.
    """
    ends = time.monotonic() + DEADLINE
    try:
        with (
            httpx.Client(timeout=timeout, trust_env=False, verify=_tls()) as client,
            client.stream(method, url, content=body, headers={"Accept-Encoding": "identity", **headers}) as response,
        ):
            return HttpResponse(response.status_code, dict(response.headers), _read(response, ends, max_bytes))
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol) as error:
        raise CallFailed("certificate" if _is_certificate(error) else "unreachable", is_sent=False) from None
    except httpx.TimeoutException:
        raise CallFailed("timeout", is_sent=True) from None
    except httpx.HTTPError:
        raise CallFailed("broken_off", is_sent=True) from None


def _read(response: httpx.Response, ends: float, max_bytes: int) -> bytes:
    """Read up to ``max_bytes`` of the body; raise CallFailed if time runs out."""
    body = bytearray()
    for part in response.iter_raw():
        body += part
        if len(body) >= max_bytes:
            break
        if time.monotonic() > ends:
            raise httpx.ReadTimeout("the deadline of the whole response is over")
    return bytes(body[:max_bytes])


@cache
def _tls() -> ssl.SSLContext:
    """Return the TLS context of this machine's authorities and those the operator added."""
    return ssl.create_default_context()


def _is_certificate(error: BaseException) -> bool:
    """Whether an error was caused by the server's certificate."""
    causes: list[BaseException] = [error]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) and len(causes) < 10:
        causes.append(cause)
    return any(isinstance(cause, ssl.SSLError) for cause in causes)
