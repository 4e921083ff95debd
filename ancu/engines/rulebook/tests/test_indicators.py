"""The catalogue of indicators: sound, dated, and spelled out by procedure."""

from datetime import date

import pytest

from ancu.engines.rulebook import NotInForce, RulebookError, indicator, indicator_codes, indicators, procedure_codes
from ancu.engines.rulebook.indicators import _problems
from ancu.engines.rulebook.loader import parse

DAY = date(2026, 11, 1)
OFFICE_INDICATORS = {
        "cases_cleared", "gravest_cleared", "gambling_cases", "drug_cases", "drug_suspects", "heroin_cakes",
        "wanted_arrested", "stays_declared", "stays_late", "lodgings_silent", "promises_kept", "petitions_settled",
        "tips_answered", "survey_score", "help_given", "help_households",
}  # fmt: skip


def test_the_catalogue_has_what_the_office_tells_and_each_is_whole():
    codes = set(indicator_codes())
    assert codes >= OFFICE_INDICATORS
    for procedure in procedure_codes():
        assert {f"dossiers_{what}-{procedure}" for what in ("decided", "middle", "slow")} <= codes
    for defined in indicators(DAY):
        assert defined.title_vi != defined.title_en and defined.definition_vi and defined.definition_en
        assert defined.adds_up == (defined.sums not in {"middle", "slow"}) and defined.has_base == (
            defined.sums in {"share", "mean"}
        )


def test_before_its_first_definition_there_is_no_figure():
    assert indicators(date(2014, 12, 31)) == ()
    with pytest.raises(NotInForce):
        indicator("cases_cleared", date(2014, 12, 31))


def test_a_definition_that_contradicts_itself_is_refused():
    text = """
[[rule]]
id = "indicator.x"
title_vi = "x"
title_en = "x"
[[rule.version]]
version = "1"
valid_from = 2020-01-01
group = "weather"
direction = "up"
how = "entered"
source = "stays.declared"
sums = "count"
small = 1
measure_vi = "x"
measure_en = "x"
definition_vi = "x"
definition_en = ""
article_vi = "x"
article_en = "x"
source_vi = "x"
source_en = "x"
confidence = "I"
"""
    version = parse(text)[0].versions[0]
    with pytest.raises(RulebookError, match=r"definition_en is missing.*'weather'.*small"):
        version.require_sound(_problems(version))
