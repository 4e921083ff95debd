"""An envelope: a body encrypted with a key of its own, and that key in a sealed box for each recipient.

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
    """An encrypted body with its headers, in the order of the recipients."""

    headers: list[bytes]
    body: bytes


def seal(data: bytes, *, to: Sequence[bytes], place: bytes) -> Sealed:
    """Encrypt ``data`` with a random key, and that key for each of the public keys ``to``.

    The result is bound to ``place``, a name of where it is stored: opening requires the same one.
    """
    key = random(KEY_BYTES)
    return Sealed([seal_box(key, public) for public in to], encrypt(data, key, place))


def open_envelope(header: bytes, body: bytes, private: bytes, *, place: bytes) -> bytes:
    """Return the decrypted data of an envelope. Raises WrongKey if private key or place do not match.

    ``header`` is the encrypted key for this recipient, ``body`` the encrypted data.
    """
    return decrypt(body, open_box(header, private), place)


def reseal(header: bytes, private: bytes, *, to: bytes) -> bytes:
    """Return an envelope's header for another recipient, whose public key is ``to``. Raises WrongKey.

    ``private`` opens the present header; the body stays encrypted as it is.
    """
    return seal_box(open_box(header, private), to)


def seal_box(data: bytes, public: bytes) -> bytes:
    """Encrypt ``data`` for a public key without naming the sender; only its private key opens the result."""
    return bytes(SealedBox(PublicKey(public)).encrypt(data))


def open_box(box: bytes, private: bytes) -> bytes:
    """Return the decrypted data of a sealed box. Raises WrongKey if the private key does not match."""
    try:
        return bytes(SealedBox(PrivateKey(private)).decrypt(bytes(box)))
    except CryptoError as error:
        raise WrongKey from error


def encrypt(data: bytes, key: bytes, place: bytes) -> bytes:
    """Encrypt ``data`` with a secret key (XChaCha20-Poly1305), bound to ``place``; a nonce precedes the result."""
    nonce = random(NONCE_BYTES)
    return nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(data, place, nonce, key)


def decrypt(body: bytes, key: bytes, place: bytes) -> bytes:
    """Return the data that ``encrypt`` encrypted. Raises WrongKey if key or place do not match."""
    nonce, rest = bytes(body[:NONCE_BYTES]), bytes(body[NONCE_BYTES:])
    try:
        return crypto_aead_xchacha20poly1305_ietf_decrypt(rest, place, nonce, key)
    except (CryptoError, ValueError, TypeError) as error:
        raise WrongKey from error


def pad(data: bytes, *, least: int = LEAST) -> bytes:
    """Append zeros to ``data`` up to one of a few sizes, so that the length reveals next to nothing."""
    size = padded_size(len(data) + len(END), least)
    return data + END + bytes(size - len(data) - len(END))


def unpad(data: bytes) -> bytes:
    """Return the data that ``pad`` padded."""
    return data[: data.rindex(END)]


def padded_size(size: int, least: int = LEAST) -> int:
    """Return the size to pad to: ``least``, or above it a Padmé size, at most a ninth more than ``size``."""
    if size <= least:
        return least
    exponent = size.bit_length() - 1
    free = exponent - (exponent.bit_length())
    mask = (1 << free) - 1
    return (size + mask) & ~mask
