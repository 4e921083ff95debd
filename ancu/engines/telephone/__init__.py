"""Telephone numbers: parse what people write, store E.164, and format for reading.

    normalize("(0218) 3.851.234")   # "+842183851234"; None for an invalid number
    readable("+84912345678")         # "0912 345 678"; a foreign one as "+82 10-1234-5678"
    digits("+84912345678")           # "0912345678"
    prefix("0912 34")                # "+8491234": the prefix of stored numbers for a search
    is_mobile("+84912345678")        # whether a text message can go there

A number without a country code is Vietnamese. libphonenumber knows the valid numbers.
"""

import re
import unicodedata

from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    format_number,
    is_valid_number,
    number_type,
    parse,
)

HOME, HOME_CODE = "VN", 84
MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
WRITTEN = re.compile(r"\+?[\d\s().\-/]{3,30}")  # no letters: neither "0912 BAC SI" nor an extension is a number


def _parse_number(text: str) -> PhoneNumber | None:
    """Parse a written telephone number, Vietnamese unless it has a country code; None if it is no valid number."""
    plain = re.sub(r"[\u2010-\u2015]", "-", unicodedata.normalize("NFKC", text)).strip()
    if not WRITTEN.fullmatch(plain):
        return None
    try:
        number = parse(plain, HOME)
    except NumberParseException:
        return None
    return number if is_valid_number(number) else None


def normalize(text: str) -> str | None:
    """Return the number in E.164, ``+84912345678``; ``None`` for an invalid number."""
    number = _parse_number(text)
    return None if number is None else format_number(number, PhoneNumberFormat.E164)


def readable(text: str) -> str:
    """Return the number as people in Viet Nam read it; an invalid number is returned unchanged."""
    number = _parse_number(text)
    if number is None:
        return text
    at_home = number.country_code == HOME_CODE
    return format_number(number, PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL)


def digits(text: str) -> str:
    """Return the digits of a number as people in Viet Nam write it: 0912345678.

    Of an invalid number all its digits.
    """
    return "".join(sign for sign in readable(text) if sign.isdecimal())


def is_mobile(text: str) -> bool:
    """Whether the text is a valid number that is, or may be, a mobile one."""
    number = _parse_number(text)
    return number is not None and number_type(number) in MOBILE


def prefix(text: str) -> str:
    """Return the beginning of the E.164 number that a partly typed number stands for; empty without a digit."""
    plain = unicodedata.normalize("NFKC", text).strip()
    digits = "".join(sign for sign in plain if sign.isdecimal())
    if plain.startswith("+") or not digits:
        return f"+{digits}" if digits else ""
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    if digits.startswith("0"):
        return f"+{HOME_CODE}{digits[1:]}"
    return f"+{digits}" if digits.startswith(str(HOME_CODE)) else f"+{HOME_CODE}{digits}"
