"""The data files hold together: every version has its period, article, source and mark."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from ancu.engines import rulebook
from ancu.engines.rulebook.loader import parse

VALID = """
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
[[rule.version]]
version = "2"
valid_from = 2021-01-01
article_vi = "a"
article_en = "a"
source_vi = "s"
source_en = "s"
confidence = "M"
"""


def test_no_rule_has_a_hole_or_an_overlap() -> None:
    assert len(rulebook.rules()) >= 9
    for rule in rulebook.rules().values():
        for earlier, later in pairwise(rule.versions):
            assert earlier.valid_until is not None
            assert later.valid_from == earlier.valid_until + timedelta(days=1), (
                rule.id,
                later.version,
            )


def test_every_version_names_article_source_and_confidence() -> None:
    for rule in rulebook.rules().values():
        for version in rule.versions:
            assert version.article_vi and version.article_en and version.source_vi and version.source_en, (
                rule.id,
                version.version,
            )
            assert version.confidence in {"S", "S2", "M", "I"}


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("valid_from = 2021-01-01", "valid_from = 2021-01-02", "gap"),
        ("valid_from = 2021-01-01", "valid_from = 2020-12-31", "overlaps"),
        ("valid_until = 2020-12-31\n", "", "overlaps"),
        ("valid_until = 2020-12-31", "valid_until = 2019-12-31", "ends before"),
        ('source_vi = "s"\nsource_en = "s"\nconfidence = "S"', 'source_en = "s"\nconfidence = "S"', "source_vi is"),
        ('confidence = "M"', 'confidence = "sure"', "confidence"),
        ('article_vi = "a"\n', "", "article_vi is missing"),
    ],
)
def test_a_broken_file_is_refused(old: str, new: str, problem: str) -> None:
    assert parse(VALID)
    with pytest.raises(rulebook.RulebookError, match=problem):
        parse(VALID.replace(old, new))


def test_in_force_follows_the_day() -> None:
    limits = {v.rule: v.version for v in rulebook.in_force(date(2026, 7, 24))}
    assert limits["declaration.paper"] == "87/2026"
    assert limits["fees.immigration"] == "28/2026"
    old = {v.rule: v.version for v in rulebook.in_force(date(2018, 5, 1))}
    assert old["declaration.paper"] == "53/2016"
    assert "fine.overstay" not in old
    assert rulebook.in_force(date(1990, 1, 1)) == ()


def test_a_day_before_the_law_is_said_so() -> None:
    with pytest.raises(rulebook.NotInForce):
        rulebook.as_of("visa.symbols", date(2014, 12, 31))
    with pytest.raises(KeyError):
        rulebook.as_of("no.such.rule", date(2024, 1, 1))


def test_lodging_kinds_and_their_room() -> None:
    kinds = rulebook.lodging_kinds(date(2026, 8, 1))
    needing = {code for code, kind in kinds.items() if kind.room_required}
    assert needing == {"hotel", "guest_house", "apartment", "hospital", "dormitory"}
    assert set(kinds) - needing == {
        "homestay",
        "company_housing",
        "private_house",
        "other",
    }
    assert all(kind.name_vi and kind.name_en for kind in kinds.values())
    assert rulebook.room_required("hotel", date(2018, 1, 1))
    with pytest.raises(KeyError):
        rulebook.room_required("castle", date(2018, 1, 1))
