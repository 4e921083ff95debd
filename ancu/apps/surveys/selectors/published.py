"""Surveys whose figures may be read without preparing them: by the public, or beside a meeting."""

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from ancu.apps.surveys import rules
from ancu.apps.surveys.models import Survey
from ancu.apps.surveys.selectors.surveys import visible_to
from ancu.core.actor import Actor
from ancu.core.errors import require


def published() -> QuerySet[Survey]:
    """Return the surveys whose figures are public."""
    return Survey.objects.filter(figures_public=True).select_related("agency").prefetch_related("channels")


def get_published(slug: str) -> Survey:
    """Return a survey with public figures by any of its links, or 404."""
    return get_object_or_404(published().filter(channels__slug=slug[:20]).distinct())


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
