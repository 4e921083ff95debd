"""No figure about fewer than five people is shown, nor can it be worked out by subtraction."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ancu.core.security.disclosure_control import (
    MIN_CANDIDATES,
    MIN_PEOPLE,
    SumLine,
    Unshowable,
    is_few,
    is_share_shown,
    rounded_parts,
    span,
    suppressed,
    suppressed_parts,
    table_lines,
    with_sums,
)


def possible(values, lines, out, most):
    """Every number each hidden place may be, tried out one by one: what a patient reader can know."""
    places = sorted(out)
    values_by_place = {place: set() for place in places}
    small = {place for place in places if is_few(values[place])}
    for tried in product(*[range(1, 5) if place in small else range(most + 1) for place in places]):
        guess = list(values)
        for place, value in zip(places, tried, strict=True):
            guess[place] = value
        if all(sum(guess[part] for part in line.parts) == guess[line.total] for line in lines):
            for place, value in zip(places, tried, strict=True):
                values_by_place[place].add(value)
    return values_by_place


@given(st.lists(st.integers(0, 14), min_size=2, max_size=4))
@settings(max_examples=150)
def test_the_lines_of_one_question_cannot_be_worked_out(counts):
    values, lines = [*counts, sum(counts)], [SumLine(tuple(range(len(counts))), len(counts))]
    try:
        out = suppressed(values, lines)
    except Unshowable:
        return
    assert {place for place, value in enumerate(values) if is_few(value)} <= out
    if len(out) > 4:
        return
    for place, numbers in possible(values, lines, out, sum(counts)).items():
        assert len(numbers) >= MIN_CANDIDATES, (counts, out, place)


@given(st.lists(st.lists(st.integers(0, 12), min_size=2, max_size=2), min_size=2, max_size=2))
@settings(max_examples=60)
def test_the_cells_of_a_table_cannot_be_worked_out(cells):
    values, lines = with_sums(cells), table_lines(2, 2)
    try:
        out = suppressed(values, lines)
    except Unshowable:
        return
    if len(out) > 4:
        return
    for place, numbers in possible(values, lines, out, max(values)).items():
        assert len(numbers) >= 2, (cells, out, place)


def test_one_small_figure_takes_the_smallest_beside_it_along():
    assert suppressed([40, 3, 12, 55], [SumLine((0, 1, 2), 3)]) == {1, 2}


def test_large_figures_are_all_shown():
    assert suppressed([40, 13, 12, 65], [SumLine((0, 1, 2), 3)]) == set()


def test_what_is_shown_elsewhere_is_never_hidden_here_in_vain():
    values = with_sums([[4, 40], [50, 60]])
    assert suppressed(values, table_lines(2, 2), fixed={2, 5, 6, 7, 8}) == {0, 1, 3, 4}


def test_what_is_left_of_a_shown_sum_is_never_of_few():
    values, line = [1, 3, 0, 20, 30, 54], SumLine((0, 1, 2, 3, 4), 5)
    assert suppressed(values, [line]) == {0, 1, 3}, "one and three are four people, though nobody could divide them"


@pytest.mark.parametrize(
    ("parts", "hidden"),
    [([9, 8], set()), ([9, 3, 8], {1, 2}), ([2, 1, 40], {0, 1, 2}), ([3], {0}), ([0, 0, 7], set()), ([], set())],
)
def test_parts_of_a_sum_that_is_shown_elsewhere(parts, hidden):
    assert suppressed_parts(parts) == hidden


def test_parts_without_a_sum_are_hidden_one_by_one():
    assert suppressed_parts([9, 3, 8], total_shown=False) == {1}


@pytest.mark.parametrize(
    ("part", "base", "rounded_share"),
    [(7, 10, False), (3, 10, False), (5, 10, True), (10, 10, True), (0, 10, True), (0, 4, False), (0, 0, False)],
)
def test_a_share_follows_its_parts(part, base, rounded_share):
    assert is_share_shown(part, base) == rounded_share


@given(st.lists(st.integers(0, 40), min_size=2, max_size=6))
def test_rounded_parts_of_an_exact_sum_leave_a_single_hidden_one_several_values(counts):
    """An attacker knows the sum, and how far each shown part is from the number it was rounded to."""
    shown_parts = rounded_parts(sum(counts), counts)
    assert all(value is None for value, count in zip(shown_parts, counts, strict=True) if count < MIN_PEOPLE)
    if shown_parts.count(None) == 1:
        spans = [span(value) for value in shown_parts if value is not None]
        low = max(0, sum(counts) - sum(high for _low, high in spans))
        high = min(MIN_PEOPLE - 1, sum(counts) - sum(low for low, _high in spans))
        assert high - low + 1 >= MIN_CANDIDATES
