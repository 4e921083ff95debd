"""Grow the demo to any number of dossiers by SQL: copies of the simulated ones, spread over six years.

Two per cent are open. Ended copies lie up to six years back, by whole weeks, so that weekdays stay the same. Each copy
has a person of the demo's stays, a number and reference with valid check characters, a filer of its own (a company has
some five hundred dossiers, a family six), four papers, and all related records. For speed, its papers and digests are
those of the original.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection, models, transaction
from django.db.models import Max

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.dossiers.enums import FINAL, IN_THE_OFFICE, State
from ancu.apps.dossiers.models import (
    CashClosing,
    Component,
    DatePromise,
    Dossier,
    DossierEvent,
    Duration,
    Filing,
    Opinion,
    Result,
    Signature,
    Supplement,
)
from ancu.apps.dossiers.selectors.procedures import day_of
from ancu.apps.dossiers.services import counters
from ancu.core import clock
from ancu.core.documents.reference_numbers import RANDOM_SIGNS
from ancu.demo.bulk import copy_statement, without_indexes
from ancu.demo.dossiers.related_growth import AROUND, grow_handovers, grow_legal_files, grow_money, signs_with_check
from ancu.engines.rulebook import get_procedure

WEEKS = 312  # six years, one less than the retention period
PAPERS = 4
PER_COMPANY, PER_FAMILY = 500, 6
OPEN, DRAFTS = 0.02, 0.005
TABLES: tuple[Any, ...] = (
    Dossier, Component, Component._meta.get_field("events").related_model, DossierEvent, Filing, Signature, Supplement,
    Opinion, Result, DatePromise, Duration, *AROUND,
)  # fmt: skip


@transaction.atomic
def grow_dossiers(total: int) -> int:
    """Copy dossiers until there are ``total``; return their number."""
    existing = Dossier.objects.count()
    if total <= existing:
        return existing
    if Dossier.objects.filter(filed_by__email__endswith=CLONE).exists():
        raise CommandError("The dossiers were grown before. `make demo-reset` starts over.")
    with without_indexes(model._meta.db_table for model in TABLES):
        _plan_copies(total - existing)
        _run(*PEOPLE)
        _copy_rows()
        _run(*grow_legal_files(), *grow_money(_highest_value(CashClosing, "number")), *grow_handovers())
    counters.generate_all()
    _run("TRUNCATE dossiers_registerentry", "SELECT dossiers_register_missing()")  # anew, in the order of all of them
    _run("ANALYZE")
    return total


def _run(*statements: str) -> None:
    """Execute these SQL statements in order."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _sequence(model: type[models.Model]) -> str:
    """Return SQL that advances the model's id sequence past the inserted rows."""
    table = model._meta.db_table
    return f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"


# ---- which copies --------------------------------------------------------------------------------------


def _plan_copies(copy_count: int) -> None:
    """Create the temporary table ``grown``, with a row for each copy of a dossier, and the tables behind it."""
    base = list(Dossier.objects.order_by("id"))
    numbers = _copies(base, copy_count)
    plan = [(dossier.pk, number, _weeks_back(dossier)) for dossier, number in zip(base, numbers, strict=True)]
    extra = [(dossier.pk, key) for dossier in base for key in _further_papers(dossier)]
    law = [
        (code, day, get_procedure(code, day).version)
        for code in {dossier.procedure for dossier in base}
        for day in _days_of_copies()
    ]
    _create_temp_table("grown_plan", "base_id bigint, copies int, weeks int", plan)
    _create_temp_table("grown_extra", "dossier_id bigint, key text", extra)
    _create_temp_table("grown_law", "procedure text, day date, version text", law)
    _run("SET LOCAL work_mem = '256MB'", POOL, GROWN, "ANALYZE grown", PAPER)


def _create_temp_table(name: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Create a temporary table with these rows, dropped on commit."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE {name} ({columns}) ON COMMIT DROP")
        places = ", ".join(["%s"] * (columns.count(",") + 1))
        cursor.executemany(f"INSERT INTO {name} VALUES ({places})", list(rows))


