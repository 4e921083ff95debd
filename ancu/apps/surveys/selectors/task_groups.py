"""Tasks: doubtful places on paper sheets, by survey."""

from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.surveys import rules
from ancu.apps.surveys.enums import ResponseState
from ancu.apps.surveys.models import Survey
from ancu.apps.surveys.selectors.paper import open_doubts
from ancu.apps.surveys.selectors.surveys import visible_to
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import cached_query
from ancu.core.registry.task_groups import Task, TaskGroup, listed_group
from ancu.core.templatetags.ui import counted


def task_groups(actor: Actor) -> list[TaskGroup]:
    """Return a collector's tasks: the doubtful places on paper sheets of each survey."""
    if not rules.collects(actor):
        return []
    read = [pk for (pk,) in _surveys_to_check(actor).rows()]
    if not read:
        return []
    surveys_by_id = {
        survey.pk: survey for survey in visible_to(actor).filter(pk__in=read) if rules.may_collect(actor, survey)
    }
    if not surveys_by_id:
        return []
    doubts = open_doubts(actor, *surveys_by_id.values()).select_related(None).order_by()
    counted = doubts.values_list("sheet__survey").annotate(n=Count("pk")).order_by("sheet__survey")
    tasks = [
        Task(surveys_by_id[pk].title, reverse("surveys:review", args=[pk]), _doubtful_places(n)) for pk, n in counted
    ]
    return [listed_group("sheets", _("Sheets to check"), "search", reverse("surveys:surveys"), tasks)]


@cached_query
def _surveys_to_check(actor: Actor) -> QuerySet[Survey, Any]:
    """Return the ids of surveys with doubtful sheets."""
    return visible_to(actor).filter(responses__state=ResponseState.REVIEW).values_list("pk").distinct()


def _doubtful_places(n: int) -> str:
    """Return the number of doubtful places as text."""
    return counted("%(n)s doubtful place", "%(n)s doubtful places", n)
