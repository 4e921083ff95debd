"""That records wait to be told together or apart, by which rule they were found alike; nobody's name."""

from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.travellers.models import Pair
from ancu.apps.travellers.rules.access import may_decide_people
from ancu.apps.travellers.selectors.pairs import STATES, visible_to
from ancu.core.actor import Actor
from ancu.core.waiting import Pile, Task, pile


def waits(actor: Actor) -> list[Pile]:
    """For those who decide who is one person, the likeliest first."""
    if not may_decide_people(actor):
        return []
    found = visible_to(actor).filter(STATES["undecided"]).order_by("-score", "-id").only("rule")
    return [pile(_("One person, or two?"), "users", reverse("travellers:pairs"), found, _task)]


def _task(one: Pair) -> Task:
    return Task(one.get_rule_display(), reverse("travellers:pair", args=[one.pk]))
