"""Numbers on paper: read as people type them, and drawn from all signs alike."""

from django.utils.formats import number_format
from django.utils.translation import override

from ancu.core.documents.reference_numbers import (
    ALPHABET,
    RANDOM_SIGNS,
    new_number,
    normalise_number,
    seal,
    seal_matches,
    typed_code,
)
from ancu.core.templatetags.ui import vnd


def test_numbers_are_read_back_and_every_sign_comes_at_every_place() -> None:
    numbers = {new_number("HB") for _ in range(3000)}
    assert len(numbers) == 3000
    assert all(normalise_number(number) == number for number in numbers)
    signs = [number.removeprefix("HB").replace("-", "") for number in numbers]
    for place in range(RANDOM_SIGNS):
        assert {number[place] for number in signs} == set(ALPHABET)


def test_a_code_typed_with_spaces_or_pasted_with_its_address() -> None:
    assert typed_code(" HB 7K3M 9QXZ 2C4D ") == "HB-7K3M-9QXZ-2C4D"
    assert typed_code("https://office.example/r/7K3M9QXZ/") == "7K3M9QXZ"
    assert typed_code(" / ") == "0"


def test_a_seal_is_read_as_people_copy_it_from_paper() -> None:
    misread = str.maketrans({"1": "I", "0": "o", "V": "u"})
    for number in range(300):
        code = seal("paper", number)
        for typed in (
            code,
            code.lower(),
            f" {code[:4]} {code[4:]} ",
            f"{code[:4]}-{code[4:]}",
            code.translate(misread),
        ):
            assert seal_matches(typed, "paper", number), typed
        assert not seal_matches(code, "paper", number + 1)
        assert not seal_matches(code[:-1], "paper", number)


def test_thousands_are_grouped_in_both_languages() -> None:
    with override("vi"):
        assert number_format(3_000_000, force_grouping=True) == "3.000.000"
    with override("en"):
        assert number_format(3_000_000, force_grouping=True) == "3,000,000"


def test_money_is_grouped_as_every_number_of_its_language():
    with override("en"):
        assert vnd(155_000_000) == "155,000,000\xa0₫"
    with override("vi"):
        assert vnd(155_000_000) == "155.000.000\xa0₫"
