"""Keys of programs and secrets of links: the text leaves the program once, and only its SHA-256 is kept."""

import secrets
from hashlib import sha256
from typing import NamedTuple

KEY_BYTES = 32
SHOWN = len("ancu_") + 6  # by these first signs a person tells his keys apart


class Key(NamedTuple):
    """A fresh key: ``secret`` goes to its owner, the other two into the table."""

    secret: str
    prefix: str
    digest: str


def new_key() -> Key:
    """The key of one program; its first signs say whose it is, where it is found lying about."""
    secret = f"ancu_{secrets.token_urlsafe(KEY_BYTES)}"
    return Key(secret, secret[:SHOWN], digest_of(secret))


def digest_of(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
