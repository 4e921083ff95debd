"""Grow the demo to any number of stays by SQL, so that pages and questions can be tried at a million and more.

Each round copies every stay of the base, and what was entered beside it, with a new person and a receipt of its
own. Receipt numbers made here have no check sign and their hashes are not of their rows: they are for speed, and are
not handed to anybody.
"""

from django.db import connection, transaction

from ancu.apps.stays.services import ontime, presence

ROUND = """
WITH person AS (
    INSERT INTO travellers_traveller (id, first_seen_at)
    SELECT known.id + %(round)s * %(span)s, first_seen_at
    FROM travellers_identity known JOIN travellers_traveller ON travellers_traveller.id = traveller_id
    WHERE known.id < %(span)s
    RETURNING id
),
identity AS (
    INSERT INTO travellers_identity (id, traveller_id, document_number, nationality, birth_date, full_name,
        name_key)
    SELECT id + %(round)s * %(span)s, id + %(round)s * %(span)s, upper(substr(md5(document_number ||
        %(round)s), 1, 9)),
        nationality, birth_date, full_name, name_key
    FROM travellers_identity WHERE id < %(span)s
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
    FROM stays_submission WHERE id < %(span)s
    RETURNING id
)
INSERT INTO stays_stay (submission_id, position, client_reference, establishment_id, unit_id, identity_id,
    full_name, birth_date, sex, nationality, document_kind, document_number, permitted_until, entry_paper,
        purpose, room,
    arrived_on, arrived_at, expected_departure, departed_on, departure_presumed, declared_at, minutes_late,
        limit_id, status,
    withdrawal_reason)
SELECT submission_id + %(round)s * %(span)s, position, '', establishment_id, unit_id,
    identity_id + %(round)s * %(span)s, full_name, birth_date, sex, nationality, document_kind,
        upper(substr(md5(document_number || %(round)s), 1, 9)),
    permitted_until, entry_paper, purpose, room, arrived_on, arrived_at, expected_departure, departed_on,
    departure_presumed, declared_at, minutes_late, limit_id, status, withdrawal_reason
FROM stays_stay WHERE submission_id < %(span)s
LIMIT %(limit)s
"""
SPAN = 1_000_000  # ids of one round; a base is far smaller


def grow(total: int) -> int:
    """Add rounds until ``stays_stay`` holds ``total`` rows or more; returns how many there are."""
    count, done = _standing()
    while 0 < count < total:
        done += 1
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(ROUND, {"round": done, "span": SPAN, "limit": total - count})
            count += cursor.rowcount
    _finish()
    return count


def _standing() -> tuple[int, int]:
    """How many stays there are, and the last round whose ids are taken."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM stays_stay), greatest((SELECT max(id) FROM travellers_identity),"
            " (SELECT max(id) FROM stays_submission), (SELECT max(id) FROM travellers_traveller))"
        )
        count, last = cursor.fetchone()
    return count, (last or 0) // SPAN


def _finish() -> None:
    presence.gather()
    presence.find_moves()
    ontime.count_on_time()
    with connection.cursor() as cursor:
        for table in ("travellers_traveller", "travellers_identity", "stays_submission"):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
        cursor.execute("ANALYZE")
