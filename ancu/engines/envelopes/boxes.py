"""An envelope: a body closed with a key of its own, and that key in a sealed box for each recipient.

To hand an envelope over, its header is opened and sealed anew: eighty bytes, whatever lies in the body.
"""

from collections.abc import Sequence
from typing import NamedTuple

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
)
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.utils import random

from ancu.engines.envelopes.keys import KEY_BYTES, WrongKey

NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
LEAST = 16 * 1024  # most of what people write is shorter, and therefore looks the same
END = b"\x80"


class Sealed(NamedTuple):
    """``headers`` in the order of the recipients."""

    headers: list[bytes]
    body: bytes


def seal(data: bytes, *, to: Sequence[bytes], place: bytes) -> Sealed:
    """Close ``data`` for the public keys ``to``, bound to ``place``: moved elsewhere it does not open."""
    key = random(KEY_BYTES)
    return Sealed([seal_box(key, public) for public in to], close(data, key, place))


def open_envelope(header: bytes, body: bytes, private: bytes, *, place: bytes) -> bytes:
    """Raises WrongKey."""
    return unclose(body, open_box(header, private), place)


def reseal(header: bytes, private: bytes, *, to: bytes) -> bytes:
    """The header for another recipient; what lies in the body is not looked at. Raises WrongKey."""
    return seal_box(open_box(header, private), to)


def seal_box(data: bytes, public: bytes) -> bytes:
    """Only who has the private key opens it, and nobody can tell who closed it."""
    return bytes(SealedBox(PublicKey(public)).encrypt(data))


def open_box(box: bytes, private: bytes) -> bytes:
    """Raises WrongKey."""
    try:
        return bytes(SealedBox(PrivateKey(private)).decrypt(bytes(box)))
    except CryptoError as error:
        raise WrongKey from error


def close(data: bytes, key: bytes, place: bytes) -> bytes:
    nonce = random(NONCE_BYTES)
    return nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(data, place, nonce, key)


def unclose(body: bytes, key: bytes, place: bytes) -> bytes:
    """Raises WrongKey."""
    nonce, rest = bytes(body[:NONCE_BYTES]), bytes(body[NONCE_BYTES:])
    try:
        return crypto_aead_xchacha20poly1305_ietf_decrypt(rest, place, nonce, key)
    except (CryptoError, ValueError, TypeError) as error:
        raise WrongKey from error


def pad(data: bytes, *, least: int = LEAST) -> bytes:
    """``data`` brought to one of few sizes, so that its length tells next to nothing."""
    size = padded_size(len(data) + len(END), least)
    return data + END + bytes(size - len(data) - len(END))


def unpad(data: bytes) -> bytes:
    return data[: data.rindex(END)]


def padded_size(size: int, least: int = LEAST) -> int:
    """At least ``least``; above it Padmé: as many sizes as a float of few bits has, at most a ninth more."""
    if size <= least:
        return least
    exponent = size.bit_length() - 1
    free = exponent - (exponent.bit_length())
    mask = (1 << free) - 1
    return (size + mask) & ~mask
