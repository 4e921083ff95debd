"""How often one address may send a public form, so that no machine fills the office's desk."""

import hashlib
import ipaddress
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ancu.core import clock
from ancu.core.db.locks import hold_until_commit

HOUR = 3600


def client_address(request: HttpRequest) -> str:
    """Return the caller's IP address for counting; of IPv6 the /64, which belongs to one household.

    Behind the office's own proxy it is the last address of the header, which that proxy added.
    """
    if settings.BEHIND_PROXY and (forwarded := request.headers.get("x-forwarded-for", "")):
        return _counted_address(forwarded.rsplit(",", 1)[-1].strip())
    return _counted_address(str(request.META.get("REMOTE_ADDR", "")))


def _counted_address(text: str) -> str:
    """Return the IP address as rate limits count it: of IPv6 the /64 network; empty for an invalid one."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""  # the proxy is set up wrongly: all who come so are one
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), 64), strict=False).network_address)


@dataclass(frozen=True, slots=True)
class RateLimitUse:
    """The outcome of counting a use: true if allowed; else it may be tried again from ``until`` on."""

    allowed: bool
    until: datetime

    def __bool__(self) -> bool:
        return self.allowed


class GrantedUses(NamedTuple):
    """How many of the requested uses were granted, and how many remain in this window."""

    granted: int
    remaining: int
    until: datetime


def allow(name: str, key: str, *, limit: int, seconds: int = HOUR) -> RateLimitUse:
    """Count one use of ``name`` by ``key``; return whether it is allowed, and when the window of time ends.

    It is refused after ``limit`` uses within ``seconds``.
    """
    grant = take_uses(name, key, 1, limit=limit, seconds=seconds)
    return RateLimitUse(grant.granted == 1, grant.until)


def take_uses(name: str, key: str, requested: int, *, limit: int, seconds: int = HOUR) -> GrantedUses:
    """Count up to ``requested`` uses of ``name`` by ``key``, as many as the window's ``limit`` still allows.

    Returns how many were granted, how many remain and when the window ends. Only a digest of ``key`` is stored, and
    only until then. Django's ``incr`` is unsuitable: on the database cache it reads and writes in two steps, so that
    concurrent uses count once, and it expires after five minutes.
    """
    slot = f"limit:{name}:{_digest(key)}"
    with transaction.atomic():
        hold_until_commit(slot)
        now = clock.now()
        used, until = cache.get(slot) or (0, now + timedelta(seconds=seconds))
        if until <= now:
            used, until = 0, now + timedelta(seconds=seconds)
        granted = max(0, min(requested, limit - used))
        if granted:
            cache.set(slot, (used + granted, until), (until - now).total_seconds() + 1)
    return GrantedUses(granted, max(0, limit - used - granted), until)


def give_back(name: str, key: str) -> None:
    """Take back one counted use, where only failures are to count; the window's end stays."""
    slot = f"limit:{name}:{_digest(key)}"
    with transaction.atomic():
        hold_until_commit(slot)
        used, until = cache.get(slot) or (0, clock.now())
        if used > 0 and until > clock.now():
            cache.set(slot, (used - 1, until), (until - clock.now()).total_seconds() + 1)


_unwritten: dict[bytes, tuple[int, float]] = {}
_of_this_process = secrets.token_bytes(32)
MOST_REMEMBERED = 10_000


def allow_unwritten(name: str, key: str, *, limit: int, seconds: int = HOUR) -> RateLimitUse:
    """Count as ``allow`` does, in this process's memory only, where even a stored digest would reveal visitors.

    Each process counts for itself, so that two of them allow twice the ``limit``.
    """
    slot = hashlib.blake2b(f"{name}:{key}".encode(), key=_of_this_process, digest_size=16).digest()
    now = time.monotonic()
    if len(_unwritten) >= MOST_REMEMBERED:
        for old in [slot_key for slot_key, (_used, until) in _unwritten.items() if until <= now] or [*_unwritten]:
            del _unwritten[old]
    used, until = _unwritten.get(slot, (0, 0.0))
    if until <= now:
        used, until = 0, now + seconds
    _unwritten[slot] = (used + 1, until)
    return RateLimitUse(used < limit, clock.now() + timedelta(seconds=until - now))


def is_first(name: str, key: str, *, remember: int = 0) -> bool:
    """Whether ``key`` is not remembered under ``name``.

    With ``remember`` it is remembered from now on, for so many seconds; only its digest is stored.
    """
    slot = f"first:{name}:{_digest(key)}"
    was_remembered = cache.get(slot) is not None
    if remember:
        cache.set(slot, 1, remember)
    return not was_remembered


def forget_old() -> int:
    """Delete the counts of past windows; return their number. The cache deletes only when it is full."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_counts WHERE expires < %s", [clock.now()])
        return int(cursor.rowcount)


def _digest(key: str) -> str:
    """Return a keyed digest of ``key``, which is stored in its place."""
    return hashlib.sha256(f"{settings.SECRET_KEY}:{key}".encode()).hexdigest()[:20]


def too_many(request: HttpRequest, use: RateLimitUse) -> HttpResponse:
    """Return the page (429) that says when an act refused by a rate limit is possible again."""
    return render(request, "429.html", {"until": use.until}, status=429)


def limit_posts(name: str, *, limit: int) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Decorate a public view: after ``limit`` POSTs an hour from one address it answers 429."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """Return the view with a limit on POSTs per client address."""

        @wraps(view)
        def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            """Call the view unless the address has used up its POSTs."""
            if request.method == "POST" and not (use := allow(name, client_address(request), limit=limit)):
                return too_many(request, use)
            return view(request, *args, **kwargs)

        return limited

    return decorate
