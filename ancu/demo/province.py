"""Make the demo province in an empty database: units, lodgings, accounts, two years of stays.

Everything follows from a seed and the current hour, except receipt numbers, which are random. Rows are written by COPY;
history, submissions and hashes are as the services would write them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from random import Random
from typing import Any

import pghistory
from django.conf import settings
from django.db import connection, transaction

from ancu.apps.accounts.models import User
from ancu.apps.audit.services import record
from ancu.apps.lodging.enums import EstablishmentStatus
from ancu.apps.lodging.models import Establishment
from ancu.apps.places.models import AdministrativeUnit, RemoteArea
from ancu.apps.places.services import load_units
from ancu.apps.stays.enums import StayStatus
from ancu.apps.stays.models import Stay, Submission
from ancu.apps.stays.selectors.receipts import CURRENT_VERSION, DeclaredStay, digest
from ancu.apps.stays.services import ontime, presence
from ancu.apps.travellers.models import Identity, Traveller
from ancu.apps.travellers.rules import name_key
from ancu.core.actor import system
from ancu.core.clock import local, now
from ancu.core.documents.reference_numbers import new_number
from ancu.demo.accounts import load_accounts
from ancu.demo.confirmations import load_confirmations
from ancu.demo.establishments import LAST_DAY_OF_DISTRICTS, EstablishmentPlan
from ancu.demo.lodgings import load_lodgings, plan_lodgings
from ancu.demo.oversight import silence_lodgings
from ancu.demo.stays import DemoParty, DemoStay, make_parties
from ancu.engines.exchange import STORED
from ancu.engines.rulebook import LatenessJudge

SEED = 2018
STAYS = 20_000
REMOTE_COMMUNES = ("Hang Kia", "Pà Cò", "Cun Pheo", "Tân Dân", "Đồng Ruộng")
CORRECTED, WITHDRAWN = 160, 25
SYSTEM = system("demo")


@transaction.atomic
def load_province(*, seed: int = SEED, stays: int = STAYS) -> dict[str, int]:
    """Fill an empty database with units, lodgings, accounts and stays; return the numbers by label."""
    rng, moment = Random(seed), now()
    units = load_units()
    _load_remote_areas()
    plans = plan_lodgings(rng, moment)
    clerk = User.objects.create_user("hethong@xnc.example", None, full_name="Nguyễn Văn An", title="Đại úy")
    establishments = load_lodgings(rng, plans, moment, clerk)
    active = [pair for pair in zip(establishments, plans, strict=True) if pair[0].status == EstablishmentStatus.ACTIVE]
    parties = make_parties(rng, active, stays, moment)
    silence_lodgings(parties, active, local(moment).date())
    load_parties(parties, active)
    _load_demo_accounts(establishments, parties)
    _correct_and_withdraw(rng)
    load_confirmations()
    presence.gather()
    presence.find_moves()
    ontime.recount_on_time()
    record(SYSTEM, "demo.loaded", ("demo", seed), stays=stays)
    return {"units": units, "establishments": len(establishments), "submissions": len(parties), "stays": stays}


def _load_remote_areas() -> None:
    """Mark the highland communes, former ones and their successors of the same name, as remote areas."""
    former_communes = AdministrativeUnit.objects.filter(
        name__in=REMOTE_COMMUNES, successor__isnull=False
    ).select_related("successor")
    remote = {unit.pk for unit in former_communes}
    remote |= {unit.successor.pk for unit in former_communes if unit.successor and unit.successor.name == unit.name}
    RemoteArea.objects.bulk_create(RemoteArea(unit_id=pk, valid_from="2017-02-15") for pk in sorted(remote))


def _load_demo_accounts(establishments: Sequence[Establishment], parties: Sequence[DemoParty]) -> None:
    """Create the demo accounts; the lodging's own is the homestay of Mai Châu with most guests."""
    present = Counter(party.establishment.pk for party in parties for stay in party.stays if stay.departed_on is None)
    homestays = [e for e in establishments if e.kind == "homestay" and e.unit.name in ("Mai Châu", "Mai Hạ")]
    homestay = max(homestays, key=lambda e: (present[e.pk], -e.pk))
    load_accounts(homestay.business, establishments[0].business, homestay.unit)


def load_parties(parties: Sequence[DemoParty], lodgings: Sequence[tuple[Establishment, EstablishmentPlan]]) -> None:
    """Write travellers, identities, submissions and stays by COPY, with ids assigned here."""
    former = {e.pk: (e.locality_id or e.unit_id, e.unit_id) for e, _plan in lodgings}
    identities: dict[tuple[str, str, str], int] = {}
    people, submissions, stays = [], [], []
    for submission_id, party in enumerate(parties, start=1):
        judge = LatenessJudge(party.channel, False, party.declared_at)
        unit_id = former[party.establishment.pk][local(party.declared_at).date() > LAST_DAY_OF_DISTRICTS]
        late = 0
        for position, stay in enumerate(party.stays, start=1):
            person = stay.person
            key = (person.document_number, person.nationality, person.birth_date)
            if key not in identities:
                identities[key] = len(identities) + 1
                people.append((identities[key], stay, party.declared_at))
            lateness = judge(stay.arrived_on, stay.arrived_at)
            late += lateness.late
            limit = f"{lateness.limit.id} {lateness.limit.version}"
            stays.append(
                _stay_row(submission_id, position, party, unit_id, identities[key], stay, lateness.minutes_late, limit)
            )
        submissions.append(_submission_row(submission_id, party, unit_id, late))
    _copy(Traveller, "id, first_seen_at", ((pk, moment) for pk, _stay, moment in people))
    _copy(
        Identity,
        "id, traveller_id, document_number, nationality, birth_date, full_name, name_key",
        map(_identity_row, people),
    )
    _copy(Submission, SUBMISSION_COLUMNS, submissions)
    _copy(Stay, STAY_COLUMNS, stays)
    _advance_sequences()


