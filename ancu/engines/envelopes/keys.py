"""Key pairs, and their storage encrypted by a passphrase that is stored nowhere."""

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
    """Decryption failed: wrong key, passphrase or place, or altered data; which of them is not disclosed."""


class KeyPair(NamedTuple):
    """A public key with its private key."""

    public: bytes
    private: bytes


class Cost(NamedTuple):
    """The cost of one Argon2id hash: passes over so many KiB of memory."""

    passes: int
    kib: int


PASSPHRASE = Cost(3, 128 * 1024)


def new_pair() -> KeyPair:
    """Return a new random pair of public and private key for encryption."""
    private = PrivateKey.generate()
    return KeyPair(bytes(private.public_key), bytes(private))


def pair_of(seed: bytes) -> KeyPair:
    """Return the key pair derived from 32 bytes; the same bytes give the same pair."""
    private = PrivateKey.from_seed(seed)
    return KeyPair(bytes(private.public_key), bytes(private))


def stretch(text: str, salt: bytes, cost: Cost, *, size: int = KEY_BYTES) -> bytes:
    """Derive ``size`` bytes from a typed text and a salt with Argon2id at this cost.

    Accents count the same in every Unicode form.
    """
    typed = unicodedata.normalize("NFC", text).encode()
    with _places:
        return pwhash.argon2id.kdf(size, typed, salt, opslimit=cost.passes, memlimit=cost.kib * 1024)


def wrap(private: bytes, passphrase: str, *, cost: Cost = PASSPHRASE) -> bytes:
    """Encrypt a private key by a passphrase, for storage: salt, cost and a secret box."""
    salt = random(SALT_BYTES)
    return salt + _COST.pack(*cost) + SecretBox(stretch(passphrase, salt, cost)).encrypt(private)


def unwrap(wrapped: bytes, passphrase: str) -> bytes:
    """Decrypt a wrapped private key. Raises WrongKey; a wrong passphrase costs the same work."""
    salt, rest = wrapped[:SALT_BYTES], wrapped[SALT_BYTES:]
    cost = Cost(*_COST.unpack(rest[: _COST.size]))
    try:
        return SecretBox(stretch(passphrase, salt, cost)).decrypt(rest[_COST.size :])
    except CryptoError as error:
        raise WrongKey from error
