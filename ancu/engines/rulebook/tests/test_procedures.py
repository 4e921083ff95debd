"""Procedures, forms and components as of a day; a broken file is refused with its reason."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ancu.engines import rulebook
from ancu.engines.rulebook.facts import FACTS
from ancu.engines.rulebook.forms import build as build_form
from ancu.engines.rulebook.loader import RulebookError, RuleVersion, parse
from ancu.engines.rulebook.procedures import procedure_problems

NOW = date(2026, 11, 24)
PERIODS = {
    date(2018, 1, 1): "47/2014",
    date(2020, 6, 30): "47/2014",
    date(2020, 7, 1): "51/2019",
    date(2026, 6, 30): "51/2019",
    date(2026, 7, 1): "118/2025",
}
CODES = {
    "visa": ("2361-17", ("NA5",)),
    "stay_extension": ("1331-17", ("NA5",)),
    "exemption_extension": ("2364-17", ("NA5",)),
    "trc_organisation": ("2362-17", ("NA6", "NA8")),
    "trc_individual": ("2362-17", ("NA7", "NA8")),
    "restricted_permit": ("1335-17", ("NA14", "NA15")),
}


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("day", PERIODS)
def test_every_version_of_every_procedure(code: str, day: date) -> None:
    procedure = rulebook.get_procedure(code, day)
    assert procedure.version == PERIODS[day]
    assert tuple(form.code for form in procedure.forms) == CODES[code][1]
    assert procedure.deadline_days == 5
    assert procedure.supplement_days == (15 if day >= date(2026, 7, 1) else None)
    assert procedure.online == (day >= date(2020, 7, 1))
    assert procedure.office_code == (CODES[code][0] if day >= date(2026, 7, 1) else "")
    assert procedure.component("passport").kind == "original"
    assert not list(procedure_problems(procedure))


def test_forms_follow_their_own_circulars() -> None:
    def versions(code: str, day: date) -> dict[str, str]:
        return {form.code: form.version for form in rulebook.get_procedure(code, day).forms}

    assert versions("visa", date(2023, 8, 14)) == {"NA5": "04/2015"}
    assert versions("visa", date(2023, 8, 15)) == {"NA5": "22/2023"}
    assert versions("visa", date(2026, 7, 1)) == {"NA5": "70/2026"}
    assert versions("trc_individual", date(2023, 8, 15)) == {"NA7": "22/2023", "NA8": "04/2015"}
    assert versions("trc_organisation", date(2020, 7, 1)) == {"NA6": "57/2020", "NA8": "04/2015"}
    assert "sửa đổi thị thực" in rulebook.get_form("NA5", date(2023, 8, 14)).name_vi
    assert "sửa đổi" not in rulebook.get_form("NA5", date(2023, 8, 15)).name_vi


@pytest.mark.parametrize("code", rulebook.form_codes())
def test_no_form_has_two_sections_of_one_number(code: str) -> None:
    """On the ministry's NA5 the applicant and the stay are one section I."""
    for day in PERIODS:
        if form := rulebook.get_form(code, day):
            numbers = [section.number for section in form.sections if section.number]
            assert len(numbers) == len(set(numbers)), (code, day)


@pytest.mark.parametrize("code", rulebook.form_codes())
def test_every_form_version_can_be_built_and_is_bilingual(code: str) -> None:
    for form in rulebook.form_versions(code):
        assert form.article_vi and form.article_en and form.signed_by
        for section in form.sections:
            assert section.title_vi and section.title_en
            for field in section.fields:
                for visible_field in (field, *field.columns):
                    assert visible_field.label_vi != visible_field.label_en, (code, visible_field.key)
                    assert bool(visible_field.help_vi) == bool(visible_field.help_en), (code, visible_field.key)


def test_forms_hold_what_the_circulars_ask() -> None:
    na5 = rulebook.get_form("NA5", NOW)
    assert [section.number for section in na5.sections] == ["I", "", "II", "III", "IV"]
    printed = {field.number for field in na5.sections[0].fields + na5.sections[1].fields if field.printed}
    assert printed == {str(number) for number in range(1, 10)}
    na8 = {field.number for field in rulebook.get_form("NA8", NOW).fields.values() if field.printed}
    assert na8 == {str(number) for number in range(1, 13)}
    people = rulebook.get_form("NA6", NOW).fields["people"]
    assert [column.key for column in people.columns][-3:] == ["card_symbol", "card_from", "card_until"]
    sponsors = {choice.code for choice in rulebook.get_form("NA7", NOW).fields["sponsor_kind"].choices}
    assert sponsors == {"citizen", "resident_foreigner"}


