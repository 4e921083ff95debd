"""Letters and digits that look alike, told apart by those of the same zone."""

import numpy as np
import pytest

from ancu.engines.mrz import engine, own_characters, read
from ancu.engines.mrz.layout import ALPHABET
from ancu.engines.mrz.typefaces import PrintedRow
from ancu.engines.mrz.zone_candidates import ZoneCandidate
from benchmarks.mrz.__main__ import SIZES, drawn
from benchmarks.mrz.pages import PHONE


@pytest.mark.slow
@pytest.mark.parametrize("number", [29, 345, 1077])
def test_a_nought_or_an_o_that_no_check_digit_tells_is_held_against_the_zones_own(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    [case] = drawn(1, 1, PHONE, SIZES, first=number)
    reading = read(case.data)
    assert reading.lines == case.lines
    assert not reading.certain, "what had to be compared is for a person to see"
    monkeypatch.setattr(engine, "compare_own_characters", lambda candidate: candidate)
    before = read(case.data)
    assert {(a, b) for a, b in zip("".join(before.lines), "".join(case.lines), strict=True) if a != b} <= {
        ("0", "O"), ("O", "0"),
    }  # fmt: skip
    assert before.lines != case.lines


def test_a_zone_without_doubt_stays_as_it_is() -> None:
    [case] = drawn(1, 1, PHONE, SIZES, first=3)
    comparisons: list[tuple[ZoneCandidate, ZoneCandidate]] = []

    def record_comparison(candidate: ZoneCandidate) -> ZoneCandidate:
        comparisons.append((candidate, own_characters.compare_own_characters(candidate)))
        return comparisons[-1][1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "compare_own_characters", record_comparison)
        assert read(case.data).lines == case.lines
    [(before, after)] = comparisons
    assert after is before


def test_only_what_is_sure_and_could_be_nothing_else_is_held_against() -> None:
    [case] = drawn(1, 1, PHONE, SIZES, first=3)
    candidates: list[ZoneCandidate] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "compare_own_characters", lambda candidate: candidates.append(candidate) or candidate)
        read(case.data)
    [candidate] = candidates
    strip = np.full((32, 2000), 200, np.uint8)
    rows = [PrintedRow(strip, np.arange(len(text)) * 20.0 + 20, text) for text in candidate.zone.ranked[0][0]]
    mine = own_characters._certain_characters(candidate, rows)
    assert set(mine) <= set(ALPHABET)
    candidate.zone.right[1][13] = 0.5  # the birth date's first digit
    fewer = own_characters._certain_characters(candidate, rows)
    assert sum(map(len, fewer.values())) == sum(map(len, mine.values())) - 1


def test_what_was_compared_is_no_surer_than_before(monkeypatch: pytest.MonkeyPatch) -> None:
    [case] = drawn(1, 1, PHONE, SIZES, first=1077)
    comparisons: list[tuple[ZoneCandidate, ZoneCandidate]] = []
    weighed = own_characters.candidate_of_format

    def much_surer(*of: object) -> ZoneCandidate:
        candidate = weighed(*of)  # type: ignore[arg-type]
        return candidate._replace(zone=candidate.zone._replace(margin=8.0))

    def record_comparison(candidate: ZoneCandidate) -> ZoneCandidate:
        comparisons.append((candidate, own_characters.compare_own_characters(candidate)))
        return comparisons[-1][1]

    monkeypatch.setattr(own_characters, "candidate_of_format", much_surer)
    monkeypatch.setattr(engine, "compare_own_characters", record_comparison)
    assert read(case.data).lines == case.lines
    [(before, after)] = comparisons
    assert after.zone.ranked[0][0] != before.zone.ranked[0][0]
    assert after.zone.margin <= before.zone.margin
