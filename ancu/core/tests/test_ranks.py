"""A rank of an account in the reader's language."""

import unicodedata

import pytest
from django.template import Context, Template
from django.utils.translation import override

from ancu.core.ranks import RANKS, rank_in_words


@pytest.mark.parametrize(
    ("title", "language", "expected"),
    [
        ("Đại úy", "en", "Captain"),
        ("Thượng tá", "en", "Senior Lieutenant Colonel"),
        ("thiếu  tá ", "en", "Major"),
        ("Trung uý", "en", "Lieutenant"),  # the tone on the other letter
        (unicodedata.normalize("NFD", "Đại úy"), "en", "Captain"),
        ("Đại uý", "vi", "Đại uý"),
        ("Đại úy", "ja", "大尉"),
        ("Đội trưởng", "en", "Đội trưởng"),
        ("Đại úy, Đội phó", "en", "Đại úy, Đội phó"),
        ("", "en", ""),
    ],
)
def test_a_known_rank_is_in_the_reader_s_language(title: str, language: str, expected: str) -> None:
    with override(language):
        assert rank_in_words(title) == expected
        assert Template("{% load ui %}{{ title|rank }}").render(Context({"title": title})) == expected


def test_the_ranks_differ_in_every_language() -> None:
    for language in ("en", "vi", "zh-hans", "ko", "ja"):
        with override(language):
            assert len({str(words) for words in RANKS.values()}) == len(RANKS) == 8
