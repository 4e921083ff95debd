"""How often one address may send a public form, so that no machine fills the office's desk."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

HOUR = 3600


def client_address(request: HttpRequest) -> str:
    """The caller's IP address; behind the office's own proxy, the one that proxy saw."""
    forwarded = request.headers.get("x-forwarded-for", "")
    if getattr(settings, "SECURE_PROXY_SSL_HEADER", None) and forwarded:
        return forwarded.rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def allow(name: str, key: str, *, limit: int, seconds: int = HOUR) -> bool:
    """Count one use of ``name`` by ``key``; False when there were ``limit`` in this window already.

    Only a digest of ``key`` is kept, and only until the window ends.
    """
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:{key}".encode()).hexdigest()[:20]
    slot = f"limit:{name}:{digest}"
    cache.add(slot, 0, seconds)
    try:
        return cache.incr(slot) <= limit
    except ValueError:  # the window ended between the two lines
        return True


def limit_posts(name: str, *, limit: int) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Decorate a public view: more than ``limit`` POSTs an hour from one address are answered 429."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST" and not allow(name, client_address(request), limit=limit):
                return render(request, "429.html", status=429)
            return view(request, *args, **kwargs)

        return limited

    return decorate
