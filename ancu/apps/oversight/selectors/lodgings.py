"""The lodgings of a place on a day with their guest counts and waiting alerts."""

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
from ancu.apps.stays.selectors.presence import PresenceSeries
from ancu.core.actor import Actor


@dataclass(frozen=True)
class LodgingOverview:
    """A lodging on a day. ``alerts`` are tuples of severity, title and count, most severe first."""

    lodging: Establishment
    present: int
    arrivals: int
    departures: int
    alerts: Sequence[tuple[int, str, int]]
    may_plan: bool


def lodgings_of_place(actor: Actor, here: Scope, day: date) -> list[LodgingOverview]:
    """Return a place's active lodgings, and others with guests that day; those with waiting alerts come first."""
    courses: dict[int, PresenceSeries] = {}
    for (_unit, lodging), course in presence.by_lodging(here, day, day).items():
        courses.setdefault(lodging, PresenceSeries()).add(course)
    lodgings = Establishment.objects.filter(here.lodgings(), sandbox=False).order_by("search_key", "pk")
    waiting = _waiting_alerts(actor, [establishment.pk for establishment in lodgings])
    rows = [
        _lodging_overview(
            actor,
            establishment,
            courses.get(establishment.pk, PresenceSeries()),
            day,
            waiting.get(establishment.pk, ()),
        )
        for establishment in lodgings
        if establishment.status == EstablishmentStatus.ACTIVE or establishment.pk in courses
    ]
    return sorted(rows, key=lambda house: (-max((grade for grade, *_more in house.alerts), default=0), -house.present))


def _lodging_overview(
    actor: Actor, lodging: Establishment, course: PresenceSeries, day: date, alerts: Sequence[tuple[int, str, int]]
) -> LodgingOverview:
    """Return the lodging with the day's guests, arrivals and departures, and its waiting alerts."""
    moved = course.arrivals(day), course.departures(day)
    return LodgingOverview(lodging, course.present(day), *moved, alerts, may_inspect(actor, lodging))


def _waiting_alerts(actor: Actor, lodgings: Sequence[int]) -> dict[int, list[tuple[int, str, int]]]:
    """Return (highest severity, title, number) of each lodging's waiting alerts by rule, by lodging id.

    Only alerts that the actor may see count.
    """
    mine = visible_to(actor).filter(state__in=sorted(WAITING), establishment__in=lodgings).order_by()
    counted = mine.values_list("establishment_id", "rule").annotate(gravest=Max("severity"), number=Count("*"))
    alerts_by_lodging: dict[int, list[tuple[int, str, int]]] = {}
    for lodging, rule, gravest, number in counted:
        alerts_by_lodging.setdefault(lodging, []).append((gravest, title_of(rule), number))
    return {
        lodging: sorted(alerts, key=lambda alert: (-alert[0], alert[1]))
        for lodging, alerts in alerts_by_lodging.items()
    }
