"""Tasks: pairs to decide."""

from datetime import datetime
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
from ancu.core.registry.task_groups import Ask, Task, TaskGroup, task_group
from ancu.core.templatetags.ui import day


def waiting_tasks(actor: Actor) -> list[TaskGroup]:
    """Return the task group of undecided pairs, most likely first; an empty list for actors who may not decide."""
    if not may_decide_people(actor):
        return []
    kind = ("pairs", _("One person, or two?"), "users", reverse("travellers:pairs"))
    traits: dict[str, Any] = {"asks": Ask.DECIDE, "act": _("Join or keep apart"), "names": "pairs"}
    return [task_group(*kind, _undecided(actor), _task, **traits)]


@cached_query
def _undecided(actor: Actor) -> QuerySet[TravellerPair, Any]:
    """Return the undecided pairs that the actor may see, most likely first."""
    pairs = visible_to(actor).filter(STATES["undecided"]).order_by("-score", "-id")
    return pairs.values_list("pk", "rule", "left__full_name", "right__full_name", "left__birth_date", "found_at")


def _task(pk: int, rule: str, left: str, right: str, born_on: str, found_at: datetime) -> Task:
    """Return the task to decide on the pair ``pk``, found by ``rule``."""
    names = {"left": left, "right": right}
    title = _("%(left)s and %(right)s: one or two people?")
    if left == right:
        title = _("%(left)s, twice: one person or two?")
    url, born = reverse("travellers:pair", args=[pk]), _("born %(day)s") % {"day": day(born_on)}
    return Task(title % names, url, MatchRule(rule).label, since=found_at, facts=(born,), subject=pk)
