"""Receive the bodies of requests within bounds of size, time and memory.

A small body (``SMALL``) is received from anybody. A larger one only after ``limit`` has said how much its address and
its sender may send. What this process holds at a time is bounded, apart for small and for large bodies, and one
client's part of either is half, so that nobody fills it alone; nor may he have more than ``MOST_SENDERS`` on their way.
"""

import asyncio
import io
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

from django.core.handlers.wsgi import WSGIRequest

from ancu.config.body_limits import MEGABYTE, NO_MEMORY, SMALL, TOO_LARGE, TOO_SLOW
from ancu.core.security.rate_limits import client_address

MOST_HELD = {"small": 64 * MEGABYTE, "large": 256 * MEGABYTE}
MOST_SENDERS, MANY_SENDERS = 256, 32
"""Of one client's bodies on their way at a time. From 32 on, none that stalls gets a page: it would take a thread."""
SILENCE_S = 30.0
"""The longest wait for the next bytes."""
GRACE_S, LEAST_RATE = 60.0, 1024
"""After a minute a body must have come by a kilobyte a second on the average."""
DISCARD_S, DISCARD_MOST = 10.0, 64 * MEGABYTE
"""Of a body that is refused: received and thrown away, because a browser reads the answer only after sending."""

Receive = Callable[[], Awaitable[dict[str, Any]]]
Environ = dict[str, Any]


class Refused(Exception):
    """The body is refused with this ``status``."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


class TooManySenders(Exception):
    """The client already sends as many bodies as it may."""


class Gone(Exception):
    """The client has closed the connection."""


class Intake:
    """Receives the bodies of one process and counts those in progress."""

    def __init__(self, limit: Callable[[Environ], Awaitable[int]]) -> None:
        self._limit = limit
        self._held: Counter[tuple[str, str | None]] = Counter()
        self._senders: Counter[str] = Counter()

    @asynccontextmanager
    async def body(self, receive: Receive, environ: Environ) -> AsyncIterator[io.BytesIO]:
        """Context manager that yields the request's whole body; its bytes count as memory in use until the end.

        Raises Refused, TooManySenders or Gone.
        """
        address = client_address(WSGIRequest(environ))
        share = _Share(self._held, address)
        try:
            with self._sender(address):
                body = await self._receive_or_discard(receive, environ, share, address)
            environ["CONTENT_LENGTH"] = str(body.tell())
            body.seek(0)
            yield body
        finally:
            share.give_back()

    @contextmanager
    def _sender(self, address: str) -> Iterator[None]:
        """Context manager that counts a body being received from this client address.

        Raises TooManySenders if the address sends too many at once.
        """
        if self._senders[address] >= MOST_SENDERS:
            raise TooManySenders
        self._senders[address] += 1
        try:
            yield
        finally:
            self._senders[address] -= 1
            if not self._senders[address]:
                del self._senders[address]

    async def _receive_or_discard(
        self, receive: Receive, environ: Environ, share: "_Share", address: str
    ) -> io.BytesIO:
        """Receive the request body; raise a refusal again after the rest was discarded, so that the client reads it.

        Nothing more is awaited from a client that was too slow; TooManySenders is raised if it is sending many
        bodies.
        """
        try:
            return await self._receive(receive, environ, share)
        except Refused as refused:
            share.give_back()
            if refused.status != TOO_SLOW:
                await _discard(receive)
            elif self._senders[address] >= MANY_SENDERS:
                raise TooManySenders from None
            raise

    async def _receive(self, receive: Receive, environ: Environ, share: "_Share") -> io.BytesIO:
        """Receive the body, asking for its limit once it is large. Raises Refused or Gone."""
        body, limit, began, more = io.BytesIO(), 0, time.monotonic(), True
        declared = int(environ.get("CONTENT_LENGTH") or 0)
        while more:
            size = max(declared, share.size)
            if size > SMALL and not limit:
                limit = await self._limit(environ)
                share.become_large()
            if size > (limit or SMALL):
                raise Refused(TOO_LARGE)
            data, more = await _next_part(receive, began, share.size)
            share.take(len(data))
            body.write(data)
        return body


class _Share:
    """The memory that one body uses."""

    def __init__(self, shares: Counter[tuple[str, str | None]], address: str) -> None:
        self._held, self._address, self._kind, self.size = shares, address, "small", 0

    def become_large(self) -> None:
        """Move the body's bytes from the memory limit of small bodies to that of large ones.

        Raises Refused when the latter is used up.
        """
        size = self.size
        self.give_back()
        self._kind = "large"
        self.take(size)

    def take(self, size: int) -> None:
        """Reserve memory for ``size`` more bytes of a body. Raises Refused when bodies use up their memory."""
        most = MOST_HELD[self._kind]
        if self._held[self._kind, None] + size > most or self._held[self._kind, self._address] + size > most // 2:
            raise Refused(NO_MEMORY)
        self._add(size)

    def give_back(self) -> None:
        """Release the memory that this request's body uses."""
        self._add(-self.size)

    def _add(self, size: int) -> None:
        """Change the counts of memory in use by ``size`` bytes, for this kind of body in all and for its client."""
        self.size += size
        for key in ((self._kind, None), (self._kind, self._address)):
            self._held[key] += size
            if not self._held[key]:
                del self._held[key]


async def _next_part(receive: Receive, began: float, size: int) -> tuple[bytes, bool]:
    """Return the next bytes of a request's body, and whether more follow.

    Raises Refused when they come too slowly, Gone when the client disconnected.
    """
    until = began + GRACE_S + size / LEAST_RATE
    try:
        message = await asyncio.wait_for(receive(), min(SILENCE_S, until - time.monotonic()))
    except TimeoutError:
        raise Refused(TOO_SLOW) from None
    if message["type"] != "http.request":
        raise Gone
    return message.get("body", b""), message.get("more_body", False)


async def _discard(receive: Receive) -> None:
    """Read and drop the rest of a request's body, up to a limit of time and size."""
    size, more = 0, True
    with suppress(TimeoutError, Gone):
        async with asyncio.timeout(DISCARD_S):
            while more and size < DISCARD_MOST:
                message = await receive()
                size, more = size + len(message.get("body", b"")), message.get("more_body", False)
