"""Sealed envelopes: data is encrypted at once, and only holders of a private key can open it.

    unit = new_pair()
    sealed = seal(pad(b"..."), to=[unit.public], place=b"tip:1")      # one body, a header for each recipient
    open_envelope(sealed.headers[0], sealed.body, unit.private, place=b"tip:1")
    header = reseal(sealed.headers[0], unit.private, to=other.public)   # handed over without touching the body
    wrapped = wrap(unit.private, "passphrase", cost=PASSPHRASE)         # Argon2id; ``unwrap`` opens it
    keys = keys_of(new_receipt(), pepper, cost=RECEIPT)                 # sixteen digits are a key pair and a place

libsodium does the work (PyNaCl): sealed boxes (X25519, XSalsa20-Poly1305) for headers, XChaCha20-Poly1305 for bodies,
Argon2id for what people remember. Pure functions; no Django, no database.
"""

from ancu.engines.envelopes.boxes import Sealed, open_box, open_envelope, pad, reseal, seal, seal_box, unpad
from ancu.engines.envelopes.keys import PASSPHRASE, Cost, KeyPair, WrongKey, new_pair, pair_of, unwrap, wrap
from ancu.engines.envelopes.receipts import RECEIPT, ReceiptKeys, keys_of, new_receipt, read_receipt, receipt_of
from ancu.engines.envelopes.shares import new_share, pair_of_share

__all__ = [
    "PASSPHRASE",
    "RECEIPT",
    "Cost",
    "KeyPair",
    "ReceiptKeys",
    "Sealed",
    "WrongKey",
    "keys_of",
    "new_pair",
    "new_receipt",
    "new_share",
    "open_box",
    "open_envelope",
    "pad",
    "pair_of",
    "pair_of_share",
    "read_receipt",
    "receipt_of",
    "reseal",
    "seal",
    "seal_box",
    "unpad",
    "unwrap",
    "wrap",
]
