"""Decode a child's answer without trusting it."""

from typing import TypeVar

import msgspec

from ancu.engines.confinement import ChildFailed

T = TypeVar("T")


def decode_answer(answer: bytes, kind: type[T]) -> T:
    """Decode a child's MessagePack answer as ``kind``. Raises ``ChildFailed`` for anything else.

    The kind is required: without it, deeply nested lists would exhaust this process's stack.
    """
    try:
        return msgspec.msgpack.decode(answer, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ChildFailed(0) from error
