"""Keep the feed's order after a restore on another server, so that the marks of programs stay valid.

A recovery to a moment and a standby that takes over need no act: their timeline's number is part of each stamp
(``sql/feed.sql``).
"""

from django.db import connection, transaction

from ancu.core.db.sql_files import read_sql

LOST = 1 << 40  # more transactions than were ever counted between a backup and its restore
STATE = """
SELECT greatest(
    (SELECT coalesce(max(xact), 0) FROM stays_submission), (SELECT coalesce(max(xact), 0) FROM stays_stayevent)
), stays_feed_base(), (SELECT system_identifier::text FROM pg_control_system()), stays_feed_server()
"""
WAIT_FOR_WRITERS = "LOCK TABLE stays_submission, stays_stayevent IN SHARE ROW EXCLUSIVE MODE"
"""Ends when every transaction that took a number has ended; none takes one before the base has risen."""


@transaction.atomic
def realign_after_restore() -> int:
    """Raise the numbers of the feed above all marks that programs may hold, if the database came from another server.

    Return the base that is added to this server's transactions. A new server counts its transactions from one:
    restored rows would otherwise lie in the future, and new ones behind the marks of programs.
    """
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        newest, base, server, chosen_for = cursor.fetchone()
        if server == chosen_for:
            return int(base)
        cursor.execute(WAIT_FOR_WRITERS)
        cursor.execute(STATE)
        newest, *_ = cursor.fetchone()
        offset = newest + LOST if newest else 0
        cursor.execute(read_sql("stays", "feed.sql", offset=str(offset), server=server))
        cursor.execute("SELECT stays_feed_base()")
        return int(cursor.fetchone()[0])
