"""A small proof of work for public forms: the browser spends a moment, whoever asks a million times spends a machine.

The page carries a puzzle, ``puzzle.js`` finds a number such that SHA-256 of ``puzzle.number`` begins with ``BITS``
zero bits, and the form brings both back. A puzzle holds half an hour and for one question. It is no gate: a form
without a solution is answered too, at a stricter limit, since not everybody's browser runs scripts.

Hand-written: altcha's widget is 30 KB (this script is 1 KB), needs `crypto.subtle`, which plain http has not, and
knows neither the stricter limit without scripts nor a memory that writes no moment to the database.
"""

import hashlib
import secrets

from django.core.signing import BadSignature, TimestampSigner

from ancu.core.security.rate_limits import allow, allow_unwritten

BITS = 16  # 65,000 hashes on average: a third of a second on a cheap phone
SECONDS = 1800
LONGEST = 120  # signs of what may come back
_signer = TimestampSigner(salt="ancu.puzzle")


def new_puzzle() -> str:
    """Return a new signed proof-of-work puzzle, which a visitor's browser must solve to submit a form."""
    return _signer.sign(secrets.token_urlsafe(9))


def is_solved(puzzle: str, solution: str, *, unwritten: bool = False) -> bool:
    """Whether this office signed the puzzle recently, ``solution`` solves it, and it was not used before.

    The call marks it as used. ``unwritten``: in this process's memory only, because a table would reveal the moment.
    """
    if not puzzle or len(puzzle) > LONGEST or len(solution) > LONGEST or not is_answer(puzzle, solution):
        return False
    try:
        _signer.unsign(puzzle, max_age=SECONDS)
    except BadSignature:
        return False
    return (allow_unwritten if unwritten else allow)("puzzle", puzzle, limit=1, seconds=SECONDS).allowed


def is_answer(puzzle: str, solution: str) -> bool:
    """Whether ``solution`` solves the puzzle: the hash of both begins with enough zero bits."""
    digest = hashlib.sha256(f"{puzzle}.{solution}".encode()).digest()
    return int.from_bytes(digest[:4]) >> (32 - BITS) == 0
