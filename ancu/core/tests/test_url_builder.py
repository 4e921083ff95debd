"""Addresses of many rows are those that Django itself gives."""

import pytest
from django.urls import reverse

from ancu.core.web.http import url_builder


@pytest.mark.parametrize("name", ["stays:stay-office", "stays:person", "lodging:detail", "stays:area-unit"])
def test_addresses_are_those_of_reverse(name: str) -> None:
    assert [url_builder(name)(number) for number in (0, 7, 123456789012)] == [
        reverse(name, args=[number]) for number in (0, 7, 123456789012)
    ]
