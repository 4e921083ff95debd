"""The rule of contesting a decision: its time limits, and that a limit of nothing is refused."""

from dataclasses import replace
from datetime import date

import pytest

from ancu.engines.rulebook import RulebookError, as_of, contest_rule
from ancu.engines.rulebook import contesting as module

TODAY = date(2026, 12, 1)


def test_it_says_until_when_a_decision_can_be_contested() -> None:
    rule = contest_rule(TODAY)
    assert (rule.complaint_days, rule.accept_days, rule.decide_days, rule.lawsuit_years) == (90, 10, 30, 1)
    assert "02/2011/QH13" in rule.article_vi and "93/2015/QH13" in rule.article_en


def test_a_limit_of_no_days_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    version = as_of("letters.contest", TODAY)
    wrong = replace(version, values={**version.values, "complaint_days": 0})
    monkeypatch.setattr(module, "as_of", lambda *_: wrong)
    with pytest.raises(RulebookError):
        module._contest_rule.__wrapped__(module.edition(), TODAY)
