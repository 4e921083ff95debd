"""Numbers on paper: read as people type them, and drawn from all signs alike."""

from ancu.core.numbers import ALPHABET, RANDOM_SIGNS, new_number, normalise_number, typed_code


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
