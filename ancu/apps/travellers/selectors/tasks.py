"""Tasks: pairs to decide, by rule and without names."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.travellers.enums import MatchRule
from ancu.apps.travellers.models import TravellerPair
from ancu.apps.travellers.rules.access import may_decide_people
from ancu.apps.travellers.selectors.pairs import STATES, visible_to
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import cached_query
from ancu.core.registry.task_groups import Task, TaskGroup, task_group


def waiting_tasks(actor: Actor) -> list[TaskGroup]:
    """Return the tasks to decide on undecided pairs, most likely first; none without the right to decide."""
    if not may_decide_people(actor):
        return []
    page = reverse("travellers:pairs")
    return [task_group("pairs", _("One person, or two?"), "users", page, _undecided(actor), _task)]


@cached_query
def _undecided(actor: Actor) -> QuerySet[TravellerPair, Any]:
    """Return the undecided pairs that the actor may see, most likely first."""
    return visible_to(actor).filter(STATES["undecided"]).order_by("-score", "-id").values_list("pk", "rule")


def _task(pk: int, rule: str) -> Task:
    """Return the task to decide on the pair ``pk``, found by ``rule``."""
    return Task(MatchRule(rule).label, reverse("travellers:pair", args=[pk]))
