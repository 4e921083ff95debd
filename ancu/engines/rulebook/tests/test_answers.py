"""What a form asks in view of its answers, and whether one answer can be right."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancu.engines.rulebook import (
    Field,
    check_field,
    check_form,
    form_codes,
    get_form,
    missing,
    read_date,
    required_fields,
    shown_fields,
    value_of,
)

NOW = date(2026, 11, 24)
NA5 = get_form("NA5", NOW)
NA8 = get_form("NA8", NOW)
ROW = {"full_name": "LEE ANNA", "sex": "F", "birth_date": "1990", "nationality": "KOR", "passport_number": "M1234567"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def keys(fields: tuple[Field, ...]) -> set[str]:
    return {field.key for field in fields}


def test_the_request_decides_what_is_asked() -> None:
    visa, extension = {"request": "visa"}, {"request": "extension"}
    field_names = {"visa_symbol", "visa_entries", "visa_from", "visa_until", "change_ground"}
    assert field_names <= keys(required_fields(NA5, visa)) and "extend_until" not in keys(shown_fields(NA5, visa))
    assert "extend_until" in keys(required_fields(NA5, extension))
    assert not field_names & keys(shown_fields(NA5, extension))
    assert "loose_leaf" in keys(shown_fields(NA5, visa)) - keys(required_fields(NA5, visa))


def test_the_sponsor_decides_what_is_asked() -> None:
    company = keys(required_fields(NA5, {"sponsor_kind": "organisation"}))
    relative = keys(required_fields(NA5, {"sponsor_kind": "citizen"}))
    alone = keys(shown_fields(NA5, {"sponsor_kind": "self"}))
    assert {"organisation_name", "organisation_address", "organisation_phone"} == company - relative
    assert {"relative_name", "relationship", "relative_document"} <= relative - company
    assert not (company ^ relative) & alone


def test_a_present_symbol_is_asked_of_who_has_one() -> None:
    assert "present_symbol" in keys(required_fields(NA8, {"entry_kind": "e_visa"}))
    assert "present_symbol" not in keys(shown_fields(NA8, {"entry_kind": "unilateral_exemption"}))


def test_what_is_missing() -> None:
    gone = {problem.field for problem in missing(NA5, {"full_name": "  ", "sex": "M", "request": "visa"})}
    assert {"full_name", "birth_date", "visa_until"} <= gone and "sex" not in gone
    people = [ROW, {**ROW, "passport_number": ""}]
    findings = missing(get_form("NA14", NOW), {"people": people, "sponsor_kind": "organisation"})
    assert "people.1.passport_number" in {problem.field for problem in findings}
    assert not {problem.field for problem in findings} & {"people", "people.0.passport_number"}
    undertaking = {"undertakes": False}
    assert "undertakes" in {problem.field for problem in missing(get_form("NA7", NOW), undertaking)}
    assert {problem.code for problem in findings} == {"required"}


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("full_name", "NGUYEN", None),
        ("full_name", "LÊ ÁNH", None),
        ("full_name", "12345", "bad_name"),
        ("full_name", "王小明", "name_not_latin"),
        ("full_name", "ИВАНОВ IVAN", "name_not_latin"),
        ("native_name", "王小明", None),
        ("full_name", "A" * 101, "too_long"),
        ("full_name", 7, "not_text"),
        ("full_name", "A\x00B", "not_text"),
        ("sex", "M", None),
        ("sex", "m", "not_a_choice"),
        ("birth_date", "1990", None),
        ("birth_date", "1990-05", None),
        ("birth_date", "1990-05-31", None),
        ("birth_date", "1990-13", "not_a_date"),
        ("birth_date", "31/05/1990", "not_a_date"),
        ("birth_date", "1790", "date_out_of_range"),
        ("birth_date", "2099", "date_to_come"),
        ("passport_expiry", "2030-02-29", "not_a_date"),
        ("passport_expiry", "2030-02", "not_a_date"),
        ("passport_expiry", "2030-02-28", None),
        ("nationality", "KOR", None),
        ("nationality", "Korea", "bad_country"),
        ("passport_number", "M1234567", None),
        ("passport_number", "M 123", "bad_document_number"),
        ("passport_number", "Ｍ１２３４", "bad_document_number"),
        ("phone", "+84 912 345 678", None),
        ("phone", "call me", "bad_phone"),
        ("email", "a@b.vn", None),
        ("email", "a@b", "bad_email"),
        ("stay_unit", "04960", None),
        ("stay_unit", "Mai Châu", "bad_unit"),
        ("visa_symbol", "LĐ2", None),
        ("visa_symbol", "LD2", "not_a_symbol"),
        ("loose_leaf", True, None),
        ("loose_leaf", "yes", "not_true_or_false"),
        ("reason", "x" * 2001, "too_long"),
        ("full_name", "", None),
        ("full_name", None, None),
    ],
)
def test_one_answer(key: str, value: Any, code: str | None) -> None:
    problem = check_field(NA5.fields[key], value, NOW)
    assert (problem and problem.code) == code
    assert problem is None or problem.field == key


def test_symbols_are_those_of_the_day() -> None:
    card = NA8.fields["card_symbol"]
    assert check_field(card, "UĐ1", NOW) is None
    assert check_field(card, "UĐ1", date(2026, 6, 30)).code == "not_a_symbol"  # type: ignore[union-attr]
    assert check_field(card, "DL", NOW).code == "no_card_for_symbol"  # type: ignore[union-attr]
    assert check_field(card, "LĐ", date(2018, 6, 1)) is None


def test_tables() -> None:
    people = get_form("NA14", NOW).fields["people"]
    assert check_field(people, [ROW], NOW) is None
    for value, code, field in [
        ("x", "not_a_table", "people"),
        (["x"], "not_a_table", "people"),
        ([ROW] * 51, "too_many_rows", "people"),
        ([ROW, {**ROW, "sex": "X"}], "not_a_choice", "people.1.sex"),
    ]:
        problem = check_field(people, value, NOW)
        assert problem is not None and (problem.code, problem.field) == (code, field)


def test_dates_that_are_only_partly_known_mean_their_last_day() -> None:
    assert read_date("2010", partial=True) == date(2010, 12, 31)
    assert read_date("2012-02", partial=True) == date(2012, 2, 29)
    assert read_date("2012-02") is None
    assert read_date("٢٠١٢-01-01") is None
    assert value_of(NA5.fields["birth_date"], "2010") == date(2010, 12, 31)
    assert value_of(NA5.fields["loose_leaf"], False) is False
    assert value_of(NA5.fields["full_name"], "  ") is None


@pytest.mark.slow
@given(st.sampled_from(form_codes()), JSON)
def test_no_answer_whatever_breaks_a_check(code: str, value: Any) -> None:
    form = get_form(code, NOW)
    answers = dict.fromkeys(form.fields, value)
    for problem in check_form(form, answers, NOW):
        assert problem.code and problem.field.partition(".")[0] in form.fields
    for field in form.fields.values():
        value_of(field, value)


@given(st.dictionaries(st.sampled_from(sorted(NA5.fields)), st.sampled_from(["visa", "extension", "citizen", "self"])))
def test_required_fields_are_shown(answers: dict[str, str]) -> None:
    assert keys(required_fields(NA5, answers)) <= keys(shown_fields(NA5, answers))
    gone = {problem.field for problem in missing(NA5, answers)}
    assert gone == {key for key in keys(required_fields(NA5, answers)) if not answers.get(key)}