def test_photos() -> None:
    card = rulebook.get_procedure("trc_organisation", NOW).component("photo")
    assert card.required and card.photo is not None
    assert (card.photo.width_mm, card.photo.height_mm, card.photo.copies) == (20, 30, 2)
    visa = rulebook.get_procedure("visa", NOW)
    photo = visa.component("photo")
    assert not photo.required and photo.photo is not None
    assert (photo.photo.width_mm, photo.photo.height_mm, photo.photo.copies) == (40, 60, 1)
    keys = {c.key for c in rulebook.required_components(visa, {"NA5": {"loose_leaf": True, "visa_symbol": "LĐ2"}})}
    assert {"photo", "work_permit", "passport"} == keys
    keys = {c.key for c in rulebook.required_components(visa, {"NA5": {"sponsor_kind": "citizen"}})}
    assert {"relationship_proof", "passport"} == keys


def test_an_organisation_seals_its_letter_and_a_person_may_sign_at_the_counter() -> None:
    cards, permit = rulebook.get_procedure("trc_organisation", NOW), rulebook.get_procedure("restricted_permit", NOW)
    assert cards.component("signed_na6").required and permit.component("signed_na14").required
    assert not cards.component("signed_na8").required and not permit.component("signed_na15").required
    assert not rulebook.get_procedure("trc_individual", NOW).component("signed_na7").required


def test_only_those_who_may_file_are_offered() -> None:
    def offered(code: str, field: str) -> list[str]:
        return [choice.code for choice in rulebook.get_procedure(code, NOW).choices(field)]

    assert offered("visa", "NA5.sponsor_kind") == ["organisation", "citizen", "resident_foreigner"]
    assert offered("exemption_extension", "NA5.sponsor_kind")[-1] == "self"
    assert offered("trc_organisation", "NA6.sponsor_kind") == ["organisation"]
    assert offered("visa", "NA5.sex") == ["M", "F"]


@pytest.mark.parametrize("code", CODES)
def test_the_checks_can_learn_what_they_compare(code: str) -> None:
    """A check whose facts no field states and no office record tells would be silent for ever."""
    recorded = {"on", "legal_file", "recorded_unit", "stay_on_record", "work_permit", "work_permit_until"}
    recorded |= {"certificate_until"}
    for day in PERIODS:
        procedure = rulebook.get_procedure(code, day)
        fields = [part for field in procedure.fields.values() for part in (field, *field.columns)]
        stated = {field.fact for field in fields} - {""}
        assert stated <= FACTS
        for check in procedure.checks:
            compared = {fact for v in rulebook.rules()[f"check.{check}"].versions for fact in v.values["compares"]}
            assert compared <= stated | recorded, check


def test_what_can_be_asked_for_on_a_day() -> None:
    assert [p.code for p in rulebook.procedures_on(NOW)] == list(CODES)
    assert rulebook.procedures_on(date(2017, 12, 31)) == ()
    with pytest.raises(KeyError):
        rulebook.get_procedure("passport", NOW)
    with pytest.raises(rulebook.NotInForce):
        rulebook.get_procedure("visa", date(2017, 12, 31))


def test_what_changes_next() -> None:
    changes = rulebook.changes_after(date(2026, 6, 30))
    assert changes[0].on == date(2026, 7, 1)
    visa = next(change for change in changes if change.rule == "procedure.visa")
    assert (visa.replaced, visa.version) == ("51/2019", "118/2025")
    assert list(changes) == sorted(changes, key=lambda change: (change.on, change.rule))
    assert not any(change.rule == "procedure.visa" for change in rulebook.changes_after(date(2026, 7, 1)))
    assert rulebook.changes_after(NOW)[-1].version is None  # the holidays end with the last year known


