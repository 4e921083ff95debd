"""What looks like personal data in words for everybody."""

from datetime import date

import pytest

from ancu.core.security.personal_data import personal_data_in

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Gọi 0912 345 678 hoặc +84 912.345.678", ["0912 345 678", "+84 912.345.678"]),
        ("Gửi về hoa@example.com", ["hoa@example.com"]),
        ("CCCD 017090001234, hộ chiếu B1234567", ["017090001234", "B1234567"]),
        ("anh Hòa sinh 12/04/1990", ["12/04/1990"]),
        ("Lắp 12 đèn ở ngõ 5 trước 15/12/2026, theo quyết định 4512/QĐ", []),
        ("Họp ngày 20/10/2026; ngày 31/02/1990 không có", []),
    ],
)
def test_numbers_addresses_and_birth_dates_are_found_and_plain_words_are_not(text, parts):
    assert personal_data_in(text, TODAY) == parts
