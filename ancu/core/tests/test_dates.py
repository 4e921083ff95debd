"""Dates as people type them: a day near today, and the day somebody was born."""

from datetime import date

import pytest
from django import forms

from ancu.core import clock
from ancu.core.forms import BirthDateField, DateField, PartialDateField
from ancu.core.templatetags.ui import day_short


@pytest.fixture
def november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 25))


@pytest.mark.usefixtures("november")
@pytest.mark.parametrize(
    ("typed", "born"),
    [
        ("08/03/1984", date(1984, 3, 8)),
        ("8-3-84", date(1984, 3, 8)),
        ("8.3.27", date(1927, 3, 8)),
        ("1984-03-08", date(1984, 3, 8)),
        ("26/11/26", date(1926, 11, 26)),
    ],
)
def test_a_birthday_of_two_digits_is_taken_when_one_century_can_be_meant(typed: str, born: date) -> None:
    assert BirthDateField().clean(typed) == born
    assert PartialDateField().clean(typed) == born.isoformat()


@pytest.mark.usefixtures("november")
@pytest.mark.parametrize("typed", ["8/3/20", "25/11/26", "31/2/84", "8/3/2084", "84"])
def test_and_is_asked_for_again_when_both_can(typed: str) -> None:
    for field in (BirthDateField(), PartialDateField()):
        with pytest.raises(forms.ValidationError):
            field.clean(typed)


def test_any_other_day_lies_close_to_today() -> None:
    assert DateField().clean("8/3/27") == date(2027, 3, 8)


@pytest.mark.parametrize("field", [DateField(), BirthDateField(), PartialDateField()])
def test_a_day_kept_as_text_is_shown_as_people_read_it(field: forms.Field) -> None:
    assert 'value="26/11/2026"' in field.widget.render("day", "2026-11-26")
    assert 'value="31/02/26"' in field.widget.render("day", "31/02/26")  # as it was typed


@pytest.mark.parametrize("field", [DateField(), BirthDateField(), PartialDateField()])
@pytest.mark.parametrize(
    ("typed", "code"), [("31/02/1990", "no_such_day"), ("13/13/1990", "no_such_day"), ("yesterday", "invalid")]
)
def test_a_day_that_no_calendar_has_is_told_apart_from_what_is_no_day(
    field: forms.Field, typed: str, code: str
) -> None:
    with pytest.raises(forms.ValidationError) as refused:
        field.clean(typed)
    assert refused.value.code == code


@pytest.mark.usefixtures("november")
@pytest.mark.parametrize(
    ("on", "text"), [(date(2026, 12, 1), "01/12"), (date(2027, 1, 2), "02/01"), (date(2020, 12, 1), "01/12/2020")]
)
def test_a_short_day_of_another_time_bears_its_year(on: date, text: str) -> None:
    assert day_short(on) == text


def test_a_short_day_of_a_past_year_bears_it_even_when_it_is_near(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2027, 1, 5))
    assert [day_short(on) for on in (date(2026, 12, 28), date(2027, 1, 4))] == ["28/12/2026", "04/01"]
