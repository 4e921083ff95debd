"""Heads of a hash chain, signed with Ed25519, each one line of text that anybody can keep and verify.

    an-cu-audit-head v1 HB 123456 <SHA-256, hex> 2026-11-29T17:20:00+00:00 <key id> <signature>

``place`` is how many links the chain had. Whoever holds such a line can prove later that the chain still contains what
it contained then: neither a shorter chain nor a recomputed one has this hash at this place.
"""

import base64
import hashlib
import re
from dataclasses import dataclass, replace

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

MARK = "an-cu-audit-head v1"
# Between the parts any white space: a mail program may have broken the line.
LINE = re.compile(
    r"an-cu-audit-head\s+v1\s+([A-Z0-9]{1,10})\s+(\d{1,18})\s+([0-9a-f]{64})\s+([0-9T:+.-]{19,40})\s+([0-9a-f]{16})"
    r"\s+([A-Za-z0-9_-]{86})(?![A-Za-z0-9_-])"
)


class KeyUnreadable(ValueError):
    """This is not an Ed25519 key as ``new_key`` and ``public_key_of`` write it."""


@dataclass(frozen=True, slots=True)
class Head:
    """The chain of ``office`` had ``place`` links at ``at``, the last of which has ``hash`` (hex)."""

    office: str
    place: int
    hash: str
    at: str
    key_id: str = ""
    signature: str = ""

    @property
    def signed_text(self) -> str:
        """The text of the audit chain's head that its signature covers: everything but the signature."""
        return f"{MARK} {self.office} {self.place} {self.hash} {self.at} {self.key_id}"

    @property
    def line(self) -> str:
        """The audit chain's head in a single line of text, with its signature."""
        return f"{self.signed_text} {self.signature}"


def new_key() -> str:
    """Return a new Ed25519 private key as text, to sign the audit log's heads.

    Store it where the database's owner cannot read it.
    """
    return _encode(Ed25519PrivateKey.generate().private_bytes_raw())


def public_key_of(private: str) -> str:
    """Return the public key of a private key, as text. Raises KeyUnreadable."""
    return _encode(_private(private).public_key().public_bytes_raw())


def key_id_of(public: str) -> str:
    """Return the short id of a public key, by which a signed head says which key verifies it."""
    return hashlib.sha256(_decode(public)).hexdigest()[:16]


def sign(head: Head, private: str) -> Head:
    """Return the audit chain's head with its signature by the private key, and the id of that key."""
    unsigned = replace(head, key_id=key_id_of(public_key_of(private)), signature="")
    return replace(unsigned, signature=_encode(_private(private).sign(unsigned.signed_text.encode())))


def is_genuine(head: Head, publics: list[str]) -> bool:
    """Whether one of these public keys, found by the head's key id, verifies the head's signature.

    False if none has that id.
    """
    for public in publics:
        if key_id_of(public) == head.key_id:
            try:
                Ed25519PublicKey.from_public_bytes(_decode(public)).verify(
                    _decode(head.signature), head.signed_text.encode()
                )
            except (InvalidSignature, ValueError):
                return False
            return True
    return False


def heads_in(text: str) -> list[Head]:
    """Return the signed heads of the audit's hash chain that a text, such as an e-mail, contains.

    Their signatures are not verified here.
    """
    return [
        Head(office, int(place), digest, at, key_id, signature)
        for office, place, digest, at, key_id, signature in LINE.findall(text)
    ]


def _private(text: str) -> Ed25519PrivateKey:
    """Parse a private key from its text. Raises KeyUnreadable."""
    return Ed25519PrivateKey.from_private_bytes(_decode(text))


def _encode(data: bytes) -> str:
    """Encode bytes as URL-safe base64 without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    """Decode a key or signature from URL-safe base64. Raises KeyUnreadable."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise KeyUnreadable("not base64") from None
    if len(data) not in (32, 64):
        raise KeyUnreadable("not an Ed25519 key or signature")
    return data