def _copies(base: list[Dossier], copy_count: int) -> list[int]:
    """Return for each dossier how many copies to make of it; their sum is ``copy_count``."""
    limited = [dossier for dossier in base if dossier.state == State.CLOSED]
    shares = dict.fromkeys(FINAL, 1.0 - OPEN - DRAFTS) | dict.fromkeys(IN_THE_OFFICE, OPEN)
    shares[State.DRAFT] = DRAFTS
    groups = {state: [dossier.state for dossier in base].count(state) for state in State}
    sums = {share: sum(groups[state] for state in State if shares[state] == share) for share in set(shares.values())}
    shares_by_dossier = [
        copy_count * shares[State(dossier.state)] / sums[shares[State(dossier.state)]] for dossier in base
    ]
    # the law has allowed closing for some months only, not for six years
    shares_by_dossier = [
        number / 12 if dossier in limited else number for dossier, number in zip(base, shares_by_dossier, strict=True)
    ]
    factor, numbers, exact, assigned = copy_count / sum(shares_by_dossier), [], 0.0, 0
    for number in shares_by_dossier:
        exact += number * factor
        numbers.append(round(exact) - assigned)
        assigned += numbers[-1]
    return numbers


def _weeks_back(dossier: Dossier) -> int:
    """Return how many weeks before its dossier a copy may lie: 0 for an open dossier, else a maximum.

    A closed dossier's copies stay in the time in which the law allowed closing.
    """
    if dossier.state not in FINAL:
        return 0
    if dossier.state != State.CLOSED:
        return WEEKS
    weeks = 0
    while get_procedure(dossier.procedure, day_of(dossier) - timedelta(weeks=weeks + 1)).supplement_days:
        weeks += 1
    return weeks


def _further_papers(dossier: Dossier) -> list[str]:
    """Return the keys of papers to add to copies of the dossier, so that each has four or more."""
    existing = set(dossier.components.values_list("key", flat=True))
    procedure_keys = [component.key for component in get_procedure(dossier.procedure, day_of(dossier)).components]
    return [key for key in procedure_keys if key not in existing][: max(0, PAPERS - len(existing))]


def _days_of_copies() -> list[date]:
    """Return every day on which a copied dossier may lie, and the days of a year before, today first."""
    return [clock.today() - timedelta(days=back) for back in range(7 * WEEKS + 400)]


