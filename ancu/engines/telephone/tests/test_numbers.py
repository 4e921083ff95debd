"""One number however it is written; what is no number is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancu.engines.telephone import is_mobile, normalize, prefix, readable

SAME = {
    "+84912345678": [
        "0912345678", "0912 345 678", "0912.345.678", "(0912) 345-678", "+84 912 345 678", "84912345678",
        "0084 912345678", " 0912345678 ", "０９１２３４５６７８", "+84 (0) 912 345 678", "0912–345–678",
    ],
    "+842183851234": ["0218 385 1234", "(0218) 3.851.234", "02183851234", "+84 218 385 1234"],
    "+821012345678": ["+82 10 1234 5678", "0082 10-1234-5678", "+82-10-1234-5678"],
    "+4930123456": ["+49 30 123456", "+49 (30) 123456"],
    "+8419001234": ["1900 1234"],
}  # fmt: skip
NONE = [
    "", " ", "0", "113", "12345678", "0912 345 67", "0912 345 6789", "01684567890", "010-1234-5678", "abc",
    "0912 BAC SI", "0912345678 ext 3", "0912345678 / 0987654321", "+", "+84", "0912345678\n0987654321", "９１",
    "0" * 400, "+999 123 456 789", "\0", "0912345678;DROP",
]  # fmt: skip


@pytest.mark.parametrize(("stored", "text"), [(stored, text) for stored, texts in SAME.items() for text in texts])
def test_a_number_is_kept_the_same_however_it_is_written(stored, text):
    assert normalize(text) == stored


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_number_is_none(text):
    assert normalize(text) is None
    assert readable(text) == text


def test_numbers_are_read_as_people_write_them():
    assert readable("+84912345678") == "0912 345 678"
    assert readable("84912345678") == "0912 345 678"
    assert readable("+821012345678") == "+82 10-1234-5678"
    assert readable("trực ban") == "trực ban"


def test_text_messages_go_to_mobiles_alone():
    assert is_mobile("0912 345 678") and is_mobile("+82 10-1234-5678")
    assert not is_mobile("0218 385 1234") and not is_mobile("1900 1234") and not is_mobile("")


@pytest.mark.parametrize(
    ("typed", "begins"),
    [
        ("0912", "+84912"), ("0912 34", "+8491234"), ("+8491", "+8491"), ("8491", "+8491"), ("912", "+84912"),
        ("+82 10", "+8210"), ("008210", "+8210"), ("", ""), ("%%%%", ""), ("0", "+84"),
    ],
)  # fmt: skip
def test_a_number_is_found_while_it_is_typed(typed, begins):
    assert prefix(typed) == begins


@given(st.text(max_size=60))
def test_any_text_is_answered_and_what_is_kept_is_stable(text):
    stored = normalize(text)
    assert stored is None or (stored.startswith("+") and normalize(stored) == stored == normalize(readable(stored)))
