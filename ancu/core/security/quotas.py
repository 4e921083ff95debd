"""How many calls a minute a program has, counted across all processes at the price of a write now and then.

A process takes calls from the common count in small bundles and gives them out itself, so that a busy program costs
one write a bundle and not one a call. What was taken and not used dies with its minute: fewer may go through than the
limit says, never more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from ancu.core import clock
from ancu.core.security.rate_limits import take_uses

MINUTE = 60
BUNDLES = 100  # of these a minute consists


@dataclass(frozen=True, slots=True)
class Quota:
    """The calls a program has left in this minute, as far as this process knows."""

    limit: int
    remaining: int
    resets_in: int
    allowed: bool = True

    def headers(self) -> dict[str, str]:
        """The ``RateLimit`` headers of a response, by name."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.resets_in),
        }


@dataclass(slots=True)
class _Bundle:
    """Calls that this process has taken from the common count, and what remained there."""

    own: int
    common: int
    until: datetime


_bundles: dict[tuple[str, str], _Bundle] = {}
_lock = Lock()


def count_call(name: str, key: str, *, limit: int) -> Quota:
    """Count one API call by ``key``; return how many of this minute's ``limit`` of calls remain.

    ``allowed`` is False when they are used up.
    """
    now = clock.now()
    with _lock:
        bundle = _bundles.get((name, key))
        if bundle is not None and bundle.own > 0 and bundle.until > now:
            bundle.own -= 1
            return _quota(bundle, limit, now)
    size = max(1, limit // BUNDLES)
    grant = take_uses(name, key, size, limit=limit, seconds=MINUTE)
    new_bundle = _Bundle(max(grant.granted - 1, 0), grant.remaining, grant.until)
    with _lock:
        if len(_bundles) > 10_000:
            _bundles.clear()
        _bundles[name, key] = new_bundle
    return _quota(new_bundle, limit, now, allowed=grant.granted > 0)


def _quota(bundle: _Bundle, limit: int, now: datetime, *, allowed: bool = True) -> Quota:
    """Return the API calls that remain this minute, and the seconds until it ends, from the counts in ``bundle``.

    A bundle counts the calls that this process reserved and those left to all processes.
    """
    seconds = max(1, round((bundle.until - now) / timedelta(seconds=1)))
    return Quota(limit, bundle.own + bundle.common, seconds, allowed)


def forget() -> None:
    """Reset this process's counts of API calls; for tests."""
    _bundles.clear()
