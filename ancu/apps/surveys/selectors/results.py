"""Figures that may be shown: each question, in total and by unit."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.surveys.enums import QuestionKind
from ancu.apps.surveys.models import Survey
from ancu.apps.surveys.rules import statistics
from ancu.apps.surveys.rules.answers import condition_is_met
from ancu.apps.surveys.rules.definition import SurveyDefinition, SurveyQuestion
from ancu.apps.surveys.selectors.surveys import definition_of
from ancu.core.security import disclosure_control
from ancu.core.templatetags import ui

NONE = ""  # the line of those who gave no answer, or were not asked
COUNTS = """
SELECT response.unit_id, answer.key, answer.value::text, count(*)
FROM surveys_surveyresponse response, jsonb_each(response.answers) answer
WHERE response.survey_id = %s AND response.state = 'complete' AND answer.key = ANY(%s)
GROUP BY 1, 2, 3
"""
ANSWERED = """
SELECT unit_id, count(*), bool_or(source = 'web') FROM surveys_surveyresponse
WHERE survey_id = %s AND state = 'complete' GROUP BY 1
"""
BINS = 6
Unit = int | None


@dataclass(frozen=True)
class ResultItem:
    """A question, or one row of a matrix: the unit in which answers are counted."""

    question: SurveyQuestion
    row: str = ""

    @property
    def key(self) -> str:
        """The key of the item's counts: the question's id, and the row's id in a matrix."""
        return f"{self.question.id}.{self.row}" if self.row else self.question.id

    @property
    def label(self) -> str:
        """The question's text; in a matrix followed by the row's text."""
        row = next((row for row in self.question.rows if row.id == self.row), None)
        return f"{self.question.text}: {row.text}" if row else str(self.question.text)

    @property
    def is_multiple(self) -> bool:
        """Whether several options can be chosen."""
        return self.question.kind == QuestionKind.MULTIPLE

    def values(self, stored: Any) -> list[str]:
        """Return the keys of the lines (options, columns or steps) in which a stored answer counts; [] for none."""
        if self.row:
            chosen = stored.get(self.row)
            return [chosen] if chosen else []
        return stored if isinstance(stored, list) else [str(stored)]

    def lines(self) -> list[tuple[str, str]]:
        """Return (key, text) of the item's lines in order: options, columns of the matrix or steps of the scale."""
        if self.question.kind == QuestionKind.SCALE:
            return [(str(step), _scale_label(self.question, step)) for step in self.question.steps]
        return [(option.id, str(option.text)) for option in self.question.options]


def _scale_label(question: SurveyQuestion, step: int) -> str:
    """Return the label of a scale's step: the number, for the lowest and highest one with its text in brackets."""
    words = {question.low: str(question.low_text), question.high: str(question.high_text)}.get(step, "")
    return f"{step} ({words})" if words else str(step)


@dataclass(frozen=True)
class ResultLine:
    """One figure and its share; None where suppressed."""

    key: str
    label: str
    count: int | None
    share: float | None = None
    margin: float | None = None


@dataclass(frozen=True)
class ItemResult:
    """The figures of one item. ``base`` is what shares refer to; ``of_all`` if that is everybody."""

    item: ResultItem
    number: int
    base: int | None
    lines: tuple[ResultLine, ...]
    none: int | None
    of_all: bool
    mean: tuple[float, float | None] | None = None
    weighted: bool = False
    not_asked: int | None = 0

    @property
    def none_words(self) -> str:
        """The numbers of people who were not asked, and who did not answer, as text; "" if they are suppressed."""
        if self.none is None:
            return ""
        if self.not_asked is None:
            return _("%(n)s not asked, or without an answer") % {"n": ui.number(self.none)}
        refused = _("%(n)s without an answer") % {"n": ui.number(self.none - self.not_asked)}
        if not self.item.question.only_if:
            return refused
        return f"{_('%(n)s not asked this question') % {'n': ui.number(self.not_asked)}} · {refused}"

    @property
    def has_margin(self) -> bool:
        """Whether at least one figure has a margin of error."""
        return any(line.margin is not None for line in self.lines)

    @property
    def is_shown(self) -> bool:
        """Whether at least one figure of the item is shown, not suppressed."""
        return any(line.count is not None for line in self.lines)


