"""The rule of the confirmation of stay, and that a list with a hole is refused."""

from dataclasses import replace
from datetime import date

import pytest

from ancu.engines.rulebook import NotInForce, RulebookError, as_of, confirmation_rule
from ancu.engines.rulebook import confirmation as module

TODAY = date(2026, 11, 25)


def test_it_says_how_soon_and_why_not() -> None:
    rule = confirmation_rule(TODAY)
    assert rule.deadline_days == 3 and rule.ask_within_days == 30
    assert {ground.code for ground in rule.refusals} == {"not_the_guest", "not_staying", "differs", "other"}
    assert {ground.code for ground in rule.revocations} == {"not_staying", "wrong_data", "not_the_guest", "other"}
    assert all("47/2014/QH13" in ground.article_vi for ground in (*rule.refusals, *rule.revocations))
    with pytest.raises(NotInForce):
        confirmation_rule(date(2017, 1, 1))


@pytest.mark.parametrize("wrong", [{"deadline_days": 0}, {"refusals": []}, {"revocations": None}])
def test_data_that_contradict_themselves_are_refused(monkeypatch: pytest.MonkeyPatch, wrong: dict[str, object]) -> None:
    version = as_of("confirmation.stay", TODAY)
    if wrong.get("revocations", 0) is None:
        wrong = {"revocations": version.values["revocations"] * 2}
    monkeypatch.setattr(module, "as_of", lambda *_: replace(version, values={**version.values, **wrong}))
    with pytest.raises(RulebookError):
        module.confirmation_rule.__wrapped__(TODAY)
