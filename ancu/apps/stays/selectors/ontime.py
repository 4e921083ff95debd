"""What each lodging declared in thirty days and today, and how much of it late.

The days before today are read as the last hour's job has counted them; until the first count of a day they are
counted from the submissions themselves.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from ancu.apps.stays.models import OnTime
from ancu.apps.stays.selectors.area import Scope
from ancu.apps.stays.selectors.presence import within
from ancu.core import clock
from ancu.core.statements import run

DAYS = 30
READ = """
SELECT told.unit_id, told.establishment_id, sum(told.declared)::int, sum(told.late)::int, max(told.today)
FROM (
    SELECT unit_id, establishment_id, declared, late, 0 AS today FROM stays_ontime WHERE day = %(day)s
    UNION ALL
    SELECT unit_id, establishment_id, accepted_count, late_count,
        CASE WHEN received_at >= %(midnight)s THEN 1 ELSE 0 END
    FROM stays_submission WHERE received_at >= %(since)s
) told {joined} WHERE {scope} GROUP BY 1, 2
"""
Told = tuple[int, int, int, int, int]  # unit, lodging, declared, late, whether it declared today


def midnight() -> datetime:
    return datetime.combine(clock.today(), time.min, clock.VIETNAM)


def on_time(here: Scope) -> Iterator[Told]:
    """Of each lodging that declared."""
    begin = midnight()
    counted = OnTime.objects.filter(day=clock.today()).exists()
    told, values = within(here)
    days = {"day": clock.today(), "midnight": begin, "since": begin if counted else begin - timedelta(days=DAYS)}
    for row in run(READ.format(**told), days | values):
        yield row[0], row[1], row[2], row[3], row[4]
