"""Open alerts of high severity by place, for the maps."""

from collections import Counter
from collections.abc import Sequence

from django.db.models import Count
from django.urls import reverse

from ancu.apps.oversight.enums import WAITING, Severity
from ancu.apps.oversight.rules import reads_alerts
from ancu.apps.oversight.selectors import visible_to
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors.shapes import PlaceNumber
from ancu.apps.stays.selectors.area import AgencyArea
from ancu.core.actor import Actor


def high_alerts(actor: Actor, area: AgencyArea, units: Sequence[AdministrativeUnit]) -> list[PlaceNumber]:
    """Return the open alerts of high severity of each of these units that has any, with their list.

    An alert about two places counts in each. Empty for users who may not read alerts.
    """
    if not units or not reads_alerts(actor):
        return []
    alerts = visible_to(actor).filter(state__in=sorted(WAITING), severity=Severity.HIGH).order_by()
    numbers: Counter[frozenset[int | None]] = Counter()
    for unit_id, second_id, number in alerts.values_list("unit_id", "other_unit_id").annotate(number=Count("pk")):
        numbers[frozenset((unit_id, second_id))] += number
    rows = []
    for unit in units if numbers else ():
        within = area.within(unit.pk)
        number = sum(count for pair, count in numbers.items() if pair & within)
        if number:
            url = f"{reverse('oversight:inbox')}?unit={unit.pk}&severity={Severity.HIGH.value}"
            rows.append(PlaceNumber(unit, number, url))
    return rows
