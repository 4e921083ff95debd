"""The rule of petitions, and that data which contradict themselves are refused."""

from dataclasses import replace
from datetime import date

import pytest

from ancu.engines.rulebook import NotInForce, RulebookError, as_of, petition_rule
from ancu.engines.rulebook import petitions as module

TODAY = date(2026, 11, 25)


def test_it_says_who_answers_and_how_soon() -> None:
    rule = petition_rule(TODAY)
    assert (rule.silence_days, rule.forward_days) == (7, 5)
    assert rule.category("denunciation").days == 7 and rule.category("denunciation").closed
    assert rule.category("declaration").level == "commune" and rule.category("conduct").level == "office"
    assert "136/2025" in rule.article_vi and "136/2025" not in petition_rule(date(2026, 6, 30)).article_vi
    with pytest.raises(KeyError):
        rule.category("weather")
    with pytest.raises(NotInForce):
        petition_rule(date(2017, 1, 1))


@pytest.mark.parametrize("wrong", [{"silence_days": 0}, {"categories": []}, {"days": 0}, {"level": "ward"}])
def test_data_that_contradict_themselves_are_refused(monkeypatch: pytest.MonkeyPatch, wrong: dict[str, object]) -> None:
    version = as_of("petitions.handling", TODAY)
    if not {"days", "level"}.isdisjoint(wrong):
        first, *others = version.values["categories"]
        wrong = {"categories": [first | wrong, *others]}
    monkeypatch.setattr(module, "as_of", lambda *_: replace(version, values={**version.values, **wrong}))
    with pytest.raises(RulebookError):
        module.petition_rule.__wrapped__(TODAY)
