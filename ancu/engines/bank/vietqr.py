"""The text inside a VietQR code: EMVCo's merchant-presented layout, with the fields of the interbank transfer network.

Each field is two digits of name, two of length, and the value; some values are fields themselves. The last one is
a checksum over everything before it, its own name and length included.
"""

import unicodedata

NETWORK = "A000000727"  # the interbank network's own number in field 38
TO_ACCOUNT = "QRIBFTTA"  # an instant transfer to an account (…TTC would be to a card)
DONG = "704"
LONGEST_TEXT = 25


def transfer_code(*, bank_bin: str, account: str, vnd: int | None, text: str) -> str:
    """Return the text of a VietQR code, from which a banking app fills in payee, amount in đồng and message.

    Without ``vnd`` the payer enters the amount. ``bank_bin`` is the six digits of the bank. The message loses its
    accents, which not every app accepts. Raises ValueError for impossible values.
    """
    if not (bank_bin.isascii() and bank_bin.isdigit() and len(bank_bin) == 6):
        raise ValueError("a bank's number has six digits")
    if not (account.isascii() and account.isalnum() and len(account) <= 19):
        raise ValueError("an account has at most 19 letters and digits")
    if vnd is not None and not 0 < vnd < 10**13:
        raise ValueError("not an amount that can be transferred")
    payee = _encode_field("00", NETWORK) + _encode_field(
        "01", _encode_field("00", bank_bin) + _encode_field("01", account)
    )
    body = (
        _encode_field("00", "01")  # the layout's version
        + _encode_field("01", "11" if vnd is None else "12")  # for one payment when it carries an amount
        + _encode_field("38", payee + _encode_field("02", TO_ACCOUNT))
        + _encode_field("53", DONG)
        + ("" if vnd is None else _encode_field("54", str(vnd)))
        + _encode_field("58", "VN")
        + _encode_field("62", _encode_field("08", _plain_message(text)))
        + "6304"
    )
    return f"{body}{checksum(body):04X}"


def checksum(text: str) -> int:
    """Return the CRC-16 of an ASCII text, with which a VietQR code ends.

    Its polynomial is 0x1021, its initial value 0xFFFF ("CCITT-FALSE").
    """
    crc = 0xFFFF
    for byte in text.encode("ascii"):
        crc ^= byte << 8
        for _bit in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def _encode_field(name: str, value: str) -> str:
    """Encode one EMVCo field: its two-digit name, the two-digit length and the value."""
    return f"{name}{len(value):02}{value}"


def _plain_message(text: str) -> str:
    """Return a transfer's message in ASCII without accents. Raises ValueError if it is empty or too long."""
    plain = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D")).encode("ascii", "ignore").decode()
    if not 0 < len(plain) <= LONGEST_TEXT:
        raise ValueError(f"the words of a transfer have 1 to {LONGEST_TEXT} signs")
    return plain
