"""Listed reasons by day: reworded, ended and added by the office, with the words of each day."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancu.engines.rulebook import (
    Amendment,
    cite,
    procedures_on,
    ready_translation,
    reason_codes,
    reason_rows,
    refusal_reasons,
    request_templates,
    return_reasons,
    returned_reason,
    rules_toml,
    set_amendments,
    shipped_rules,
)
from ancu.engines.rulebook.amendments import REFUSAL_REASONS, REQUESTS, RETURN_REASONS, amend
from ancu.engines.rulebook.loader import parse, problems

DAY, NEXT = date(2027, 3, 1), timedelta(days=1)


@pytest.fixture(autouse=True)
def shipped() -> Iterator[None]:
    yield
    set_amendments(())


def change(number: int, code: str, values: dict[str, Any], day: date = DAY, rule: str = RETURN_REASONS) -> Amendment:
    return Amendment(number, rule, code, values, day, f"Quyết định {number}", f"Decision {number}")


def test_every_reason_of_a_ready_sentence_is_in_the_list() -> None:
    reasons = return_reasons(DAY)
    assert {template.reason for template in request_templates(DAY)} <= set(reasons)
    papers = {component.key for procedure in procedures_on(DAY) for component in procedure.components}
    assert all(papers & set(template.components) for template in request_templates(DAY))
    assert list(reasons)[-1] == "other"


def test_every_ready_refusal_has_an_article_that_reads_in_both_languages() -> None:
    for reason in refusal_reasons(DAY):
        assert cite(reason.article_vi, "en") == reason.article_en and reason.text_vi.endswith(".")
        assert set(reason.acts) <= {"refuse", "not-accept"} and reason.acts
    assert 5 <= len(refusal_reasons(DAY)) <= 8 and refusal_reasons(date(2010, 1, 1)) == ()


def test_a_reason_is_reworded_from_its_day() -> None:
    set_amendments([change(1, "photo", {"vi": "ảnh sai", "en": "the photo is wrong"})])
    assert return_reasons(DAY - NEXT)["photo"].words_vi == "ảnh không đạt yêu cầu"
    assert return_reasons(DAY)["photo"].words_vi == "ảnh sai"
    assert list(return_reasons(DAY)) == list(return_reasons(DAY - NEXT))


def test_an_ended_reason_keeps_its_words_for_the_days_before_and_after() -> None:
    ended = {"ended": True}
    set_amendments([change(1, "photo", {"vi": "ảnh sai", "en": "wrong"}), change(2, "photo", ended, DAY + NEXT)])
    assert "photo" in return_reasons(DAY) and "photo" not in return_reasons(DAY + NEXT)
    words = [getattr(returned_reason("photo", day), "words_vi", "") for day in (DAY - NEXT, DAY, DAY + 30 * NEXT)]
    assert words == ["ảnh không đạt yêu cầu", "ảnh sai", "ảnh sai"]
    assert returned_reason("never", DAY) is None


def test_a_reason_that_is_added_stands_before_the_last_one() -> None:
    set_amendments([change(1, "torn", {"vi": "bị rách", "en": "it is torn"})])
    assert list(return_reasons(DAY))[-2:] == ["torn", "other"] and "torn" not in return_reasons(DAY - NEXT)
    assert "torn" in reason_codes(RETURN_REASONS) and returned_reason("torn", DAY - NEXT) is not None


def test_a_ready_refusal_and_a_ready_sentence_change() -> None:
    texts = {"vi": "Không đủ điều kiện.", "en": "Not eligible."}
    row = dict(reason_rows(REFUSAL_REASONS, DAY)["barred"]) | texts
    sentence = {"vi": "Gửi lại trang này.", "en": "Send this page again."}
    set_amendments([change(1, "barred", row, rule=REFUSAL_REASONS), change(2, "page_cut_off", sentence, rule=REQUESTS)])
    (barred,) = [reason for reason in refusal_reasons(DAY) if reason.code == "barred"]
    assert barred.text_en == "Not eligible." and barred.article_vi.startswith("Điều 10")
    assert ready_translation("Không đủ điều kiện.") == "Not eligible." and ready_translation("Khác.") == ""
    assert ready_translation(str(reason_rows(REFUSAL_REASONS, DAY - NEXT)["barred"]["vi"]))  # of a letter from before
    assert {template.text_vi for template in request_templates(DAY)} >= {"Gửi lại trang này."}


VALUES = st.one_of(
    st.just({"ended": True}), st.fixed_dictionaries({"vi": st.text(min_size=1), "en": st.text(min_size=1)})
)


@given(
    st.lists(st.tuples(st.sampled_from(("photo", "expired", "torn", "wet")), VALUES, st.integers(0, 40)), max_size=8)
)
def test_periods_touch_the_file_reads_back_and_the_latest_is_in_force(drawn: list[Any]) -> None:
    changes = [change(number, code, values, DAY + days * NEXT) for number, (code, values, days) in enumerate(drawn, 1)]
    rule = amend(shipped_rules(), changes).get(RETURN_REASONS, shipped_rules()[RETURN_REASONS])
    assert problems(rule) == [] and parse(rules_toml([rule])) == [rule]
    set_amendments(changes)
    for code in {each.entry for each in changes}:
        latest = max((each for each in changes if each.entry == code), key=lambda each: each.rank)
        reason = return_reasons(DAY + 41 * NEXT).get(code)
        assert (reason is None) == bool(latest.values.get("ended"))
        assert reason is None or reason.words_vi == latest.values["vi"]
    set_amendments(())
