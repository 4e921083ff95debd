"""A person's own name in a form: any script, but neither pictures nor markup."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from ancu.core.forms import name_field


@pytest.mark.parametrize(
    "name", ["Nguyễn Thị Hoa", "O’Neill-Smith, Jr.", "김민준", "张伟", "Анна Ли", "علی‌رضا", "Hà Văn B (Tư)"]
)
def test_a_name_of_any_script_is_taken(name: str) -> None:
    assert name_field().clean(name) == name


@pytest.mark.parametrize("name", ["Hoa 😀", "<b>Hoa</b>", "Hoa; DROP", "Hoa\u202e", "Hoa & {{ x }}"])
def test_pictures_and_markup_are_refused(name: str) -> None:
    with override("en"), pytest.raises(ValidationError, match="letters"):
        name_field().clean(name)