SUBMISSION_COLUMNS = (
    "id, number, establishment_id, unit_id, channel, actor_kind, client_reference, keyed_at, received_at, read_count,"
    " accepted_count, warned_count, already_count, refused_count, skipped_count, late_count, sha256, receipt_version"
)
STAY_COLUMNS = (
    "submission_id, position, client_reference, establishment_id, unit_id, identity_id, full_name, name_key,"
    " birth_date, sex, nationality, document_kind, document_number, permitted_until, entry_paper, purpose, room,"
    " arrived_on, arrived_at, expected_departure, departed_on, departure_presumed, declared_at, minutes_late, limit_id,"
    " status, withdrawal_reason"
)


def _identity_row(entry: tuple[int, DemoStay, datetime]) -> tuple[object, ...]:
    """Return the values of an identity's row; ``entry`` is its id, a stay of the person, and a moment."""
    pk, stay, _moment = entry
    person = stay.person
    key = name_key(person.full_name)
    return pk, pk, person.document_number, person.nationality, person.birth_date, person.full_name, key


def _stay_row(
    submission_id: int,
    position: int,
    party: DemoParty,
    unit_id: int,
    identity_id: int,
    stay: DemoStay,
    late: int,
    limit: str,
) -> tuple[object, ...]:
    """Return the values of a stay's row, in the order of ``STAY_COLUMNS``; ``late`` is in minutes."""
    person = stay.person
    return (
        submission_id, position, "", party.establishment.pk, unit_id, identity_id, person.full_name,
        name_key(person.full_name), person.birth_date, person.sex, person.nationality, "passport",
        person.document_number, stay.permitted_until, stay.entry_paper, stay.purpose, stay.room, stay.arrived_on,
        stay.arrived_at, stay.expected_departure, stay.departed_on, False, party.declared_at, late, limit, "declared",
        "",
    )  # fmt: skip


def _submission_row(submission_id: int, party: DemoParty, unit_id: int, late: int) -> tuple[object, ...]:
    """Return the values of a submission's row, in the order of its columns; ``late`` counts its late stays."""
    count = len(party.stays)
    kind = "token" if party.channel == "api" else "person"
    return (
        submission_id, new_number(settings.OFFICE_PREFIX), party.establishment.pk, unit_id, party.channel, kind, "",
        party.declared_at, party.declared_at, count, count, 0, 0, 0, 0, late, digest(_lines(party)),
        CURRENT_VERSION,
    )  # fmt: skip


NOTHING_DECLARED = {field.name: field.blank for field in STORED}


def _lines(party: DemoParty) -> Iterable[Any]:
    """Yield the declared stays of a party as on its receipt, to compute the receipt's hash."""
    for position, stay in enumerate(party.stays, start=1):
        person = stay.person
        yield DeclaredStay(
            **NOTHING_DECLARED
            | {
                "arrived_at": stay.arrived_at,
                "arrived_on": stay.arrived_on,
                "birth_date": person.birth_date,
                "departed_on": stay.departed_on,
                "departure_presumed": False,
                "document_number": person.document_number,
                "entry_paper": stay.entry_paper,
                "expected_departure": stay.expected_departure,
                "full_name": person.full_name,
                "nationality": person.nationality,
                "permitted_until": stay.permitted_until,
                "position": position,
                "purpose": stay.purpose,
                "room": stay.room,
                "sex": person.sex,
            }
        )


def _copy(model: type, columns: str, rows: Iterable[tuple[object, ...]]) -> None:
    """Insert rows into a model's table by PostgreSQL's COPY."""
    table = model._meta.db_table  # type: ignore[attr-defined]
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _advance_sequences() -> None:
    """Advance the tables' id sequences past the inserted rows."""
    tables = [model._meta.db_table for model in (Traveller, Identity, Submission)]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")


def _correct_and_withdraw(rng: Random) -> None:
    """Correct and withdraw a few declarations; the history keeps the former values."""
    chosen = rng.sample(list(Stay.objects.order_by("id").values_list("id", flat=True)), CORRECTED + WITHDRAWN)
    with pghistory.context(user=None, token=None, act="corrected", reason="Gõ nhầm số phòng"):
        for stay in Stay.objects.filter(pk__in=chosen[:CORRECTED]):
            stay.room, stay.status = str(rng.randint(1, 9) * 100 + rng.randint(1, 12)), StayStatus.CORRECTED
            stay.save(update_fields=["room", "status"])
    with pghistory.context(user=None, token=None, act="withdrawn", reason="Khách không đến"):
        Stay.objects.filter(pk__in=chosen[CORRECTED:]).update(
            status=StayStatus.WITHDRAWN, withdrawal_reason="Khách không đến"
        )