@dataclass
class SurveyCounts:
    """All counts of a survey, read at once: by item, line and unit."""

    survey: Survey
    definition: SurveyDefinition
    answered: dict[Unit, int]
    by: dict[str, dict[str, Counter[Unit]]] = field(default_factory=dict)
    none: dict[str, Counter[Unit]] = field(default_factory=dict)
    asked_numbers: dict[str, int] = field(default_factory=dict)  # of questions with a condition: how many met it
    weights: dict[Unit, float] | None = None
    is_sample: bool = True  # nobody chose by himself to answer, as whoever likes does by an open link
    population: int | None = None  # of all units together, when each one's is known

    @property
    def total(self) -> int:
        """The number of people who answered the survey."""
        return sum(self.answered.values())

    @property
    def margin_note(self) -> str:
        """A sentence that explains the margins of error, or why there are none."""
        return _("In 95 of 100 such samples, the true value is within the margin.") if self.is_sample else no_margin()

    def margin(self, part: statistics.ShareEstimate) -> float | None:
        """Return the share's margin of error; None for an open link, whose respondents chose themselves."""
        return part.margin if self.is_sample else None


def items(definition: SurveyDefinition) -> list[ResultItem]:
    """Return the items whose answers are counted by option: questions, and matrix rows; number questions are not."""
    item_list: list[ResultItem] = []
    for question in definition.questions():
        if question.kind == QuestionKind.MATRIX:
            item_list += [ResultItem(question, row.id) for row in question.rows]
        elif question.is_counted and question.kind != QuestionKind.NUMBER:
            item_list.append(ResultItem(question))
    return item_list


def count_answers(survey: Survey, *, weighted: bool = True) -> SurveyCounts:
    """Return the numbers of answers by item and unit; ``weighted``: with weights by the units' populations if known."""
    definition = definition_of(survey)
    with connection.cursor() as cursor:
        cursor.execute(ANSWERED, [survey.pk])
        by_unit = cursor.fetchall()
        answered = {unit: number for unit, number, _on_web in by_unit}
        keys = [question.id for question in definition.questions() if question.is_counted]
        cursor.execute(COUNTS, [survey.pk, keys])
        rows = [(unit, key, json.loads(value), number) for unit, key, value, number in cursor.fetchall()]
    results = SurveyCounts(survey, definition, answered)
    results.is_sample = survey.needs_code or not any(on_web for _unit, _number, on_web in by_unit)
    populations = {channel.unit_id: channel.population for channel in survey.channels.all()}
    results.weights = statistics.weights(answered, populations) if weighted else None
    if answered and all(populations.get(unit) for unit in answered):
        results.population = sum(populations[unit] or 0 for unit in answered)
    by_question: dict[str, list[tuple[Unit, Any, int]]] = {}
    for unit, key, value, number in rows:
        by_question.setdefault(key, []).append((unit, value, number))
    conditional = [question for question in definition.questions() if question.only_if]
    results.asked_numbers = {question.id: _number_asked(question, by_question) for question in conditional}
    for item in items(definition):
        _count_item(results, item, by_question.get(item.question.id, []))
    for question in definition.questions():
        if question.kind == QuestionKind.NUMBER:
            _count_numbers(results, question, by_question.get(question.id, []))
    return results


def _number_asked(question: SurveyQuestion, by_question: Mapping[str, Sequence[tuple[Unit, Any, int]]]) -> int:
    """Return how many people met the question's condition on an earlier answer; 0 without a condition.

    ``by_question`` has (unit, answer, number of people) for each question.
    """
    on = question.only_if.question if question.only_if else ""
    return sum(number for _unit, value, number in by_question.get(on, []) if condition_is_met(question, {on: value}))


def _count_item(tally: SurveyCounts, item: ResultItem, rows: Sequence[tuple[Unit, Any, int]]) -> None:
    """Count the people of each unit by answer to the item, or without one; ``rows``: (unit, answer, people)."""
    lines: dict[str, Counter[Unit]] = {key: Counter() for key, _label in item.lines()}
    gave: Counter[Unit] = Counter()
    for unit, value, number in rows:
        chosen_keys = item.values(value)
        for key in chosen_keys:
            if key in lines:
                lines[key][unit] += number
        gave[unit] += number if chosen_keys else 0
    tally.by[item.key] = lines
    tally.none[item.key] = Counter({unit: number - gave[unit] for unit, number in tally.answered.items()})


def _count_numbers(tally: SurveyCounts, question: SurveyQuestion, rows: Sequence[tuple[Unit, Any, int]]) -> None:
    """Count the people of each unit by number given, or without one; ``rows``: (unit, number, people)."""
    lines: dict[str, Counter[Unit]] = {}
    gave: Counter[Unit] = Counter()
    for unit, value, number in rows:
        lines.setdefault(str(value), Counter())[unit] += number
        gave[unit] += number
    tally.by[question.id] = lines
    tally.none[question.id] = Counter({unit: number - gave[unit] for unit, number in tally.answered.items()})


