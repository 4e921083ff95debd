"""What sixteen digits are here: with this office's pepper, at this office's cost."""

from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from ancu.engines import envelopes
from ancu.engines.envelopes import PASSPHRASE, RECEIPT, Cost, ReceiptKeys

CHEAP = Cost(1, 8 * 1024)  # of tests; libsodium's least memory


@lru_cache(maxsize=2)
def _pepper(secret: str) -> bytes:
    """From the key of stored files, which an office keeps for as long as it keeps anything."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"ancu.tips.receipts").derive(secret.encode())


def receipt_of(form: str) -> str:
    """The receipt that answers this form, however often it is sent."""
    return envelopes.receipt_of(form, _pepper(settings.FILES_KEY))


def keys_of(receipt: str | None) -> ReceiptKeys:
    """Slow on purpose, and as slow for a wrong one."""
    return envelopes.keys_of(receipt, _pepper(settings.FILES_KEY), cost=CHEAP if settings.TESTING else RECEIPT)


def passphrase_cost() -> Cost:
    return CHEAP if settings.TESTING else PASSPHRASE


def in_groups(receipt: str) -> str:
    """``1234 5678 9012 3456``."""
    return " ".join(receipt[at : at + 4] for at in range(0, len(receipt), 4))
