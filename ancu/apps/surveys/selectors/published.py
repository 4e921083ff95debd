"""Surveys whose figures may be read without preparing them: by the public, or beside a meeting."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from ancu.apps.surveys import rules
from ancu.apps.surveys.enums import QuestionKind
from ancu.apps.surveys.models import Survey
from ancu.apps.surveys.selectors.results import ItemResult, count_answers, item_result, items
from ancu.apps.surveys.selectors.surveys import visible_to
from ancu.core.actor import Actor
from ancu.core.errors import require


def published() -> QuerySet[Survey]:
    """Return the surveys whose figures are public."""
    return Survey.objects.filter(figures_public=True).select_related("agency").prefetch_related("channels")


def get_published(slug: str) -> Survey:
    """Return a survey with public figures by any of its links, or 404."""
    return get_object_or_404(published().filter(channels__slug=slug[:20]).distinct())


@dataclass(frozen=True)
class PublishedRatings:
    """How people rated something in a published survey: the question, its rows, the scales, and how many answered."""

    survey: Survey
    respondents: int
    question: str
    rows: Sequence[ItemResult]
    scales: Sequence[ItemResult]


def newest_published_id() -> int | None:
    """Return the id of the newest survey whose figures are public; None without one."""
    return Survey.objects.filter(figures_public=True).order_by("-pk").values_list("pk", flat=True).first()


def newest_ratings() -> PublishedRatings | None:
    """Return the first rating table of the newest published survey, without rows that are partly suppressed.

    None if that survey has no such table.
    """
    survey = published().order_by("-pk").first()
    if survey is None:
        return None
    tally = count_answers(survey)
    counted_items = items(tally.definition)
    rated = [item for item in counted_items if item.row]
    rows = [item_result(tally, item) for item in rated if item.question == rated[0].question]
    complete_rows = [row for row in rows if all(line.share is not None for line in row.lines)]
    scales = [item_result(tally, item) for item in counted_items if item.question.kind == QuestionKind.SCALE]
    return (
        PublishedRatings(survey, tally.total, str(rated[0].question.text), complete_rows, scales)
        if complete_rows
        else None
    )


def survey_beside_meeting(actor: Actor, slug: str) -> Survey | None:
    """Return the survey that a meeting links to by ``slug``; None while its figures may not be seen.

    None also for a survey of an agency that is not the actor's or above it. 404 for people outside the agencies, 403
    for officers who collect no answers.
    """
    if not actor.is_agency:
        raise Http404
    require(rules.collects(actor))
    survey = visible_to(actor).filter(channels__slug=slug[:20]).first()
    return survey if survey and (survey.figures_public or rules.may_see_figures(actor, survey)) else None
