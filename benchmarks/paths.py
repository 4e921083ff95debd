"""The ways to store guests that are compared. Import after ``database.prepare()``."""

import hashlib
import statistics
import time
from collections.abc import Iterable

from django import forms as django_forms
from django.db import connection, transaction

from ancu.apps.lodging.models import ApiToken, Establishment
from ancu.apps.lodging.tests.factories import make_world
from ancu.apps.stays.models import Stay, Submission
from ancu.apps.stays.services import DeclarationOutcome, declare
from ancu.apps.stays.tests.factories import make_submission
from ancu.apps.travellers.models import Identity, Traveller
from ancu.apps.travellers.rules import name_key
from ancu.core import clock
from ancu.core.actor import system
from ancu.engines.exchange import interpret, read
from benchmarks import guests

TOKEN = "ancu_benchmark"
ACTOR = system("benchmark")


def make_place() -> tuple[Establishment, str]:
    """Create a lodging with an API key; return the lodging and the key."""
    place = make_world().lodging
    place.beds = None  # more guests than beds would have to be confirmed
    place.save()
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    ApiToken.objects.create(establishment=place, name="benchmark", prefix=TOKEN[:11], digest=digest)
    return place, TOKEN


def _stays(place: Establishment, submission: Submission, first_identity: int, amount: int) -> list[Stay]:
    """Return ``amount`` unsaved stays of a submission; the ids of their people begin at ``first_identity``."""
    return [
        Stay(
            submission_id=submission.pk,
            position=n + 1,
            establishment_id=place.pk,
            unit_id=place.unit_id,
            identity_id=first_identity + n,
            declared_at=submission.received_at,
            limit_id="declaration.electronic 87/2026",
            name_key=name_key(record["full_name"]),
            **record,
        )
        for n, record in enumerate(guests.records(amount))
    ]


def _reserve(table: str, amount: int) -> int:
    """Reserve ``amount`` ids of a table; return the first one."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT setval('{table}_id_seq', nextval('{table}_id_seq') + %s) - %s", [amount, amount])
        return int(cursor.fetchone()[0])


def copy(place: Establishment, amount: int) -> float:
    """Write prepared travellers, identities and stays by COPY, unchecked: the upper limit for comparison.

    Returns the seconds from BEGIN to COMMIT, without the preparation of the data.
    """
    travellers, identities = _reserve("travellers_traveller", amount), _reserve("travellers_identity", amount)
    submission = make_submission(place, accepted_count=amount, read_count=amount)
    stays, now = _stays(place, submission, identities, amount), clock.now().isoformat()
    who = ("document_number", "nationality", "birth_date", "full_name")
    fields = [f.attname for f in Stay._meta.concrete_fields if f.attname != "id"]
    people = [
        [str(identities + n), str(travellers + n), stay.name_key, *(getattr(stay, f) for f in who)]
        for n, stay in enumerate(stays)
    ]
    rows = [[r"\N" if (v := getattr(stay, f)) is None else str(v) for f in fields] for stay in stays]
    buffers = {
        "travellers_traveller (id, first_seen_at)": _buffer([str(travellers + n), now] for n in range(amount)),
        f"travellers_identity (id, traveller_id, name_key, {', '.join(who)})": _buffer(people),
        f"stays_stay ({', '.join(fields)})": _buffer(rows),
    }
    begin = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        for target, data in buffers.items():
            with cursor.copy(f"COPY {target} FROM STDIN") as stream:
                stream.write(data)
    return time.perf_counter() - begin


def _buffer(rows: Iterable[list[str]]) -> str:
    """Return rows as a text in the format that COPY reads."""
    return "\n".join(map("\t".join, rows)) + "\n"


def bulk_create(place: Establishment, amount: int) -> None:
    """Write ``amount`` stays by Django's bulk_create, unchecked, for comparison."""
    submission = make_submission(place, accepted_count=amount, read_count=amount)
    for start in range(0, amount, 1000):
        with transaction.atomic():
            people = Traveller.objects.bulk_create([Traveller(first_seen_at=clock.now()) for _ in range(1000)])
            first = _reserve("travellers_identity", 1000)
            stays = _stays(place, submission, first, 1000)
            who = ("document_number", "nationality", "birth_date", "full_name")
            Identity.objects.bulk_create(
                [
                    Identity(
                        id=first + n,
                        traveller=people[n],
                        name_key=stay.name_key,
                        **{field: getattr(stay, field) for field in who},
                    )
                    for n, stay in enumerate(stays)
                ]
            )
            for n, stay in enumerate(stays):
                stay.position = start + n + 1
            Stay.objects.bulk_create(stays)


class StayForm(django_forms.ModelForm):  # type: ignore[type-arg]
    """The plain way: a ModelForm of the stay, validated and saved."""

    class Meta:
        model = Stay
        fields = ["full_name", "birth_date", "sex", "nationality", "document_number", "room", "arrived_on",
                  "expected_departure", "permitted_until"]  # fmt: skip


def forms(place: Establishment, amount: int) -> None:
    """Write ``amount`` stays one by one, each validated by a form and committed, for comparison."""
    for record in guests.records(amount):
        form = StayForm(record)
        assert form.is_valid(), form.errors
        with transaction.atomic():
            stay = form.save(commit=False)
            stay.submission, stay.name_key = make_submission(place), name_key(stay.full_name)
            stay.identity = Identity.objects.create(
                traveller=Traveller.objects.create(first_seen_at=clock.now()),
                name_key=stay.name_key,
                **{f: record[f] for f in ("document_number", "nationality", "birth_date", "full_name")},
            )
            stay.establishment, stay.unit_id, stay.position = place, place.unit_id, 1
            stay.declared_at, stay.limit_id = clock.now(), "declaration.electronic 87/2026"
            stay.save()


def file(place: Establishment, data: bytes, *, dry_run: bool = False) -> DeclarationOutcome:
    """Declare the guests of a file by the program's own services, from bytes to outcome.

    ``dry_run`` stores nothing.
    """
    reading = read(data)
    return declare(actor=ACTOR, establishment=place, rows=reading.rows, channel="file", dry_run=dry_run)


def stored() -> int:
    """Return the number of stays in the benchmark's database."""
    return Stay.objects.count()


def settle() -> None:
    """Vacuum and analyse the database, as autovacuum would in time.

    In tables that were never analysed, calls get slower with every row.
    """
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def single_cost(place: Establishment, amount: int = 2000) -> float:
    """Return the seconds of a quick single declaration: a quarter of ``amount`` take less.

    The median depends more on the disk's varying speed at commits.
    """
    settle()
    costs = []
    for record in guests.records(amount):
        begin = time.perf_counter()
        declare(actor=ACTOR, establishment=place, rows=interpret([record]), channel="api")
        costs.append(time.perf_counter() - begin)
    return statistics.quantiles(costs, n=4)[0]


def multiply(place: Establishment, amount: int) -> None:
    """Add ``amount`` invented stays of new people by COPY."""
    for start in range(0, amount, 50_000):
        copy(place, min(50_000, amount - start))
