"""Grow the demo to any number of stays by SQL, to test pages and queries with a million rows and more.

Each round copies every stay of the base and its related rows, with a new person and receipt. Generated receipt numbers
have no check character, and hashes do not match their rows; they are never handed out.
"""

from django.db import connection, transaction

from ancu.apps.stays.services import ontime, presence
from ancu.demo.bulk import without_indexes

ROUND = """
WITH person AS (
    INSERT INTO travellers_traveller (id, first_seen_at)
    SELECT known.id + %(round)s * %(span)s, first_seen_at
    FROM grown_identity known
    RETURNING id
),
identity AS (
    INSERT INTO travellers_identity (id, traveller_id, document_number, nationality, birth_date, full_name,
        name_key)
    SELECT id + %(round)s * %(span)s, id + %(round)s * %(span)s, upper(substr(md5(document_number ||
        %(round)s), 1, 9)),
        nationality, birth_date, full_name, name_key
    FROM grown_identity
    RETURNING id
),
submission AS (
    INSERT INTO stays_submission (id, number, establishment_id, unit_id, channel, actor_kind,
        client_reference,
        keyed_at, received_at, read_count, accepted_count, warned_count, already_count, refused_count,
            skipped_count, late_count,
        sha256)
    SELECT id + %(round)s * %(span)s, 'X' || upper(substr(md5(number || %(round)s), 1, 14)), establishment_id,
        unit_id,
        channel, actor_kind, '', keyed_at, received_at, accepted_count, accepted_count, 0, 0, 0, 0, late_count,
            sha256
    FROM grown_submission
    RETURNING id
)
INSERT INTO stays_stay (submission_id, position, client_reference, establishment_id, unit_id, identity_id,
    full_name, name_key, birth_date, sex, nationality, document_kind, document_number, permitted_until, entry_paper,
        purpose, room,
    arrived_on, arrived_at, expected_departure, departed_on, departure_presumed, declared_at, minutes_late,
        limit_id, status,
    withdrawal_reason)
SELECT submission_id + %(round)s * %(span)s, position, '', establishment_id, unit_id,
    identity_id + %(round)s * %(span)s, full_name, name_key, birth_date, sex, nationality, document_kind,
        upper(substr(md5(document_number || %(round)s), 1, 9)),
    permitted_until, entry_paper, purpose, room, arrived_on, arrived_at, expected_departure, departed_on,
    departure_presumed, declared_at, minutes_late, limit_id, status, withdrawal_reason
FROM grown_stay ORDER BY id
LIMIT %(limit)s
"""
SPAN = 1_000_000  # ids of one round; a base is far smaller
TABLES = ("travellers_traveller", "travellers_identity", "stays_submission", "stays_stay")
# The base rows, copied to temporary tables: each round reads them without indexes.
BASE = (
    """CREATE TEMP TABLE grown_identity ON COMMIT DROP AS SELECT known.*, first_seen_at FROM travellers_identity known
    JOIN travellers_traveller ON travellers_traveller.id = traveller_id WHERE known.id < %(span)s""",
    "CREATE TEMP TABLE grown_submission ON COMMIT DROP AS SELECT * FROM stays_submission WHERE id < %(span)s",
    "CREATE TEMP TABLE grown_stay ON COMMIT DROP AS SELECT * FROM stays_stay WHERE submission_id < %(span)s",
)
# Presence and name words are computed once for all copies, instead of per row by triggers.
QUIET = ("travellers_identity", "stays_stay")
NOTE = """
INSERT INTO stays_presencechange (unit_id, establishment_id, nationality, purpose, arrived_on, departed_on, number)
SELECT unit_id, establishment_id, nationality, purpose, arrived_on, departed_on, count(*) FROM stays_stay
WHERE id > %(last)s AND status <> 'withdrawn' GROUP BY 1, 2, 3, 4, 5, 6
"""


def grow(total: int) -> int:
    """Copy stays until ``stays_stay`` has at least ``total`` rows; return the number of rows.

    Runs in one transaction, without the tables' indexes: updating twenty of them for ten million rows takes an hour.
    """
    count, rounds_done, last = _current_counts()
    if not 0 < count < total:
        return count
    with transaction.atomic():
        with without_indexes(TABLES), connection.cursor() as cursor:
            for table in QUIET:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            for statement in BASE:
                cursor.execute(statement, {"span": SPAN})
            while count < total:
                rounds_done += 1
                cursor.execute(ROUND, {"round": rounds_done, "span": SPAN, "limit": total - count})
                count += cursor.rowcount
            cursor.execute("DROP TABLE grown_identity, grown_submission, grown_stay")
            for table in QUIET:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        _finish(last)
    return count


def _current_counts() -> tuple[int, int, int]:
    """Return the number of stays, the number of copying rounds so far, and the highest stay id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM stays_stay), greatest((SELECT max(id) FROM travellers_identity),"
            " (SELECT max(id) FROM stays_submission), (SELECT max(id) FROM travellers_traveller)),"
            " (SELECT max(id) FROM stays_stay)"
        )
        count, last, stay = cursor.fetchone()
    return count, (last or 0) // SPAN, stay or 0


def _finish(last: int) -> None:
    """After round ``last`` of copying stays: store its number, advance the id sequences, recount statistics."""
    with connection.cursor() as cursor:
        cursor.execute(NOTE, {"last": last})
        for table in TABLES[:-1]:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
        cursor.execute("ANALYZE")
    presence.gather()
    presence.find_moves()
    ontime.recount_on_time()
