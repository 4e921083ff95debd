"""Detect a file's kind by its content, and decode text files."""

import codecs
import re
from typing import NamedTuple

from ancu.engines.exchange.model import LIMITS, Refusal

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_.:\-]{1,40})["']""")
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([A-Za-z0-9_.:\-]{1,40})""", re.IGNORECASE)
_ALLOWED = re.compile(
    r"utf-?(8|16|32).*|iso-?8859.*|latin.*|cp125\d|windows-?125\d|ascii|us-ascii|gb.*|big5.*|euc.*|shift.*"
)
_HTML = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|table|head|body|meta|style|div)\b",
    re.IGNORECASE | re.DOTALL,
)


class DecodedText(NamedTuple):
    """A decoded text file; `utf8` has its bytes without BOM if they were UTF-8."""

    kind: str  # xml, html, json or csv
    text: str
    encoding: str
    utf8: bytes | None


def kind_of(data: bytes) -> str:
    """Return the kind of file by its first bytes: zip, ole (old Office), text or other."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "ole"
    if data.startswith(
        (
            b"%PDF",
            b"\x89PNG",
            b"\xff\xd8\xff",
            b"GIF8",
            b"Rar!",
            b"7z\xbc\xaf",
            b"\x1f\x8b",
        )
    ):
        return "other"
    return "text"


def looks_like(data: bytes) -> str:
    """Guess the format of a text file by its first bytes: xml or unknown; for the message that decoding failed."""
    head = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    return "xml" if head.startswith((b"<?xml", b"<KHAI")) else "unknown"


def decode(data: bytes) -> DecodedText:
    """Decode a text file strictly: by BOM, else by its declared encoding, else as UTF-8. Raises `Refusal`."""
    body, encoding = data, ""
    for bom, name in _BOMS:
        if data.startswith(bom):
            body, encoding = data[len(bom) :], name
            break
    if not encoding:
        encoding = _undeclared_utf16(data) or _declared_encoding(data)
    try:
        text = body.decode(encoding)
    except UnicodeError as error:
        raise _encoding_refusal(body, encoding, error) from None
    if "\x00" in text[:4096] and text.count("\x00") > 8:
        raise Refusal("unsupported_format")
    return DecodedText(_text_kind(text), text, encoding, body if encoding == "utf-8" else None)


def _undeclared_utf16(data: bytes) -> str:
    """Return the UTF-16 variant of an XML file without a byte order mark; empty if it is not UTF-16."""
    return {b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}.get(data[:2], "")


def _declared_encoding(data: bytes) -> str:
    """Return the encoding that the file declares, UTF-8 by default. Raises `Refusal` for an unsupported one."""
    head = data[:1024]
    match = _DECLARED.match(head) or (_META.search(head) if head.lstrip()[:1] == b"<" else None)
    name = match[1].decode("ascii").lower() if match else "utf-8"
    if not _ALLOWED.fullmatch(name):
        raise Refusal("encoding", 1, 1, encoding=name)
    try:
        codec_name = codecs.lookup(name).name
    except LookupError:
        raise Refusal("encoding", 1, 1, encoding=name) from None
    return (
        "utf-8" if codec_name.startswith(("utf-16", "utf-32", "ascii")) else codec_name
    )  # it was read as bytes, so no


def _encoding_refusal(body: bytes, encoding: str, error: UnicodeError) -> Refusal:
    """Return the refusal of a file with undecodable bytes, with line and column (in characters) of the first.

    ``body`` are its bytes, ``error`` says where decoding failed.
    """
    start = error.start if isinstance(error, UnicodeDecodeError) else 0
    before = body[:start].decode(encoding, "replace")
    line = before.count("\n") + 1
    return Refusal(
        "encoding",
        line,
        len(before) - (before.rfind("\n") + 1) + 1,
        encoding=encoding.upper(),
    )


def _text_kind(text: str) -> str:
    """Return the format of a decoded text: html, xml, json or csv."""
    head = text[:4096].lstrip("\ufeff \t\r\n")
    if head.startswith("<"):
        return "html" if _HTML.match(head) else "xml"
    return "json" if head.startswith(("{", "[")) and not head.startswith("[TEST]") else "csv"


def check_size(data: bytes) -> None:
    """Raise `Refusal` if the file is empty or larger than the published limit."""
    if len(data) > LIMITS["file_bytes"]:
        raise Refusal("file_too_large", limit=LIMITS["file_bytes"] // (1024 * 1024))
    if not data.strip(b" \t\r\n\xef\xbb\xbf\x00"):
        raise Refusal("empty_file")
