"""What counts as an answer to each question, who is asked it, and what is still missing.

The web form, the phone, the keyed and the scanned paper all bring what was said here, so that it means the same.
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from ancu.apps.surveys.enums import QuestionKind
from ancu.apps.surveys.rules.definition import LONGEST_LONG, LONGEST_SHORT, Definition, Option, Question
from ancu.core.templatetags.ui import number

Answers = dict[str, Any]
LARGEST = 10**9


class Wrong(ValueError):
    """What was given is not an answer; its text says what to do."""


def holds(question: Question, answers: Mapping[str, Any]) -> bool:
    """Whether the condition of ``question``, if it has one, is met."""
    if question.only_if is None:
        return True
    given = answers.get(question.only_if.question)
    chosen = given if isinstance(given, list) else [given]
    return any(one in question.only_if.options for one in chosen)


def asked(definition: Definition, answers: Mapping[str, Any]) -> list[Question]:
    """The questions put to somebody with these answers; one hung on a question that is not put is not put either."""
    put: list[Question] = []
    known: dict[str, Any] = {}
    for question in definition.questions():
        if holds(question, known):
            put.append(question)
            if question.id in answers:
                known[question.id] = answers[question.id]
    return put


def pruned(definition: Definition, answers: Mapping[str, Any]) -> Answers:
    """Only answers to what was asked."""
    return {one.id: answers[one.id] for one in asked(definition, answers) if one.id in answers}


def missing(definition: Definition, answers: Mapping[str, Any]) -> dict[str, str]:
    """Required questions without an answer, and tables answered in part where all of it is required."""
    wrong: dict[str, str] = {}
    for one in asked(definition, answers):
        if not one.required:
            continue
        if one.id not in answers:
            wrong[one.id] = _("Please answer this question.")
        elif one.kind == QuestionKind.MATRIX and len(answers[one.id]) < len(one.rows):
            wrong[one.id] = _("Please answer every line.")
    return wrong


def clean(question: Question, given: Any) -> Any:
    """``given`` as it is stored, None for no answer; raises Wrong with a sentence for the person."""
    if given is None or given == "" or given == [] or given == {}:
        return None
    return _CLEANERS[question.kind](question, given)


def clean_all(definition: Definition, given: Mapping[str, Any]) -> tuple[Answers, dict[str, str]]:
    """Every answer that is one, and what is wrong with the others, by question."""
    answers: Answers = {}
    wrong: dict[str, str] = {}
    for question in definition.questions():
        try:
            value = clean(question, given.get(question.id))
        except Wrong as refused:
            wrong[question.id] = str(refused)
        else:
            if value is not None:
                answers[question.id] = value
    return answers, wrong


def _single(question: Question, given: Any) -> str:
    if not isinstance(given, str) or question.option(given) is None:
        raise Wrong(_("Please choose one of the answers."))
    return given


def _multiple(question: Question, given: Any) -> list[str]:
    """In the order of the questionnaire, each once, so that the same answer is stored the same."""
    if not isinstance(given, list) or any(question.option(one) is None for one in given if isinstance(one, str)):
        raise Wrong(_("Please choose among the answers."))
    if alone := contradiction(question, given):
        said = _("“%(answer)s” excludes the other answers. Please choose one or the other.")
        raise Wrong(said % {"answer": alone.text})
    return [one.id for one in question.options if one.id in given]


def contradiction(question: Question, given: Any) -> Option | None:
    """The answer that excludes the others, where others stand beside it."""
    if question.kind != QuestionKind.MULTIPLE or not isinstance(given, list) or len(set(given)) < 2:
        return None
    return next((one for one in question.options if one.alone and one.id in given), None)


def _scale(question: Question, given: Any) -> int:
    text = str(given)
    if not re.fullmatch(r"-?\d{1,3}", text) or int(text) not in question.steps:
        raise Wrong(_("Please choose a step of the scale."))
    return int(text)


def _matrix(question: Question, given: Any) -> dict[str, str]:
    rows = {one.id for one in question.rows}
    if not isinstance(given, Mapping) or any(
        row not in rows or question.option(value) is None for row, value in given.items() if value
    ):
        raise Wrong(_("Please choose one answer in each line."))
    return {row.id: given[row.id] for row in question.rows if given.get(row.id)}


def _number(question: Question, given: Any) -> int | float:
    text = str(given).strip().replace(",", ".")
    if not re.fullmatch(r"-?\d{1,9}(\.\d{1,3})?", text):
        raise Wrong(_("Please write a number in digits, for example 12 or 2.5."))
    value = float(text)
    low = question.minimum if question.minimum is not None else -LARGEST
    high = question.maximum if question.maximum is not None else LARGEST
    if not math.isfinite(value) or not low <= value <= high:
        raise Wrong(number_wanted(question))
    return int(value) if value == int(value) else value


def number_wanted(question: Question) -> str:
    """What to write where a number is asked, for who wrote something else; a phone says it without a connection."""
    bounds = {"low": number(question.minimum or 0), "high": number(question.maximum or 0)}
    if question.minimum is not None and question.maximum is not None:
        return _("Please write a number from %(low)s to %(high)s.") % bounds
    if question.minimum is not None:
        return _("Please write %(low)s or more.") % bounds
    if question.maximum is not None:
        return _("Please write %(high)s or less.") % bounds
    return _("Please write a number in digits, for example 12 or 2.5.")


def _text(longest: int) -> Callable[[Question, Any], str]:
    def cleaned(question: Question, given: Any) -> str | None:
        text = str(given).replace("\0", " ").strip()
        if len(text) > longest:
            raise Wrong(_("Please write at most %(most)s characters; there are %(count)s.")
                        % {"most": number(longest), "count": number(len(text))})  # fmt: skip
        return text or None

    return cleaned  # type: ignore[return-value]


_CLEANERS: dict[str, Callable[[Question, Any], Any]] = {
    QuestionKind.SINGLE: _single,
    QuestionKind.MULTIPLE: _multiple,
    QuestionKind.SCALE: _scale,
    QuestionKind.MATRIX: _matrix,
    QuestionKind.NUMBER: _number,
    QuestionKind.SHORT: _text(LONGEST_SHORT),
    QuestionKind.LONG: _text(LONGEST_LONG),
}
