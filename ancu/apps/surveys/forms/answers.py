"""Answers as a page submits them: ``q3`` once or several times, rows of a table as ``q3__r1``."""

from collections.abc import Iterable
from typing import Any

from django.http import QueryDict

from ancu.apps.surveys.enums import QuestionKind
from ancu.apps.surveys.rules.definition import SurveyQuestion


def submitted_answers(data: QueryDict, questions: Iterable[SurveyQuestion]) -> dict[str, Any]:
    """Return the submitted answers to these questions by question id, for ``rules.answers`` to clean."""
    return {question.id: _submitted_answer(data, question) for question in questions}


def _submitted_answer(data: QueryDict, question: SurveyQuestion) -> Any:
    """Return the submitted answer to a question as it was typed: a text, a list of option ids, or option ids by row.

    A question without a submitted answer gives "", an empty list or an empty dict.
    """
    if question.kind == QuestionKind.MULTIPLE:
        return data.getlist(question.id)
    if question.kind == QuestionKind.MATRIX:
        return {row.id: value for row in question.rows if (value := data.get(f"{question.id}__{row.id}", ""))}
    return data.get(question.id, "")
