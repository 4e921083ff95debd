"""JSON from outside: its size and depth are limited before anything is parsed.

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
    """Lists and objects lie within each other deeper than ``MOST_DEPTH``, or there are far too many."""

    def __init__(self) -> None:
        super().__init__(f"lists and objects within each other, more than {MOST_DEPTH} levels", "", 0)


def explain(error: json.JSONDecodeError) -> tuple[str, str]:
    """What is wrong with a text, in Vietnamese and English; the parser's own words are English."""
    if isinstance(error, TooDeep):
        vi = f"danh sách và đối tượng lồng nhau quá {MOST_DEPTH} cấp"
    elif place := _PLACE(error.msg):
        vi = f"sai cú pháp ở byte thứ {place[1]}"
    else:
        vi = "sai cú pháp, hoặc thiếu phần cuối"
    return f"Không đọc được JSON: {vi}.", f"The JSON cannot be read: {error.msg}."


class TooLarge(ValueError):
    """There is more of it than the caller takes: ``limit`` in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes")
        self.limit = limit


def loads(text: str | bytes, *, most_bytes: int | None = None, **options: Any) -> Any:
    """What ``json.loads`` gives; ``options`` are its own. Bytes are UTF-8, with or without a byte order mark.

    Raises TooLarge, and json.JSONDecodeError for whatever is wrong with the text.
    """
    body = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    check(body, most_bytes)
    with _one_kind_of_error():
        value = json.loads(text if isinstance(text, str) else text.decode("utf-8-sig"), **options)
        if _SURROGATE(body):  # half of a sign, which no database holds; msgspec refuses it by itself
            json.dumps(value, ensure_ascii=False).encode()
    return value


def loads_of_child(answer: bytes) -> Any:
    """What ``json.loads`` gives of the answer of a process that opened a stranger's file and may have been taken over.

    Half of a sign in a damaged cell comes through. Raises as ``loads`` does.
    """
    check(answer)
    with _one_kind_of_error():
        return json.loads(answer)


@overload
def decode(body: bytes, *, most_bytes: int | None = None) -> Any: ...
@overload
def decode(body: bytes, *, most_bytes: int | None = None, type: type[T]) -> T: ...
def decode(body: bytes, *, most_bytes: int | None = None, type: Any = Any) -> Any:
    """What ``msgspec.json.decode`` gives; raises as ``loads`` does."""
    check(body, most_bytes)
    with _one_kind_of_error():
        return msgspec.json.decode(body, type=type)


@contextmanager
def _one_kind_of_error() -> Iterator[None]:
    """Wrong bytes, and numbers of thousands of digits, are errors of other kinds."""
    try:
        yield
    except json.JSONDecodeError:
        raise
    except (msgspec.DecodeError, ValueError) as error:
        raise json.JSONDecodeError(str(error), "", 0) from error


def check(body: bytes, most_bytes: int | None = None) -> None:
    """Raise TooLarge or TooDeep."""
    if most_bytes is not None and len(body) > most_bytes:
        raise TooLarge(most_bytes)
    if body.count(b"[") + body.count(b"{") > MOST_DEPTH and _is_deep(body):
        raise TooDeep


def _is_deep(body: bytes) -> bool:
    """Whether the brackets outside of strings go deeper than is allowed; a pass takes the innermost pairs away.

    What closes nothing, or is never closed, remains: the parser goes no deeper there than there are openings.
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
    """For Django's form fields, which know of no error but this one."""

    def decode(self, s: str, *args: Any, **kwargs: Any) -> Any:
        check(s.encode("utf-8", "surrogatepass"))
        with _one_kind_of_error():
            return super().decode(s, *args, **kwargs)
