"""Keys of programs and secrets of links: the text leaves the program once, and only its SHA-256 is kept."""

import secrets
from datetime import date, timedelta
from hashlib import sha256
from typing import NamedTuple

from django.utils.translation import gettext as _

from ancu.core import clock
from ancu.core.errors import Conflict

KEY_BYTES = 32
LASTS = timedelta(days=365)
REMINDED = (30, 14, 7, 1)  # days before the last one: a program that stops leaves guests undeclared
MOST = 20  # that work at one place: each is somebody's way in, and all stand on one page
PREFIX_LENGTH = len("ancu_") + 6  # by these first signs a person tells his keys apart


class Key(NamedTuple):
    """A new key: ``secret`` goes to its owner, the other two are stored."""

    secret: str
    prefix: str
    digest: str


def new_key(*, working: int) -> Key:
    """Return a new secret API key with its prefix and digest.

    ``working`` is how many unexpired keys the lodging or organisation has. Raises Conflict if it must revoke one
    first.
    """
    if working >= MOST:
        message = _("You already have %(n)s keys. Revoke one that no program uses, then create the new one.")
        raise Conflict("too_many_keys", message % {"n": MOST})
    secret = f"ancu_{secrets.token_urlsafe(KEY_BYTES)}"
    return Key(secret, secret[:PREFIX_LENGTH], digest_of(secret))


def last_day() -> date:
    """Return the last day on which an API key created today works."""
    return clock.today() + LASTS


def days_of_reminder() -> list[date]:
    """Return the expiry days of API keys whose owners are reminded today."""
    return [clock.today() + timedelta(days=days) for days in REMINDED]


def remind_until() -> date:
    """Return the day before which an API key must expire to be shown as expiring soon."""
    return clock.today() + timedelta(days=max(REMINDED) + 1)


def digest_of(secret: str) -> str:
    """Return the SHA-256 of a secret, in hex, by which it is stored."""
    return sha256(secret.encode()).hexdigest()
