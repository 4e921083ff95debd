"""Keep the feed's order after a restore on another server, so that the marks of programs stay valid."""

from django.db import connection, transaction

from ancu.core.db.sql_files import read_sql

NEWEST = """
SELECT greatest(
    (SELECT coalesce(max(xact), 0) FROM stays_submission), (SELECT coalesce(max(xact), 0) FROM stays_stayevent)
), stays_feed_stamp(), pg_current_xact_id()::text::bigint
"""


@transaction.atomic
def realign_after_restore() -> int:
    """Raise the transaction numbers of the programs' feed above those of a restored database.

    Return the offset that is added. A new server counts its transactions from one. Restored rows would otherwise lie
    in the future, invisible until the server has counted that far.
    """
    with connection.cursor() as cursor:
        cursor.execute(NEWEST)
        newest, stamp, current = cursor.fetchone()
        offset = int(stamp - current)
        if newest >= stamp:
            offset = int(newest + 1 - current)
            cursor.execute(read_sql("stays", "feed.sql", offset=str(offset)))
    return offset
