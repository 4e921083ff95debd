"""Cross tables: a question by unit, by another question, or by the previous round."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from ancu.apps.surveys.enums import QuestionKind
from ancu.apps.surveys.models import Survey
from ancu.apps.surveys.rules import statistics
from ancu.apps.surveys.selectors.results import (
    NONE,
    ItemResult,
    ResultItem,
    ResultLine,
    SurveyCounts,
    count_answers,
    hidden_lines,
    item_of,
    item_result,
    items,
    none_label,
    results,
    unit_names,
)
from ancu.core.security import disclosure_control

ANSWER_PAIRS_SQL = """
SELECT answers -> %s, answers -> %s, count(*) FROM surveys_surveyresponse
WHERE survey_id = %s AND state = 'complete' GROUP BY 1, 2
"""
MOST_COLUMNS = 40


@dataclass(frozen=True)
class CrossRow:
    """A row: each cell's count and share of its column, None where suppressed."""

    label: str
    cells: tuple[ResultLine, ...]
    total: ResultLine


@dataclass(frozen=True)
class CrossTable:
    """``columns`` are names and ``sums`` their numbers of people; there are no rows if nothing may be shown."""

    item: ResultItem
    by: str
    columns: tuple[str, ...]
    sums: tuple[int | None, ...]
    rows: tuple[CrossRow, ...]


def by_unit(tally: SurveyCounts, item: ResultItem) -> CrossTable:
    """Return the table of the answers to an item (a question or matrix row) by the unit of the respondents.

    It has at most ``MOST_COLUMNS`` units and, for missing answers, a row of its own.
    """
    units = sorted(tally.answered, key=lambda unit_id: (unit_id is None, unit_id or 0))[:MOST_COLUMNS]
    names = unit_names(units)
    lines = tally.by[item.key] | {NONE: tally.none[item.key]}
    cells = {key: [lines[key][unit] for unit in units] for key in [*dict(item.lines()), NONE]}
    people = [tally.answered[unit] for unit in units]
    return _cross_table(tally, item, "unit", [names[unit] for unit in units], cells, people, fixed=False)


def by_item(tally: SurveyCounts, item: ResultItem, column_item: ResultItem) -> CrossTable:
    """Return the table of the answers to ``item`` (rows) by the answers to ``column_item`` (columns).

    People without an answer have a row and a column of their own, so that the sums agree.
    """
    counts = _count_pairs(tally, item, column_item)
    columns = [key for key, _label in column_item.lines()] + [NONE]
    cells = {
        key: [sum(number for (a, b), number in counts.items() if key in a and column in b) for column in columns]
        for key in [*dict(item.lines()), NONE]
    }
    names = [label for _key, label in column_item.lines()] + [none_label(column_item)]
    once = [sum(tally.by[column_item.key][key].values()) for key in columns[:-1]]
    out, none_out = hidden_lines(column_item, once, sum(tally.none[column_item.key].values()), tally.total)
    hidden_columns = [place for place, gone in enumerate([*out, none_out]) if gone]
    people = [sum(number for (_a, b), number in counts.items() if column in b) for column in columns]
    return _cross_table(
        tally, item, str(column_item.label), names, cells, people, fixed=True, hidden_columns=hidden_columns
    )


def _count_pairs(
    tally: SurveyCounts, item: ResultItem, column_item: ResultItem
) -> dict[tuple[frozenset[str], frozenset[str]], int]:
    """Return the number of people for each combination of answers to the two questions.

    A key is a pair of sets: the rows of the first answer, and the columns of the second.
    """
    with connection.cursor() as cursor:
        cursor.execute(ANSWER_PAIRS_SQL, [item.question.id, column_item.question.id, tally.survey.pk])
        rows = cursor.fetchall()
    pair_counts: Counter[tuple[frozenset[str], frozenset[str]]] = Counter()
    for a, b, number in rows:
        pair_counts[_lines_of_answer(item, a), _lines_of_answer(column_item, b)] += number
    return dict(pair_counts)


def _lines_of_answer(item: ResultItem, stored: Any) -> frozenset[str]:
    """Return the keys of the table rows in which a stored answer counts; ``NONE`` for no answer."""
    value = json.loads(stored) if isinstance(stored, str) else stored
    return frozenset(item.values(value) if value is not None else ()) or frozenset({NONE})


def _cross_table(
    tally: SurveyCounts,
    item: ResultItem,
    by: str,
    columns: Sequence[str],
    cells: Mapping[str, Sequence[int]],
    sums: Sequence[int],
    *,
    fixed: bool,
    hidden_columns: Sequence[int] = (),
) -> CrossTable:
    """Return the cross table of an item from its exact counts, with figures suppressed that would reveal few people.

    ``by`` names the columns; ``cells`` has the counts of each row by column, ``sums`` the people of each column.
    ``fixed``: the sums are shown elsewhere, so hiding them here is useless. ``hidden_columns`` are the indices of the
    columns whose sums are hidden. The table is empty if it cannot be shown.
    """
    cells = {key: counts for key, counts in cells.items() if key != NONE or any(counts)}
    masks = _masks(tally, item, cells, sums, fixed=fixed, hidden_columns=hidden_columns)
    if masks is None:
        return CrossTable(item, by, tuple(columns), (), ())
    shown_sums, hidden_cells = masks
    labels = dict(item.lines()) | {NONE: none_label(item)}
    rows = []
    for key, counts in cells.items():
        gone = hidden_cells[key]
        total = sum(counts)
        lines = [_table_line(tally, labels[key], count, sums[place], gone[place]) for place, count in enumerate(counts)]
        rows.append(CrossRow(labels[key], tuple(lines), _table_line(tally, labels[key], total, tally.total, gone[-1])))
    visible_sums = tuple(None if gone else number for number, gone in zip(sums, shown_sums, strict=True))
    return CrossTable(item, by, tuple(columns), visible_sums, tuple(rows))