FOLDED = r"regexp_replace(normalize(replace(lower({}), 'đ', 'd'), NFD), '[\u0300-\u036f]', '', 'g')"
# Guests of the demo, each once, in an order unrelated to their arrival.
POOL = f"""
CREATE TEMP TABLE grown_pool ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY hashint8(identity_id)) - 1 AS place, guest.*, {FOLDED.format("full_name")} AS key
FROM (SELECT DISTINCT ON (identity_id) identity_id, full_name, birth_date, sex, nationality, document_number
      FROM stays_stay WHERE status <> 'withdrawn' AND sex IN ('M', 'F') AND birth_date < '2006') guest
"""
# A person has three dossiers; once all guests are used, namesakes with their own documents follow.
GROWN = f"""
CREATE TEMP TABLE grown ON COMMIT DROP AS
WITH shifted AS (
    SELECT base_id, n, weeks * n / copies * 7 AS days,
        make_interval(days => weeks * n / copies * 7, mins => hashint4(n) & 31) AS shift
    FROM grown_plan, generate_series(1, copies) n
), placed AS (
    SELECT s.*, row_number() OVER (ORDER BY created_at - shift, base_id, n) AS place, count(*) OVER () AS total,
        row_number() OVER (PARTITION BY coalesce(-organisation_id, sponsor_id, filed_by_id)
            ORDER BY hashint4(n), base_id)
            / CASE WHEN organisation_id IS NULL THEN {PER_FAMILY} ELSE {PER_COMPANY} END AS part
    FROM shifted s JOIN dossiers_dossier d ON d.id = base_id
), told AS (
    SELECT placed.*, (SELECT max(id) FROM dossiers_dossier) + place AS id, (total - place) / guests / 3 AS namesake,
        (total - place) % guests AS guest
    FROM placed, (SELECT count(*) AS guests FROM grown_pool) counted
)
SELECT t.id, base_id, t.place, days, shift, part, {signs_with_check("t.id", RANDOM_SIGNS)} AS signs, full_name, sex,
    nationality,    key AS name_key, CASE namesake WHEN 0 THEN identity_id END AS identity_id,
    CASE namesake WHEN 0 THEN birth_date ELSE left(birth_date, 4)
        || to_char(1 + guest * namesake % 12, '"-"FM00') || to_char(1 + guest * namesake % 28, '"-"FM00')
    END AS birth_date,
    CASE namesake WHEN 0 THEN document_number ELSE upper(left(md5(document_number || namesake), 9))
    END AS document_number
FROM told t JOIN grown_pool q ON q.place = t.guest ORDER BY t.id
"""
FIELDS = ", ".join(str(field.column) for field in Component._meta.concrete_fields if field.column != "key")
PAPER = f"""
CREATE TEMP TABLE grown_paper ON COMMIT DROP AS
SELECT *, row_number() OVER (PARTITION BY dossier_id ORDER BY NOT original, key) AS place FROM (
    SELECT {FIELDS}, key, true AS original FROM dossiers_component
    UNION ALL
    SELECT DISTINCT ON (dossier_id, x.key) {FIELDS.replace("dossier_id", "c.dossier_id")}, x.key, false
    FROM grown_extra x JOIN dossiers_component c USING (dossier_id)
) papers
"""
CLONE = "@grown.example"
PEOPLE = (
    """
CREATE TEMP TABLE grown_user ON COMMIT DROP AS
SELECT base_id, part, (SELECT max(id) FROM accounts_user) + row_number() OVER () AS id FROM (
    SELECT DISTINCT person AS base_id, part
    FROM grown m JOIN dossiers_dossier d ON d.id = m.base_id
    CROSS JOIN LATERAL (
        SELECT unnest(ARRAY[d.filed_by_id, d.sponsor_id]) AS person
        UNION SELECT user_id FROM accounts_membership a WHERE a.organisation_id = d.organisation_id
    ) people
    WHERE part > 0 AND person IS NOT NULL
) known""",
    """
CREATE TEMP TABLE grown_organisation ON COMMIT DROP AS
SELECT base_id, part, (SELECT max(id) FROM accounts_organisation) + row_number() OVER () AS id FROM (
    SELECT DISTINCT organisation_id AS base_id, part FROM grown m JOIN dossiers_dossier d ON d.id = m.base_id
    WHERE part > 0 AND organisation_id IS NOT NULL
) known""",
    f"""
INSERT INTO accounts_user (id, password, email, full_name, title, phone, sign_in_phone, language, is_active, joined_at)
SELECT g.id, password, 'nguoi' || g.id || '{CLONE}', full_name, title, phone, '', language, is_active, joined_at
FROM grown_user g JOIN accounts_user b ON b.id = g.base_id""",
    """
INSERT INTO accounts_organisation (id, kind, name, tax_code, is_inspectorate, created_at)
SELECT g.id, kind, name || ', chi nhánh ' || part, tax_code, is_inspectorate, created_at
FROM grown_organisation g JOIN accounts_organisation b ON b.id = g.base_id""",
    """
INSERT INTO accounts_membership (user_id, organisation_id, role, created_at, ended_at)
SELECT u.id, o.id, role, created_at, ended_at
FROM accounts_membership b JOIN grown_user u ON u.base_id = b.user_id
JOIN grown_organisation o ON o.base_id = b.organisation_id AND o.part = u.part""",
    "ANALYZE grown_user, grown_organisation",
)


