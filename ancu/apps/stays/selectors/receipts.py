"""What a receipt says, and that it is still true: hashes and the code of one guest's receipt."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import starmap
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec
from django.db import connection
from django.db.models import Max, Min, Q

from ancu.apps.accounts.models import Organisation
from ancu.apps.accounts.selectors import agencies_answering_for
from ancu.apps.lodging.models import Establishment
from ancu.apps.stays.enums import StayStatus
from ancu.apps.stays.models import Stay, Submission
from ancu.core import clock
from ancu.core.documents.reference_numbers import normalise_number, seal, seal_matches
from ancu.core.security.privacy import REDACTED, Keep
from ancu.engines.exchange import STORED

SEAL_SIGNS = 8
BATCH = 1000
TRIED = Q(establishment__sandbox=True)  # what a program tried is no declaration, and its receipt proves nothing
REAL = Q(establishment__sandbox=False)


_SINCE = {field.name: field.receipt_since for field in STORED if field.receipt_since} | {
    "departure_presumed": 1, "position": 1,
}  # fmt: skip
CURRENT_VERSION = max(_SINCE.values())
RECEIPT_FIELDS = {
    version: tuple(sorted(name for name, since in _SINCE.items() if since <= version))
    for version in range(1, CURRENT_VERSION + 1)
}
"""By version, the fields of a receipt's line in their order. ``test_receipt_versions`` holds what was given out."""
ALL_FIELDS = tuple(dict.fromkeys(name for names in RECEIPT_FIELDS.values() for name in names))
LINES = {version: msgspec.defstruct(f"ReceiptLine{version}", names) for version, names in RECEIPT_FIELDS.items()}
_encoder = msgspec.json.Encoder()
DeclaredStay: Any = msgspec.defstruct("DeclaredStay", ALL_FIELDS)
"""A stay as it was declared, with every field that is on a receipt of any version."""

# The version as declared: the oldest one history kept, or the living row when nothing ever changed.
_VERSION = f"""(
    (SELECT 0 AS age, {", ".join(ALL_FIELDS)} FROM stays_stayevent WHERE pgh_obj_id = stay.id ORDER BY pgh_id LIMIT 1)
    UNION ALL
    SELECT 1, {", ".join(f"stay.{field}" for field in ALL_FIELDS)}
    ORDER BY age LIMIT 1
) version"""  # noqa: S608 - only names of columns are put in
_COLUMNS = ", ".join(f"version.{field}" for field in ALL_FIELDS)
AS_DECLARED = f"""
SELECT {_COLUMNS} FROM stays_stay stay CROSS JOIN LATERAL {_VERSION}
WHERE stay.submission_id = %s ORDER BY stay.position
"""  # noqa: S608 - as above
# Of the receipts after one id: their stays as declared, none of a receipt whose stays are gone.
RECEIPTS_AFTER = f"""
SELECT submission.id, submission.sha256, submission.receipt_version,
    stay.full_name = %(redacted)s AND coalesce(stay.departed_on, stay.expected_departure) < %(kept_since)s,
    {_COLUMNS}
FROM (SELECT * FROM stays_submission WHERE id > %(after)s ORDER BY id LIMIT %(number)s) submission
LEFT JOIN stays_stay stay ON stay.submission_id = submission.id
LEFT JOIN LATERAL {_VERSION} ON stay.id IS NOT NULL
ORDER BY submission.id, stay.position
"""  # noqa: S608 - as above


def digest(stays: Iterable[Any], version: int = CURRENT_VERSION) -> str:
    """Return the SHA-256 hash of a receipt over its stays, one line for each, in the order given.

    A line is the JSON of the fields of this version of the hash, in their order (no spaces, UTF-8), followed by a
    line feed.
    """
    line_of, values_of = LINES[version], attrgetter(*RECEIPT_FIELDS[version])
    total = hashlib.sha256()
    for stay in stays:
        line: Any = line_of(*values_of(stay))
        if line.arrived_at is not None:
            line.arrived_at = line.arrived_at.astimezone(UTC)
        total.update(_encoder.encode(line))
        total.update(b"\n")
    return total.hexdigest()


def recompute(submission: Submission) -> str:
    """Return the receipt's hash computed anew from the stays as first declared.

    Later corrections of the stays do not change it.
    """
    with connection.cursor() as cursor:
        cursor.execute(AS_DECLARED, [submission.pk])
        return digest(starmap(DeclaredStay, cursor.fetchall()), submission.receipt_version)