def item_result(tally: SurveyCounts, item: ResultItem) -> ItemResult:
    """Return the item's figures for display: counts, shares, margins and mean, without what must be suppressed."""
    lines = tally.by[item.key]
    counts = [sum(lines[key].values()) for key, _label in item.lines()]
    none = sum(tally.none[item.key].values())
    out, none_out = hidden_lines(item, counts, none, tally.total)
    of_all = none_out
    base_by_unit = tally.answered if of_all else _subtract(tally.answered, tally.none[item.key])
    weight = tally.weights
    base = _weighted_sum(base_by_unit, weight)
    worth = statistics.effective(base_by_unit, weight)
    visible_lines = []
    for (key, label), count, gone in zip(item.lines(), counts, out, strict=True):
        if gone:
            visible_lines.append(ResultLine(key, label, None))
            continue
        part = statistics.share(_weighted_sum(lines[key], weight), base, effective=worth, population=tally.population)
        visible_lines.append(ResultLine(key, label, count, part.value, tally.margin(part)))
    base_shown = None if tally.total < disclosure_control.MIN_PEOPLE else sum(base_by_unit.values())
    return ItemResult(
        item, tally.definition.number_of(item.question.id), base_shown, tuple(visible_lines),
        None if none_out else none, of_all, _mean(tally, item, out), tally.weights is not None,
        _not_asked(tally, item.question, none),
    )  # fmt: skip


def _not_asked(tally: SurveyCounts, question: SurveyQuestion, none: int) -> int | None:
    """Return how many people were not asked the question because of its condition; None if it must not be shown.

    It is not shown if it would reveal few people or a suppressed figure. For a condition on two options of a
    multiple-choice question it cannot be derived from the shown figures, so it is None, too.
    """
    if question.only_if is None:
        return 0
    condition = item_of(tally.definition, question.only_if.question)
    if condition is None or (condition.is_multiple and len(question.only_if.options) > 1):
        return None
    counts = [sum(units.values()) for units in tally.by[condition.key].values()]
    out, _none_out = hidden_lines(condition, counts, sum(tally.none[condition.key].values()), tally.total)
    not_asked = tally.total - tally.asked_numbers[question.id]
    hides_few = disclosure_control.is_few(not_asked) or disclosure_control.is_few(none - not_asked) or none < not_asked
    return None if hides_few or any(out) else not_asked


def none_label(item: ResultItem) -> str:
    """Return the label of the line that counts people without an answer, or also those not asked."""
    return _("not asked, or without an answer") if item.question.only_if else _("without an answer")


def no_margin() -> str:
    """Return the note that explains why figures of an open link have no margin of error."""
    return _("Anyone with the link could answer. The figures describe only those who did, without a margin of error.")


def _subtract(all_of: Mapping[Unit, int], part: Mapping[Unit, int]) -> dict[Unit, int]:
    """Return, by unit, the counts ``all_of`` minus those of ``part``."""
    return {unit: number - part.get(unit, 0) for unit, number in all_of.items()}


def _weighted_sum(by_unit: Mapping[Unit, int], weight: Mapping[Unit, float] | None) -> float:
    """Return the sum of the units' counts, each multiplied by its weight; unweighted if ``weight`` is None."""
    return sum(number * (weight[unit] if weight else 1) for unit, number in by_unit.items())


def hidden_lines(item: ResultItem, counts: Sequence[int], none: int, total: int) -> tuple[list[bool], bool]:
    """Return a flag for each line (suppressed or not), and one for the ``none`` people without an answer."""
    if total < disclosure_control.MIN_PEOPLE:
        return [True] * len(counts), True
    if item.is_multiple:
        return _hidden_each(counts, none, total)
    values = [*counts, none, total]
    lines = [disclosure_control.SumLine(tuple(range(len(counts) + 1)), len(counts) + 1)]
    try:
        out = disclosure_control.suppressed(values, lines, fixed=[len(counts) + 1])
    except disclosure_control.Unshowable:
        return [True] * len(counts), True
    return [place in out for place in range(len(counts))], len(counts) in out


def _hidden_each(counts: Sequence[int], none: int, total: int) -> tuple[list[bool], bool]:
    """Return the flags of ``hidden_lines`` for multiple choice: few people chose the option, or few did not."""
    is_few = disclosure_control.is_few
    return [is_few(count) or is_few(total - count) for count in counts], is_few(none) or is_few(total - none)


