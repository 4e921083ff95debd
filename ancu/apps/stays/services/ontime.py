"""What was declared on time in the last month is counted once an hour, and not for every reader."""

from datetime import timedelta

from django.db import connection, transaction

from ancu.apps.stays.models import OnTime
from ancu.apps.stays.selectors.ontime import DAYS, midnight
from ancu.core import clock

COUNT = """
INSERT INTO stays_ontime (day, unit_id, establishment_id, declared, late)
SELECT %(day)s, unit_id, establishment_id, sum(accepted_count), sum(late_count) FROM stays_submission
WHERE received_at >= %(since)s AND received_at < %(until)s
GROUP BY unit_id, establishment_id
"""


@transaction.atomic
def count_on_time() -> int:
    """Of each lodging; returns of how many. Done twice, it is the same, and what came late over midnight is in it."""
    today, until = clock.today(), midnight()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('stays.ontime'))")
        OnTime.objects.all().delete()
        cursor.execute(COUNT, {"day": today, "since": until - timedelta(days=DAYS), "until": until})
        return int(cursor.rowcount)
