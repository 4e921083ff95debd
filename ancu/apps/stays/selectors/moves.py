"""Who came from another unit: a guest whose stay before ended there at most three days before this one began.

One person's stays are looked at together, across documents and spellings, as far as the records are joined.
"""

from collections import defaultdict
from datetime import date

from django.db.models import Count, Q, QuerySet

from ancu.apps.places.selectors import Units, all_units, area_ids
from ancu.apps.stays.models import Stay, UnitMove

NIGHTS_BETWEEN = 3
MOVES = f"""
SELECT stay.id, stay.arrived_on AS day, earlier.unit_id AS origin, stay.unit_id AS destination
FROM stays_stay stay
JOIN travellers_identity identity ON identity.id = stay.identity_id
JOIN travellers_traveller traveller ON traveller.id = identity.traveller_id
CROSS JOIN LATERAL (
    SELECT before.unit_id, before.departed_on
    FROM travellers_traveller same
    JOIN travellers_identity spelt ON spelt.traveller_id = same.id
    JOIN stays_stay before ON before.identity_id = spelt.id
    WHERE (same.id = coalesce(traveller.person_id, traveller.id)
            OR same.person_id = coalesce(traveller.person_id, traveller.id))
        AND before.status <> 'withdrawn' AND (before.arrived_on, before.id) < (stay.arrived_on, stay.id)
    ORDER BY before.arrived_on DESC, before.id DESC LIMIT 1
) earlier
WHERE stay.status <> 'withdrawn' AND stay.arrived_on BETWEEN %s AND %s AND earlier.unit_id <> stay.unit_id
    AND stay.arrived_on - coalesce(earlier.departed_on, stay.arrived_on) <= {NIGHTS_BETWEEN}
"""  # noqa: S608
Pair = tuple[int, int]


def came_from(stays: QuerySet[Stay], unit_id: int, since: date, until: date) -> QuerySet[Stay]:
    """Those of the stays that began within the days and whose guest came from the unit, or from one it succeeded."""
    origins = area_ids(frozenset({unit_id}))
    moved = UnitMove.objects.filter(day__range=(since, until), origin_id__within=origins)
    return stays.filter(pk__in=moved.values("stay_id"))


def moves(ids: frozenset[int], since: date, until: date) -> dict[Pair, int]:
    """(from, to) → how many, by units of today, where one of the two is among ``ids``; as of the night before."""
    touching = Q(origin_id__within=ids) | Q(destination_id__within=ids)
    told = UnitMove.objects.filter(touching, day__range=(since, until)).order_by()
    units = all_units()
    found: dict[Pair, int] = defaultdict(int)
    for origin, destination, number in told.values_list("origin_id", "destination_id").annotate(Count("stay_id")):
        pair = _today(units, origin), _today(units, destination)
        if pair[0] != pair[1]:
            found[pair] += number
    return dict(found)


def _today(units: Units, unit_id: int) -> int:
    """The unit that stands in its place now: a merger moves nobody."""
    unit = units.by_id[unit_id]
    while unit.valid_until is not None and unit.successor_id is not None:
        unit = units.by_id[unit.successor_id]
    return unit.pk
