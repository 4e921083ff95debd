"""The map: former districts shaded by guests, today's communes as circles, and alerts of high severity."""

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ancu.apps.oversight.enums import Severity
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors.shapes import MapTexts, PlaceNumber, has_shape, place_map
from ancu.apps.reporting.selectors.morning.alerts import AlertFacts
from ancu.apps.reporting.selectors.morning.scope import LinkedNumber, MorningScope, page_address
from ancu.apps.stays.selectors import presence
from ancu.apps.stays.selectors.area import scope_of
from ancu.apps.stays.selectors.presence import PresenceSeries, SeriesByKey
from ancu.core.charts import PlaceMap
from ancu.core.templatetags.charts import value_format


@dataclass(frozen=True)
class PlaceCount:
    """A unit and its number with the page that it opens."""

    unit: AdministrativeUnit
    number: LinkedNumber


@dataclass(frozen=True)
class MorningMap:
    """Guests by former district and by commune, open alerts of high severity by commune, and the drawing of all."""

    districts: list[PlaceCount]
    communes: list[PlaceCount]
    alerts: list[PlaceCount]
    drawing: PlaceMap


def morning_map(scope: MorningScope, facts: AlertFacts) -> MorningMap | None:
    """Return the map of the actor's whole area on yesterday; None where no former district has a shape.

    Numbers link to the page of movement, which has the same.
    """
    former = [part for before in scope.area.predecessors(scope.root) for part in scope.area.parts(before)]
    drawn = [unit for unit in former if has_shape(unit)]
    if not drawn:
        return None
    day = scope.yesterday
    counts = presence.by_places(scope_of(scope.actor, scope.area, scope.root), day, day)
    districts = [_present(scope, unit, counts.localities) for unit in drawn]
    communes = [_present(scope, unit, counts.units) for unit in scope.area.parts(scope.root)]
    alerts = _alert_counts(scope, facts)
    drawing = place_map(
        [PlaceNumber(row.unit, row.number.value, row.number.url) for row in districts],
        [PlaceNumber(row.unit, row.number.value, row.number.url) for row in communes if row.number.value],
        MapTexts(value_format(), _("Map of guests by place"), _("high alerts")),
        marks=[PlaceNumber(row.unit, row.number.value, row.number.url) for row in alerts],
    )
    return MorningMap(districts, communes, alerts, drawing) if drawing else None


def _present(scope: MorningScope, unit: AdministrativeUnit, series: SeriesByKey) -> PlaceCount:
    """Return the guests present in a unit yesterday, with the unit's page of movement."""
    total = PresenceSeries()
    for key in scope.area.within(unit.pk):
        if key in series:
            total.add(series[key])
    url = f"{page_address('oversight:movement-unit', unit.pk)}?day={scope.yesterday:%d/%m/%Y}"
    return PlaceCount(unit, LinkedNumber(total.present(scope.yesterday), url))


def _alert_counts(scope: MorningScope, facts: AlertFacts) -> list[PlaceCount]:
    """Return the communes with open alerts of high severity, and how many there are."""
    numbers: Counter[frozenset[int | None]] = Counter()
    for group in facts.open:
        if group.unit_id is not None:  # an alert about two places counts in each
            numbers[frozenset((group.unit_id, group.other_unit_id))] += group.number
    url = page_address("reporting:morning-list", "alerts")
    rows = []
    for unit in scope.area.parts(scope.root) if numbers else ():
        if unit.pk not in scope.places.ids:
            continue
        within = scope.area.within(unit.pk)
        number = sum(count for pair, count in numbers.items() if pair & within)
        if number:
            address = f"{url}?unit={unit.pk}&severity={Severity.HIGH.value}"
            rows.append(PlaceCount(unit, LinkedNumber(number, address)))
    return rows
