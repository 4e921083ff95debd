"""Third languages: English where a text is not translated, exact placeholders, dates as readers write them."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Message
from django.utils import translation

from ancu.core import third_catalogues
from ancu.core.catalogues import read_catalogue, sections
from ancu.core.dates import written_date, written_day, written_parts
from ancu.core.public_texts import PublicTexts, third_languages
from ancu.core.templatetags.ui import counted, day, moment
from ancu.core.web.language import localized, reader_language
from ancu.core.web.mail import render
from ancu.engines.rulebook import choice_list

THIRD = tuple(third_languages().names)


@pytest.mark.parametrize("language", THIRD)
def test_what_is_not_translated_is_english_and_not_vietnamese(language: str) -> None:
    untranslated = next(
        message.id
        for section in sections()
        for message in section.read()
        if isinstance(message.id, str) and message.id and third_catalogues.key_of(message) not in _keys(language)
    )
    with translation.override(language):
        assert translation.gettext(untranslated) == untranslated
        assert counted("%(n)s row", "%(n)s rows", 1) == "1 row"


def _keys(language: str) -> set[Any]:
    return {
        third_catalogues.key_of(message)
        for po in Path(third_catalogues.PACKAGE).rglob(f"{third_catalogues.folder_of(language)}/LC_MESSAGES/django.po")
        for message in read_catalogue(po, language)
    }


@pytest.mark.parametrize("language", THIRD)
def test_the_law_s_words_are_translated_and_data_stay_english(language: str) -> None:
    sex = choice_list("sex")[0]
    with translation.override(language):
        assert reader_language() == "en"
        assert localized(sex, "label") not in {sex.label_en, sex.label_vi}


def test_dates_are_written_as_their_readers_do() -> None:
    on = date(2026, 11, 30)
    for language, long_form, short, partial in (
        ("vi", "30/11/2026", "30/11", "05/1971"),
        ("en", "30/11/2026", "30/11", "05/1971"),
        ("zh-hans", "2026年11月30日", "11月30日", "1971年5月"),
        ("ja", "2026年11月30日", "11月30日", "1971年5月"),
        ("ko", "2026년 11월 30일", "11월 30일", "1971년 5월"),
    ):
        with translation.override(language):
            assert (written_date(on), written_day(on), written_parts("1971-05")) == (long_form, short, partial)
            assert (day(on), day("1971-05"), moment(None)) == (long_form, partial, "")


@pytest.mark.parametrize("language", THIRD)
def test_letters_to_readers_of_a_third_language_are_english(language: str) -> None:
    assert render("accounts/letters/code.txt", language, code="123456") == render(
        "accounts/letters/code.txt", "en", code="123456"
    )


@pytest.mark.parametrize(
    ("english", "translated", "fault"),
    [
        ("Sent on %(day)s.", "%(day)s 발송.", ""),
        ("Sent on %(day)s.", "발송.", "lacks %(day)s"),
        ("Sent on %(day)s.", "%(date)s 발송.", "lacks %(day)s, invents %(date)s"),
        ("{n} files", "파일 {n}개", ""),
        ("{n} files", "파일 {m}개", "lacks {n}, invents {m}"),
        ("By <b>%(day)s</b>", "%(day)s까지", "lacks <b> </b>"),
        (("%(n)s day", "%(n)s days"), ("%(n)s일",), ""),
    ],
)
def test_a_wrong_placeholder_is_refused(english: Any, translated: Any, fault: str) -> None:
    assert third_catalogues.placeholder_fault(Message(english, translated)) == fault


def test_the_catalogues_hold_no_wrong_placeholder() -> None:
    assert third_catalogues.problems() == []


def test_a_source_that_does_not_exist_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"stays/nothing\.html"):
        PublicTexts(third_catalogues.PACKAGE, ("stays/nothing.html",))
    with pytest.raises(ValueError, match="Nobody"):
        PublicTexts(third_catalogues.PACKAGE, ("stays/enums.py:Nobody",))
