"""Gather the noted changes of presence into days and weeks, so that reads stay short."""

from datetime import timedelta

from django.db import connection, transaction

from ancu.apps.stays.models import MovesOfDay, UnitMove
from ancu.apps.stays.selectors.moves import MOVES
from ancu.core import clock

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('stays.presence'))"

# The weeks that began since the last one there is: who was there then, and who came and left in between.
NEW_WEEKS = """
WITH last AS MATERIALIZED (SELECT max(week) AS week FROM stays_presenceweek),
new_week AS MATERIALIZED (
    SELECT monday::date AS week FROM last, generate_series(
        coalesce(last.week, date_trunc('week', (SELECT min(day) FROM stays_presenceday))::date) + 7,
        date_trunc('week', %(today)s::date), interval '7 days') AS monday
),
earlier AS (
    SELECT by, unit_id, establishment_id, value, NULL::date AS day, present AS change
    FROM stays_presenceweek, last WHERE stays_presenceweek.week = last.week
    UNION ALL
    SELECT by, unit_id, establishment_id, value, day, arrivals - departures FROM stays_presenceday, last
    WHERE EXISTS (SELECT FROM new_week) AND (last.week IS NULL OR day >= last.week)
)
INSERT INTO stays_presenceweek (by, unit_id, establishment_id, value, week, present)
SELECT by, unit_id, establishment_id, value, new_week.week, sum(change)
FROM new_week JOIN earlier ON earlier.day IS NULL OR earlier.day < new_week.week
GROUP BY by, unit_id, establishment_id, value, new_week.week HAVING sum(change) <> 0
"""

# The waiting changes become days and weeks in one statement: no reader sees them twice, or not at all.
GATHER = """
WITH gone AS (
    DELETE FROM stays_presencechange
    RETURNING unit_id, establishment_id, nationality, purpose, arrived_on, departed_on, number
),
cells AS MATERIALIZED (
    SELECT cell.by, unit_id, cell.establishment_id, cell.value, arrived_on, departed_on, sum(number)::int AS number
    FROM gone CROSS JOIN LATERAL (VALUES
        ('lodging', gone.establishment_id, ''),
        ('nationality', NULL, gone.nationality),
        ('purpose', NULL, gone.purpose)
    ) AS cell(by, establishment_id, value)
    GROUP BY cell.by, unit_id, cell.establishment_id, cell.value, arrived_on, departed_on HAVING sum(number) <> 0
),
met AS (
    INSERT INTO stays_lodgingguestcount AS stored (establishment_id, unit_id, nationality, purpose, number)
    SELECT establishment_id, unit_id, nationality, purpose, sum(number) FROM gone
    GROUP BY establishment_id, unit_id, nationality, purpose HAVING sum(number) <> 0
    ON CONFLICT (establishment_id, unit_id, nationality, purpose) DO UPDATE SET number = stored.number + excluded.number
),
days AS (
    INSERT INTO stays_presenceday AS stored (by, unit_id, establishment_id, value, day, arrivals, departures)
    SELECT by, unit_id, establishment_id, value, moment.day, sum(moment.arrivals), sum(moment.departures)
    FROM cells CROSS JOIN LATERAL (VALUES (arrived_on, number, 0), (departed_on, 0, number))
        AS moment(day, arrivals, departures)
    WHERE moment.day IS NOT NULL
    GROUP BY by, unit_id, establishment_id, value, moment.day
    ON CONFLICT (by, day, unit_id, establishment_id, value) DO UPDATE
    SET arrivals = stored.arrivals + excluded.arrivals, departures = stored.departures + excluded.departures
),
weeks AS (
    INSERT INTO stays_presenceweek AS stored (by, unit_id, establishment_id, value, week, present)
    SELECT by, unit_id, establishment_id, value, monday::date, sum(number)
    FROM cells, generate_series(
        date_trunc('week', arrived_on + 6), -- the first Monday after the day of arrival, or that day
        date_trunc('week', least(departed_on, %(today)s::date)), interval '7 days') AS monday
    WHERE monday > arrived_on
    GROUP BY by, unit_id, establishment_id, value, monday
    ON CONFLICT (by, week, unit_id, establishment_id, value) DO UPDATE SET present = stored.present + excluded.present
)
SELECT count(*) FROM gone
"""
EMPTY = (
    "DELETE FROM stays_presenceday WHERE arrivals = 0 AND departures = 0",
    "DELETE FROM stays_presenceweek WHERE present = 0",
    "DELETE FROM stays_lodgingguestcount WHERE number = 0",
)


@transaction.atomic
def gather() -> int:
    """Add the waiting changes of presence to the tables of days and weeks; return the number of changes.

    Declarations are not blocked meanwhile. Idempotent. The rows of a new week are created first.
    """
    today = {"today": clock.today()}
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
        cursor.execute(NEW_WEEKS, today)
        cursor.execute(GATHER, today)
        count = int(cursor.fetchone()[0])
        for statement in EMPTY:
            cursor.execute(statement)
    return count


RECENT, FIRST = timedelta(days=45), timedelta(days=2 * 366)  # what a night looks at again; what the first one does
FIND_MOVES = f"""
INSERT INTO stays_unitmove (stay_id, day, origin_id, destination_id) {MOVES}
"""
COUNT_MOVES = """
INSERT INTO stays_movesofday (day, origin_id, destination_id, number)
SELECT day, origin_id, destination_id, count(*) FROM stays_unitmove WHERE day >= %(since)s GROUP BY 1, 2, 3
"""


@transaction.atomic
def find_moves() -> int:
    """Find anew the guests who came from another unit in the last 45 days; return their number.

    Idempotent; the first run goes back two years. Later declarations, corrections and joined identities no longer
    change older days.
    """
    today = clock.today()
    days = {"since": today - (RECENT if UnitMove.objects.exists() else FIRST), "until": today}
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
        for table in (UnitMove, MovesOfDay):
            table.objects.filter(day__gte=days["since"]).delete()
        cursor.execute(FIND_MOVES, days)
        move_count = int(cursor.rowcount)
        cursor.execute(COUNT_MOVES, days)
    return move_count
