"""What each lodging declared in thirty days and today, and how much of it late.

What the last hour's job has counted is read as it is, and only what came since is counted here; before the first count
of a day, all of it.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from ancu.apps.stays.selectors.area import Scope
from ancu.apps.stays.selectors.presence import scope_condition
from ancu.core import clock
from ancu.core.db.statements import run

DAYS = 30
# One statement, since what is counted meanwhile moves from the second table to the first.
READ = """
SELECT scoped.unit_id, scoped.establishment_id, scoped.declared, scoped.late, scoped.today
FROM stays_ontime scoped {joined} WHERE scoped.day = %(day)s AND {scope}
UNION ALL
SELECT scoped.unit_id, scoped.establishment_id, sum(scoped.accepted_count)::int, sum(scoped.late_count)::int,
    bool_or(scoped.received_at >= %(midnight)s)
FROM stays_submission scoped {joined} WHERE {scope} AND scoped.received_at >=
    coalesce((SELECT max(until) FROM stays_ontime WHERE day = %(day)s), %(since)s)
GROUP BY 1, 2
"""
OnTimeRow = tuple[int, int, int, int, bool]  # unit, lodging, declared, late, whether it declared today


def midnight() -> datetime:
    """Return the start of today in Viet Nam."""
    return datetime.combine(clock.today(), time.min, clock.VIETNAM)


def on_time(here: Scope) -> Iterator[OnTimeRow]:
    """Yield (unit id, lodging id, declarations, late ones, whether it declared today) for the last thirty days."""
    begin = midnight()
    placeholders, values = scope_condition(here)
    days = {"day": clock.today(), "midnight": begin, "since": begin - timedelta(days=DAYS)}
    totals: dict[tuple[int, int], tuple[int, int, bool]] = {}
    for unit, lodging, *numbers in run(READ.format(**placeholders), days | values):
        before = totals.get((unit, lodging), (0, 0, False))
        totals[unit, lodging] = before[0] + numbers[0], before[1] + numbers[1], before[2] or numbers[2]
    for (unit, lodging), (declared, late, today) in totals.items():
        yield unit, lodging, declared, late, today
