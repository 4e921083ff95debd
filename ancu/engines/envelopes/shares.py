"""Recovery shares: private keys on paper for the safe, 32 characters of Crockford's base 32 (160 bits)."""

import secrets
from hashlib import blake2b

from ancu.engines.envelopes.keys import KEY_BYTES, KeyPair, pair_of

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CONFUSED = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})
SIGNS, GROUP = 32, 4


def new_share() -> str:
    """Return a new recovery share, ``7K3M-9QXZ-…``: eight groups of four characters."""
    signs = "".join(secrets.choice(ALPHABET) for _sign in range(SIGNS))
    return "-".join(signs[at : at + GROUP] for at in range(0, SIGNS, GROUP))


def pair_of_share(text: str) -> KeyPair | None:
    """Return the key pair of a typed recovery share; None if it is not a valid one."""
    signs = "".join(sign for sign in text.upper() if sign.isalnum()).translate(CONFUSED)
    if len(signs) != SIGNS or any(sign not in ALPHABET for sign in signs):
        return None
    return pair_of(blake2b(signs.encode(), digest_size=KEY_BYTES, person=b"ancu.share").digest())
