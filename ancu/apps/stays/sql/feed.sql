-- The numbers of the feed of changes: a transaction's number on this server, plus a base that rises with each timeline
-- and each restore. A timeline begins when a standby takes over and after a recovery to a moment: then transactions are
-- counted again from an earlier number, while programs hold marks of what was lost. Every number of a later timeline
-- is above every mark that was handed out before, since no timeline counts 2^40 transactions.
-- What a restored database had counted on another server is the offset (services/feed.py); 0 at first.
CREATE OR REPLACE FUNCTION stays_feed_base() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint * (1::bigint << 40) + {offset}
$$;

-- The server for which the offset was chosen; empty at first.
CREATE OR REPLACE FUNCTION stays_feed_server() RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''{server}''';

CREATE OR REPLACE FUNCTION stays_feed_stamp() RETURNS bigint LANGUAGE sql STABLE AS
    'SELECT pg_current_xact_id()::text::bigint + stays_feed_base()';

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
    ), pg_snapshot_xmax(pg_current_snapshot())::text::bigint) + stays_feed_base()
$$;
