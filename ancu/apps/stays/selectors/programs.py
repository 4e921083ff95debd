"""What programs read: their lodging's stays page by page, and counts to reconcile with."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, TypeAlias

from django.db import DatabaseError, connection
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate

from ancu.apps.stays.enums import StayStatus
from ancu.apps.stays.models import DEPARTED, OPEN, Stay, Submission, Upload
from ancu.apps.stays.selectors import visible_to
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.documents.reference_numbers import normalise_number

PAGE = 100
StayRecord: TypeAlias = Stay  # for the edges, which name shapes and never tables
SubmissionRecord: TypeAlias = Submission
UploadRecord: TypeAlias = Upload


@dataclass(frozen=True, slots=True, kw_only=True)
class StayFilters:
    """Optional filters, all of which must match. ``day`` is that of declaring, ``state`` present|left|withdrawn."""

    receipt: str = ""
    client_reference: str = ""
    document_number: str = ""
    nationality: str = ""
    arrived_on: date | None = None
    day: date | None = None
    state: str = ""


def stays_page(
    actor: Actor, filters: StayFilters, *, after: int = 0, size: int = PAGE
) -> tuple[list[Stay], int | None]:
    """Return a page of the program's stays by id after ``after``, and the next ``after``, None at the end."""
    stays = _filtered(visible_to(actor), filters).filter(pk__gt=after)
    rows = list(stays.select_related("submission").order_by("pk")[: size + 1])
    return rows[:size], rows[size - 1].pk if len(rows) > size else None


def _filtered(stays: QuerySet[Stay], filters: StayFilters) -> QuerySet[Stay]:
    """Return the stays that match a program's filters, such as receipt, document number, day or state."""
    if filters.receipt:
        stays = stays.filter(submission__number=normalise_number(filters.receipt) or "")
    if filters.client_reference:
        reference = filters.client_reference
        stays = stays.filter(Q(client_reference=reference) | Q(submission__client_reference=reference))
    if filters.document_number:
        stays = stays.filter(document_number=filters.document_number.strip().upper())
    if filters.nationality:
        stays = stays.filter(nationality=filters.nationality)
    if filters.arrived_on:
        stays = stays.filter(arrived_on=filters.arrived_on)
    if filters.day:
        begin = datetime.combine(filters.day, time.min, clock.VIETNAM)
        end = datetime.combine(filters.day, time.max, clock.VIETNAM)
        stays = stays.filter(declared_at__range=(begin, end))
    return stays.filter(STATES[filters.state]) if filters.state else stays


WITHDRAWN = Q(status=StayStatus.WITHDRAWN)
STATES = {"present": OPEN, "left": DEPARTED, "withdrawn": WITHDRAWN}


def counts(actor: Actor, first: date, last: date, *, by: str = "arrival") -> list[dict[str, Any]]:
    """Return for each day with stays a dict of numbers: declared, left, late and withdrawn.

    The day is under ``arrived_on``, or with another ``by`` than ``arrival`` under ``declared_on``. ``declared`` does
    not include withdrawn stays.
    """
    day = "arrived_on" if by == "arrival" else "declared_on"
    counted = visible_to(actor).filter(_between(first, last, by))
    standing = ~WITHDRAWN
    rows: list[dict[str, Any]] = list(
        _by_day(counted, day)
        .values(day)
        .order_by(day)
        .annotate(
            declared=Count("id", filter=standing),
            left=Count("id", filter=standing & Q(departed_on__isnull=False)),
            late=Count("id", filter=standing & Q(minutes_late__gt=0)),
            withdrawn=Count("id", filter=~standing),
        )
    )
    return rows


def _by_day(stays: QuerySet[Stay], day: str) -> QuerySet[Stay]:
    """Return the stays with the column ``day``, "arrived_on" or "declared_on"; the latter is annotated."""
    if day == "arrived_on":
        return stays
    return stays.annotate(declared_on=TruncDate("declared_at", tzinfo=clock.VIETNAM))


def _between(first: date, last: date, by: str) -> Q:
    """Return the condition for stays that arrived or were declared between two days."""
    if by == "arrival":
        return Q(arrived_on__range=(first, last))
    begin = datetime.combine(first, time.min, clock.VIETNAM)
    return Q(declared_at__range=(begin, datetime.combine(last, time.max, clock.VIETNAM)))


def database_responds() -> bool:
    """Return True if the database answers a query; False if it fails."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone())
    except DatabaseError:
        connection.close()
        return False


def stays_of(actor: Actor, submission: Submission) -> list[Stay]:
    """Return the visible stays of a submission, in the order they were sent."""
    return list(visible_to(actor).filter(submission=submission).order_by("position"))
