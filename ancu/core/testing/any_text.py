"""Compile every document that a test makes with odd texts too: scripts, emoji, invalid characters."""

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from ancu.engines.typesetting import document
from ancu.engines.typesetting.text import map_texts

SETTINGS = frozenset({"language", "paper", "images", "qr"})  # of a document, not text on it
ROUNDS = 4
EXPECTED = "张伟 김민준 สมชาย محمد 🙂 \x00\u202e\ud800\ue000𓀀\ufeff "
Compile = Callable[[dict[str, str]], Any]


@contextmanager
def odd_texts_in_documents() -> Iterator[None]:
    """Context manager of the suite: each template is first compiled with odd texts, once, in the test that uses it.

    That test's failure names the text.
    """
    real, seen_texts = document.with_any_text, set[str]()

    def with_any_text(data: Mapping[str, Any], compile_inputs: Compile) -> Any:
        """Compile the document's template once with odd texts, then with the caller's data."""
        template = _template_of(compile_inputs)
        if template not in seen_texts:
            seen_texts.add(template)
            rng = random.Random(Path(template).name)  # the same in every checkout
            for _round in range(ROUNDS):
                text = EXPECTED + _any_text(rng)
                assert real(_spoiled(data, text), compile_inputs), ascii(text)
        return real(data, compile_inputs)

    with patch.object(document, "with_any_text", with_any_text):
        yield


def _template_of(compile_inputs: Compile) -> str:
    """Return the name of the template that a compile function uses."""
    paths = (cell.cell_contents for cell in compile_inputs.__closure__ or ())
    return next((str(path) for path in paths if isinstance(path, Path)), "")


def _any_text(rng: random.Random) -> str:
    """Return 20 random characters of any script."""
    return "".join(chr(rng.randrange(rng.choice((0x80, 0x3000, 0x11_0000)))) for _sign in range(20))


def _spoiled(data: Mapping[str, Any], text: str) -> dict[str, Any]:
    """Return the data with ``text`` appended to every text in it, except settings."""
    return {key: value if key in SETTINGS else _spoil(value, text) for key, value in data.items()}


def _spoil(value: Any, text: str) -> Any:
    """Return a value with ``text`` appended to every text in it."""
    if isinstance(value, Mapping):
        return _spoiled(value, text)
    if isinstance(value, list | tuple):
        return [_spoil(part, text) for part in value]
    return map_texts(lambda words: words + text, value)
