"""Records related to the grown dossiers: legal files, fees and payments, counters and post."""

from django.conf import settings

from ancu.apps.dossiers.models import Appointment, BankLine, Charge, FeeReceipt, Payment, Posting, Slot
from ancu.apps.dossiers.services.money.charging import reference_prefix
from ancu.core.documents.reference_numbers import ALPHABET, REFERENCE_SIGNS
from ancu.demo.bulk import copy_statement

AROUND = (Charge, Payment, FeeReceipt, BankLine, Slot, Appointment, Posting)
ZONE = "Asia/Ho_Chi_Minh"
COUNTERS = 18
STRANGE = 75  # unmatched transfers for each original one


def signs_with_check(number: str, count: int) -> str:
    """Return SQL for ``count`` pseudo-random characters and their check character, unique for each ``number``."""
    base = len(ALPHABET)
    size = base**count
    factor = size * 618_033_988_749_894_848 // 10**18  # the golden ratio: it spreads neighbours widest
    factor += factor % base == 0  # coprime with the size, so that no two numbers collide
    mixed = f"mod({number}::numeric * {factor} + {size // 3}, {size})::bigint"
    digits = [f"(x / {base**place} % {base})::int" for place in range(count)]
    total = " + ".join(f"{place} * {digit}" for place, digit in enumerate(digits, start=1))
    signs = [f"substr('{ALPHABET}', {value} + 1, 1)" for value in (*digits, f"(({total}) % {base})")]
    return f"(SELECT {' || '.join(signs)} FROM (SELECT {mixed} AS x) mixed)"


def grow_legal_files() -> list[str]:
    """Return SQL that gives copied companies legal files: copies of those of the companies they copy."""
    return [
        """
INSERT INTO dossiers_legalfile (organisation_id, version, state, name, tax_code, licence_number, licence_date,
    licence_authority, address, phone, email, field, signatory_name, signatory_title, valid_from, licence_scan_id,
    na16_scan_id, submitted_by_id, submitted_at, decided_by_id, decided_at, reason)
SELECT o.id, version, state, name, tax_code, licence_number, licence_date, licence_authority, address, phone, email,
    field, signatory_name, signatory_title, valid_from, licence_scan_id, na16_scan_id, u.id, submitted_at,
    decided_by_id, decided_at, reason
FROM dossiers_legalfile b JOIN grown_organisation o ON o.base_id = b.organisation_id
JOIN grown_user u ON u.base_id = b.submitted_by_id AND u.part = o.part"""
    ]


# ---- money ---------------------------------------------------------------------------------------------

RATES = f"""
INSERT INTO dossiers_exchangerate (day, vnd_per_usd, source, entered_at)
SELECT DISTINCT ON (1) asked.rate_id - asked.days, vnd_per_usd, source,
    (asked.rate_id - asked.days + time '08:05') AT TIME ZONE '{ZONE}'
FROM (SELECT DISTINCT rate_id, days FROM grown m JOIN dossiers_charge c ON c.dossier_id = m.base_id) asked
JOIN dossiers_exchangerate r ON r.day = asked.rate_id
ORDER BY 1, asked.days
ON CONFLICT DO NOTHING
"""
DAY = f"((b.paid_at - m.shift) AT TIME ZONE '{ZONE}')::date"
# The cash was counted each evening; a few payments of the last days are uncounted.
COUNTED = f"b.method = 'cash' AND NOT ({DAY} >= current_date - 3 AND m.place % 20 = 0)"
CLOSINGS = f"""
INSERT INTO dossiers_cashclosing (agency_id, number, book, counted, payments, note, closed_by_id, closed_at)
SELECT agency_id, {{last}} + row_number() OVER (PARTITION BY agency_id ORDER BY day), book, book, payments, '',
    (SELECT closed_by_id FROM dossiers_cashclosing ORDER BY id LIMIT 1),
    least((day + time '17:20') AT TIME ZONE '{ZONE}', now())
FROM (
    SELECT d.agency_id, {DAY} AS day, sum(c.vnd) AS book, count(*) AS payments
    FROM grown m JOIN dossiers_payment b ON b.charge_id = m.base_id JOIN dossiers_charge c ON c.dossier_id = m.id
    JOIN dossiers_dossier d ON d.id = m.base_id
    WHERE {COUNTED} GROUP BY 1, 2
) days
"""
RECEIPTS = f"""
INSERT INTO dossiers_feereceipt (payment_id, series, number, issued_at)
SELECT charge_id, series,
    coalesce(last, 0) + row_number() OVER (PARTITION BY series ORDER BY paid_at, charge_id), paid_at
FROM (
    SELECT charge_id, paid_at, '{settings.OFFICE_PREFIX}/' || to_char(paid_at AT TIME ZONE '{ZONE}', 'YY') AS series
    FROM dossiers_payment p JOIN grown m ON m.id = p.charge_id
) paid LEFT JOIN (SELECT series, max(number) AS last FROM dossiers_feereceipt GROUP BY 1) given USING (series)
"""
# One bank file for each day.
STATEMENTS = f"""
INSERT INTO dossiers_bankstatement (name, sha256, read_by_id, read_at)
SELECT 'sao-ke-' || day || '.csv', encode(sha256(('grown ' || day)::bytea), 'hex'),
    (SELECT read_by_id FROM dossiers_bankstatement ORDER BY id LIMIT 1),
    least((day + 1 + time '08:30') AT TIME ZONE '{ZONE}', now())
FROM (SELECT DISTINCT {DAY} AS day FROM grown m JOIN dossiers_payment b ON b.charge_id = m.base_id
      WHERE b.method = 'transfer') days
ORDER BY day
"""
LINES = f"""
INSERT INTO dossiers_bankline (statement_id, provider, reference, booked_on, vnd, text, state, problem, payment_id,
    note)
SELECT s.id, '', provider_reference, day, vnd, reference || ' LE PHI', 'matched', '', charge_id, ''
FROM (
    SELECT p.provider_reference, p.vnd, p.charge_id, c.reference, (p.paid_at AT TIME ZONE '{ZONE}')::date AS day
    FROM dossiers_payment p JOIN grown m ON m.id = p.charge_id JOIN dossiers_charge c ON c.dossier_id = m.id
    WHERE p.method = 'transfer'
) paid JOIN dossiers_bankstatement s ON s.sha256 = encode(sha256(('grown ' || day)::bytea), 'hex')
"""
TO_LOOK_AT = f"""
INSERT INTO dossiers_bankline (statement_id, provider, reference, booked_on, vnd, text, state, problem, payment_id,
    note)
SELECT statement_id, provider, reference || '-' || n, booked_on, vnd, text, state, problem, NULL, note
FROM dossiers_bankline, generate_series(1, {STRANGE}) n WHERE state = 'open'
"""


