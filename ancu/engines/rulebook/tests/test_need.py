"""The criteria of need: what counts, what cannot hold together, and that none is about who somebody is."""

from dataclasses import replace
from datetime import date

import pytest

from ancu.engines.rulebook import NotInForce, RulebookError, as_of, need_rule
from ancu.engines.rulebook import need as module
from ancu.engines.rulebook.loader import rules

TODAY = date(2026, 11, 25)
NEVER = ("dân tộc", "tôn giáo", "quê", "tiếng", "ethnic", "religion", "belief", "language", "origin", "nationality")


def test_facts_make_points() -> None:
    rule = need_rule(TODAY)
    assert rule.points({}) == 0 and rule.points({"poor": 1, "children": 4}) == 40 + 4 * 5
    for wrong in ({"poor": 2}, {"children": 5}, {"poor": -1}, {"unknown": 1}, {"poor": 1, "near_poor": 1}):
        with pytest.raises(ValueError, match="fact"):
            rule.points(wrong)


def test_each_time_has_its_rule() -> None:
    assert "07/2021" in need_rule(TODAY).article_vi and "59/2015" in need_rule(date(2018, 4, 10)).article_vi
    with pytest.raises(NotInForce):
        need_rule(date(2015, 1, 1))


def test_no_criterion_of_any_version_is_about_who_somebody_is() -> None:
    for version in rules()["help.need"].versions:
        for criterion in need_rule(version.valid_from).criteria:
            text = f"{criterion.code} {criterion.name_vi} {criterion.name_en}".lower()
            assert not [word for word in NEVER if word in text], text
            assert version.article_vi


@pytest.mark.parametrize(
    "wrong",
    [
        {"criteria": []},
        {"excludes": [["poor", "nobody"]]},
        {"criteria": [{"code": "poor", "points": 0, "most": 1, "name_vi": "x", "name_en": "x"}]},
    ],
)
def test_data_that_contradict_themselves_are_refused(monkeypatch: pytest.MonkeyPatch, wrong: dict[str, object]) -> None:
    version = as_of("help.need", TODAY)
    spoiled = replace(version, values={**version.values, **wrong})
    monkeypatch.setattr(module, "as_of", lambda _rule, _on: spoiled)
    with pytest.raises(RulebookError):
        module.need_rule.__wrapped__(TODAY)
