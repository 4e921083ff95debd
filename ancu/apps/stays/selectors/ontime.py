"""What each lodging declared in thirty days and today, and how much of it late.

The days before today are read as the last hour's job has counted them; until the first count of a day they are
counted from the submissions themselves.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from ancu.apps.stays.selectors.area import Scope
from ancu.apps.stays.selectors.presence import within
from ancu.core import clock
from ancu.core.statements import run

DAYS = 30
TODAY = "bool_or(told.received_at >= %(midnight)s)::int"
COUNTED = "SELECT EXISTS (SELECT FROM stays_ontime WHERE day = %s)"
READ = """
SELECT told.unit_id, told.establishment_id, told.declared, told.late, 0 FROM stays_ontime told {joined}
WHERE told.day = %(day)s AND {scope}
UNION ALL
SELECT told.unit_id, told.establishment_id, sum(told.accepted_count)::int, sum(told.late_count)::int,
    {today}
FROM stays_submission told {joined} WHERE told.received_at >= %(since)s AND {scope} GROUP BY 1, 2
"""
Told = tuple[int, int, int, int, int]  # unit, lodging, declared, late, whether it declared today


def midnight() -> datetime:
    return datetime.combine(clock.today(), time.min, clock.VIETNAM)


def on_time(here: Scope) -> Iterator[Told]:
    """Of each lodging that declared; of before today and of today apart, to be added up."""
    begin = midnight()
    [(counted,)] = run(COUNTED, [clock.today()])
    told, values = within(here)
    days = {"day": clock.today(), "since": begin}
    if not counted:
        days = {"day": clock.today(), "since": begin - timedelta(days=DAYS), "midnight": begin}
    for row in run(READ.format(today=1 if counted else TODAY, **told), days | values):
        yield row[0], row[1], row[2], row[3], row[4]