def grow_money(last_closing: int) -> list[str]:
    """Return SQL that creates fees, payments, receipts and cash closings for copied dossiers.

    Closings are numbered after ``last_closing``.
    """
    charge = {
        "rate_id": "r.day",
        "vnd": "round(b.usd * r.vnd_per_usd)",
        "reference": f"'{reference_prefix()}' || {signs_with_check('m.id', REFERENCE_SIGNS)}",
    }
    payment = {
        "vnd": "c.vnd",
        "provider_reference": "CASE WHEN b.provider_reference = '' THEN ''"
        " ELSE left(b.provider_reference, 2) || to_char(m.id, 'FM00000000000000') END",
        "closing_id": "k.id",
    }
    closing = (
        f"LEFT JOIN dossiers_cashclosing k ON k.number > {last_closing} AND {COUNTED}"
        f" AND (k.closed_at AT TIME ZONE '{ZONE}')::date = {DAY}"
    )
    return [
        TO_LOOK_AT,
        RATES,
        copy_statement(Charge, charge, joins="JOIN dossiers_exchangerate r ON r.day = b.rate_id - m.days"),
        CLOSINGS.format(last=last_closing),
        copy_statement(
            Payment, payment, owner="charge_id", joins=f"JOIN dossiers_charge c ON c.dossier_id = m.id {closing}"
        ),
        RECEIPTS,
        STATEMENTS,
        LINES,
    ]


# ---- counters and post ---------------------------------------------------------------------------------

COUNTER_PLAN = f"""
CREATE TEMP TABLE grown_counter ON COMMIT DROP AS
SELECT n - 1 AS place, (SELECT max(id) FROM dossiers_counter) + n AS id, b.id AS base_id
FROM generate_series(1, {COUNTERS}) n, (SELECT id FROM dossiers_counter ORDER BY id LIMIT 1) b
"""
NEW_COUNTERS = """
INSERT INTO dossiers_counter (id, agency_id, name, address, slot_minutes, capacity, is_open)
SELECT g.id, agency_id, 'Quầy số ' || g.place + 3, address, slot_minutes, capacity, is_open
FROM grown_counter g JOIN dossiers_counter b ON b.id = g.base_id
"""
HOURS = """
INSERT INTO dossiers_openinghours (counter_id, weekday, opens, closes)
SELECT g.id, weekday, opens, closes FROM grown_counter g JOIN dossiers_openinghours b ON b.counter_id = g.base_id
"""
SLOTS = f"""
INSERT INTO dossiers_slot (counter_id, starts_at, ends_at, capacity, booked_places)
SELECT g.id, s.starts_at - make_interval(days => m.days), s.ends_at - make_interval(days => m.days),
    greatest(max(s.capacity), count(*)), count(*)
FROM grown m JOIN dossiers_appointment b ON b.dossier_id = m.base_id JOIN dossiers_slot s ON s.id = b.slot_id
JOIN grown_counter g ON g.place = m.place % {COUNTERS}
GROUP BY 1, 2, 3
"""
PLACE = f"""
JOIN dossiers_slot s ON s.id = b.slot_id JOIN grown_counter g ON g.place = m.place % {COUNTERS}
JOIN dossiers_slot t ON t.counter_id = g.id AND t.starts_at = s.starts_at - make_interval(days => m.days)
"""


def grow_handovers() -> list[str]:
    """Return SQL that creates counters, appointments and postal shipments for copied dossiers."""
    return [
        COUNTER_PLAN,
        NEW_COUNTERS,
        HOURS,
        "SELECT setval(pg_get_serial_sequence('dossiers_counter', 'id'), max(id)) FROM dossiers_counter",
        SLOTS,
        copy_statement(Appointment, {"slot_id": "t.id"}, joins=PLACE),
        copy_statement(Posting, {"tracking_number": "left(b.tracking_number, 2) || (100000000 + m.id) || 'VN'"}),
    ]
