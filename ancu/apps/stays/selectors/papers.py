"""A lodging's receipts: the list, one receipt, and its stays."""

from collections.abc import Iterable

from ancu.apps.lodging.models import Establishment
from ancu.apps.stays.models import NOT_WITHDRAWN, OPEN, Stay, Submission
from ancu.apps.stays.rules import is_same_person
from ancu.apps.stays.selectors import submissions_visible_to, visible_to
from ancu.core.actor import Actor
from ancu.core.db.pagination import CursorPage, newest_first
from ancu.core.documents.reference_numbers import normalise_number
from ancu.core.errors import Http404

PAGE = 50


def receipts_of(actor: Actor, establishment: Establishment, before: str = "") -> CursorPage[Submission]:
    """Return a page of a lodging's submissions, newest first."""
    return newest_first(submissions_visible_to(actor).filter(establishment=establishment), before)


def get_receipt(actor: Actor, number: str) -> Submission:
    """Return the visible submission with this receipt number, however it is typed, or raise 404."""
    submissions = submissions_visible_to(actor).select_related("establishment__unit")
    submission = submissions.filter(number=normalise_number(number) or "").first()
    if submission is None:
        raise Http404
    return submission


def stays_of(submission: Submission, *, after: int = 0, limit: int | None = PAGE + 1) -> list[Stay]:
    """Return the stays of a submission after a position, in order; ``limit`` None for all of them."""
    return list(submission.stays.filter(position__gt=after).order_by("position")[:limit])


def count_active(submission: Submission) -> int:
    """Return the number of a submission's declarations that were not withdrawn."""
    return int(submission.stays.filter(NOT_WITHDRAWN).count())


def open_stays_like(actor: Actor, stays: Iterable[Stay]) -> list[Stay]:
    """Return the open stays by which guests of withdrawn ``stays`` are declared again.

    They are visible, at the same lodging, of the same document and person.
    """
    by_document: dict[tuple[int, str, str], list[Stay]] = {}
    for stay in stays:
        by_document.setdefault(_document_of(stay), []).append(stay)
    places = {place for place, _number, _nationality in by_document}
    numbers = {number for _place, number, _nationality in by_document}
    candidates = visible_to(actor).filter(OPEN, establishment_id__in=places, document_number__in=numbers)
    return [
        candidate
        for candidate in candidates
        if any(is_same_person(candidate, stay) for stay in by_document.get(_document_of(candidate), []))
    ]


def _document_of(stay: Stay) -> tuple[int, str, str]:
    """Return lodging id, document number and nationality of a stay, by which its guest is recognised."""
    return stay.establishment_id, stay.document_number, stay.nationality


def limits_passed(submission: Submission) -> list[str]:
    """Return the ids of the declaration limits that the submission's late declarations exceeded."""
    if not submission.late_count:
        return []
    late = submission.stays.filter(minutes_late__gt=0)
    return list(late.order_by("limit_id").values_list("limit_id", flat=True).distinct())


def stays_with_documents(establishment: Establishment, numbers: set[str]) -> dict[tuple[str, str], list[Stay]]:
    """Return the lodging's stays with these document numbers, not withdrawn, by (number, nationality)."""
    stays = Stay.objects.filter(NOT_WITHDRAWN, establishment=establishment, document_number__in=numbers)
    by_document: dict[tuple[str, str], list[Stay]] = {}
    for stay in stays.select_related("submission"):
        by_document.setdefault((stay.document_number, stay.nationality), []).append(stay)
    return by_document
