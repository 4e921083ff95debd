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
from ancu.core.registry.task_groups import Ask, Task, TaskGroup, listed_group
from ancu.core.templatetags.ui import counted

COLUMNS = ("id", "agency_id", "title_vi", "title_en", "state", "figures_published_at")  # what a task needs of a survey


def task_groups(actor: Actor) -> list[TaskGroup]:
    """Return a collector's tasks: one for each survey with doubtful places on sheets, with their number."""
    if not rules.collects(actor):
        return []
    surveys = [Survey(**dict(zip(COLUMNS, row, strict=True))) for row in _surveys_to_check(actor).rows()]
    surveys_by_id = {survey.pk: survey for survey in surveys if rules.may_collect(actor, survey)}
    if not surveys_by_id:
        return []
    doubts = open_doubts(actor, *surveys_by_id.values()).select_related(None).order_by()
    numbers = doubts.values_list("sheet__survey").annotate(Count("pk"), Count("sheet", distinct=True))
    tasks = [_task(surveys_by_id[pk].title, pk, *counts) for pk, *counts in numbers.order_by("sheet__survey")]
    kind = ("sheets", _("Sheets to check"), "search", reverse("surveys:surveys"))
    return [listed_group(*kind, tasks, asks=Ask.LOOK, act=_("Read what the machine could not"))]


@cached_query
def _surveys_to_check(actor: Actor) -> QuerySet[Survey, Any]:
    """Return the surveys with sheets to check that the actor may see, as tuples of ``COLUMNS``."""
    return visible_to(actor).filter(responses__state=ResponseState.REVIEW).values_list(*COLUMNS).distinct()


def _task(title: str, pk: int, doubts: int, sheets: int) -> Task:
    """Return the task to settle the doubtful places of a survey's sheets."""
    on_sheets = counted("on %(n)s paper sheet", "on %(n)s paper sheets", sheets)
    return Task(f"{title}: {_doubtful_places(doubts)}", reverse("surveys:review", args=[pk]), on_sheets)


def _doubtful_places(n: int) -> str:
    """Return the number ``n`` as text: "3 doubtful places"."""
    return counted("%(n)s doubtful place", "%(n)s doubtful places", n)
