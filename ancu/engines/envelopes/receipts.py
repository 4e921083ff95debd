"""Receipts of sixteen digits, by which an anonymous source returns: each yields a key pair and a locator.

Nothing stored leads back to the digits but trying all of them: 10^16 runs of Argon2id, and only with the office's
pepper, which is not in the database.
"""

import hmac
import secrets
import unicodedata
from hashlib import sha256
from typing import NamedTuple

from ancu.engines.envelopes.keys import KEY_BYTES, SALT_BYTES, Cost, KeyPair, pair_of, stretch

DIGITS = 16
RECEIPT = Cost(3, 64 * 1024)
NOBODYS = "x" * DIGITS  # what is worked out for a text that is no receipt: as long as for one that is


class ReceiptKeys(NamedTuple):
    """The keys of a receipt: ``locator`` names its records, ``pair`` opens them."""

    pair: KeyPair
    locator: bytes


def new_receipt() -> str:
    """Return a new random receipt number of sixteen digits, with which a person later opens a record."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def receipt_of(form: str, pepper: bytes) -> str:
    """Return the receipt number derived from a form's token: a form sent twice gets the same one.

    ``pepper`` is the office's secret.
    """
    digest = hmac.new(pepper, b"form:" + form.encode(), sha256).digest()
    return f"{int.from_bytes(digest) % 10**DIGITS:0{DIGITS}d}"


def read_receipt(text: str) -> str | None:
    """Return the sixteen digits of a receipt number that a person typed; None if there are not sixteen.

    Spaces do not matter.
    """
    digits = "".join(sign for sign in unicodedata.normalize("NFKC", text) if sign not in " -.\u00a0\t\r\n")
    return digits if len(digits) == DIGITS and digits.isascii() and digits.isdigit() else None


def keys_of(receipt: str | None, pepper: bytes, *, cost: Cost = RECEIPT) -> ReceiptKeys:
    """Derive from a secret receipt number its locator, which finds the record, and its key pair.

    The work is the same for a wrong receipt and for None, whose keys open nothing.
    """
    salt = sha256(b"receipt:" + pepper).digest()[:SALT_BYTES]
    drawn = stretch(receipt or NOBODYS, salt, cost, size=2 * KEY_BYTES)
    return ReceiptKeys(pair_of(drawn[:KEY_BYTES]), drawn[KEY_BYTES:])
