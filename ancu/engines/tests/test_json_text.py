"""Depth and size of JSON are limited before a parser goes down its levels."""

import json
import subprocess
import sys
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancu.engines.json_text import MOST_BRACKETS, MOST_DEPTH, LimitedDecoder, TooDeep, TooLarge, decode, loads

TEXTS = st.sampled_from(["", "a", "[", "]]]", '"', '\\"{', "\\", '\\\\"[', "é{[", "\u2028"])


def nested(depth: int) -> st.SearchStrategy[Any]:
    inside = TEXTS if depth == 0 else nested(depth - 1)
    return st.one_of(
        inside.map(lambda value: [value]), st.tuples(TEXTS, inside).map(lambda pair: {pair[0]: pair[1], "[": "{"})
    )


def depth_of(value: Any) -> int:
    parts = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else None
    return 0 if parts is None else 1 + max(map(depth_of, parts), default=0)


@pytest.mark.slow
@given(st.integers(MOST_DEPTH - 3, MOST_DEPTH + 3).flatmap(nested), st.booleans())
def test_the_limit_is_exact_whatever_stands_in_strings(value: Any, ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    if depth_of(value) > MOST_DEPTH:
        for read in (decode, loads):
            with pytest.raises(TooDeep):
                read(text.encode())
    else:
        assert decode(text.encode()) == loads(text) == loads(text.encode()) == value


@pytest.mark.parametrize("text", [b"[" * 20_000, b'{"a":' * 20_000, b"[" * 20_000 + b"]" * 20_000])
def test_brackets_end_no_thread_of_a_server(text: bytes) -> None:
    """In a process of its own: where nothing limits them, it is gone without an exception."""
    program = (
        "import sys, threading; from ancu.engines.json_text import decode\n"
        "def run():\n    try: decode(sys.stdin.buffer.read())\n    except ValueError: print('refused')\n"
        "threading.stack_size(256 * 1024); thread = threading.Thread(target=run); thread.start(); thread.join()"
    )
    done = subprocess.run([sys.executable, "-c", program], input=text, capture_output=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, b"refused")


@pytest.mark.parametrize("text", [b'{"a": [1, 2', b"]]]", b'["\\', b"", b'"', b"[1] [2]", b"\xff[", b"1" * 5000 + b"]"])
def test_whatever_is_malformed_is_one_kind_of_error(text: bytes) -> None:
    for read in (decode, loads):
        with pytest.raises(json.JSONDecodeError):
            read(text)


def test_half_a_sign_is_no_text() -> None:
    for read in (decode, loads):
        assert read(rb'["\ud83d\ude00"]') == ["😀"]
        with pytest.raises(json.JSONDecodeError):
            read(rb'["\ud83d"]')


def test_far_too_many_are_not_parsed() -> None:
    with pytest.raises(TooDeep):
        decode(b"[" + b"[]," * (MOST_BRACKETS // 2) + b"[]]")
    assert len(decode(b"[" + b'{"a":"["},' * 100_000 + b"0]")) == 100_001


def test_what_is_too_large_is_not_parsed() -> None:
    assert decode(b"[1]", most_bytes=3) == [1]
    for read in (decode, loads):
        with pytest.raises(TooLarge):
            read(b"[1] ", most_bytes=3)


def test_what_a_type_skips_counts_too() -> None:
    class Named(msgspec.Struct):
        name: str

    assert decode(b'{"name": "x", "more": [[1]]}', type=Named) == Named("x")
    with pytest.raises(TooDeep):
        decode(b'{"name": "x", "more": ' + b"[" * 40 + b"]" * 40 + b"}", type=Named)


@pytest.mark.parametrize("text", ["[" * 20_000, "1" * 5_000])
def test_a_field_of_a_form_says_that_it_is_no_json(text: str) -> None:
    with pytest.raises(json.JSONDecodeError):
        json.loads(text, cls=LimitedDecoder)
    assert json.loads('{"a": [1]}', cls=LimitedDecoder) == {"a": [1]}
