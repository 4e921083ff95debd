"""The texts that several tests look for are texts of the screen."""

import pytest

from ancu.core.testing import texts
from ancu.core.translations import sections

TEXTS = {name: text for name, text in vars(texts).items() if name.isupper()}


@pytest.fixture(scope="module")
def all_messages() -> str:
    """Every message in both languages, one on each line."""
    lines: list[str] = []
    for section in sections():
        for message in section.read():
            for text in (message.id, message.string):
                lines += [text] if isinstance(text, str) else text
    return "\n".join(lines)


@pytest.mark.parametrize("name", TEXTS)
def test_the_text_is_in_a_catalogue(name: str, all_messages: str) -> None:
    assert TEXTS[name] in all_messages, f"the screen no longer says this: change {name} in core/testing/texts.py"
