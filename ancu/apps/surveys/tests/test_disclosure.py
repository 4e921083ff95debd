"""Nothing of fewer than five people is shown, nor can it be worked out by whoever subtracts."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from ancu.apps.surveys.rules.disclosure import (
    OPEN,
    Line,
    Unshowable,
    hidden,
    is_few,
    table_lines,
    with_sums,
)


def possible(values, lines, out, most):
    """Every number each hidden place may be, tried out one by one: what a patient reader can know."""
    places = sorted(out)
    found = {place: set() for place in places}
    small = {place for place in places if is_few(values[place])}
    for tried in product(*[range(1, 5) if place in small else range(most + 1) for place in places]):
        guess = list(values)
        for place, value in zip(places, tried, strict=True):
            guess[place] = value
        if all(sum(guess[part] for part in line.parts) == guess[line.total] for line in lines):
            for place, value in zip(places, tried, strict=True):
                found[place].add(value)
    return found


@given(st.lists(st.integers(0, 14), min_size=2, max_size=4))
@settings(max_examples=150)
def test_the_lines_of_one_question_cannot_be_worked_out(counts):
    values, lines = [*counts, sum(counts)], [Line(tuple(range(len(counts))), len(counts))]
    try:
        out = hidden(values, lines)
    except Unshowable:
        return
    assert {place for place, value in enumerate(values) if is_few(value)} <= out
    if len(out) > 4:
        return
    for place, numbers in possible(values, lines, out, sum(counts)).items():
        assert len(numbers) >= OPEN, (counts, out, place)


@given(st.lists(st.lists(st.integers(0, 12), min_size=2, max_size=2), min_size=2, max_size=2))
@settings(max_examples=60)
def test_the_cells_of_a_table_cannot_be_worked_out(cells):
    values, lines = with_sums(cells), table_lines(2, 2)
    try:
        out = hidden(values, lines)
    except Unshowable:
        return
    if len(out) > 4:
        return
    for place, numbers in possible(values, lines, out, max(values)).items():
        assert len(numbers) >= 2, (cells, out, place)


def test_one_small_figure_takes_the_smallest_beside_it_along():
    assert hidden([40, 3, 12, 55], [Line((0, 1, 2), 3)]) == {1, 2}


def test_large_figures_are_all_shown():
    assert hidden([40, 13, 12, 65], [Line((0, 1, 2), 3)]) == set()


def test_what_is_shown_elsewhere_is_never_hidden_here_in_vain():
    values = with_sums([[4, 40], [50, 60]])
    assert hidden(values, table_lines(2, 2), fixed={2, 5, 6, 7, 8}) == {0, 1, 3, 4}
