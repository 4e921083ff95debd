"""Receipts of sixteen digits as keys, with this office's pepper and cost."""

from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from ancu.apps.tips.selectors.tips import by_locator
from ancu.engines import envelopes
from ancu.engines.envelopes import PASSPHRASE, RECEIPT, Cost, ReceiptKeys

CHEAP = Cost(1, 8 * 1024)  # of tests; libsodium's least memory


@lru_cache(maxsize=2)
def _pepper(secret: str) -> bytes:
    """Return the bytes, derived from ``secret``, that are mixed into receipts.

    The secret is the key of receipts, which is not rotated with the other keys.
    """
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"ancu.tips.receipts").derive(secret.encode())


def receipt_of(form: str) -> str:
    """Return the receipt number derived from a form's key; the same form always gives the same receipt."""
    return envelopes.receipt_of(form, _pepper(settings.RECEIPTS_KEY))


def keys_of(receipt: str | None) -> ReceiptKeys:
    """Return the keys derived from a receipt number: the locator of the tip and the key pair of its replies.

    Slow on purpose, and equally slow for a wrong receipt or None.
    """
    return _keys_of(receipt, settings.RECEIPTS_KEY)


def opening_keys(receipt: str | None) -> ReceiptKeys:
    """Return the keys of a receipt number by the current or the former secret, whichever finds a tip.

    If neither does, those by the current secret. Equally slow for a wrong receipt or None.
    """
    keys = [_keys_of(receipt, key) for key in (settings.RECEIPTS_KEY, settings.RECEIPTS_KEY_FORMER) if key]
    tips = [by_locator(pair.locator) for pair in keys]
    return next((pair for pair, tip in zip(keys, tips, strict=True) if tip), keys[0])


def _keys_of(receipt: str | None, key: str) -> ReceiptKeys:
    """Derive the keys of a receipt with the pepper from ``key``; as slowly without a receipt."""
    return envelopes.keys_of(receipt, _pepper(key), cost=CHEAP if settings.TESTING else RECEIPT)


def passphrase_cost() -> Cost:
    """Return the cost settings of the passphrase hash, which make each guess slow; cheap ones in tests."""
    return CHEAP if settings.TESTING else PASSPHRASE


def in_groups(receipt: str) -> str:
    """Return the receipt number in groups of four digits: ``1234 5678 9012 3456``."""
    return " ".join(receipt[at : at + 4] for at in range(0, len(receipt), 4))
