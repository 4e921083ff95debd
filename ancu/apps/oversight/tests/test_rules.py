"""Each rule by itself: a case for it, one against, and that its evidence judged again is the same finding."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancu.apps.oversight.enums import Severity
from ancu.apps.oversight.rules.catalogue import RULES
from ancu.apps.oversight.rules.facts import DetectionRule, digest_of
from ancu.engines.rulebook import alert_codes, alert_rule

DAY = date(2026, 3, 10)
ISO = DAY.isoformat()


def on(days: int) -> str:
    return (DAY + timedelta(days=days)).isoformat()


def values_of(code: str, **changes: int) -> dict[str, int]:
    return dict(alert_rule(code, DAY).values) | changes


NUMBER = {"declared_on": ISO, "length": 9, "digits": 8, "vowels": 1, "signs": 0, "kinds": 6, "run": False}
# code → (facts that must be found with what severity, facts that must not)
CASES: dict[str, tuple[dict[str, Any], Severity, dict[str, Any]]] = {
    "overstay": (
        {"permitted_until": ISO, "seen_on": on(1), "issued_until": None},
        Severity.MEDIUM,
        {"permitted_until": ISO, "seen_on": ISO, "issued_until": None},
    ),
    "not_checked_out": (
        {"expected_departure": ISO, "seen_on": on(3)},
        Severity.LOW,
        {"expected_departure": ISO, "seen_on": on(2)},
    ),
    "two_places": (
        {"first_arrived": ISO, "second_arrived": on(2), "nights": 1},
        Severity.MEDIUM,
        {"first_arrived": ISO, "second_arrived": on(2), "nights": 0},
    ),
    "invalid_document": (NUMBER | {"digits": 0}, Severity.MEDIUM, NUMBER),
    "expired_document": (
        {"expired_on": ISO, "known_by": "dossier", "arrived_on": on(-3), "seen_on": on(1)},
        Severity.MEDIUM,
        {"expired_on": ISO, "known_by": "dossier", "arrived_on": on(-3), "seen_on": ISO},
    ),
    "declared_late": (
        {"declared_on": ISO, "minutes": [720, 30]},
        Severity.LOW,
        {"declared_on": ISO, "minutes": [719, 30]},
    ),
    "silent": (
        {"last": ISO, "as_of": on(14), "days": list(range(-400, 1))},
        Severity.MEDIUM,
        {"last": ISO, "as_of": on(8), "days": list(range(-400, 1))},
    ),
    "too_many_guests": (
        {"beds": 10, "arrivals": [on(-2), on(-1), ISO]},
        Severity.LOW,
        {"beds": 10, "arrivals": [on(-1), ISO]},
    ),
    "notice_match": (
        {"notice": "12/QĐ", "declared_on": ISO, "notice_from": ISO, "document": False, "likeness": 90},
        Severity.MEDIUM,
        {"notice": "12/QĐ", "declared_on": ISO, "notice_from": ISO, "document": False, "likeness": 89},
    ),
    "undeclared_found": (
        {"inspected_on": ISO, "found": 5, "undeclared": 1},
        Severity.MEDIUM,
        {"inspected_on": ISO, "found": 5, "undeclared": 0},
    ),
}


@pytest.mark.parametrize("code", RULES)
def test_the_hand_made_case_for_and_against(code: str) -> None:
    wrong, severity, fine = CASES[code]
    finding = RULES[code].judge(wrong, values_of(code))
    assert finding is not None and finding.severity == severity
    assert RULES[code].judge(fine, values_of(code)) is None


def test_every_rule_of_the_rulebook_has_its_unit() -> None:
    assert list(RULES) == list(alert_codes())
    assert len(RULES) == 10


@pytest.mark.parametrize("code", RULES)
def test_a_rule_has_its_words_in_both_languages_and_thresholds_within_bounds(code: str) -> None:
    words = alert_rule(code, DAY)
    assert all((words.title_vi, words.title_en, words.article_vi, words.article_en, words.false_vi, words.false_en))
    assert words.problems_of(words.values) == []
    for parameter in words.parameters:
        assert words.problems_of({**words.values, parameter.name: parameter.most + 1}) == [parameter.name]
    assert words.problems_of({"nonsense": 1}) == sorted({"nonsense", *words.values})


# --- whatever the facts are --------------------------------------------------------------------------------

days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
numbers = st.integers(-3, 900)


def isos(day: date, *offsets: int) -> list[str]:
    return [(day + timedelta(days=offset)).isoformat() for offset in offsets]


@st.composite
def checked_out(draw: Any) -> dict[str, Any]:
    day = draw(days)
    return dict(zip(("expected_departure", "seen_on"), isos(day, 0, draw(numbers)), strict=True))


@st.composite
def overstay(draw: Any) -> dict[str, Any]:
    day = draw(days)
    names = ("permitted_until", "seen_on", "issued_until")
    return dict(zip(names, isos(day, 0, draw(numbers), draw(numbers)), strict=True))


@st.composite
def places(draw: Any) -> dict[str, Any]:
    first, second = isos(draw(days), 0, draw(st.integers(0, 60)))
    return {"first_arrived": first, "second_arrived": second, "nights": draw(st.integers(-5, 200))}


@st.composite
def documents(draw: Any) -> dict[str, Any]:
    length = draw(st.integers(0, 30))
    return {
        "declared_on": draw(days).isoformat(), "length": length, "digits": draw(st.integers(0, length)),
        "vowels": draw(st.integers(0, length)),
        "signs": draw(st.integers(0, 2)), "kinds": draw(st.integers(0, 9)), "run": draw(st.booleans()),
    }  # fmt: skip


@st.composite
def expiries(draw: Any) -> dict[str, Any]:
    expired, arrived, seen_on = isos(draw(days), 0, draw(st.integers(-90, 90)), draw(st.integers(-90, 180)))
    known_by = draw(st.sampled_from(["declaration", "dossier"]))
    return {"expired_on": expired, "known_by": known_by, "arrived_on": arrived, "seen_on": max(arrived, seen_on)}


@st.composite
def lateness(draw: Any) -> dict[str, Any]:
    minutes = sorted(draw(st.lists(st.integers(1, 9000), max_size=130)), reverse=True)
    return {"declared_on": draw(days).isoformat(), "minutes": minutes or None}


@st.composite
def silences(draw: Any) -> dict[str, Any]:
    day = draw(days)
    before = sorted({0, *(-back for back in draw(st.lists(st.integers(1, 727), max_size=200)))})
    last, as_of = isos(day, 0, draw(st.integers(4, 400)))
    return {"last": last, "as_of": as_of, "days": before}


@st.composite
def beds(draw: Any) -> dict[str, Any]:
    day, count = draw(days), draw(st.integers(0, 60))
    return {"beds": draw(st.integers(1, 40)), "arrivals": isos(day, *range(count))}


@st.composite
def likenesses(draw: Any) -> dict[str, Any]:
    facts = {"notice": "12/QĐ", "declared_on": draw(days).isoformat(), "notice_from": draw(days).isoformat()}
    return {**facts, "document": draw(st.booleans()), "likeness": draw(st.integers(0, 100))}


@st.composite
def visits(draw: Any) -> dict[str, Any]:
    met_count = draw(st.integers(0, 30))
    return {"inspected_on": draw(days).isoformat(), "found": met_count, "undeclared": draw(st.integers(0, met_count))}


FACTS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "overstay": overstay(),
    "not_checked_out": checked_out(),
    "two_places": places(),
    "invalid_document": documents(),
    "expired_document": expiries(),
    "declared_late": lateness(),
    "silent": silences(),
    "too_many_guests": beds(),
    "notice_match": likenesses(),
    "undeclared_found": visits(),
}


@pytest.mark.parametrize("code", RULES)
@given(data=st.data())
def test_evidence_judged_again_is_the_same_bit_for_bit(code: str, data: st.DataObject) -> None:
    rule, values = RULES[code], drawn_values(code, data)
    finding = rule.judge(data.draw(FACTS[code]), values)
    if finding is not None:
        second = rule.judge(finding.evidence, values)
        assert second == finding
        assert digest_of(code, "1", second) == digest_of(code, "1", finding)


def drawn_values(code: str, data: st.DataObject) -> dict[str, int]:
    parameters = alert_rule(code, DAY).parameters
    return {parameter.name: data.draw(st.integers(parameter.least, parameter.most)) for parameter in parameters}


# With more of a threshold a rule finds no more; of the silent rule's chance, no less.
STRICTER: dict[str, tuple[str, ...]] = {
    "overstay": ("grace_days",),
    "not_checked_out": ("grace_days",),
    "two_places": ("nights",),
    "invalid_document": ("max_length",),
    "expired_document": ("grace_days",),
    "declared_late": ("minutes",),
    "silent": ("expected_days", "active_days"),
    "too_many_guests": ("percent",),
    "notice_match": ("likeness",),
    "undeclared_found": ("guests",),
}


@pytest.mark.parametrize("code", RULES)
@given(data=st.data())
def test_a_higher_threshold_finds_no_more(code: str, data: st.DataObject) -> None:
    rule, values, facts = RULES[code], drawn_values(code, data), data.draw(FACTS[code])
    for name in STRICTER[code]:
        most = next(parameter.most for parameter in alert_rule(code, DAY).parameters if parameter.name == name)
        stricter = {**values, name: min(most, values[name] + data.draw(st.integers(1, 20)))}
        if judged(rule, facts, stricter):
            assert judged(rule, facts, values)


def judged(rule: DetectionRule, facts: dict[str, Any], values: dict[str, int]) -> bool:
    return rule.judge(facts, values) is not None


Judge = Callable[[dict[str, Any], dict[str, int]], Any]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"length": 3}, "short"),
        ({"length": 20}, "long"),
        ({"digits": 0}, "no_digit"),
        ({"kinds": 1}, "one_sign"),
        ({"run": True}, "run"),
        ({"signs": 1}, "signs"),
    ],
)
def test_what_is_wrong_with_a_number_is_named(changes: dict[str, Any], problem: str) -> None:
    finding = RULES["invalid_document"].judge(NUMBER | changes, values_of("invalid_document"))
    assert finding is not None and finding.evidence["problems"] == [problem]


@pytest.mark.parametrize(("day", "severity"), [("2025-12-14", Severity.MEDIUM), ("2025-12-15", Severity.HIGH)])
def test_the_decree_of_that_day_says_how_grave_it_is(day: str, severity: Severity) -> None:
    """Decree 282/2025 was the first to count guests; before it, five undeclared were as one."""
    facts = {"inspected_on": day, "found": 5, "undeclared": 5}
    finding = RULES["undeclared_found"].judge(facts, values_of("undeclared_found"))
    assert finding is not None and finding.severity == severity
    late = {"declared_on": day, "minutes": [800] * 9}
    before, since = Severity.LOW, Severity.HIGH
    graded = RULES["declared_late"].judge(late, values_of("declared_late"))
    assert graded is not None and graded.severity == (since if severity == Severity.HIGH else before)


def test_a_group_declared_late_is_graver_as_the_decree_counts() -> None:
    def grade(*minutes: int) -> Severity | None:
        facts = {"declared_on": ISO, "minutes": sorted(minutes, reverse=True)}
        finding = RULES["declared_late"].judge(facts, values_of("declared_late"))
        return finding and finding.severity

    assert grade(800) == grade(800, 800, 800) == Severity.LOW
    assert grade(*[800] * 4) == grade(1500) == Severity.MEDIUM
    assert grade(*[800] * 9) == grade(*[1500] * 4) == Severity.HIGH
