"""Numbers that go on paper: short, unguessable, hard to misread, and wrong when one sign is mistyped.

Crockford's base 32 without I, L, O, U, and without Z so that the number of signs is a prime. Eleven random
signs (54 bits) cannot be guessed; the check sign (mod 31, weighted by place) catches every single wrong sign
and every swap of neighbours.
"""

import hashlib
import hmac
import secrets
import unicodedata

from django.conf import settings

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXY"
CONFUSED = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})
RANDOM_SIGNS = 11
REFERENCE_SIGNS = 8


def new_number(prefix: str) -> str:
    """Return a new reference number such as ``HB-7K3M-9QXZ-2C4D``: prefix, 11 random and 1 check character."""
    body = _random_signs()
    signs = body + _check_sign(body)
    return "-".join([prefix, signs[:4], signs[4:8], signs[8:]])


def new_reference(prefix: str) -> str:
    """Return a new payment reference such as ``HBP7K3M9QXA4``, without dashes, which banks drop."""
    body = _random_signs(REFERENCE_SIGNS)
    return prefix + body + _check_sign(body)


def references_in(text: str, prefix: str) -> set[str]:
    """Return every payment reference with this prefix in a transfer's text, however the bank changed it.

    Banks write in lower case, drop punctuation and accents, break words and append their own numbers. So only letters
    and digits count, and the check character tells a reference from a coincidence.
    """
    plain = unicodedata.normalize("NFKD", text).upper()
    signs = "".join(sign for sign in plain if sign.isascii() and sign.isalnum())
    numbers: set[str] = set()
    at = signs.find(prefix)
    while at >= 0:
        begin = at + len(prefix)
        body = signs[begin : begin + REFERENCE_SIGNS + 1].translate(CONFUSED)
        is_complete = len(body) == REFERENCE_SIGNS + 1 and all(sign in ALPHABET for sign in body)
        if is_complete and _check_sign(body[:-1]) == body[-1]:
            numbers.add(prefix + body)
            at = begin + len(body) - 1  # what is within a reference is no other one
        at = signs.find(prefix, at + 1)
    return numbers


def typed_code(text: str) -> str:
    """Return the code that a person typed with spaces for dashes, or the end of a pasted address.

    "0" if nothing was typed, so that it is never empty.
    """
    return "-".join(text.split()).strip("/").rsplit("/", 1)[-1] or "0"


def _random_signs(count: int = RANDOM_SIGNS) -> str:
    """Return ``count`` random characters of the alphabet of reference numbers."""
    drawn, signs = secrets.randbelow(len(ALPHABET) ** count), ""
    for _sign in range(count):
        drawn, place = divmod(drawn, len(ALPHABET))
        signs += ALPHABET[place]
    return signs


def normalise_number(text: str) -> str | None:
    """Return a reference number from what a person typed (spaces, lower case, O for 0); None if it is none."""
    signs = "".join(sign for sign in text.upper() if sign.isalnum())
    body = signs[-RANDOM_SIGNS - 1 :].translate(CONFUSED)
    prefix = signs[: -RANDOM_SIGNS - 1]
    if not prefix or len(body) != RANDOM_SIGNS + 1 or any(sign not in ALPHABET for sign in body):
        return None
    if _check_sign(body[:-1]) != body[-1]:
        return None
    return "-".join([prefix, body[:4], body[4:8], body[8:]])


def _check_sign(body: str) -> str:
    """Return the check character for the characters ``body`` of a reference number."""
    return ALPHABET[sum(place * ALPHABET.index(sign) for place, sign in enumerate(body, start=1)) % len(ALPHABET)]


def seal(*parts: object, length: int = 8) -> str:
    """Return a short code over ``parts``, for QR codes on paper, that only this office's key can produce.

    Eight characters are 39 bits; the rate limit of the verification page stops guessing. The key is separate from
    ``SECRET_KEY``, since paper lasts longer.
    """
    return _seal(settings.RECEIPTS_KEY, parts, length)


def valid_seals(*parts: object, length: int = 8) -> list[str]:
    """Return the accepted codes over ``parts`` (``seal``): by the present key and, if configured, the former one."""
    keys = (settings.RECEIPTS_KEY, settings.RECEIPTS_KEY_FORMER)
    return [_seal(key, parts, length) for key in keys if key]


def _seal(key: str, parts: tuple[object, ...], length: int) -> str:
    """Return the code over ``parts`` that only a holder of ``key`` can produce, ``length`` characters long."""
    text = "\x1f".join(str(part) for part in parts).encode()
    digest = hmac.new(key.encode(), text, hashlib.sha256).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:length])


def seal_matches(seal_text: str, *parts: object, length: int = 8) -> bool:
    """Whether ``seal_text``, copied from paper by a person, is a seal of ``parts``; compared in constant time.

    Lower case, spaces, I for 1 and O for 0 are accepted.
    """
    signs = "".join(sign for sign in seal_text.upper() if sign.isalnum()).translate(CONFUSED)
    matches = [hmac.compare_digest(signs.encode(), valid.encode()) for valid in valid_seals(*parts, length=length)]
    return any(matches)
