"""A question as a form draws it, wherever it is answered or keyed."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import get_language

from ancu.apps.surveys.enums import QuestionKind
from ancu.apps.surveys.rules import statistics
from ancu.apps.surveys.rules.answers import holds, number_wanted
from ancu.apps.surveys.rules.definition import Definition, Question, Section, answers_of
from ancu.apps.surveys.selectors.surveys import heading_values
from ancu.core.forms.editions import edition_of

register = template.Library()


@register.filter
def heading_edition(section: Section) -> str:
    """What the page shows of the section's heading, so that a later change of it is seen."""
    return edition_of(heading_values(section))


@register.inclusion_tag("surveys/_question.html")
def survey_question(
    question: Question, definition: Definition, answers: Mapping[str, Any], errors: Mapping[str, str], blank: str = ""
) -> dict[str, Any]:
    """``blank``: drawn without a person (preview, phone), so what hangs on an earlier answer is shown too."""
    here = definition.section_of(question.id)
    on = question.only_if
    together = on is not None and (bool(blank) or definition.section_of(on.question) == here)
    if not together and not holds(question, answers):
        return {"put": False}
    value = answers.get(question.id)
    return {
        "put": True,
        "q": question,
        "number": definition.number_of(question.id),
        "error": errors.get(question.id, ""),
        "value": "" if value is None else value,
        "options": _options(question, value),
        "rows": [(row, _chosen(question, (value or {}).get(row.id))) for row in question.rows],
        "steps": [(step, str(step) == str(value)) for step in question.steps],
        "only_if": f"{on.question}:{','.join(on.options)}" if on and together else "",
        "condition": condition(question, definition),
        "wanted": number_wanted(question) if question.kind == QuestionKind.NUMBER else "",
    }


def _options(question: Question, value: Any) -> list[tuple[Any, bool]]:
    chosen = value if isinstance(value, list) else [value]
    return [(one, one.id in chosen) for one in question.options]


def _chosen(question: Question, value: Any) -> list[tuple[Any, bool]]:
    return [(one, one.id == value) for one in question.options] if question.kind == QuestionKind.MATRIX else []


@register.simple_tag
def condition(question: Question, definition: Definition) -> str:
    """``3: “yes” or “no”``: the question it hangs on and the answers."""
    on = question.only_if
    asked = definition.question(on.question) if on else None
    if on is None or asked is None:
        return ""
    return f"{definition.number_of(asked.id)}: {answers_of(on, asked, get_language() or 'vi')}"


@register.filter
def kind_of(question: Question) -> str:
    return str(QuestionKind(question.kind).label)


@register.filter
def numbered(question: Question, definition: Definition) -> int:
    return definition.number_of(question.id)


percent = register.filter("percent", statistics.percent_text)
points = register.filter("points", statistics.points_text)
