"""Parse untrusted JSON, with limits on size and depth checked before parsing.

Parsers go down a level of the text by going down a level of the stack. A few thousand brackets end a server's thread,
whose stack is small, and with it the whole worker; no exception is raised that could be caught.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, overload

import msgspec

T = TypeVar("T")
MOST_DEPTH = 32  # levels; what is sent here in earnest has fewer than ten
MOST_BRACKETS = 2_000_000  # a file of 100,000 guests has a tenth of it
_OTHERS = bytes(sign for sign in range(256) if sign not in b'[]{}"')
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]").search
_PLACE = re.compile(r"\(byte (\d+)\)").search
_ONE_KIND = bytes.maketrans(b"{}", b"[]")


class TooDeep(json.JSONDecodeError):
    """The text's lists and objects are nested deeper than ``MOST_DEPTH``, or too numerous."""

    def __init__(self) -> None:
        super().__init__(f"lists and objects within each other, more than {MOST_DEPTH} levels", "", 0)


def explain(error: json.JSONDecodeError) -> tuple[str, str]:
    """Describe in Vietnamese and English why a text is not valid JSON; the parser's own message is English only."""
    if isinstance(error, TooDeep):
        vi = f"danh sách và đối tượng lồng nhau quá {MOST_DEPTH} cấp"
    elif place := _PLACE(error.msg):
        vi = f"sai cú pháp ở byte thứ {place[1]}"
    else:
        vi = "sai cú pháp, hoặc thiếu phần cuối"
    return f"Không đọc được JSON: {vi}.", f"The JSON cannot be read: {error.msg}."


class TooLarge(ValueError):
    """The text exceeds the caller's ``limit`` in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes")
        self.limit = limit


def loads(text: str | bytes, *, most_bytes: int | None = None, **options: Any) -> Any:
    """Parse JSON like ``json.loads``, with limits on size and depth; ``options`` are passed on to it.

    Bytes are UTF-8, with or without a byte order mark. Raises TooLarge if the text exceeds ``most_bytes``, TooDeep
    for excessive nesting, and json.JSONDecodeError for any other fault of the text.
    """
    body = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    check(body, most_bytes)
    with _unified_errors():
        value = json.loads(text if isinstance(text, str) else text.decode("utf-8-sig"), **options)
        if _SURROGATE(body):  # half of a sign, which no database holds; msgspec refuses it by itself
            json.dumps(value, ensure_ascii=False).encode()
    return value


def loads_child_answer(answer: bytes) -> Any:
    """Parse the JSON answer of a confined child process, which a malicious file may have taken over.

    Lone surrogates from damaged cells are accepted. Raises the same errors as ``loads``.
    """
    check(answer)
    with _unified_errors():
        return json.loads(answer)


@overload
def decode(body: bytes, *, most_bytes: int | None = None) -> Any:
    """Parse JSON into plain values; raises the same errors as ``loads``."""


@overload
def decode(body: bytes, *, most_bytes: int | None = None, type: type[T]) -> T:
    """Parse JSON into an object of ``type``; raises the same errors as ``loads``."""


def decode(body: bytes, *, most_bytes: int | None = None, type: Any = Any) -> Any:
    """Parse JSON with ``msgspec.json.decode``, into ``type`` if given; raises the same errors as ``loads``."""
    check(body, most_bytes)
    with _unified_errors():
        return msgspec.json.decode(body, type=type)


@contextmanager
def _unified_errors() -> Iterator[None]:
    """Context manager that turns errors of wrong bytes or overlong numbers into json.JSONDecodeError."""
    try:
        yield
    except json.JSONDecodeError:
        raise
    except (msgspec.DecodeError, ValueError) as error:
        raise json.JSONDecodeError(str(error), "", 0) from error


def check(body: bytes, most_bytes: int | None = None) -> None:
    """Raise TooLarge if the text exceeds ``most_bytes``, TooDeep if its brackets are nested too deeply."""
    if most_bytes is not None and len(body) > most_bytes:
        raise TooLarge(most_bytes)
    if body.count(b"[") + body.count(b"{") > MOST_DEPTH and _is_deep(body):
        raise TooDeep


def _is_deep(body: bytes) -> bool:
    """Whether the brackets of a JSON text, outside of strings, are nested deeper than allowed.

    Each pass removes the innermost pairs. Unpaired brackets remain, which is harmless: the parser descends no deeper
    than there are opening brackets.
    """
    if b"\\" in body:
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    # Of a string without brackets its two quotes are left; without them the others still open and close in turn.
    brackets = body.translate(_ONE_KIND, _OTHERS).replace(b'""', b"")
    brackets = b"".join(brackets.split(b'"')[::2])
    if len(brackets) > MOST_BRACKETS:
        return True
    for _level in range(MOST_DEPTH):
        outer = brackets.replace(b"[]", b"")
        if len(outer) == len(brackets):
            return outer.count(b"[") > MOST_DEPTH
        brackets = outer
    return b"[]" in brackets


class LimitedDecoder(json.JSONDecoder):
    """A JSON decoder with limits for Django's form fields, which handle JSONDecodeError only."""

    def decode(self, s: str, *args: Any, **kwargs: Any) -> Any:
        """Parse JSON after checking its size and depth; any fault, also of size, raises json.JSONDecodeError."""
        check(s.encode("utf-8", "surrogatepass"))
        with _unified_errors():
            return super().decode(s, *args, **kwargs)
