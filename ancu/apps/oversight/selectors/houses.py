"""The lodgings of a place on a day: how many stay there, and what waits about each, for officers with the lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max

from ancu.apps.lodging.enums import EstablishmentStatus
from ancu.apps.lodging.models import Establishment
from ancu.apps.oversight.enums import WAITING
from ancu.apps.oversight.rules import may_inspect
from ancu.apps.oversight.selectors import visible_to
from ancu.apps.oversight.selectors.words import title_of
from ancu.apps.stays.selectors import presence
from ancu.apps.stays.selectors.area import Scope
from ancu.apps.stays.selectors.presence import Course
from ancu.core.actor import Actor


@dataclass(frozen=True)
class House:
    """``alerts``: (severity, title, how many) of what waits, the gravest first."""

    lodging: Establishment
    present: int
    arrivals: int
    departures: int
    alerts: Sequence[tuple[int, str, int]]
    may_plan: bool


def houses(actor: Actor, here: Scope, day: date) -> list[House]:
    """Active lodgings, and others that had somebody that day; those about which something waits first."""
    courses: dict[int, Course] = {}
    for (_unit, lodging), course in presence.by_lodging(here, day, day).items():
        courses.setdefault(lodging, Course()).add(course)
    known = Establishment.objects.filter(here.lodgings(), sandbox=False).order_by("search_key", "pk")
    waiting = _waiting(actor, [one.pk for one in known])
    found = [
        _house(actor, one, courses.get(one.pk, Course()), day, waiting.get(one.pk, ()))
        for one in known
        if one.status == EstablishmentStatus.ACTIVE or one.pk in courses
    ]
    return sorted(found, key=lambda one: (-max((grade for grade, *_more in one.alerts), default=0), -one.present))


def _house(
    actor: Actor, lodging: Establishment, course: Course, day: date, alerts: Sequence[tuple[int, str, int]]
) -> House:
    moved = course.arrivals(day), course.departures(day)
    return House(lodging, course.present(day), *moved, alerts, may_inspect(actor, lodging))


def _waiting(actor: Actor, lodgings: Sequence[int]) -> dict[int, list[tuple[int, str, int]]]:
    """What waits about each lodging, rule by rule, as the officer may know of it."""
    mine = visible_to(actor).filter(state__in=sorted(WAITING), establishment__within=lodgings).order_by()
    counted = mine.values_list("establishment_id", "rule").annotate(gravest=Max("severity"), number=Count("*"))
    found: dict[int, list[tuple[int, str, int]]] = {}
    for lodging, rule, gravest, number in counted:
        found.setdefault(lodging, []).append((gravest, title_of(rule), number))
    return {lodging: sorted(told, key=lambda one: (-one[0], one[1])) for lodging, told in found.items()}
