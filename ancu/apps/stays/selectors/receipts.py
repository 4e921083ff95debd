"""What a receipt says, and that it is still true: hashes and the code of one guest's receipt."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import msgspec
from django.db import connection
from django.db.models import Max, Q

from ancu.apps.accounts.models import Organisation
from ancu.apps.accounts.selectors import agencies_answering_for
from ancu.apps.lodging.models import Establishment
from ancu.apps.stays.enums import StayStatus
from ancu.apps.stays.models import Stay, Submission
from ancu.core.documents.reference_numbers import normalise_number, seal, seal_matches

SEAL_SIGNS = 8
TRIED = Q(establishment__sandbox=True)  # what a program tried is no declaration, and its receipt proves nothing
REAL = Q(establishment__sandbox=False)


class Line(msgspec.Struct, gc=False):
    """One accepted row as it was stored. Its JSON (these fields, in this order, no spaces, UTF-8) is hashed."""

    arrived_at: datetime | None  # in UTC
    arrived_on: date
    birth_date: str
    departed_on: date | None
    departure_presumed: bool
    document_kind: str
    document_number: str
    entry_paper: str
    expected_departure: date
    full_name: str
    nationality: str
    native_name: str
    permitted_until: date | None
    position: int
    purpose: str
    room: str
    sex: str


FIELDS = Line.__struct_fields__
_encoder = msgspec.json.Encoder()

# The version as declared: the oldest one history kept, or the living row when nothing ever changed.
AS_DECLARED = f"""
SELECT {", ".join(f"version.{field}" for field in FIELDS)}
FROM stays_stay stay
CROSS JOIN LATERAL (
    SELECT * FROM (
        (SELECT 0 AS age, {", ".join(FIELDS)} FROM stays_stayevent WHERE pgh_obj_id = stay.id ORDER BY pgh_id LIMIT 1)
        UNION ALL
        SELECT 1, {", ".join(f"stay.{field}" for field in FIELDS)}
    ) versions ORDER BY age LIMIT 1
) version
WHERE stay.submission_id = %s ORDER BY stay.position
"""  # noqa: S608 - only names of columns are put in


def digest(lines: Iterable[Line]) -> str:
    """SHA-256 over the lines in order of position, each followed by a line feed."""
    total = hashlib.sha256()
    for line in lines:
        total.update(_encoder.encode(line))
        total.update(b"\n")
    return total.hexdigest()


def utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None


def recompute(submission: Submission) -> str:
    """The hash made again from the database; equal to ``submission.sha256`` however often stays were corrected."""
    with connection.cursor() as cursor:
        cursor.execute(AS_DECLARED, [submission.pk])
        return digest(Line(utc(row[0]), *row[1:]) for row in cursor.fetchall())


def office_of(house: Establishment) -> str:
    """The name of the police office that receives a lodging's declarations, as its receipts print it."""
    agencies = Organisation.objects.filter(pk__in=agencies_answering_for(house.unit)).order_by("name")
    return agencies.values_list("name", flat=True).first() or house.unit.full_name


def stay_receipt_code(stay: Stay) -> str:
    """The code of one guest's receipt: the submission's number, the row's position, and a seal."""
    number = stay.submission.number
    return f"{number}-{stay.position}-{seal('stay', number, stay.position, length=SEAL_SIGNS)}"


def find_submission(number: str, among: Q = REAL) -> Submission | None:
    """The submission of a receipt number as people type it."""
    normal = normalise_number(number)
    if normal is None:
        return None
    return Submission.objects.select_related("establishment", "unit").filter(among, number=normal).first()


def find_stay(code: str, among: Q = REAL) -> Stay | None:
    """The stay of a guest's receipt code; None for a code this office did not make.

    The seal is compared and the table asked whatever the code is, so that a wrong seal, a number that never
    was and a row that is not there are one and the same to whoever measures.
    """
    number, _, rest = code.strip().upper().rpartition("-")
    number, _, place = number.rpartition("-")
    normal = normalise_number(number) or ""
    position = int(place) if place.isascii() and place.isdigit() and len(place) < 9 else 0
    genuine = seal_matches(rest, "stay", normal, position, length=SEAL_SIGNS)
    stays = Stay.objects.select_related("submission", "establishment", "unit")
    stay = stays.filter(among, submission__number=normal, position=position).first()
    return stay if genuine else None


def changed_at(stay: Stay) -> datetime | None:
    """When a corrected or withdrawn declaration became so; None for one that stands as declared."""
    if stay.status == StayStatus.DECLARED:
        return None
    acts = stay.events.filter(pgh_context__metadata__act=stay.status).order_by("-pgh_id")  # type: ignore[attr-defined]
    moment: datetime | None = acts.values_list("pgh_created_at", flat=True).first()
    return moment


class Withdrawn(NamedTuple):
    """How many declarations of a submission were withdrawn, and when the last one was."""

    number: int
    is_all: bool
    last_at: datetime | None


def withdrawn_of(submission: Submission) -> Withdrawn | None:
    """What was withdrawn of a submission since it was received; None for nothing."""
    stays = submission.stays.filter(status=StayStatus.WITHDRAWN)
    if not (number := stays.count()):
        return None
    events: Any = Stay._meta.get_field("events").related_model
    acts = events.objects.filter(pgh_obj_id__in=stays.values("pk"), pgh_context__metadata__act=StayStatus.WITHDRAWN)
    last_at = acts.aggregate(last=Max("pgh_created_at"))["last"]
    return Withdrawn(number, number == submission.accepted_count, last_at)


def find(code: str, among: Q = REAL) -> tuple[Submission, Stay | None] | None:
    """What a scanned or typed code stands for: a submission's number, or one guest's receipt.

    The public page shows of a submission its lodging, times, counts and hash, and of a stay what is printed on it.
    """
    if (submission := find_submission(code, among)) is not None:
        return submission, None
    if (stay := find_stay(code, among)) is not None:
        return stay.submission, stay
    return None
