"""One statement stores one row or fifty thousand: match, join to travellers, close earlier stays, insert, report.

The rows reach it as ``incoming``: a JSON parameter when they are few, a session's temporary table filled by
COPY when they are many. A row that a concurrent transaction stored at the same moment is missing in the answer; the
caller then rolls back and tries again.
"""

from collections.abc import Sequence
from datetime import date, datetime
from operator import attrgetter
from types import NoneType
from typing import TYPE_CHECKING, Any, NamedTuple, get_args, get_type_hints

import msgspec
import psycopg
from django.db import connection

from ancu.core.db.statements import run
from ancu.engines.exchange import Guest

COPY_FROM = 500  # rows; below it a parameter is cheaper than a temporary table


class DeclarationRow(Guest, kw_only=True, gc=False):
    """A valid row to be stored: the guest's fields, with optional texts never None, and what the checks added.

    A ``contested`` row bears the reference or document of another guest of the batch: it may find a stay, and is never
    stored. A guest who ``returns`` is known to be the one who stays under the same document by another spelling.
    """

    if TYPE_CHECKING:  # a row without errors has them; declared again at run time, they would lose their place
        full_name: str = ""
        birth_date: str = ""
        nationality: str = ""
        document_number: str = ""
        arrived_on: date = date.min
        expected_departure: date = date.min

    position: int
    client_reference: str
    name_key: str
    minutes_late: int
    limit_id: str
    contested: bool = False
    returns: bool = False
    departure_presumed: bool = False  # known once the row is stored

    def take_departure(self, stored: "StoredRow") -> None:
        """Set the row's departure to that of the stored stay, which may be presumed from a later stay."""
        self.departed_on, self.departure_presumed = stored.departed_on, stored.departure_presumed


class StoredRow(NamedTuple):
    """A row stored now, with its departure, which may be presumed, and whether it closed an earlier stay."""

    position: int
    stay_id: int
    submission_id: int
    departed_on: date | None
    departure_presumed: bool
    closed_earlier: bool


class StayMatch(NamedTuple):
    """A declared stay with a row's document and arrival, or with its reference; it may be another guest's.

    A row may match two. An ``overlapping`` stay has the same document, another name and another arrival: one of the
    two would close the other, and only the names tell whether both are one guest's.
    """

    position: int
    stay_id: int
    number: str
    by_reference: bool
    overlapping: bool = False


SQL_TYPES = {str: "text", date: "date", datetime: "timestamptz", int: "int", bool: "boolean"}


def _sql_type(hint: Any) -> str:
    """Return the column type for an annotation; ``X | None`` is a column of X."""
    return SQL_TYPES[next(kind for kind in get_args(hint) or (hint,) if kind is not NoneType)]


COLUMN_NAMES = tuple(name for name in DeclarationRow.__struct_fields__ if name != "departure_presumed")
"""The columns of ``incoming``."""
_HINTS = get_type_hints(DeclarationRow)
COLUMNS = ", ".join(f"{name} {_sql_type(_HINTS[name])}" for name in COLUMN_NAMES)
# Those that go from the row into the stay as they are.
COPIED = tuple(name for name in COLUMN_NAMES if name not in {"position", "departed_on", "contested", "returns"})
CREATE = f"CREATE TEMP TABLE IF NOT EXISTS incoming ({COLUMNS}) ON COMMIT DELETE ROWS"
COPY = f"COPY pg_temp.incoming ({', '.join(COLUMN_NAMES)}) FROM STDIN"
FROM_TABLE = "SELECT * FROM pg_temp.incoming"
FROM_PARAMETER = f"SELECT * FROM jsonb_to_recordset(%(rows)s::jsonb) AS incoming({COLUMNS})"  # noqa: S608