@dataclass(slots=True)
class StoredReceipt:
    """A receipt's stored hash, and its stays as they were declared.

    With ``is_emptied`` one of them was emptied after its time: the hash cannot be computed again.
    """

    submission_id: int
    sha256: str
    version: int
    stays: list[Any]
    is_emptied: bool = False

    @property
    def is_genuine(self) -> bool:
        """Whether the hash computed from the stays agrees with the stored one."""
        return self.version in RECEIPT_FIELDS and digest(self.stays, self.version) == self.sha256


def receipts_since(day: date | None) -> Iterator[StoredReceipt]:
    """Yield every receipt with its stays, or those received since a day, oldest first.

    One query for each ``BATCH``.
    """
    submissions = Submission.objects.filter(received_at__gte=clock.start_of(day)) if day else Submission.objects
    first = submissions.aggregate(first=Min("id"))["first"]
    parameters = {
        "after": (first or 0) - 1, "number": BATCH, "redacted": REDACTED,
        "kept_since": clock.today() - timedelta(days=Keep.STAY.value),
    }  # fmt: skip
    receipts = _receipts(parameters) if first else []
    while receipts:
        yield from receipts
        receipts = _receipts(parameters | {"after": receipts[-1].submission_id})


def _receipts(parameters: Mapping[str, Any]) -> list[StoredReceipt]:
    """Return the next batch of receipts with their stays as first declared.

    ``parameters`` are the values that the statement RECEIPTS_AFTER names.
    """
    receipts: dict[int, StoredReceipt] = {}
    with connection.cursor() as cursor:
        cursor.execute(RECEIPTS_AFTER, parameters)
        for submission_id, sha256, version, is_emptied, *stay in cursor.fetchall():
            receipt = receipts.setdefault(submission_id, StoredReceipt(submission_id, sha256, version, []))
            receipt.is_emptied |= bool(is_emptied)
            if is_emptied is not None:
                receipt.stays.append(DeclaredStay(*stay))
    return list(receipts.values())


def office_of(house: Establishment) -> str:
    """Return the name, for receipts, of the police agency responsible for a lodging; without one its unit's name."""
    agencies = Organisation.objects.filter(pk__in=agencies_answering_for(house.unit)).order_by("name")
    return agencies.values_list("name", flat=True).first() or house.unit.full_name


def stay_receipt_code(stay: Stay) -> str:
    """Return the code of one guest's receipt: the submission's number, the row's position, and a seal."""
    number = stay.submission.number
    return f"{number}-{stay.position}-{seal('stay', number, stay.position, length=SEAL_SIGNS)}"


def find_submission(number: str, among: Q = REAL) -> Submission | None:
    """Return the submission of a receipt number, however it is typed; None without one.

    ``among`` restricts the submissions, by default to those of real lodgings.
    """
    normal = normalise_number(number)
    if normal is None:
        return None
    return Submission.objects.select_related("establishment", "unit").filter(among, number=normal).first()


def find_stay(code: str, among: Q = REAL) -> Stay | None:
    """Return the stay of a guest's receipt code; None for a code that this office did not issue.

    The seal is compared and the table queried for any code. The time therefore does not reveal whether the seal, the
    number or the position is wrong.
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
    """Return when the stay was last corrected or withdrawn; None while it is as first declared."""
    if stay.status == StayStatus.DECLARED:
        return None
    acts = stay.events.filter(pgh_context__metadata__act=stay.status).order_by("-pgh_id")  # type: ignore[attr-defined]
    moment: datetime | None = acts.values_list("pgh_created_at", flat=True).first()
    return moment


class WithdrawnCount(NamedTuple):
    """How many declarations of a submission were withdrawn, and when the last one was."""

    number: int
    is_all: bool
    last_at: datetime | None


def withdrawn_of(submission: Submission) -> WithdrawnCount | None:
    """Return how many of a submission's declarations were withdrawn, whether all, and when the last; None if none."""
    stays = submission.stays.filter(status=StayStatus.WITHDRAWN)
    if not (number := stays.count()):
        return None
    events: Any = Stay._meta.get_field("events").related_model
    acts = events.objects.filter(pgh_obj_id__in=stays.values("pk"), pgh_context__metadata__act=StayStatus.WITHDRAWN)
    last_at = acts.aggregate(last=Max("pgh_created_at"))["last"]
    return WithdrawnCount(number, number == submission.accepted_count, last_at)


def find_by_code(code: str, among: Q = REAL) -> tuple[Submission, Stay | None] | None:
    """Return the submission of a receipt's number, or submission and stay of one guest's code; None without one.

    Of a submission the public page shows lodging, times, counts and hash; of a stay, what is printed on its receipt.
    """
    if (submission := find_submission(code, among)) is not None:
        return submission, None
    if (stay := find_stay(code, among)) is not None:
        return stay.submission, stay
    return None
