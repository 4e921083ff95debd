"""The feed's numbers go on where another server left off, so that the marks programs keep stay true."""

from django.db import connection, transaction

NEWEST = """
SELECT greatest(
    (SELECT coalesce(max(xact), 0) FROM stays_submission), (SELECT coalesce(max(xact), 0) FROM stays_stayevent)
), stays_feed_stamp(), pg_current_xact_id()::text::bigint
"""
# A server counts the transactions of all its databases: one that is open in another one holds nobody's changes back.
# Of whom it is not known where he is, it counts as here.
FUNCTIONS = """
CREATE OR REPLACE FUNCTION stays_feed_stamp() RETURNS bigint LANGUAGE sql STABLE AS
    'SELECT pg_current_xact_id()::text::bigint + {offset}';
CREATE OR REPLACE FUNCTION stays_feed_horizon() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce((
        SELECT min(running.xid::text::bigint) FROM pg_snapshot_xip(pg_current_snapshot()) AS running(xid)
        WHERE NOT EXISTS (
            SELECT FROM pg_locks held JOIN pg_stat_activity who USING (pid)
            WHERE held.locktype = 'transactionid' AND held.mode = 'ExclusiveLock'
                AND held.transactionid = running.xid::xid AND who.datname <> current_database()
        )
    ), pg_snapshot_xmax(pg_current_snapshot())::text::bigint) + {offset}
$$;
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
            cursor.execute(FUNCTIONS.format(offset=offset))
    return offset
