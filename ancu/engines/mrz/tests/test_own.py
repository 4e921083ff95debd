"""Letters and digits that look alike, told apart by those of the same zone."""

import numpy as np
import pytest

from ancu.engines.mrz import engine, own, read
from ancu.engines.mrz.face import Row
from ancu.engines.mrz.layout import ALPHABET
from ancu.engines.mrz.sights import Try
from benchmarks.mrz.__main__ import SIZES, drawn
from benchmarks.mrz.pages import PHONE


@pytest.mark.slow
@pytest.mark.parametrize("number", [29, 345, 1077])
def test_a_nought_or_an_o_that_no_check_digit_tells_is_held_against_the_zones_own(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    [case] = drawn(1, 1, PHONE, SIZES, first=number)
    told = read(case.data)
    assert told.lines == case.lines
    assert not told.certain, "what had to be compared is for a person to see"
    monkeypatch.setattr(engine, "compared", lambda one: one)
    before = read(case.data)
    assert {(a, b) for a, b in zip("".join(before.lines), "".join(case.lines), strict=True) if a != b} <= {
        ("0", "O"), ("O", "0"),
    }  # fmt: skip
    assert before.lines != case.lines


def test_a_zone_without_doubt_stays_as_it_is() -> None:
    [case] = drawn(1, 1, PHONE, SIZES, first=3)
    seen: list[tuple[Try, Try]] = []

    def kept(one: Try) -> Try:
        seen.append((one, own.compared(one)))
        return seen[-1][1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "compared", kept)
        assert read(case.data).lines == case.lines
    [(before, after)] = seen
    assert after is before


def test_only_what_is_sure_and_could_be_nothing_else_is_held_against() -> None:
    [case] = drawn(1, 1, PHONE, SIZES, first=3)
    found: list[Try] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "compared", lambda one: found.append(one) or one)
        read(case.data)
    [one] = found
    strip = np.full((32, 2000), 200, np.uint8)
    rows = [Row(strip, np.arange(len(text)) * 20.0 + 20, text) for text in one.found.ranked[0][0]]
    mine = own._own(one, rows)
    assert set(mine) <= set(ALPHABET)
    one.found.right[1][13] = 0.5  # the birth date's first digit
    fewer = own._own(one, rows)
    assert sum(map(len, fewer.values())) == sum(map(len, mine.values())) - 1


def test_what_was_compared_is_no_surer_than_before(monkeypatch: pytest.MonkeyPatch) -> None:
    [case] = drawn(1, 1, PHONE, SIZES, first=1077)
    seen: list[tuple[Try, Try]] = []
    weighed = own.weighed

    def much_surer(*of: object) -> Try:
        one = weighed(*of)  # type: ignore[arg-type]
        return one._replace(found=one.found._replace(margin=8.0))

    def kept(one: Try) -> Try:
        seen.append((one, own.compared(one)))
        return seen[-1][1]

    monkeypatch.setattr(own, "weighed", much_surer)
    monkeypatch.setattr(engine, "compared", kept)
    assert read(case.data).lines == case.lines
    [(before, after)] = seen
    assert after.found.ranked[0][0] != before.found.ranked[0][0]
    assert after.found.margin <= before.found.margin