def _mean(tally: SurveyCounts, item: ResultItem, out: Sequence[bool]) -> tuple[float, float | None] | None:
    """Return the mean of a scale and its margin; None if the question is no scale or a step is suppressed (``out``)."""
    if item.question.kind != QuestionKind.SCALE or any(out):
        return None
    lines = {float(key): _weighted_sum(units, tally.weights) for key, units in tally.by[item.key].items()}
    gave = _subtract(tally.answered, tally.none[item.key])
    return _with_margin(tally, statistics.mean(lines, effective=statistics.effective(gave, tally.weights)))


def _with_margin(tally: SurveyCounts, mean: tuple[float, float] | None) -> tuple[float, float | None] | None:
    """Return the mean with its margin, or with None as margin if respondents chose themselves; None stays None."""
    return mean if mean is None or tally.is_sample else (mean[0], None)


def number_result(tally: SurveyCounts, question: SurveyQuestion) -> ItemResult:
    """Return the answers to a number question in at most seven steps of equal width, with their mean."""
    values = {float(value): units for value, units in tally.by[question.id].items()}
    none = sum(tally.none[question.id].values())
    gave = _subtract(tally.answered, tally.none[question.id])
    steps = _steps(values)
    counts = [sum(sum(values[value].values()) for value in values if low <= value < high) for low, high in steps]
    out, none_out = hidden_lines(ResultItem(question), counts, none, tally.total)
    base = tally.total if none_out else sum(gave.values())
    visible_lines = []
    for (low, high), count, gone in zip(steps, counts, out, strict=True):
        if not count and not gone:  # nobody wrote a number of this step
            continue
        label = _step_label(low, high, integers=all(value == int(value) for value in values))
        part = statistics.share(count, base, effective=base, population=tally.population)
        line = ResultLine(label, label, count, part.value, tally.margin(part))
        visible_lines.append(ResultLine(label, label, None) if gone else line)
    weighted = {value: _weighted_sum(units, tally.weights) for value, units in values.items()}
    enough = sum(gave.values()) >= disclosure_control.MIN_PEOPLE and not any(out)
    middle = statistics.mean(weighted, effective=statistics.effective(gave, tally.weights)) if enough else None
    return ItemResult(
        ResultItem(question), tally.definition.number_of(question.id), base, tuple(visible_lines),
        None if none_out else none, none_out, _with_margin(tally, middle), not_asked=_not_asked(tally, question, none),
    )  # fmt: skip


def _steps(values: Mapping[float, Any]) -> list[tuple[float, float]]:
    """Return the bounds (from, to below) of equal ranges that cover the answers; an empty list without answers.

    They are round numbers, which do not reveal the lowest or highest answer.
    """
    if not values:
        return []
    low, high = min(values), max(values)
    width = 1.0
    while (high - low) / width >= BINS:
        width *= 2 if str(width)[0] in "15" else 2.5
    start = (low // width) * width
    return [(start + place * width, start + (place + 1) * width) for place in range(int((high - start) // width) + 1)]


def _step_label(low: float, high: float, *, integers: bool) -> str:
    """Return the label of a range from ``low`` to under ``high``; ``integers`` if all answers are whole numbers."""
    if integers and high - low >= 1:
        return f"{int(low)}" if high - low == 1 else f"{int(low)}–{int(high) - 1}"
    return _("%(low)s to under %(high)s") % {"low": f"{low:g}", "high": f"{high:g}"}


def results(tally: SurveyCounts) -> list[ItemResult]:
    """Return the figures of every counted question, in the questionnaire's order."""
    questions = list(tally.definition.questions())
    results = [number_result(tally, question) for question in questions if question.kind == QuestionKind.NUMBER]
    results += [item_result(tally, item) for item in items(tally.definition)]
    places = {question.id: place for place, question in enumerate(questions)}
    return sorted(results, key=lambda result: places[result.item.question.id])


def item_of(definition: SurveyDefinition, key: str) -> ResultItem | None:
    """Return the item with this key (question id, or question and row id); None if there is none."""
    return next((item for item in items(definition) if item.key == key), None)


def unit_names(units: Sequence[Unit]) -> dict[Unit, str]:
    """Return the units' names by id; None stands for answers without a unit."""
    named_units = AdministrativeUnit.objects.filter(pk__in=[unit_id for unit_id in units if unit_id])
    return {unit.pk: unit.full_name for unit in named_units} | {None: _("without a unit")}
