"""What counts as an answer, which questions apply, and which answers are missing."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from ancu.apps.surveys.enums import QuestionKind
from ancu.apps.surveys.rules.definition import (
    LONGEST_LONG,
    LONGEST_SHORT,
    AnswerOption,
    SurveyDefinition,
    SurveyQuestion,
)
from ancu.core.templatetags.ui import number

Answers = dict[str, Any]
LARGEST = 10**9


class InvalidAnswer(ValueError):
    """The text is no valid answer; the message says what to do."""


def condition_is_met(question: SurveyQuestion, answers: Mapping[str, Any]) -> bool:
    """Whether the question's condition on an earlier answer is met; True without a condition."""
    if question.only_if is None:
        return True
    answer = answers.get(question.only_if.question)
    chosen = answer if isinstance(answer, list) else [answer]
    return any(option_id in question.only_if.options for option_id in chosen)


def applicable_questions(definition: SurveyDefinition, answers: Mapping[str, Any]) -> list[SurveyQuestion]:
    """Return the questions that apply to these answers.

    A condition on a question that does not apply is not met.
    """
    put: list[SurveyQuestion] = []
    applicable_answers: dict[str, Any] = {}
    for question in definition.questions():
        if condition_is_met(question, applicable_answers):
            put.append(question)
            if question.id in answers:
                applicable_answers[question.id] = answers[question.id]
    return put


def applicable_answers(definition: SurveyDefinition, answers: Mapping[str, Any]) -> Answers:
    """Return only the answers to questions that apply."""
    return {
        question.id: answers[question.id]
        for question in applicable_questions(definition, answers)
        if question.id in answers
    }


def missing_answers(definition: SurveyDefinition, answers: Mapping[str, Any]) -> dict[str, str]:
    """Return an error for each required question without an answer and each incomplete required matrix."""
    wrong: dict[str, str] = {}
    for question in applicable_questions(definition, answers):
        if not question.required:
            continue
        if question.id not in answers:
            wrong[question.id] = _("Answer this question.")
        elif question.kind == QuestionKind.MATRIX and len(answers[question.id]) < len(question.rows):
            wrong[question.id] = _("Answer every row.")
    return wrong


def clean(question: SurveyQuestion, answer: Any) -> Any:
    """Return the answer in the form in which it is stored; None for an empty answer.

    Raises InvalidAnswer, with a sentence for the respondent, for an answer that the question does not allow.
    """
    if answer is None or answer == "" or answer == [] or answer == {}:
        return None
    return _CLEANERS[question.kind](question, answer)


def clean_all(definition: SurveyDefinition, raw_answers: Mapping[str, Any]) -> tuple[Answers, dict[str, str]]:
    """Return all valid answers, and the errors of invalid ones, by question id."""
    answers: Answers = {}
    wrong: dict[str, str] = {}
    for question in definition.questions():
        try:
            value = clean(question, raw_answers.get(question.id))
        except InvalidAnswer as refused:
            wrong[question.id] = str(refused)
        else:
            if value is not None:
                answers[question.id] = value
    return answers, wrong


def _single(question: SurveyQuestion, answer: Any) -> str:
    """Return the chosen option's id; raises InvalidAnswer for another value."""
    if not isinstance(answer, str) or question.option(answer) is None:
        raise InvalidAnswer(_("Choose one of the answers."))
    return answer


def _multiple(question: SurveyQuestion, answer: Any) -> list[str]:
    """Return the ids of the chosen options in the questionnaire's order, so that equal answers are stored equally."""
    if not isinstance(answer, list) or any(
        question.option(option_id) is None for option_id in answer if isinstance(option_id, str)
    ):
        raise InvalidAnswer(_("Choose from the answers."))
    if alone := contradiction(question, answer):
        message = _("“%(answer)s” excludes the other answers. Choose one or the other.")
        raise InvalidAnswer(message % {"answer": alone.text})
    return [option.id for option in question.options if option.id in answer]


def contradiction(question: SurveyQuestion, answer: Any) -> AnswerOption | None:
    """Return the chosen option that excludes all others, if others were chosen too; otherwise None."""
    if question.kind != QuestionKind.MULTIPLE or not isinstance(answer, list) or len(set(answer)) < 2:
        return None
    return next((option for option in question.options if option.alone and option.id in answer), None)


def _scale(question: SurveyQuestion, answer: Any) -> int:
    """Return the chosen step of the scale as a number; raises InvalidAnswer for anything else."""
    text = str(answer)
    if not re.fullmatch(r"-?\d{1,3}", text) or int(text) not in question.steps:
        raise InvalidAnswer(_("Choose a step of the scale."))
    return int(text)


def _matrix(question: SurveyQuestion, answer: Any) -> dict[str, str]:
    """Return the chosen column's id by row id, only for answered rows; InvalidAnswer for an unknown row or column."""
    rows = {row.id for row in question.rows}
    if not isinstance(answer, Mapping) or any(
        row not in rows or question.option(value) is None for row, value in answer.items() if value
    ):
        raise InvalidAnswer(_("Choose one answer in each row."))
    return {row.id: answer[row.id] for row in question.rows if answer.get(row.id)}


def _number(question: SurveyQuestion, answer: Any) -> int | float:
    """Return the number if it is within the question's bounds; raises InvalidAnswer otherwise."""
    text = str(answer).strip().replace(",", ".")
    if not re.fullmatch(r"-?\d{1,9}(\.\d{1,3})?", text):
        raise InvalidAnswer(_("Write a number in digits, for example 12 or 2.5."))
    value = float(text)
    low = question.minimum if question.minimum is not None else -LARGEST
    high = question.maximum if question.maximum is not None else LARGEST
    if not math.isfinite(value) or not low <= value <= high:
        raise InvalidAnswer(number_format_hint(question))
    return int(value) if value == int(value) else value


def number_format_hint(question: SurveyQuestion) -> str:
    """Return a sentence on how to write the number; phones show it without a connection."""
    bounds = {"low": number(question.minimum or 0), "high": number(question.maximum or 0)}
    if question.minimum is not None and question.maximum is not None:
        return _("Write a number from %(low)s to %(high)s.") % bounds
    if question.minimum is not None:
        return _("Write %(low)s or more.") % bounds
    if question.maximum is not None:
        return _("Write %(high)s or less.") % bounds
    return _("Write a number in digits, for example 12 or 2.5.")


def _text_cleaner(longest: int) -> Callable[[SurveyQuestion, Any], str]:
    """Return a function that cleans texts of at most ``longest`` characters."""

    def cleaned(question: SurveyQuestion, answer: Any) -> str | None:
        """Return the text without surrounding blanks; None if nothing is left."""
        text = str(answer).replace("\0", " ").strip()
        if len(text) > longest:
            raise InvalidAnswer(_("Write at most %(most)s characters; there are %(count)s.")
                        % {"most": number(longest), "count": number(len(text))})  # fmt: skip
        return text or None

    return cleaned  # type: ignore[return-value]


_CLEANERS: dict[str, Callable[[SurveyQuestion, Any], Any]] = {
    QuestionKind.SINGLE: _single,
    QuestionKind.MULTIPLE: _multiple,
    QuestionKind.SCALE: _scale,
    QuestionKind.MATRIX: _matrix,
    QuestionKind.NUMBER: _number,
    QuestionKind.SHORT: _text_cleaner(LONGEST_SHORT),
    QuestionKind.LONG: _text_cleaner(LONGEST_LONG),
}
