"""The sentences of the letters: which names they must have, how they are filled in, and the office's changes."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancu.engines.rulebook import (
    PASSAGES,
    Amendment,
    RulebookError,
    fill_passage,
    letter_passages,
    passage_pattern,
    passage_problems,
    rules,
    rules_toml,
    set_amendments,
    shipped_rules,
)
from ancu.engines.rulebook.amendments import LETTERS, amend
from ancu.engines.rulebook.letters import MOST_CHARACTERS
from ancu.engines.rulebook.loader import parse, problems

DAY = date(2027, 3, 1)
WORDS = st.text(st.characters(exclude_characters="{}", exclude_categories=("Cs", "Cc")), max_size=40)


@pytest.fixture(autouse=True)
def shipped() -> Iterator[None]:
    yield
    set_amendments(())


def sentence_change(number: int, code: str, vi: str, en: str, day: date = DAY) -> Amendment:
    return Amendment(number, LETTERS, code, {"vi": vi, "en": en}, day, f"Quyết định {number}", f"Decision {number}")


@st.composite
def sentences(draw: st.DrawFn, code: str) -> str:
    names = PASSAGES[code]
    further = draw(st.lists(st.sampled_from(sorted(names.every)), max_size=3)) if names.every else []
    used = [*names.required, *further]
    return "x" + "".join(draw(WORDS) + f"{{{name}}}" for name in draw(st.permutations(used))) + draw(WORDS)


def test_the_files_have_every_sentence_and_no_other() -> None:
    passages = letter_passages(DAY)
    assert set(passages) == set(PASSAGES)
    for code, passage in passages.items():
        assert passage_problems(code, passage.vi) == passage_problems(code, passage.en) == []


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("supplement.last_day", "Gửi tại {place}.", [("missing", "day")]),
        ("legal_basis", "Theo luật.", [("missing", "article")]),
        ("delay.reason", "Đến {day}, {nguoi_ky}:", [("unknown", "nguoi_ky")]),
        ("delay.reason", "Đến {day} {", [("braces", "")]),
        ("delay.reason", "Đến {{day}}", [("braces", "")]),
        ("delay.reason", "Đến {day} {Ngày}", [("braces", "")]),
        ("refusal.reason", " ", [("empty", "")]),
        ("refusal.reason", "a" * (MOST_CHARACTERS + 1), [("long", str(MOST_CHARACTERS))]),
        ("refusal.reason", "Không: {}", [("braces", "")]),
    ],
)  # fmt: skip
def test_a_faulty_sentence_says_what_is_wrong(code: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert [(problem.code, problem.name) for problem in passage_problems(code, text)] == expected


def test_a_file_without_a_required_name_is_refused() -> None:
    set_amendments([sentence_change(1, "supplement.last_day", "Gửi ngay.", "Send it by {day}.")])
    assert letter_passages(DAY - timedelta(days=1))
    with pytest.raises(RulebookError, match=r"supplement\.last_day in vi: missing day"):
        letter_passages(DAY)


@given(st.data(), st.sampled_from(sorted(PASSAGES)))
def test_a_sound_sentence_is_filled_in_completely_and_recognised(data: st.DataObject, code: str) -> None:
    text = data.draw(sentences(code))
    assert {problem.code for problem in passage_problems(code, text)} <= {"long"}
    values = {name: data.draw(st.text(max_size=20)) for name in PASSAGES[code].every}
    assert passage_pattern(text).fullmatch(fill_passage(text, values))
    assert not set("{}") & set(fill_passage(text, dict.fromkeys(values, "1")))


def test_braces_within_a_value_stay() -> None:
    assert fill_passage("Bởi {person}, {day}.", {"person": "{day}", "day": "1"}) == "Bởi {day}, 1."


CHANGED = st.tuples(st.sampled_from(("opening", "contest", "refusal.reason")), WORDS, st.integers(0, 60))


@given(st.lists(CHANGED, max_size=6))
def test_periods_touch_the_file_reads_back_and_the_latest_is_in_force(drawn: list[tuple[str, str, int]]) -> None:
    changes = []
    for number, (code, words, days) in enumerate(drawn, start=1):
        text = "x" + words + "".join(f"{{{name}}}" for name in sorted(PASSAGES[code].required))
        changes.append(sentence_change(number, code, text, text, DAY + timedelta(days=days)))
    rule = amend(shipped_rules(), changes).get(LETTERS, shipped_rules()[LETTERS])
    assert problems(rule) == [] and parse(rules_toml([rule])) == [rule]
    set_amendments(changes)
    for code in {change.entry for change in changes}:
        latest = max((change for change in changes if change.entry == code), key=lambda change: change.rank)
        assert letter_passages(DAY + timedelta(days=61))[code].vi == latest.values["vi"]
        assert letter_passages(DAY - timedelta(days=1))[code].vi != latest.values["vi"]
    set_amendments(())


def test_a_changed_sentence_names_its_version_and_article() -> None:
    set_amendments([sentence_change(4, "refusal.reason", "Lý do:", "The reason:")])
    version = rules()[LETTERS].as_of(DAY)
    assert version.version == "2026+4" and "Quyết định 4" in version.article_vi
