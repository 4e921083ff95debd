"""Key pairs, and how one lies at rest: wrapped by a passphrase that is nowhere but in a head."""

import struct
import threading
import unicodedata
from typing import NamedTuple

from nacl import pwhash
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey
from nacl.secret import SecretBox
from nacl.utils import random

KEY_BYTES = 32
SALT_BYTES = pwhash.argon2id.SALTBYTES
_COST = struct.Struct(">II")
# Each run fills its memory: more at once would only make each slower, and together kill a small server.
_places = threading.BoundedSemaphore(2)


class WrongKey(Exception):
    """It does not open: another key, another passphrase, another place, or a changed bit. Which, nobody learns."""


class KeyPair(NamedTuple):
    public: bytes
    private: bytes


class Cost(NamedTuple):
    """What one guess costs: passes over so many KiB of memory."""

    passes: int
    kib: int


PASSPHRASE = Cost(3, 128 * 1024)


def new_pair() -> KeyPair:
    private = PrivateKey.generate()
    return KeyPair(bytes(private.public_key), bytes(private))


def pair_of(seed: bytes) -> KeyPair:
    """The same pair for the same 32 bytes."""
    private = PrivateKey.from_seed(seed)
    return KeyPair(bytes(private.public_key), bytes(private))


def stretch(text: str, salt: bytes, cost: Cost, *, size: int = KEY_BYTES) -> bytes:
    """Argon2id of what somebody typed, however his keyboard composed its accents."""
    typed = unicodedata.normalize("NFC", text).encode()
    with _places:
        return pwhash.argon2id.kdf(size, typed, salt, opslimit=cost.passes, memlimit=cost.kib * 1024)


def wrap(private: bytes, passphrase: str, *, cost: Cost = PASSPHRASE) -> bytes:
    """``private`` as it may lie in a table: salt, cost and a secret box."""
    salt = random(SALT_BYTES)
    return salt + _COST.pack(*cost) + SecretBox(stretch(passphrase, salt, cost)).encrypt(private)


def unwrap(wrapped: bytes, passphrase: str) -> bytes:
    """The private key again. Raises WrongKey; the work is the same either way."""
    salt, rest = wrapped[:SALT_BYTES], wrapped[SALT_BYTES:]
    cost = Cost(*_COST.unpack(rest[: _COST.size]))
    try:
        return SecretBox(stretch(passphrase, salt, cost)).decrypt(rest[_COST.size :])
    except CryptoError as error:
        raise WrongKey from error
