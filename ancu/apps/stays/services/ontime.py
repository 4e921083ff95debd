"""Count hourly how much was declared on time in the last month, so that readers need not count."""

from datetime import timedelta

from django.db import connection, transaction

from ancu.apps.stays.models import OnTime
from ancu.apps.stays.selectors.ontime import DAYS, midnight
from ancu.core import clock

COUNT = """
INSERT INTO stays_ontime (day, unit_id, establishment_id, declared, late, today, until)
SELECT %(day)s, unit_id, establishment_id, sum(accepted_count), sum(late_count), bool_or(received_at >= %(midnight)s),
    %(until)s
FROM stays_submission WHERE received_at >= %(since)s AND received_at < %(until)s
GROUP BY unit_id, establishment_id
"""
UNDER_WAY = timedelta(minutes=10)  # what was received is stored within that, a file of fifty thousand too


@transaction.atomic
def recount_on_time() -> int:
    """Recount by lodging the declarations of the last thirty days and the late ones.

    Return the number of lodgings. Idempotent. A stay stored during the count is included the next time.
    """
    begin = midnight()
    values = {"day": clock.today(), "midnight": begin, "since": begin - timedelta(days=DAYS)}
    values["until"] = max(begin, clock.now() - UNDER_WAY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('stays.ontime'))")
        OnTime.objects.all().delete()
        cursor.execute(COUNT, values)
        return int(cursor.rowcount)
