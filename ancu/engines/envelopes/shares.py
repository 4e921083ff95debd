"""A recovery share: a private key on paper, for the safe. Thirty-two signs of Crockford's base 32, 160 bits."""

import secrets
from hashlib import blake2b

from ancu.engines.envelopes.keys import KEY_BYTES, KeyPair, pair_of

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CONFUSED = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})
SIGNS, GROUP = 32, 4


def new_share() -> str:
    """``7K3M-9QXZ-…``: eight groups of four."""
    signs = "".join(secrets.choice(ALPHABET) for _sign in range(SIGNS))
    return "-".join(signs[at : at + GROUP] for at in range(0, SIGNS, GROUP))


def pair_of_share(text: str) -> KeyPair | None:
    """The pair of a share as people type it; None when it cannot be one."""
    signs = "".join(sign for sign in text.upper() if sign.isalnum()).translate(CONFUSED)
    if len(signs) != SIGNS or any(sign not in ALPHABET for sign in signs):
        return None
    return pair_of(blake2b(signs.encode(), digest_size=KEY_BYTES, person=b"ancu.share").digest())
