"""Requests for copies visible to an actor."""

from collections.abc import Collection

from django.db.models import QuerySet

from ancu.apps.protection.enums import OPEN_COPIES, CopyState
from ancu.apps.protection.models import CopyRequest
from ancu.apps.protection.rules import copies as rules
from ancu.apps.protection.selectors.people import PersonDocument, PersonRecords, records_of
from ancu.core.actor import Actor, ActorKind
from ancu.core.db.pagination import CursorPage, cursor_page, newest_first
from ancu.core.errors import Http404, require

WITH = ("user", "agency", "pdf", "json", "papers")


def own_copies(actor: Actor) -> list[CopyRequest]:
    """Return the actor's own requests for a copy of personal data, at most 20, the newest first."""
    return list(CopyRequest.objects.filter(user_id=actor.user_id or 0).select_related(*WITH).order_by("-id")[:20])


def get_own(actor: Actor, reference: str) -> CopyRequest:
    """Return the actor's own request for a copy of personal data with this reference, or 404."""
    copy = CopyRequest.objects.filter(user_id=actor.user_id or 0, reference=reference).select_related(*WITH).first()
    if copy is None:
        raise Http404
    return copy


def require_office(actor: Actor) -> None:
    """Raise 404 outside the agencies, 403 for officers who do not handle copies."""
    if not actor.is_agency:
        raise Http404
    require(rules.handles_copies(actor))


def visible_to(actor: Actor) -> QuerySet[CopyRequest]:
    """Return the requests for copies of personal data that the actor handles.

    Those of the actor and of represented colleagues are left out; the system sees all, everybody else none.
    """
    if actor.kind is ActorKind.SYSTEM:
        return CopyRequest.objects.all()
    if not rules.handles_copies(actor):
        return CopyRequest.objects.none()
    return CopyRequest.objects.exclude(user_id__in=actor.conflicting_user_ids)


def get_copy(actor: Actor, reference: str) -> CopyRequest:
    """Return a request for a copy of personal data that the office handles, or 404; 403 for officers who do not."""
    require_office(actor)
    copy = visible_to(actor).select_related(*WITH).filter(reference=reference).first()
    if copy is None:
        raise Http404
    return copy


def office_page(actor: Actor, states: Collection[CopyState], after: str = "") -> CursorPage[CopyRequest]:
    """Return a page of requests for copies in these states: pending ones by due date, others the newest first."""
    require_office(actor)
    copies = visible_to(actor).select_related("user").filter(state__in=states)
    if set(states) <= set(OPEN_COPIES):
        return cursor_page(copies, "due_on", "pk", after=after)
    return newest_first(copies, after)


def document_of(copy: CopyRequest) -> PersonDocument:
    """Return name, birth date, nationality and number of the document compared for the request.

    All are empty if no document was compared.
    """
    return PersonDocument(copy.full_name, copy.birth_date, copy.nationality, copy.document_number)


def records_now(copy: CopyRequest) -> PersonRecords:
    """Return the identities that belong today to the document compared for the request."""
    return records_of(document_of(copy))
