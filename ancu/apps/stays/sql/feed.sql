-- The numbers of the feed of changes: a transaction's number on this server, plus an offset. The offset is what a restored
-- database had counted on an earlier server (services/feed.py); it is 0 at first.
CREATE OR REPLACE FUNCTION stays_feed_stamp() RETURNS bigint LANGUAGE sql STABLE AS
    'SELECT pg_current_xact_id()::text::bigint + {offset}';

-- A program reads only what lies before this number: the oldest transaction that still runs in this database. A server
-- counts the transactions of all its databases together; one known to run in another database holds nothing back.
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
