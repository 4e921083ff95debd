"""The API's calls about stays: list, read, change, undo, and the changes since a mark."""

from datetime import date

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Query, Schema

from ancu.apps.audit.services import record_look
from ancu.apps.stays import services
from ancu.apps.stays.api.routers import MAX_ROWS, MOST_REASON, program_of, router
from ancu.apps.stays.rules.oddities import check_confirmed, extension_oddities
from ancu.apps.stays.schemas import finding_out, openapi, stay_out
from ancu.apps.stays.selectors import feed, get_stay, programs
from ancu.apps.stays.services.programs import codes_in, printable, read_changes, read_day, read_object, read_text
from ancu.core import clock
from ancu.core.web.problems import answer, failure


class StayQuery(Schema):
    """Filters of the list; all optional."""

    receipt: str = ""
    client_reference: str = ""
    document_number: str = ""
    nationality: str = ""
    arrived_on: date | None = None
    day: date | None = None
    state: str = ""
    after: int = 0
    limit: int = programs.PAGE


@router.get("/stays", openapi_extra=openapi.STAYS)
def list_stays(request: HttpRequest, query: Query[StayQuery]) -> HttpResponse:
    """Return the declared stays, today's included; pass ``next`` as ``after`` for the following page."""
    if query.state and query.state not in programs.STATES:
        return failure("invalid_parameters", 422, field="state", allowed=list(programs.STATES))
    parameters = query.dict(exclude={"after", "limit"})
    parameters |= {name: printable(value, 100) for name, value in parameters.items() if isinstance(value, str)}
    filters = programs.StayFilters(**parameters)
    size = max(1, min(query.limit, MAX_ROWS))
    actor = program_of(request).actor
    stays, following = programs.stays_page(actor, filters, after=query.after, size=size)
    if stays:
        record_look(actor, ("lodging.establishment", actor.establishment_id), rows=len(stays))
    return answer({"stays": [stay_out(stay) for stay in stays], "next": following})


@router.get("/stays/{int:stay_id}", openapi_extra=openapi.STAY)
def read_stay(request: HttpRequest, stay_id: int) -> HttpResponse:
    """Return a stay as it is now."""
    actor = program_of(request).actor
    stay = get_stay(actor, stay_id)
    record_look(actor, stay)
    return answer(stay_out(stay))


@router.patch("/stays/{int:stay_id}", openapi_extra=openapi.CORRECT)
def correct(request: HttpRequest, stay_id: int) -> HttpResponse:
    """Correct the given fields and no others; ``reason`` is stored with the earlier version."""
    changes = read_object(request.body)
    confirmed = codes_in(changes.pop("confirmed", None))
    reason = read_text(changes, "reason", MOST_REASON)
    changes.pop("reason", None)
    actor, texts = program_of(request).actor, read_changes(changes)
    stay = services.correct(actor=actor, stay_id=stay_id, changes=texts, reason=reason, confirmed=confirmed)
    record_look(actor, stay)  # nothing may have been changed, and then no act tells of it
    return answer(stay_out(stay))


@router.post("/stays/{int:stay_id}/check-out", openapi_extra=openapi.CHECK_OUT)
def check_out(request: HttpRequest, stay_id: int) -> HttpResponse:
    """Record that the guest has left, today or on ``departed_on``; the expected departure does not change."""
    day = read_day(read_object(request.body, empty=True), "departed_on") or clock.today()
    [stay] = services.check_out(actor=program_of(request).actor, stay_ids=[stay_id], departed_on=day)
    return answer(stay_out(stay))


@router.post("/stays/{int:stay_id}/extend", openapi_extra=openapi.EXTEND)
def extend(request: HttpRequest, stay_id: int) -> HttpResponse:
    """Move the expected departure; a day after the permitted stay is accepted if ``confirmed`` has its code."""
    actor, content = program_of(request).actor, read_object(request.body)
    day = read_day(content, "expected_departure")
    if day is None:
        return failure("invalid_parameters", 422, field="expected_departure")
    stay = get_stay(actor, stay_id)
    oddities = extension_oddities(stay.arrived_on, stay.permitted_until, day)
    check_confirmed(oddities, codes_in(content.get("confirmed")))
    stay = services.extend(actor=actor, stay_id=stay_id, expected_departure=day)
    return answer(
        msgspec.structs.asdict(stay_out(stay)) | {"warnings": [finding_out(oddity.finding) for oddity in oddities]}
    )


@router.post("/stays/{int:stay_id}/withdraw", openapi_extra=openapi.WITHDRAW)
def withdraw(request: HttpRequest, stay_id: int) -> HttpResponse:
    """Withdraw a declaration with a reason; it remains on record."""
    reason = read_text(read_object(request.body), "reason", MOST_REASON)
    return answer(stay_out(services.withdraw(actor=program_of(request).actor, stay_id=stay_id, reason=reason)))


@router.post("/stays/{int:stay_id}/undo", openapi_extra=openapi.UNDO)
def undo(request: HttpRequest, stay_id: int) -> HttpResponse:
    """Undo the last check-out, withdrawal, extension or move of a stay, within ten minutes."""
    actor = program_of(request).actor
    return answer(stay_out(services.undo_last(actor=actor, stay=get_stay(actor, stay_id))))


@router.get("/changes", openapi_extra=openapi.CHANGES)
def changes(request: HttpRequest, after: str = "", limit: int = feed.PAGE) -> HttpResponse:
    """Return the stays declared or changed since a mark, as they are now; send the returned ``mark`` the next time."""
    mark = feed.read_mark(after)
    if mark is None:
        return failure("mark_unknown", 422, field="after")
    actor = program_of(request).actor
    page = feed.changes(actor, mark, size=max(1, min(limit, MAX_ROWS)))
    if page.stays:
        record_look(actor, ("lodging.establishment", actor.establishment_id), rows=len(page.stays))
    return answer({"stays": [stay_out(stay) for stay in page.stays], "mark": str(page.mark), "more": page.more})
