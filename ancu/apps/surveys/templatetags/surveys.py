"""Template tags that draw a question wherever it is answered or keyed."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import get_language

from ancu.apps.surveys.enums import QuestionKind
from ancu.apps.surveys.rules import statistics
from ancu.apps.surveys.rules.answers import condition_is_met, number_format_hint
from ancu.apps.surveys.rules.definition import SurveyDefinition, SurveyQuestion, SurveySection, answers_of
from ancu.apps.surveys.selectors.surveys import heading_values
from ancu.core.forms.editions import edition_of

register = template.Library()


@register.filter
def heading_edition(section: SurveySection) -> str:
    """Return a hash of the section's heading, by which a later change is noticed."""
    return edition_of(heading_values(section))


@register.inclusion_tag("surveys/_question.html")
def survey_question(
    question: SurveyQuestion,
    definition: SurveyDefinition,
    answers: Mapping[str, Any],
    errors: Mapping[str, str],
    blank: str = "",
) -> dict[str, Any]:
    """Return the template context of a question with its answer, options and error; ``{"put": False}`` if not asked.

    It is not asked if its condition on an earlier section is not met. ``blank``: nobody has answered, so that
    conditions are shown as text.
    """
    here = definition.section_of(question.id)
    on = question.only_if
    together = on is not None and (bool(blank) or definition.section_of(on.question) == here)
    if not together and not condition_is_met(question, answers):
        return {"put": False}
    value = answers.get(question.id)
    return {
        "put": True,
        "q": question,
        "number": definition.number_of(question.id),
        "error": errors.get(question.id, ""),
        "value": "" if value is None else value,
        "options": _marked_options(question, value),
        "rows": [(row, _marked_columns(question, (value or {}).get(row.id))) for row in question.rows],
        "steps": [(step, str(step) == str(value)) for step in question.steps],
        "only_if": f"{on.question}:{','.join(on.options)}" if on and together else "",
        "condition": condition(question, definition),
        "number_format": number_format_hint(question) if question.kind == QuestionKind.NUMBER else "",
    }


def _marked_options(question: SurveyQuestion, value: Any) -> list[tuple[Any, bool]]:
    """Return each answer option, and whether the answer ``value`` contains it."""
    chosen = value if isinstance(value, list) else [value]
    return [(option, option.id in chosen) for option in question.options]


def _marked_columns(question: SurveyQuestion, value: Any) -> list[tuple[Any, bool]]:
    """Return each column of a matrix, and whether ``value`` is that column; empty for any other kind of question."""
    return [(option, option.id == value) for option in question.options] if question.kind == QuestionKind.MATRIX else []


@register.simple_tag
def condition(question: SurveyQuestion, definition: SurveyDefinition) -> str:
    """Return the question's condition as text: ``3: “yes” or “no”`` (number and answers of the earlier question)."""
    on = question.only_if
    condition_question = definition.question(on.question) if on else None
    if on is None or condition_question is None:
        return ""
    return (
        f"{definition.number_of(condition_question.id)}: {answers_of(on, condition_question, get_language() or 'vi')}"
    )


@register.filter
def kind_of(question: SurveyQuestion) -> str:
    """Return the name of the question's kind, such as single choice or scale, in the user's language."""
    return str(QuestionKind(question.kind).label)


@register.filter
def numbered(question: SurveyQuestion, definition: SurveyDefinition) -> int:
    """Return the question's displayed number."""
    return definition.number_of(question.id)


percent = register.filter("percent", statistics.percent_text)
points = register.filter("points", statistics.points_text)
