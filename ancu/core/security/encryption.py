"""What is encrypted at rest. Two keys are valid at once: ``FILES_KEY`` writes, ``FILES_KEY_FORMER`` still reads.

Each key has an id, worked out of it, which stands before what it encrypted. ``ancu manage rotate_keys`` finds by it
what the former key encrypted.
"""

import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE_BYTES = 12
ID_BYTES = 4
TEXT_MARK = "sealed"


@dataclass(frozen=True)
class Cipher:
    """AES-256-GCM: ``mark``, the key's id, 12 bytes of nonce, the ciphertext, which is bound to its place.

    ``bare_mark`` is what stood before the nonce while keys had no id; both keys are tried on it.
    """

    purpose: bytes
    mark: bytes
    bare_mark: bytes

    @property
    def head(self) -> bytes:
        """The first bytes of all data that the present key encrypts: the format's mark and the key's id."""
        return self.mark + key_id(settings.FILES_KEY)

    def seal(self, data: bytes, place: bytes) -> bytes:
        """Encrypt ``data`` with the present key; only with the same ``place`` can it be opened."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return self.head + nonce + AESGCM(_derive(settings.FILES_KEY, self.purpose)).encrypt(nonce, data, place)

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """Return the decrypted data. Raises InvalidTag if no key fits, or if place or data differ."""
        start = len(self.mark) + ID_BYTES
        for key in keys():
            if sealed.startswith(self.mark + key_id(key)):
                return self._decrypt(key, sealed[start:], place)
        if sealed.startswith(self.bare_mark):
            for key in keys():
                try:
                    return self._decrypt(key, sealed[len(self.bare_mark) :], place)
                except InvalidTag:
                    continue
        raise InvalidTag

    def _decrypt(self, key: str, body: bytes, place: bytes) -> bytes:
        """Decrypt nonce and ciphertext (``body``) with the key ``key``. Raises InvalidTag."""
        if len(body) < NONCE_BYTES:
            raise InvalidTag
        return AESGCM(_derive(key, self.purpose)).decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], place)

    def renew(self, sealed: bytes, place: bytes) -> bytes:
        """Return the data encrypted anew with the present key, bound to the same ``place``.

        ``sealed`` may be encrypted with the former key. Raises InvalidTag if no key opens it.
        """
        return self.seal(self.open(sealed, place), place)


SECRETS = Cipher(purpose=b"ancu.secrets", mark=b"ANS2", bare_mark=b"")
FILES = Cipher(purpose=b"ancu.files", mark=b"ANC2", bare_mark=b"ANC1")


def seal_secret(secret: bytes, place: str) -> bytes:
    """Encrypt ``secret`` for storage, bound to the ``place`` it belongs to."""
    return SECRETS.seal(secret, place.encode())


def open_secret(sealed: bytes, place: str) -> bytes:
    """Return the decrypted secret. Raises cryptography.exceptions.InvalidTag for another key or place."""
    return SECRETS.open(sealed, place.encode())


def seal_text(text: str, place: str) -> str:
    """Encrypt ``text`` for a text column: ``sealed:``, the key's id, a colon, the rest in base 64."""
    sealed = seal_secret(text.encode(), place)
    return text_head() + b64encode(sealed[len(SECRETS.head) :]).decode()


def open_text(sealed: str, place: str) -> str:
    """Return the decrypted text. Raises InvalidTag for another key or place and for unencrypted text."""
    word, _colon, rest = sealed.partition(":")
    identity, _colon, body = rest.partition(":")
    try:
        if word != TEXT_MARK:
            raise InvalidTag
        return open_secret(SECRETS.mark + bytes.fromhex(identity) + b64decode(body), place).decode()
    except ValueError as error:
        raise InvalidTag from error


def text_head() -> str:
    """Return the characters with which every text encrypted by the present key begins: ``sealed:`` and key id."""
    return f"{TEXT_MARK}:{key_id(settings.FILES_KEY).hex()}:"


def keys() -> list[str]:
    """Return the keys that may open stored data: the present one and, while it is configured, the former one."""
    return [key for key in (settings.FILES_KEY, settings.FILES_KEY_FORMER) if key]


@lru_cache(maxsize=8)
def key_id(key: str) -> bytes:
    """Return the id that identifies a key without revealing it."""
    return HKDF(algorithm=SHA256(), length=ID_BYTES, salt=None, info=b"ancu.key-id").derive(key.encode())


@lru_cache(maxsize=16)
def _derive(key: str, purpose: bytes) -> bytes:
    """Return a 256-bit key for the purpose ``purpose``, derived from the office's key ``key``."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key.encode())
