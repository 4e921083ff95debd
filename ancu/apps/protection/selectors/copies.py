"""Requests for copies of personal data, for those who may know of them."""

from collections.abc import Collection

from django.db.models import QuerySet

from ancu.apps.protection.enums import OPEN_COPIES, CopyState
from ancu.apps.protection.models import CopyRequest
from ancu.apps.protection.rules import copies as rules
from ancu.apps.protection.selectors.people import PersonDocument, Records, records_of
from ancu.core.actor import Actor, ActorKind
from ancu.core.db.pagination import CursorPage, by_day, newest_first
from ancu.core.errors import Http404, require

WITH = ("user", "agency", "pdf", "json", "papers")


def own_copies(actor: Actor) -> list[CopyRequest]:
    """What the actor asked for by his account, newest first."""
    return list(CopyRequest.objects.filter(user_id=actor.user_id or 0).select_related(*WITH).order_by("-id")[:20])


def get_own(actor: Actor, reference: str) -> CopyRequest:
    """404 for everybody but the account's holder."""
    copy = CopyRequest.objects.filter(user_id=actor.user_id or 0, reference=reference).select_related(*WITH).first()
    if copy is None:
        raise Http404
    return copy


def require_office(actor: Actor) -> None:
    """404 for whom is no officer, 403 for an officer who does not handle copies."""
    if not actor.is_agency:
        raise Http404
    require(rules.handles_copies(actor))


def visible_to(actor: Actor) -> QuerySet[CopyRequest]:
    """The office's officers see every request but those of their own hands."""
    if actor.kind is ActorKind.SYSTEM:
        return CopyRequest.objects.all()
    if not rules.handles_copies(actor):
        return CopyRequest.objects.none()
    return CopyRequest.objects.exclude(user_id__in=actor.conflicting_user_ids)


def get_copy(actor: Actor, reference: str) -> CopyRequest:
    require_office(actor)
    copy = visible_to(actor).select_related(*WITH).filter(reference=reference).first()
    if copy is None:
        raise Http404
    return copy


def office_page(actor: Actor, states: Collection[CopyState], after: int = 0) -> CursorPage[CopyRequest]:
    """What waits in the order it is due; everything else newest first."""
    require_office(actor)
    copies = visible_to(actor).select_related("user").filter(state__in=states)
    return by_day(copies, "due_on", after) if set(states) <= set(OPEN_COPIES) else newest_first(copies, after)


def document_of(copy: CopyRequest) -> PersonDocument:
    """The identity document that was compared; empty where none was."""
    return PersonDocument(copy.full_name, copy.birth_date, copy.nationality, copy.document_number)


def records_now(copy: CopyRequest) -> Records:
    """Which identities are about the holder of the document at this moment."""
    return records_of(document_of(copy))
