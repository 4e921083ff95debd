"""A number of tasks that is counted no further says so."""

import pytest
from django.utils import translation

from ancu.apps.desk.templatetags.desk import task_number


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (999, "999"), (1000, "1,000"), (1001, "1,000+"), (1074, "1,000+")]
)
def test_what_is_counted_no_further_says_so(number: int, text: str) -> None:
    with translation.override("en"):
        assert task_number(number) == text