def _table_line(tally: SurveyCounts, label: str, count: int, base: int, gone: bool) -> ResultLine:
    """Return a cell with count, share of ``base`` and margin; no figures if suppressed (``gone``) or for base 0."""
    if gone or not base:
        return ResultLine(label, label, None)
    part = statistics.share(count, base, effective=base)
    return ResultLine(label, label, count, part.value, tally.margin(part))


Masks = tuple[list[bool], dict[str, list[bool]]]


def _masks(
    tally: SurveyCounts,
    item: ResultItem,
    cells: Mapping[str, Sequence[int]],
    sums: Sequence[int],
    *,
    fixed: bool,
    hidden_columns: Sequence[int],
) -> Masks | None:
    """Return which figures of a cross table to suppress: flags for the column sums, and flags by row.

    The flags of a row are for its cells and, last, for its sum. None if the table cannot be shown. ``fixed`` and
    ``hidden_columns`` as in ``_cross_table``.
    """
    if tally.total < disclosure_control.MIN_PEOPLE:
        return None
    if item.is_multiple:
        return _masks_each(tally, cells, sums)
    keys, width = list(cells), len(sums) + 1
    counts = [sum(cells[key]) for key in keys if key != NONE]
    out, none_out = hidden_lines(item, counts, tally.total - sum(counts), tally.total)
    values, bottom = disclosure_control.with_sums(list(cells.values())), len(keys) * width
    also = {row * width + width - 1 for row, gone in enumerate([*out, none_out][: len(keys)]) if gone}
    also |= {bottom + place for place in hidden_columns}
    row_sums = {row * width + width - 1 for row in range(len(keys))} | {bottom + width - 1}
    shown_elsewhere = row_sums | ({bottom + place for place in range(width - 1)} if fixed else set())
    try:
        gone = disclosure_control.suppressed(
            values, disclosure_control.table_lines(len(keys), width - 1), also=also, fixed=shown_elsewhere - also
        )
    except disclosure_control.Unshowable:
        return None
    hidden_cells = {key: [row * width + place in gone for place in range(width)] for row, key in enumerate(keys)}
    return [bottom + place in gone for place in range(width - 1)], hidden_cells


def _masks_each(tally: SurveyCounts, cells: Mapping[str, Sequence[int]], sums: Sequence[int]) -> Masks | None:
    """Return which figures to suppress, as ``_masks`` does, for a multiple-choice question.

    Each option is a table of its own: chosen, and not chosen. An option whose table cannot be shown is suppressed in
    all columns.
    """
    hidden_cells: dict[str, list[bool]] = {}
    sums_out = {place for place, number in enumerate(sums) if disclosure_control.is_few(number)}
    for key, counts in cells.items():
        table = [list(counts), [people - count for people, count in zip(sums, counts, strict=True)]]
        width = len(sums) + 1
        values = disclosure_control.with_sums(table)
        total = sum(counts)
        also = {2 * width + place for place in sums_out}
        if disclosure_control.is_few(total) or disclosure_control.is_few(tally.total - total):
            also |= {width - 1, 2 * width - 1}
        fixed = {width - 1, 2 * width - 1, 3 * width - 1} | {2 * width + place for place in range(width - 1)}
        try:
            gone = disclosure_control.suppressed(
                values, disclosure_control.table_lines(2, width - 1), also=also, fixed=fixed - also
            )
        except disclosure_control.Unshowable:
            gone = set(range(3 * width))
        pairs = [place in gone or width + place in gone for place in range(width)]
        hidden_cells[key] = pairs
    return [place in sums_out for place in range(len(sums))], hidden_cells


@dataclass(frozen=True)
class ComparedResult:
    """One row in both rounds; ``change`` in points, ``certain`` if it exceeds both margins."""

    label: str
    now: ResultLine
    before: ResultLine | None
    change: float | None
    certain: bool


def compare_with_previous(tally: SurveyCounts, previous: Survey) -> list[tuple[ItemResult, list[ComparedResult]]]:
    """Return, for each item that this and the previous round ask, its figures now and its comparison line by line.

    Items are matched by id; number questions are left out.
    """
    before = count_answers(previous)
    comparisons = []
    for now in results(tally):
        item = item_of(before.definition, now.item.key)
        if item is None or now.item.question.kind == QuestionKind.NUMBER:
            continue
        then = {line.key: line for line in item_result(before, item).lines}
        comparisons.append((now, [_compared(line, then.get(line.key)) for line in now.lines]))
    return comparisons


def _compared(now: ResultLine, before: ResultLine | None) -> ComparedResult:
    """Return a figure beside that of the previous round, their difference, and whether it exceeds chance.

    Without one of the two figures the difference is None; without their margins nothing exceeds chance.
    """
    if before is None or now.share is None or before.share is None:
        return ComparedResult(now.label, now, before, None, False)
    change = now.share - before.share
    if now.margin is None or before.margin is None:  # not of two samples: nobody can say that it is more than chance
        return ComparedResult(now.label, now, before, change, False)
    allowed = (now.margin**2 + before.margin**2) ** 0.5
    return ComparedResult(now.label, now, before, change, abs(change) > allowed)


def columns_to_choose(tally: SurveyCounts) -> list[ResultItem]:
    """Return the items that may be the columns of a cross table: those with a single answer, without numbers."""
    return [item for item in items(tally.definition) if not item.is_multiple]
