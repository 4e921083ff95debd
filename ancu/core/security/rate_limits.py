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
    """The caller's IP address, by which uses are counted; of IPv6 its /64, which one household or server has whole.

    Behind the office's own proxy it is the one that proxy saw: the header's last, whatever the caller wrote before it.
    """
    if settings.BEHIND_PROXY and (forwarded := request.headers.get("x-forwarded-for", "")):
        return _counted_as(forwarded.rsplit(",", 1)[-1].strip())
    return _counted_as(str(request.META.get("REMOTE_ADDR", "")))


def _counted_as(text: str) -> str:
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
class Use:
    """Whether one use was allowed: false as a condition when it was not, and may be tried anew from ``until`` on."""

    allowed: bool
    until: datetime

    def __bool__(self) -> bool:
        return self.allowed


class GrantedUses(NamedTuple):
    """Of the uses asked for, how many were granted; how many remain for others until this window ends."""

    granted: int
    remaining: int
    until: datetime


def allow(name: str, key: str, *, limit: int, seconds: int = HOUR) -> Use:
    """Count one use of ``name`` by ``key``; refused when there were ``limit`` in this window already."""
    grant = take(name, key, 1, limit=limit, seconds=seconds)
    return Use(grant.granted == 1, grant.until)


def take(name: str, key: str, requested: int, *, limit: int, seconds: int = HOUR) -> GrantedUses:
    """Count up to ``wanted`` uses of ``name`` by ``key``: what the window still has of its ``limit``.

    Only a digest of ``key`` is kept, and only until the window ends. Django's ``incr`` would not do: in the database it
    reads and writes apart, so that many at once count as one, and keeps what it wrote for five minutes.
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
    """One use that was right after all, where only wrong ones are to count; the window ends when it would have."""
    slot = f"limit:{name}:{_digest(key)}"
    with transaction.atomic():
        hold_until_commit(slot)
        used, until = cache.get(slot) or (0, clock.now())
        if used > 0 and until > clock.now():
            cache.set(slot, (used - 1, until), (until - clock.now()).total_seconds() + 1)


_unwritten: dict[bytes, tuple[int, float]] = {}
_of_this_process = secrets.token_bytes(32)
MOST_REMEMBERED = 10_000


def allow_unwritten(name: str, key: str, *, limit: int, seconds: int = HOUR) -> Use:
    """As ``allow``, in this process's memory alone: where even a digest in a table would say who was here.

    Each process counts for itself, so that with two of them twice ``limit`` go through.
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
    return Use(used < limit, clock.now() + timedelta(seconds=until - now))


def is_first(name: str, key: str, *, remember: int = 0) -> bool:
    """Whether ``key`` was not remembered under ``name``; ``remember`` it now for so many seconds. Kept as a digest."""
    slot = f"first:{name}:{_digest(key)}"
    was_remembered = cache.get(slot) is not None
    if remember:
        cache.set(slot, 1, remember)
    return not was_remembered


def forget_old() -> int:
    """Delete the counts whose window is over; return how many. The cache itself deletes only when it is full."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_counts WHERE expires < %s", [clock.now()])
        return int(cursor.rowcount)


def _digest(key: str) -> str:
    return hashlib.sha256(f"{settings.SECRET_KEY}:{key}".encode()).hexdigest()[:20]


def too_many(request: HttpRequest, use: Use) -> HttpResponse:
    """The page that says from when on what was refused is possible again."""
    return render(request, "429.html", {"until": use.until}, status=429)


def limit_posts(name: str, *, limit: int) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Decorate a public view: more than ``limit`` POSTs an hour from one address are answered 429."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST" and not (use := allow(name, client_address(request), limit=limit)):
                return too_many(request, use)
            return view(request, *args, **kwargs)

        return limited

    return decorate
