"""Secrets that the program must be able to read again, such as what it signs with: encrypted in the table."""

import secrets
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE_BYTES = 12


def seal_secret(secret: bytes, place: str) -> bytes:
    """``secret`` as it lies in the table, bound to the ``place`` it belongs to."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(_key(settings.FILES_KEY)).encrypt(nonce, secret, place.encode())


def open_secret(sealed: bytes, place: str) -> bytes:
    """The secret again; raises cryptography.exceptions.InvalidTag for another key or place."""
    return AESGCM(_key(settings.FILES_KEY)).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    """256 bits from the office's secret, for this and nothing else."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"ancu.secrets").derive(secret.encode())
