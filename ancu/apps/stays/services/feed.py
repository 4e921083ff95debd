"""The feed's numbers go on where another server left off, so that the marks programs keep stay true."""

from django.db import connection, transaction

from ancu.core.db.sql_files import read_sql

NEWEST = """
SELECT greatest(
    (SELECT coalesce(max(xact), 0) FROM stays_submission), (SELECT coalesce(max(xact), 0) FROM stays_stayevent)
), stays_feed_stamp(), pg_current_xact_id()::text::bigint
"""


@transaction.atomic
def settle() -> int:
    """Add to the numbers what a restored database has counted already; returns by how much they are ahead.

    A server counts its transactions from the start. Rows that were brought along would otherwise lie in the future,
    out of everybody's sight, until it had counted so far.
    """
    with connection.cursor() as cursor:
        cursor.execute(NEWEST)
        newest, stamp, current = cursor.fetchone()
        offset = int(stamp - current)
        if newest >= stamp:
            offset = int(newest + 1 - current)
            cursor.execute(read_sql("stays", "feed.sql", offset=str(offset)))
    return offset