def _form_version(fields: str) -> RuleVersion:
    text = f"""
[[rule]]
id = "form.X"
title_vi = "a"
title_en = "b"
[[rule.version]]
version = "1"
valid_from = 2020-01-01
article_vi = "a"
article_en = "a"
source_vi = "s"
source_en = "s"
confidence = "S"
[[rule.version.sections]]
key = "s"
title_vi = "a"
title_en = "b"
fields = [{fields}]
"""
    return parse(text)[0].versions[0]


GOOD = '{ key = "a", label_vi = "á", label_en = "a" }'


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ("", "no fields"),
        (f"{GOOD}, {GOOD}", "stands twice"),
        ('{ key = "a", label_vi = "á", label_en = "a", kind = "colour" }', "kind 'colour'"),
        ('{ key = "a", label_en = "a" }', "label is missing"),
        ('{ key = "a", label_vi = "á", label_en = "a", prefill = "moon.phase" }', "prefill 'moon.phase'"),
        ('{ key = "a", label_vi = "á", label_en = "a", kind = "choice" }', "needs choices"),
        ('{ key = "a", label_vi = "á", label_en = "a", kind = "table" }', "needs columns"),
        ('{ key = "a", label_vi = "á", label_en = "a", required_if = { b = ["x"] } }', "unknown field b"),
        (
            '{ use = "sex" }, { key = "a", label_vi = "á", label_en = "a", shown_if = { sex = ["N"] } }',
            "sex never is N",
        ),
        ('{ use = "no_such" }', "not among the common fields"),
    ],
)
def test_a_broken_form_is_refused(fields: str, problem: str) -> None:
    assert build_form(_form_version(GOOD)).fields["a"].label_vi == "á"
    with pytest.raises(RulebookError, match=problem):
        build_form(_form_version(fields))


def test_a_broken_procedure_is_refused() -> None:
    good = rulebook.get_procedure("visa", NOW)
    component = replace(good.components[0], required_if=rulebook.Condition({"NA5.nothing": ("*",)}))
    for broken, problem in [
        (replace(good, filers=("neighbour",)), "unknown filers neighbour"),
        (replace(good, deadline_days=0), "deadline_days"),
        (replace(good, presets={"NA5.nothing": "x"}), "unknown field NA5.nothing"),
        (replace(good, checks=("luck",)), "unknown check luck"),
        (replace(good, components=(component,)), "unknown field NA5.nothing"),
        (replace(good, fee=rulebook.FeeRule("gift", "", "")), "fee rule 'gift'"),
    ]:
        assert any(problem in problem_found for problem_found in procedure_problems(broken)), problem


def test_a_version_like_an_earlier_one_says_only_what_differs() -> None:
    text = """
[[rule]]
id = "x"
title_vi = "a"
title_en = "a"
[[rule.version]]
version = "1"
valid_from = 2020-01-01
valid_until = 2020-12-31
article_vi = "a"
article_en = "a"
source_vi = "s"
source_en = "s"
confidence = "S"
days = 5
hours = 1
[[rule.version]]
version = "2"
like = "1"
valid_from = 2021-01-01
article_vi = "b"
article_en = "b"
source_vi = "s"
source_en = "s"
confidence = "M"
days = 3
"""
    second = parse(text)[0].versions[1]
    assert dict(second.values) == {"days": 3, "hours": 1} and second.article_vi == "b"
    with pytest.raises(RulebookError, match="not an earlier version"):
        parse(text.replace('like = "1"', 'like = "3"'))
    with pytest.raises(RulebookError, match="two versions"):
        parse(text.replace('version = "2"', 'version = "1"'))


def test_a_form_can_drop_and_add_fields() -> None:
    version = _form_version(f'{GOOD}, {{ key = "b", label_vi = "bê", label_en = "b" }}')
    added = {"section": "s", "key": "c", "label_vi": "xê", "label_en": "c"}
    later = replace(version, values={**version.values, "drop": ["b"], "add": [added]})
    assert list(build_form(later).fields) == ["a", "c"]


def test_all_forms_are_in_force_through_the_life_of_their_procedure() -> None:
    day = date(2018, 1, 1)
    while day <= date(2027, 12, 31):
        assert len(rulebook.procedures_on(day)) == len(CODES)
        day += timedelta(days=13)
