"""What a child answered, taken for nothing but what it may say."""

from typing import TypeVar

import msgspec

from ancu.engines.confinement import ChildFailed

T = TypeVar("T")


def decode_answer(answer: bytes, kind: type[T]) -> T:
    """A child's MessagePack as ``kind``. Raises ``ChildFailed`` for anything else.

    Without a kind, lists within lists would take this process down: the decoder goes as deep as they do.
    """
    try:
        return msgspec.msgpack.decode(answer, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ChildFailed(0) from error
