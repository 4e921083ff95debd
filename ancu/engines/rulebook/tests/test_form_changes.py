"""The office's changes of forms, validities and time limits: whichever are approved, each day has one sound law."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ancu.engines.rulebook import (
    FORM_RULES,
    NEW_KINDS,
    Amendment,
    Term,
    as_of,
    change_problem,
    contest_rule,
    edition_with,
    form_items,
    form_versions,
    get_form,
    get_procedure,
    item_values,
    passport_margin,
    postal_days,
    procedure_codes,
    procedures_on,
    rules,
    rules_toml,
    set_amendments,
    shipped_rules,
    tried_edition,
    visa_symbols,
)
from ancu.engines.rulebook.amendments import CONTEST, MARGIN, POSTAL, SYMBOLS, amend
from ancu.engines.rulebook.form_changes import PASSPORT
from ancu.engines.rulebook.form_layers import form_layer
from ancu.engines.rulebook.forms import build
from ancu.engines.rulebook.loader import parse, problems

DAY, ONE_DAY = date(2027, 3, 1), timedelta(days=1)
NA5, CODES = "form.NA5", tuple(rule.removeprefix("form.") for rule in FORM_RULES)
KEYS = ("reason", "occupation", "additional", "hotel_name", "guide_name")  # the last two are further items
FREE = [(code, key) for code in CODES for key, item in form_items(code, DAY).items.items() if not item.needed_for]
DAYS = st.dates(date(2018, 1, 1), date(2029, 12, 31))
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)
LENGTHS = st.builds(Term, st.integers(1, 60), st.sampled_from(("day", "month", "year"))).map(str)


@pytest.fixture(autouse=True)
def shipped() -> Iterator[None]:
    yield
    set_amendments(())


def item(label: str, requirement: str = "required", **further: str) -> dict[str, str]:
    return {"label_vi": label, "label_en": label, "help_vi": "", "help_en": "", "requirement": requirement} | further


def change(number: int, key: str, values: dict[str, str], day: date = DAY, rule: str = NA5) -> Amendment:
    return Amendment(number, rule, key, values, day, f"Thông tư {number}", f"Circular {number}")


@st.composite
def form_changes(draw: st.DrawFn) -> list[Amendment]:
    requirements = st.sampled_from(("required", "optional", "no"))
    drawn = draw(
        st.lists(st.tuples(st.sampled_from(KEYS), WORDS, requirements, st.sampled_from(NEW_KINDS), DAYS), max_size=6)
    )
    changes = []
    for number, (key, label, way, kind, day) in enumerate(drawn, start=1):
        further = {"section": "stay", "kind": kind} if key.endswith("_name") else {}
        changes.append(change(number, key, item(label, way, **further), day))
    return changes


@settings(max_examples=60)
@given(form_changes())
def test_every_day_has_one_sound_form_and_the_file_reads_back(changes: list[Amendment]) -> None:
    rule = amend(shipped_rules(), changes)[NA5]
    assert problems(rule) == [] and parse(rules_toml([rule])) == [rule]
    assert len({version.version for version in rule.versions}) == len(rule.versions)
    for version in rule.versions:
        build(version)  # raises RulebookError for a form that contradicts itself


@settings(max_examples=60)
@given(form_changes(), DAYS, st.sampled_from(KEYS))
def test_the_latest_change_of_an_item_that_has_begun_is_in_force(changes: list[Amendment], on: date, key: str) -> None:
    set_amendments(changes)
    begun = [each for each in changes if each.entry == key and each.valid_from <= on]
    field = get_form("NA5", on).fields.get(key)
    if not begun:
        assert (field is None) == key.endswith("_name")
        return
    values = max(begun, key=lambda each: each.rank).values
    assert (field is None) == (values["requirement"] == "no")
    if field is not None:
        assert (field.label_vi, field.required) == (values["label_vi"], values["requirement"] == "required")
    assert item_values("NA5", key, on).items() >= values.items()


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(("DN1", "TT", "UĐ1")), LENGTHS, LENGTHS, DAYS), max_size=6), DAYS)
def test_the_latest_validity_of_a_symbol_is_in_force(drawn: list[tuple[str, str, str, date]], on: date) -> None:
    changes = [
        change(number, symbol, {"visa": visa, "card": card}, day, SYMBOLS)
        for number, (symbol, visa, card, day) in enumerate(drawn, start=1)
    ]
    rule = amend(shipped_rules(), changes)[SYMBOLS]
    assert problems(rule) == [] and parse(rules_toml([rule])) == [rule]
    set_amendments(())
    shipped = visa_symbols(on)
    set_amendments(changes)
    for symbol, before in shipped.items():
        begun = [each for each in changes if each.entry == symbol and each.valid_from <= on]
        latest = max(begun, key=lambda each: each.rank).values if begun else {}
        assert str(visa_symbols(on)[symbol].visa_max) == latest.get("visa", str(before.visa_max))
        assert str(visa_symbols(on)[symbol].card_max) == latest.get("card", str(before.card_max))


def test_a_further_item_stands_at_the_end_of_its_section() -> None:
    set_amendments([change(1, "hotel_name", item("Hotel", section="stay", kind="text"))])
    before, after = (get_form("NA5", on) for on in (DAY - ONE_DAY, DAY))
    assert "hotel_name" not in before.fields
    (stay,) = (section for section in after.sections if section.key == "stay")
    assert stay.fields[-1].key == "hotel_name" and stay.fields[-1].required
    assert after.version == f"{before.version}+1" and "Circular 1" in after.article_en
    assert "hotel_name" in get_procedure("visa", DAY).form("NA5").fields


def test_a_section_without_items_is_left_out() -> None:
    set_amendments([change(1, "additional", item("Further", "no"))])
    assert [section.key for section in get_form("NA5", DAY).sections] == ["applicant", "stay", "sponsor", "request"]
    assert form_items("NA5", DAY).items["additional"].requirement == "no"  # it can be asked for again


def test_a_column_of_a_list_is_changed() -> None:
    set_amendments([change(1, "people.position", item("Post", "optional"), rule="form.NA6")])
    columns = {column.key: column for column in get_form("NA6", DAY).fields["people"].columns}
    assert (columns["position"].label_en, columns["position"].required) == ("Post", False)


@pytest.mark.parametrize("code", CODES)
def test_what_the_law_compares_stays_asked(code: str) -> None:
    items = form_items(code, DAY).items
    for key, form_item in items.items():
        left_out = form_item.values | {"requirement": "no"}
        is_needed = form_item.field.fact or form_item.field.prefill in PASSPORT or form_item.field.kind == "table"
        assert bool(change_problem(code, key, left_out, DAY)) == bool(form_item.needed_for), key
        assert form_item.needed_for or not is_needed, key
        assert change_problem(code, key, form_item.values | {"label_en": "Other words"}, DAY) == "", key


def test_a_kept_item_does_not_become_optional() -> None:
    values = item_values("NA5", "passport_expiry", DAY)
    assert values["requirement"] == "required"
    assert change_problem("NA5", "passport_expiry", values | {"requirement": "optional"}, DAY) == "fact"
    request = item_values("NA5", "request", DAY)
    assert change_problem("NA5", "request", request | {"requirement": "no"}, DAY) == "named"


def test_strange_changes_are_refused() -> None:
    further = item("Hotel", section="stay", kind="text")
    for key, values, problem in (
        ("hotel_name", further, ""),
        ("Hotel name", further, "unknown"),
        ("hotel_name", further | {"section": "moon"}, "unknown"),
        ("hotel_name", further | {"kind": "table"}, "unknown"),
        ("hotel_name", item("Hotel"), "unknown"),
        ("reason", further, "duplicate"),
        ("reason", item("Reason", "conditional"), "unconditional"),
    ):
        assert change_problem("NA5", key, values, DAY) == problem, (key, values)


def test_every_item_that_may_be_left_out_can_be() -> None:
    left_out = [
        change(number, key, form_items(code, DAY).items[key].values | {"requirement": "no"}, rule=f"form.{code}")
        for number, (code, key) in enumerate(FREE, start=1)
    ]
    assert len(left_out) > 20
    set_amendments(left_out)
    assert len(procedures_on(DAY)) == len(procedure_codes())
    for code, key in FREE:
        assert key not in get_form(code, DAY).fields


def test_an_item_that_a_later_circular_needs_is_asked() -> None:
    values = as_of(NA5, DAY).values
    left_out = form_layer(values, change(1, "reason", item("Reason", "no")))
    assert "reason" not in keys_of(left_out)
    needed = {"section": "stay", "key": "why", "label_vi": "a", "label_en": "a", "shown_if": {"reason": ["*"]}}
    assert "reason" in keys_of({**left_out, "add": [needed]})


def keys_of(values: Mapping[str, Any]) -> set[str]:
    return set(build(replace(as_of(NA5, DAY), values=values)).fields)


def test_a_changed_item_of_a_later_circular_is_not_asked_twice() -> None:
    values = dict(as_of(NA5, DAY).values)
    values["add"] = [{"section": "stay", "key": "hotel_name", "label_vi": "Của thông tư", "label_en": "Circular's"}]
    changed = form_layer(values, change(1, "hotel_name", item("Office's", section="stay", kind="text")))
    assert [(entry["key"], entry["label_en"]) for entry in changed["add"]] == [("hotel_name", "Office's")]
    assert form_layer(values, change(1, "fax", item("Fax"))) == values  # a circular without this item


def test_a_trial_leaves_no_form_behind() -> None:
    before = get_form("NA5", DAY)
    with tried_edition(edition_with(change(2**62, "reason", item("Tried once")))):
        assert get_form("NA5", DAY).fields["reason"].label_en == "Tried once"
    with tried_edition(edition_with(change(2**62, "reason", item("Tried again")))):
        assert get_form("NA5", DAY).fields["reason"].label_en == "Tried again"
        assert get_procedure("visa", DAY).form("NA5").fields["reason"].label_en == "Tried again"
    assert get_form("NA5", DAY) is before
    assert get_procedure("visa", DAY).form("NA5") is before


def test_a_trial_replaces_the_present_changes_of_its_entry_on_every_day() -> None:
    set_amendments([Amendment(1, MARGIN, "", {"days": 60}, DAY, "Nghị định 1", "Decree 1")])
    with tried_edition(edition_with(Amendment(2**62, MARGIN, "", {"days": 90}, DAY - 10 * ONE_DAY, "a", "b"))):
        assert passport_margin(DAY) == timedelta(days=90)
    assert passport_margin(DAY) == timedelta(days=60)


def test_versions_of_one_name_in_two_editions_are_two_forms() -> None:
    first, second = change(1, "reason", item("First")), change(2, "occupation", item("Second"), DAY - ONE_DAY)
    set_amendments([first])
    alone = get_form("NA5", DAY)
    set_amendments([first, second])
    together = get_form("NA5", DAY)
    assert alone.version == together.version == "70/2026+1"
    labels = [form.fields["occupation"].label_en for form in (alone, together)]
    assert labels == ["Occupation and position", "Second"]


def test_time_limits_change_on_their_day() -> None:
    set_amendments([change(1, "complaint_days", {"complaint_days": 60}, rule=CONTEST),
                    change(2, "days", {"days": 9}, rule=POSTAL)])  # fmt: skip
    assert [contest_rule(on).complaint_days for on in (DAY - ONE_DAY, DAY)] == [90, 60]
    assert contest_rule(DAY).accept_days == contest_rule(DAY - ONE_DAY).accept_days
    assert [postal_days(on) for on in (DAY - ONE_DAY, DAY)] == [6, 9]
    for rule in (CONTEST, POSTAL):
        assert parse(rules_toml([rules()[rule]])) == [rules()[rule]]


def test_the_forms_of_procedures_may_be_changed_and_no_others() -> None:
    used = {form.code for procedure in procedures_on(DAY) for form in procedure.forms}
    assert used == set(CODES)
    assert all(form_versions(code) for code in CODES)
