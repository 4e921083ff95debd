"""Whoever holds every release of a year and subtracts learns no figure under five."""

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ancu.apps.reporting.rules.publishing import ReleasedSeries, Series, as_json, cells_to_hide, from_json, may_adopt


def series_of(months, units=None):
    return Series(tuple(months), units or {})


def release(new, earlier):
    """As the service does: a correction that may not be told leaves the earlier months as they were told."""
    if earlier:
        before = earlier[-1].series
        count = len(before[0].months)
        if not may_adopt(new, earlier):
            new = [Series(old.months + series.months[count:], {}) for old, series in zip(before, new, strict=True)]
    return ReleasedSeries(tuple(new), cells_to_hide(new, earlier))


def attack(releases, number=0):
    """Every hidden month and unit that the shown sums of all releases leave exactly one value, with that value.

    The unknowns are the hidden cells by their true values: two releases that hide the same cell with the same value
    hide one unknown, which favours the attacker, who does not know that nothing changed.
    """
    unknowns, rows, sides = {}, [], []

    def add(released, cells, total):
        cells_shown, values = released.shows(number), released.series[number].cells()
        if total not in cells_shown:
            return
        row, side = {}, cells_shown[total]
        for cell in cells:
            if cell in cells_shown:
                side -= cells_shown[cell]
            else:
                row[unknowns.setdefault((cell, values[cell]), len(unknowns))] = 1
        rows.append(row)
        sides.append(side)

    for released in releases:
        series = released.series[number]
        last = ("total", len(series.months))
        add(released, [("month", at) for at in range(len(series.months))], last)
        if series.units:
            add(released, [("unit", unit) for unit in series.units], last)
    if not unknowns or not rows:
        return []
    matrix = np.zeros((len(rows), len(unknowns)))
    for at, row in enumerate(rows):
        for column, factor in row.items():
            matrix[at, column] = factor
    _u, sizes, right = np.linalg.svd(matrix)
    free = right[int((sizes > 1e-9).sum()) :]
    named = [key for key, at in unknowns.items() if not np.any(np.abs(free[:, at]) > 1e-9)]
    return [key for key in named if 0 < key[1] < 5]


def differences(releases, number=0):
    """What one release says of a cell less what another says of it, where that is somebody but fewer than five."""
    small = []
    for earlier, later in combinations(releases, 2):
        before, now = earlier.shows(number), later.shows(number)
        small += [(cell, now[cell] - value) for cell, value in before.items()
                  if cell in now and 0 < abs(now[cell] - value) < 5]  # fmt: skip
    return small


def sums_by_subtraction(releases, number=0):
    """The sum of one release less that of the one before: what the months between say, where nothing else changed."""
    small = []
    for earlier, later in combinations(releases, 2):
        count, later_count = len(earlier.series[number].months), len(later.series[number].months)
        first = earlier.shows(number)
        now, same = later.shows(number), earlier.series[number].months == later.series[number].months[:count]
        if same and later_count > count and ("total", count) in first and ("total", later_count) in now:
            between = now["total", later_count] - first["total", count]
            if 0 < between < 5:
                small.append((count, later_count, between))
    return small


def test_a_small_month_is_hidden_and_so_is_the_sum_that_would_tell_it():
    first = release([series_of([12, 30])], [])
    second = release([series_of([12, 30, 3])], [first])
    third = release([series_of([12, 30, 3, 40])], [first, second])
    assert first.not_shown == set()
    assert second.not_shown == {("month", 2), ("total", 3)}
    assert third.not_shown == {("month", 2), ("month", 3)}, "the sum comes back once another month hides it"
    assert third.shows(0)["total", 4] == 85
    assert attack([first, second, third]) == [] and sums_by_subtraction([first, second, third]) == []


def test_a_small_correction_waits_until_it_is_five():
    first = release([series_of([12, 30])], [])
    second = release([series_of([14, 30])], [first])
    assert second.shows(0)["month", 0] == 12, "two more are known to office only"
    third = release([series_of([17, 30])], [first, second])
    assert third.shows(0)["month", 0] == 17 and third.shows(0)["total", 2] == 47


def test_a_correction_is_measured_against_every_earlier_release():
    first = release([series_of([12])], [])
    second = release([series_of([20])], [first])
    third = release([series_of([14])], [first, second])
    assert [released.shows(0)["month", 0] for released in (first, second, third)] == [12, 20, 20]


def test_a_unit_with_three_is_hidden_with_another():
    released = release([series_of([40] * 12, {1: 3, 2: 200, 3: 277})], [])
    assert released.not_shown == {("unit", 1), ("unit", 2)}


def test_of_a_share_both_sides_are_guarded():
    released = release([series_of([97, 80]), series_of([3, 20])], [])
    assert ("month", 0) in released.not_shown, "three of a hundred were late, or three were not"


def test_all_of_nine_is_told_though_no_month_is():
    released = release([series_of([2, 0, 3, 2, 2]), series_of([0] * 5)], [])
    assert released.not_shown == {("month", at) for at in (0, 2, 3, 4)}


def test_months_that_another_page_tells_cannot_hide_one():
    series = [series_of([3, 40, 41])]
    assert cells_to_hide(series, [])[0] == {("month", 0), ("month", 1)}
    assert cells_to_hide(series, [], elsewhere=True)[0] == {("month", 0), ("total", 3)}


def test_what_a_release_knew_survives_the_table():
    released = release([series_of([4, 9] * 6, {7: 50, 9: 28})], [])
    assert from_json(as_json(released)) == released


counts = st.one_of(st.integers(0, 9), st.integers(0, 60))
revisions = st.lists(st.tuples(st.integers(0, 11), st.integers(-20, 20)), max_size=3)


@settings(max_examples=60, deadline=None)
@given(
    months=st.lists(counts, min_size=12, max_size=12),
    cuts=st.sets(st.integers(1, 11), max_size=5),
    changes=st.lists(revisions, min_size=6, max_size=6),
    shares=st.lists(st.integers(1, 9), min_size=3, max_size=6),
)
def test_no_history_of_releases_tells_a_figure_under_five(months, cuts, changes, shares):
    releases = []
    for count, moved in zip([*sorted(cuts), 12], changes, strict=False):
        for at, by in moved:
            months[at] = max(0, months[at] + by)
        total = sum(months)
        units = {at: total * share // sum(shares) for at, share in enumerate(shares)}
        units[0] += total - sum(units.values())
        releases.append(release([series_of(months[:count], units if count == 12 else None)], releases))
    assert attack(releases) == []
    assert differences(releases) == [] and sums_by_subtraction(releases) == []
    assert all(not 0 < value < 5 for released in releases for value in released.shows(0).values())
