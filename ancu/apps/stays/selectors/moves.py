"""Guests from another unit: their previous stay ended there at most three days before this one began.

One person's stays are compared across documents and spellings, as far as the records are joined.
"""

from collections import defaultdict
from datetime import date

from django.db.models import F, QuerySet

from ancu.apps.places.selectors import Units, area_ids
from ancu.apps.stays.models import Stay
from ancu.core.db.statements import run

NIGHTS_BETWEEN = 3
# By windows and hash joins: looking up each guest's stay before took ten seconds for a million stays, and without end
# where the database knew nothing yet of tables that were just filled.
MOVES = f"""
WITH who AS (
    SELECT DISTINCT coalesce(traveller.person_id, traveller.id) AS person
    FROM stays_stay stay
    JOIN travellers_identity identity ON identity.id = stay.identity_id
    JOIN travellers_traveller traveller ON traveller.id = identity.traveller_id
    WHERE stay.status <> 'withdrawn' AND stay.arrived_on BETWEEN %(since)s AND %(until)s
),
ordered AS (
    SELECT stay.id, stay.arrived_on, stay.unit_id,
        lag(stay.unit_id) OVER in_order AS origin_id, lag(stay.departed_on) OVER in_order AS departed_on
    FROM who
    JOIN travellers_traveller traveller ON coalesce(traveller.person_id, traveller.id) = who.person
    JOIN travellers_identity identity ON identity.traveller_id = traveller.id
    JOIN stays_stay stay ON stay.identity_id = identity.id
    WHERE stay.status <> 'withdrawn'
    WINDOW in_order AS (PARTITION BY who.person ORDER BY stay.arrived_on, stay.id)
)
SELECT id, arrived_on, origin_id, unit_id FROM ordered
WHERE arrived_on BETWEEN %(since)s AND %(until)s AND origin_id <> unit_id
    AND arrived_on - coalesce(departed_on, arrived_on) <= {NIGHTS_BETWEEN}
"""  # noqa: S608
BETWEEN = """
SELECT origin_id, destination_id, sum(number)::int FROM stays_movesofday
WHERE day BETWEEN %(since)s AND %(until)s
    AND (origin_id = ANY(%(ids)s::bigint[]) OR destination_id = ANY(%(ids)s::bigint[]))
GROUP BY 1, 2
"""
Pair = tuple[int, int]


def came_from(stays: QuerySet[Stay], unit_id: int, since: date, until: date) -> QuerySet[Stay]:
    """Filter stays that began between the days, whose guest came from the unit or one that it succeeded.

    A move has the day of its stay's arrival, so only the end of the index of moves is read.
    """
    origins = area_ids(frozenset({unit_id}))
    return stays.filter(move__day=F("arrived_on"), move__day__range=(since, until), move__origin__in=origins)


def moves(units: Units, ids: frozenset[int], since: date, until: date) -> dict[Pair, int]:
    """Return the number of guests who moved, from ``since`` to ``until``, by ids (from unit, to unit).

    Former units count as their present successors; one of the two is in ``ids``. The table of moves was filled last
    night.
    """
    counts: dict[Pair, int] = defaultdict(int)
    for origin, destination, number in run(BETWEEN, {"since": since, "until": until, "ids": list(ids)}):
        pair = _today(units, origin), _today(units, destination)
        if pair[0] != pair[1]:
            counts[pair] += number
    return dict(counts)


def _today(units: Units, unit_id: int) -> int:
    """Return the id of the unit that exists today in the place of this one; a present unit's own id.

    So a merger is not counted as a move of guests.
    """
    unit = units.by_id[unit_id]
    while unit.valid_until is not None and unit.successor_id is not None:
        unit = units.by_id[unit.successor_id]
    return unit.pk