# ---- their rows ----------------------------------------------------------------------------------------


def _copy_rows() -> None:
    """Copy the dossiers and all their rows as planned in the table ``grown``."""
    papers, opinions = _highest_value(Component), _highest_value(Opinion)
    paper = f"{papers} + (m.place - 1) * {STRIDE} + "
    version: Any = Component._meta.get_field("events").related_model
    _run(
        copy_statement(Dossier, DOSSIER, owner="id", joins=DOSSIER_JOINS),
        copy_statement(Component, {"id": f"{paper} b.place"}, source="grown_paper"),
        copy_statement(
            version,
            {"id": f"{paper} o.place", "pgh_obj_id": f"{paper} o.place"},
            joins="JOIN grown_paper o ON o.id = b.pgh_obj_id AND o.original",
        ),
        copy_statement(Opinion, {"id": f"{opinions} + m.place"}),
        copy_statement(DossierEvent, {"data": EVENT.format(opinions=opinions)}),
        copy_statement(Filing, {"answers": ANSWERS}, joins=MODEL),
        copy_statement(Signature, {"answers": ANSWERS}, joins=MODEL),
        copy_statement(Supplement),
        copy_statement(Result, {"number": "left(b.number, 1) || (10000000 + m.id)"}),
        copy_statement(DatePromise),
        copy_statement(Duration),
    )
    _run(*(_sequence(model) for model in (Dossier, Component, Opinion, User, Organisation)))


def _highest_value(model: type[models.Model], column: str = "pk") -> int:
    """Return the highest value of a column; 0 for an empty table."""
    return int(model._default_manager.aggregate(last=Max(column))["last"] or 0)


def _quoted(column: str) -> str:
    """Return SQL for a text column's value in JSON quotes; '"~"', which occurs nowhere, for an empty text."""
    return f"""coalesce(to_json(nullif({column}, ''))::text, '"~"')"""


STRIDE = 16  # ids reserved for the papers of one copy
MODEL = "JOIN dossiers_dossier d ON d.id = m.base_id"
ANSWERS = "b.answers::text"
for _name in ("full_name", "document_number", "birth_date", "nationality"):
    ANSWERS = f"replace({ANSWERS}, {_quoted(f'd.{_name}')}, {_quoted(f'm.{_name}')})"
ANSWERS = f"({ANSWERS})::jsonb"
NUMBER = (
    f"'{settings.OFFICE_PREFIX}D-' || left(m.signs, 4) || '-' || substr(m.signs, 5, 4) || '-' || substr(m.signs, 9)"
)
DOSSIER = {
    "number": NUMBER,
    "version": "coalesce(law.version, '')",
    "organisation_id": "coalesce(o.id, b.organisation_id)",
    "answers": ANSWERS,
    "search_key": f"m.name_key || ' ' || lower(m.document_number) || ' ' || lower({NUMBER})",
} | {name: f"m.{name}" for name in ("full_name", "birth_date", "sex", "nationality", "document_number", "identity_id")}
DOSSIER_JOINS = f"""{MODEL}
LEFT JOIN grown_organisation o ON o.base_id = b.organisation_id AND o.part = m.part
LEFT JOIN grown_law law ON law.procedure = b.procedure
    AND law.day = ((b.submitted_at - m.shift) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"""
EVENT = """CASE
    WHEN b.act = 'gave_opinion' THEN b.data || jsonb_build_object('opinion', {opinions} + m.place)
    WHEN b.act = 'returned_passport' THEN
        b.data || jsonb_build_object('received_by', m.full_name, 'proof_number', m.document_number)
    WHEN b.data ->> 'due_on' > '' THEN b.data || jsonb_build_object('due_on', (b.data ->> 'due_on')::date - m.days)
    WHEN b.data ->> 'answer_by' > '' THEN
        b.data || jsonb_build_object('answer_by', (b.data ->> 'answer_by')::date - m.days)
    ELSE b.data END"""