STORE = """
WITH incoming AS MATERIALIZED ({source}),
receipt AS MATERIALIZED (SELECT coalesce(%(receipt)s, nextval('stays_submission_id_seq')) AS id),
same_document AS MATERIALIZED (
    SELECT incoming.position, incoming.arrived_on AS arriving, incoming.departed_on AS departing,
        stay.id, stay.submission_id, stay.arrived_on, stay.departed_on,
        stay.name_key = incoming.name_key OR incoming.returns AS same_name,
        stay.name_key = incoming.name_key OR stay.birth_date = incoming.birth_date AS same_person
    FROM incoming JOIN stays_stay stay
        ON stay.establishment_id = %(establishment)s AND stay.document_number = incoming.document_number
        AND stay.nationality = incoming.nationality AND NOT (stay.status = 'withdrawn')
),
matching_stay AS MATERIALIZED (
    SELECT position, id, submission_id, false AS by_reference FROM same_document WHERE arrived_on = arriving
    UNION ALL
    SELECT incoming.position, stay.id, stay.submission_id, true
    FROM incoming JOIN stays_stay stay
        ON stay.establishment_id = %(establishment)s AND stay.client_reference = incoming.client_reference
        AND NOT (stay.client_reference = '') AND NOT (stay.status = 'withdrawn')
    WHERE NOT (incoming.client_reference = '')
),
overlapping_stay AS MATERIALIZED (  -- those of whom corrections.is_document_overlap is asked
    SELECT position, id, submission_id FROM same_document
    WHERE NOT (same_person AND same_name) AND CASE WHEN arrived_on < arriving THEN departed_on IS NULL
            WHEN arrived_on > arriving THEN departing IS NULL ELSE false END
        AND position NOT IN (SELECT position FROM matching_stay)
),
new_stay AS MATERIALIZED (
    SELECT incoming.*, lead(arrived_on) OVER (
        PARTITION BY document_number, nationality ORDER BY arrived_on
    ) AS next_here
    FROM incoming WHERE NOT contested AND position NOT IN (SELECT position FROM matching_stay)
        AND position NOT IN (SELECT position FROM overlapping_stay)
),
same_person_stay AS MATERIALIZED (
    SELECT position, arriving, id, arrived_on, departed_on FROM same_document
    WHERE same_person AND position IN (SELECT position FROM new_stay)
),
later_stay AS MATERIALIZED (
    SELECT position, min(arrived_on) AS next_there FROM same_person_stay WHERE arrived_on > arriving GROUP BY position
),
closing_stay AS MATERIALIZED (
    SELECT DISTINCT ON (id) id, position, arriving FROM same_person_stay
    WHERE departed_on IS NULL AND arrived_on < arriving ORDER BY id, arriving
),
closed_stay AS (
    UPDATE stays_stay stay
    SET departed_on = greatest(stay.arrived_on, least(stay.expected_departure, closing_stay.arriving)),
        departure_presumed = true
    FROM closing_stay WHERE stay.id = closing_stay.id AND stay.departed_on IS NULL
    RETURNING closing_stay.position
),
person AS MATERIALIZED (
    SELECT incoming_person.*, traveller.traveller_id IS NULL AS is_new,
        coalesce(traveller.traveller_id, nextval('travellers_traveller_id_seq')) AS traveller_id
    FROM (SELECT DISTINCT document_number, nationality, birth_date FROM new_stay) incoming_person
    LEFT JOIN LATERAL (
        SELECT identity.traveller_id FROM travellers_identity identity
        WHERE identity.document_number = incoming_person.document_number
            AND identity.nationality = incoming_person.nationality
            AND identity.birth_date = incoming_person.birth_date
        ORDER BY identity.id LIMIT 1
    ) traveller ON true
),
new_traveller AS (
    INSERT INTO travellers_traveller (id, first_seen_at) SELECT traveller_id, %(now)s FROM person WHERE is_new
),
person_name AS MATERIALIZED (
    SELECT incoming_name.*, identity.id FROM (
        SELECT DISTINCT ON (document_number, nationality, birth_date, name_key)
            document_number, nationality, birth_date, name_key, full_name
        FROM new_stay ORDER BY document_number, nationality, birth_date, name_key, position
    ) incoming_name
    LEFT JOIN travellers_identity identity USING (document_number, nationality, birth_date, name_key)
),
new_identity AS (
    INSERT INTO travellers_identity (traveller_id, document_number, nationality, birth_date, full_name, name_key)
    SELECT person.traveller_id, person_name.document_number, person_name.nationality, person_name.birth_date, full_name,
        name_key
    FROM person_name JOIN person USING (document_number, nationality, birth_date)
    WHERE person_name.id IS NULL
    ORDER BY document_number, nationality, birth_date, name_key
    ON CONFLICT DO NOTHING
    RETURNING id, document_number, nationality, birth_date, name_key
),
name_identity AS (
    SELECT id, document_number, nationality, birth_date, name_key FROM person_name WHERE id IS NOT NULL
    UNION ALL SELECT id, document_number, nationality, birth_date, name_key FROM new_identity
),
stored_stay AS (
    INSERT INTO stays_stay (
        submission_id, position, establishment_id, unit_id, identity_id, {copied}, departed_on, departure_presumed,
        declared_at, status, withdrawal_reason)
    SELECT receipt.id, new_stay.position, %(establishment)s, %(unit)s, name_identity.id, {copied_values},
        CASE WHEN departed_on IS NOT NULL OR next_here IS NULL AND next_there IS NULL THEN departed_on
            ELSE greatest(arrived_on, least(expected_departure, next_here, next_there)) END,
        departed_on IS NULL AND (next_here IS NOT NULL OR next_there IS NOT NULL),
        %(now)s, 'declared', ''
    FROM receipt CROSS JOIN new_stay
    JOIN name_identity USING (document_number, nationality, birth_date, name_key)
    LEFT JOIN later_stay ON later_stay.position = new_stay.position
    WHERE (SELECT count(*) FROM closed_stay) >= 0  -- the earlier stay must be closed before the next opens
    ORDER BY new_stay.document_number, new_stay.nationality, arrived_on
    ON CONFLICT DO NOTHING
    RETURNING position, id, submission_id, departed_on, departure_presumed
)
SELECT position, id, submission_id, departed_on, departure_presumed, position IN (SELECT position FROM closed_stay),
    NULL AS number, false AS by_reference, false AS is_overlapping
FROM stored_stay
UNION ALL
SELECT matching_stay.position, matching_stay.id, matching_stay.submission_id, NULL, false, false, submission.number,
    matching_stay.by_reference, false
FROM matching_stay JOIN stays_submission submission ON submission.id = matching_stay.submission_id
UNION ALL
SELECT overlapping_stay.position, overlapping_stay.id, overlapping_stay.submission_id, NULL, false, false,
    submission.number, false, true
FROM overlapping_stay JOIN stays_submission submission ON submission.id = overlapping_stay.submission_id
"""
_COPIED = {"copied": ", ".join(COPIED), "copied_values": ", ".join(f"new_stay.{name}" for name in COPIED)}
STORE_TABLE = STORE.format(source=FROM_TABLE, **_COPIED)
STORE_PARAMETER = STORE.format(source=FROM_PARAMETER, **_COPIED)


