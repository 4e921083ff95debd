"""The QR code of a page: questionnaire, serial and page, with a check that needs the secret.

    AC/K7Q2M9/123/2/QX4ZL7KD

Whoever copies a sheet copies its number too and is found as a duplicate; whoever invents a number lacks its check.
"""

import base64
import hashlib
import hmac
import re
from typing import NamedTuple

import segno

VERSION, ERROR = 3, "H"  # 29 × 29 cells; a third of it may be lost
SIZE = 18.0  # millimetres
PLACES = ((172.0, 8.0), (20.0, 271.0))
"""The code stands twice, in opposite corners: a thumb, a fold or a stain takes one of them."""
MOST = 9_999_999  # so that the longest text still fits
_PAYLOAD = re.compile(r"AC/([A-Z0-9]{1,10})/([0-9]{1,7})/([0-9]{1,2})/([A-Z2-7]{8})")


class PageName(NamedTuple):
    """The identity of a page: questionnaire, serial and page number."""

    code: str
    serial: int
    page: int


class ForeignCode(ValueError):
    """A QR code that is not one of this office's sheets."""


def code_text(name: PageName, secret: bytes) -> str:
    """Return the text of a page's QR code: its name and check characters that only ``secret``'s holder can compute."""
    return f"AC/{name.code}/{name.serial}/{name.page}/{_check(name, secret)}"


def parse_code(text: str, *secrets: bytes) -> PageName:
    """Return the page that a QR code names. Raises ForeignCode if its check matches none of the secrets."""
    match = _PAYLOAD.fullmatch(text)
    if match is None:
        raise ForeignCode(text)
    name = PageName(match[1], int(match[2]), int(match[3]))
    if not any(secret and hmac.compare_digest(match[4], _check(name, secret)) for secret in secrets):
        raise ForeignCode(text)
    return name


def code_cells(text: str) -> list[bytearray]:
    """Return the cells of a QR code row by row, 1 is black.

    The mask is fixed: choosing the best one takes longer than printing.
    """
    drawn = segno.make_qr(text, version=VERSION, error=ERROR, boost_error=False, mask=3)
    return list(drawn.matrix)


def _check(name: PageName, secret: bytes) -> str:
    """Return the eight check characters of a page's name; only the holder of ``secret`` can compute them."""
    message = f"{name.code}/{name.serial}/{name.page}".encode()
    digest = hmac.new(secret, b"ancu sheet\0" + message, hashlib.sha256).digest()
    return base64.b32encode(digest[:5]).decode()
