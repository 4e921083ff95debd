"""Public pages: meetings and seats, tickets, and promises."""

from dataclasses import asdict
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.listening.enums import ENDED
from ancu.apps.listening.forms.meetings import PublicMeetingsForm, SeatForm
from ancu.apps.listening.rules import meetings as rules
from ancu.apps.listening.selectors import meetings as selectors
from ancu.apps.listening.selectors.promises import published_promises
from ancu.apps.listening.selectors.public_items import public_items
from ancu.apps.listening.selectors.public_meetings import MeetingFilter, public_page
from ancu.apps.listening.services import attending
from ancu.apps.listening.views.petitioner import may_send
from ancu.apps.listening.views.promise_charts import promises_figure
from ancu.core import clock
from ancu.core.documents import calendar_files
from ancu.core.errors import Conflict
from ancu.core.security.proof_of_work import new_puzzle
from ancu.core.security.rate_limits import allow, client_address, too_many
from ancu.core.web.http import Request, mark_private
from ancu.core.web.language import reader_language

SEATS_AN_HOUR, SEATS_UNSOLVED = 20, 3
TICKETS_AN_HOUR = 120


@login_not_required
@require_safe
def meetings(request: Request) -> HttpResponse:
    """List coming and past meetings with citizens for everybody, by year and words."""
    form = PublicMeetingsForm(request.GET)
    meeting_filter = MeetingFilter(**form.chosen())
    page = public_page(meeting_filter, request.GET.get("after", ""))
    query = {name: value for name, value in asdict(meeting_filter).items() if value}
    context = {
        "page": page,
        "meeting_filter": meeting_filter,
        "next_url": f"?{urlencode(query | {'after': page.after})}" if page.after else "",
    }
    return render(request, "listening/public/meetings.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request: Request, pk: int) -> HttpResponse:
    """Show a meeting to everybody, and receive registrations for a seat."""
    meeting = selectors.get_public_meeting(pk)
    form = SeatForm(request.POST if request.method == "POST" else None)
    status, until = 200, None
    if form.is_bound:
        status = 422
        if form.is_valid():
            if not (use := may_send(request, "meeting-seat", SEATS_AN_HOUR, SEATS_UNSOLVED)):
                status, until = 429, use.until
            else:
                try:
                    ticket = attending.register_attendee(
                        request.actor, pk=meeting.pk, language=reader_language(), **form.cleaned_data
                    )
                except Conflict as refused:
                    form.add_error(None, str(refused.message))
                else:
                    return redirect(selectors.ticket_path(meeting, ticket.code))
    reserved_seats: Any = meeting.taken  # type: ignore[attr-defined]  # annotated
    context = {
        "meeting": meeting,
        "agenda": [line for line in meeting.agenda.splitlines() if line.strip()],
        "raised": public_items(meeting),
        "is_over": meeting.state in ENDED,
        "today": clock.today(),
        "form": form,
        "free": max(0, meeting.quota - reserved_seats),
        "may_register": rules.may_register(meeting, clock.now()),
        "puzzle": new_puzzle(),
        "until": until,
    }
    return render(request, "listening/public/meeting.html", context, status=status)


def _attendee_of_ticket(pk: int, code: str) -> Any:
    """Return the meeting's attendee who has this ticket code, or 404."""
    attendee = selectors.find_attendee(pk, code)
    if attendee is None:
        raise Http404
    return attendee


@login_not_required
@never_cache
@require_safe
def ticket(request: Request, pk: int, code: str) -> HttpResponse:
    """Show a ticket to anybody who has its code; its QR code is read at the entrance."""
    if not (use := allow("meeting-ticket", client_address(request), limit=TICKETS_AN_HOUR)):
        return too_many(request, use)
    attendee = _attendee_of_ticket(pk, code)
    record_look(request.actor, attendee, link=True)
    qr = attending.ticket_qr(attendee.meeting, code)
    context = {"attendee": attendee, "meeting": attendee.meeting, "code": code, "qr": qr}
    return mark_private(render(request, "listening/public/ticket.html", context))


@login_not_required
@never_cache
@require_safe
def ticket_calendar(request: Request, pk: int, code: str) -> HttpResponse:
    """Return the meeting as a calendar file, which names nobody."""
    if not (use := allow("meeting-ticket", client_address(request), limit=TICKETS_AN_HOUR)):
        return too_many(request, use)
    attendee = _attendee_of_ticket(pk, code)
    meeting = attendee.meeting
    data = calendar_files.calendar_event(
        uid=f"meeting-{meeting.pk}@ancu", starts_at=meeting.starts_at, ends_at=meeting.ends_at, made_at=meeting.made_at,
        title=meeting.theme, place=f"{meeting.venue}, {meeting.unit.full_name}",
    )  # fmt: skip
    return HttpResponse(
        data,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="an-cu-{meeting.pk}.ics"', "Cache-Control": "no-store"},
    )


@login_not_required
@require_safe
def promises(request: Request) -> HttpResponse:
    """Show what units promised and whether they kept it, without names, in counts rounded to fives."""
    page = published_promises(request.GET.get("after", ""))
    next_url = f"?after={page.promises.after}#each" if page.promises.after else ""
    chart = promises_figure(page.rows)
    context = {"published": page, "today": clock.today(), "next_url": next_url, "chart": chart}
    return render(request, "listening/public/promises.html", context)