def store(
    rows: Sequence[DeclarationRow], *, establishment_id: int, unit_id: int, now: datetime, receipt: int | None = None
) -> tuple[list[StoredRow], list[StayMatch]]:
    """Store ``rows`` in the current transaction; return the stored rows, and the stays that the others match.

    ``receipt`` is the id of the submission that earlier rows of the same declaration were stored under.

    Keys must be different from each other within ``rows``, references among those not contested. Rows that met a
    simultaneous twin, and contested ones that found nothing, are in neither list.
    """
    parameters: dict[str, object] = {
        "establishment": establishment_id, "unit": unit_id, "now": now, "receipt": receipt,
    }  # fmt: skip
    if len(rows) < COPY_FROM:
        parameters["rows"] = msgspec.json.encode(rows).decode()
        return _stored_and_matches(run(STORE_PARAMETER, parameters))
    _copy_rows(rows)
    return _stored_and_matches(run(STORE_TABLE, parameters))


def _stored_and_matches(answers: list[tuple[Any, ...]]) -> tuple[list[StoredRow], list[StayMatch]]:
    """Return the rows of the storing statement's result as stored rows, and as matches with declared stays."""
    stored_rows: list[StoredRow] = []
    stay_matches: list[StayMatch] = []
    for (
        position,
        stay_id,
        submission_id,
        departed_on,
        is_presumed,
        closed_earlier,
        number,
        by_reference,
        overlaps,
    ) in answers:
        if number is None:
            stored_rows.append(
                StoredRow(
                    position=position,
                    stay_id=stay_id,
                    submission_id=submission_id,
                    departed_on=departed_on,
                    departure_presumed=is_presumed,
                    closed_earlier=closed_earlier,
                )
            )
        else:
            stay_matches.append(
                StayMatch(
                    position=position, stay_id=stay_id, number=number, by_reference=by_reference, overlapping=overlaps
                )
            )
    return stored_rows, stay_matches


def _copy_rows(rows: Sequence[DeclarationRow]) -> None:
    """Copy the rows into the temporary table that the storing statement reads."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(CREATE)
        cursor.execute("TRUNCATE pg_temp.incoming")
        with cursor.copy(COPY) as copy:
            for start in range(0, len(rows), 2000):
                copy.write("".join(map(_copy_line, rows[start : start + 2000])))
        cursor.execute("ANALYZE pg_temp.incoming")


_column_values = attrgetter(*COLUMN_NAMES)
LAST_COLUMN = len(COLUMN_NAMES) - 1


def _copy_line(row: DeclarationRow) -> str:
    """Return one line of COPY's text format; backslashes, tabs and line breaks are escaped."""
    values = _column_values(row)
    line = "\t".join([r"\N" if value is None else str(value) for value in values])
    is_plain = line.count("\\") == values.count(None) and line.count("\t") == LAST_COLUMN
    if not is_plain or "\n" in line or "\r" in line:
        line = "\t".join(r"\N" if value is None else str(value).translate(ESCAPES) for value in values)
    return line + "\n"


ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
