"""The office's meetings: plan, items, attendees and minutes."""

from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.accounts.selectors import agencies
from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record_look
from ancu.apps.files.services import FileRefused, read_bytes
from ancu.apps.listening.enums import MEETING_TRANSITIONS, MeetingState, PetitionChannel
from ancu.apps.listening.forms import meetings as forms
from ancu.apps.listening.rules import may_handle
from ancu.apps.listening.rules import meetings as rules
from ancu.apps.listening.rules.matters import is_statutory
from ancu.apps.listening.selectors import meetings as selectors
from ancu.apps.listening.services import attending
from ancu.apps.listening.services import meetings as services
from ancu.core import clock
from ancu.core.errors import Conflict, require
from ancu.core.forms.confirming import confirmation_digest, is_confirmed
from ancu.core.forms.editing import EditPage
from ancu.core.forms.editions import CHANGED_SINCE
from ancu.core.transitions import follows
from ancu.core.web import one_time_cookie
from ancu.core.web.http import Request, conflicts_as_messages, parse_whole_number
from ancu.core.web.language import reader_language

MOVES = {
    "announce": (MeetingState.ANNOUNCED, gettext_lazy("Meeting announced.")),
    "open": (MeetingState.OPEN, gettext_lazy("Meeting opened.")),
    "end": (MeetingState.CONCLUDED, gettext_lazy("Meeting ended. Close it when its minutes are complete.")),
    "cancel": (MeetingState.CANCELLED, gettext_lazy("Meeting cancelled.")),
}


def _post_data(request: Request) -> Any:
    """Return the submitted form data of a POST; None for any other method."""
    return request.POST if request.method == "POST" else None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: Request) -> HttpResponse:
    """Show and receive the form that plans a new meeting; unusual hours must be confirmed."""
    selectors.require_reader(request.actor)
    require(rules.may_plan(request.actor))
    units = selectors.units_to_choose(request.actor)
    form = forms.MeetingForm(_post_data(request), units=units, initial={"key": uuid4()})
    if form.is_bound and form.is_valid() and is_confirmed(request, form.oddities()):
        meeting = services.plan(actor=request.actor, key=form.cleaned_data["key"], **form.meeting_fields())
        messages.success(request, _("Meeting planned. Announce it when it is certain."), extra_tags="draft:meeting-new")
        return redirect("listening:meeting", meeting.pk)
    return _plan_page(request, form, None)


def _plan_page(request: Request, form: Any, meeting: Any, edit: EditPage | None = None) -> HttpResponse:
    """Render the form of a meeting with its warnings."""
    odd = form.oddities() if form.is_bound and form.is_valid() else []
    context = {"form": form, "meeting": meeting, "odd": odd, "sure": confirmation_digest(odd), "edit": edit}
    status = edit.status if edit else 422 if form.is_bound else 200
    return render(request, "listening/office/plan.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Request, pk: int) -> HttpResponse:
    """Show and receive the form that changes a planned meeting; unusual hours must be confirmed."""
    meeting = selectors.get_meeting(request.actor, pk)
    require(rules.may_change(request.actor, meeting))
    units = selectors.units_to_choose(request.actor)
    make = partial(_change_form, units=units, key=meeting.key)
    page = EditPage(_post_data(request), make, selectors.editable_values(meeting))
    form = page.form
    if form.is_bound and form.is_valid() and is_confirmed(request, form.oddities()):
        try:
            services.change(actor=request.actor, pk=pk, edition=page.edition, **form.meeting_fields())
        except Conflict as refused:
            if refused.code != CHANGED_SINCE:
                form.add_error("quota" if refused.code == "quota" else None, str(refused.message))
                return _plan_page(request, form, meeting, edit=page)
            page.overtake(refused, selectors.editable_values(selectors.get_meeting(request.actor, pk)))
        else:
            messages.success(request, _("Meeting changed."), extra_tags=f"draft:meeting-{pk}")
            return redirect("listening:meeting", pk)
    return _plan_page(request, page.form, meeting, edit=page)


def _change_form(data: Any, initial: dict[str, Any], *, units: Any, key: Any) -> forms.MeetingForm:
    """Return the form with the values of an existing meeting."""
    return forms.MeetingForm(data, units=units, initial={**initial, "key": key})


@never_cache
@require_safe
def meeting(request: Request, pk: int) -> HttpResponse:
    """Show a meeting with its state, the petitions raised at it and its attendees."""
    return _meeting_page(request, selectors.get_meeting(request.actor, pk))


def _meeting_page(request: Request, meeting: Any, *, status: int = 200, **bound: Any) -> HttpResponse:
    """Render an officer's page of a meeting; ``bound`` replaces empty forms by submitted ones."""
    ours = rules.may_see_attendees(request.actor, meeting)
    who = request.GET.get("who", "")[:100]
    seats = selectors.attendee_list(meeting, who) if ours else None
    items = selectors.items(request.actor, meeting) if ours else []
    _record_list_access(request, meeting, items, count=len(seats.rows) if seats else 0)
    may = _possible_acts(request, meeting)
    context = {
        "meeting": meeting,
        "ours": ours,
        "agenda": [line for line in meeting.agenda.splitlines() if line.strip()],
        "seats": seats,
        "who": who,
        "items": _with_owners(request, meeting, items, bound),
        "openable": selectors.openable_numbers(request.actor, items),
        "unowned": sum(rules.waits_for_owner(meeting, item) for item in items),
        "promises_pending": selectors.count_pending_promises(items),
        "survey_slug": selectors.survey_slug(meeting) if ours else "",
        "may": may,
        "refused": None if may["close"] else bound.get("close_form"),
        "seat_form": bound.get("seat_form") or forms.SeatForm(auto_id="id_seat_%s"),
        "walk_form": bound.get("walk_form") or forms.WalkInForm(auto_id="id_walk_%s"),
        "close_form": bound.get("close_form") or forms.CloseMeetingForm(initial=_closing_values(request, seats)),
        "odd": bound.get("odd", []),
        "sure": confirmation_digest(bound.get("odd", [])),
    }
    return render(request, "listening/office/meeting.html", context, status=status)


def _record_list_access(request: Request, meeting: Any, items: list[Any], *, count: int = 0) -> None:
    """Record in the audit that the user read a page that names attendees and speakers of the meeting."""
    petitions = [item.pk for item in items if item.name]
    if count or petitions:
        record_look(request.actor, meeting, count=count, petitions=petitions)


def _closing_values(request: Request, seats: selectors.AttendeeList | None) -> dict[str, Any]:
    """Return the initial values of the form that closes a meeting.

    ``chair`` is the actor's name, ``present`` the number of attendees who came.
    """
    return {"chair": request.actor.label, "present": seats.came if seats else 0}


def _possible_acts(request: Request, meeting: Any) -> dict[str, bool]:
    """Return by name of each act on the meeting whether the actor may do it now."""
    moves = {name: rules.may_change_state(request.actor, meeting, to) for name, (to, _sentence) in MOVES.items()}
    return moves | {
        "open": moves["open"] and rules.may_open(meeting, clock.now()),
        "change": rules.may_change(request.actor, meeting),
        "invite": rules.may_invite(request.actor, meeting),
        "list": rules.may_record_attendance(request.actor, meeting),
        "own": rules.may_record_attendance(request.actor, meeting) and rules.may_run(request.actor, meeting),
        "close": rules.may_change_state(request.actor, meeting, MeetingState.CLOSED),
    }


def _with_owners(request: Request, meeting: Any, items: list[Any], bound: dict[str, Any]) -> list[tuple[Any, Any]]:
    """Return each petition of the meeting with the form that sets its unit and day.

    None if it has a unit or the reader may not set one.
    """
    runs = rules.may_record_attendance(request.actor, meeting) and rules.may_run(request.actor, meeting)
    ownerless = [petition for petition in items if runs and petition.state == "received"]
    units = list(agencies()) if ownerless else []
    drawn = {petition.number: _owner_form(meeting, petition, units) for petition in ownerless}
    if "owner_of" in bound:
        drawn[bound["owner_of"]] = bound["owner_form"]
    return [(petition, drawn.get(petition.number)) for petition in items]


def _owner_form(meeting: Any, item: Any, units: list[Any]) -> forms.ItemOwnerForm:
    """Return the form that sets which unit answers a petition raised at the meeting, and by which day."""
    initial = {"agency_id": meeting.agency_id, "due_on": item.due_on, "raised": item.title}
    return forms.ItemOwnerForm(
        units=_fit_units(item, units), statutory=is_statutory(item), initial=initial, auto_id=f"id_{item.pk}_%s"
    )


def _fit_units(item: Any, units: Iterable[Any]) -> list[tuple[int, str]]:
    """Return (id, name) of those units that may handle the petition, for a form."""
    return [(unit.pk, unit.name) for unit in units if may_handle(unit, item)]


@require_POST
def owner(request: Request, pk: int, number: str) -> HttpResponse:
    """Set which unit answers a petition raised at the meeting, and by which day; with words it is a promise."""
    meeting = selectors.get_meeting(request.actor, pk)
    item = next((petition for petition in selectors.items(request.actor, meeting) if petition.number == number), None)
    if item is None:
        raise Http404
    form = forms.ItemOwnerForm(
        request.POST, units=_fit_units(item, agencies()), statutory=is_statutory(item), auto_id=f"id_{item.pk}_%s"
    )
    if form.is_valid():
        try:
            services.assign_owner(actor=request.actor, pk=pk, number=number, **form.cleaned_data)
        except Conflict as refused:
            form.add_error(None, str(refused.message))
        else:
            sentence = _("Unit and date saved.")
            if form.cleaned_data.get("words"):
                sentence = _("Unit and date saved. The promise is valid once another officer approves it.")
            messages.success(request, str(sentence))
            return redirect(f"{reverse('listening:meeting', args=[pk])}#items")
    require(rules.may_record_attendance(request.actor, meeting))
    return _meeting_page(request, meeting, status=422, owner_of=number, owner_form=form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def room(request: Request, pk: int) -> HttpResponse:
    """Show and receive the form by which officers record petitions during the meeting, one after another."""
    meeting = selectors.get_meeting(request.actor, pk)
    require(rules.may_record_attendance(request.actor, meeting))
    form = forms.MeetingItemForm(_post_data(request), request.FILES or None, initial={"key": uuid4()})
    if form.is_bound and form.is_valid():
        place = meeting.unit
        try:
            intake = form.intake(channel=PetitionChannel.MEETING, place=place, language=reader_language())
            received = services.raise_item(actor=request.actor, pk=pk, intake=intake)
        except FileRefused as refused:
            form.add_error("attached", refused.form_error)
        else:
            is_about_host = rules.is_about_host(meeting, received.petition)
            shown_receipt = [received.petition.number, received.code, is_about_host]
            return one_time_cookie.store_for_page(redirect("listening:room", pk), request.path, shown_receipt)
    raised = selectors.items(request.actor, meeting)[::-1]
    _record_list_access(request, meeting, raised)
    receipt = None if form.is_bound else one_time_cookie.values_for_page(request)
    context = {
        "meeting": meeting,
        "form": form,
        "receipt": receipt,
        "raised": raised,
        "may_take_along": rules.may_work_offline(request.actor),
    }
    page = render(request, "listening/office/room.html", context, status=422 if form.is_bound else 200)
    return one_time_cookie.delete_values(page, request.path) if receipt else page


@require_POST
def step(request: Request, pk: int, name: str) -> HttpResponse:
    """Announce, open, end or cancel a meeting, as ``name`` says."""
    selectors.get_meeting(request.actor, pk)
    if name not in MOVES:
        raise Http404
    state, sentence = MOVES[name]
    with conflicts_as_messages(request):
        services.change_state(actor=request.actor, pk=pk, to=state, because=request.POST.get("because", "")[:300])
        messages.success(request, str(sentence))
    return redirect("listening:meeting", pk)


@require_POST
def invite(request: Request, pk: int) -> HttpResponse:
    """Reserve a seat for a person and send the ticket."""
    meeting = selectors.get_meeting(request.actor, pk)
    require(rules.may_invite(request.actor, meeting))
    form = forms.SeatForm(request.POST, auto_id="id_seat_%s")
    if form.is_valid():
        try:
            attending.invite_attendee(actor=request.actor, pk=pk, **form.cleaned_data)
        except Conflict as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("Seat reserved. The invitation is being sent."))
            return redirect(f"{reverse('listening:meeting', args=[pk])}#list")
    return _meeting_page(request, meeting, status=422, seat_form=form)


@require_POST
def present(request: Request, pk: int) -> HttpResponse:
    """Record that an attendee came, or add a person who had not registered."""
    meeting = selectors.get_meeting(request.actor, pk)
    require(rules.may_record_attendance(request.actor, meeting))
    back = redirect(f"{reverse('listening:meeting', args=[pk])}#list")
    if attendee := parse_whole_number(request.POST.get("attendee", "")):
        attending.record_arrival(actor=request.actor, pk=pk, attendee_id=attendee)
        return back
    form = forms.WalkInForm(request.POST, auto_id="id_walk_%s")
    if form.is_valid():
        attending.add_walk_in(actor=request.actor, pk=pk, **form.cleaned_data)
        return back
    return _meeting_page(request, meeting, status=422, walk_form=form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def arrive(request: Request, pk: int, code: str) -> HttpResponse:
    """Show the attendee of a ticket's QR code at the entrance, and record the arrival."""
    meeting = selectors.get_meeting(request.actor, pk)
    require(rules.may_record_attendance(request.actor, meeting))
    person = selectors.find_attendee(pk, code)
    if person is None:
        raise Http404
    if request.method == "POST":
        attending.record_arrival(actor=request.actor, pk=pk, code=code)
        messages.success(request, _("%(name)s is present.") % {"name": person.name})
        return redirect(f"{reverse('listening:meeting', args=[pk])}#list")
    record_look(request.actor, meeting, count=1)
    return render(request, "listening/office/arrive.html", {"meeting": meeting, "person": person})


@require_POST
def close(request: Request, pk: int) -> HttpResponse:
    """Receive the form that closes the meeting with minutes; show its errors.

    Every petition raised at it must have a unit and a day.
    """
    meeting = selectors.get_meeting(request.actor, pk)
    require(rules.may_run(request.actor, meeting))
    form = forms.CloseMeetingForm(request.POST)
    if not follows(MEETING_TRANSITIONS, meeting.state, MeetingState.CLOSED):
        form.add_error(None, str(overtaken_conflict(request.actor, "meeting_moved", meeting).message))
        return _meeting_page(request, meeting, status=409, close_form=form)
    odd = form.oddities(meeting.quota) if form.is_valid() else []
    if form.is_valid() and is_confirmed(request, odd):
        try:
            services.close(actor=request.actor, pk=pk, **form.cleaned_data)
        except Conflict as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(
                request,
                _("Meeting closed. Its minutes are stored as printed."),
                extra_tags=f"draft:close-{pk}",
            )
            return redirect("listening:meeting", pk)
    return _meeting_page(request, meeting, status=422, close_form=form, odd=odd)


@never_cache
@require_safe
def minutes(request: Request, pk: int) -> HttpResponse:
    """Return the meeting's minutes as the PDF printed at its closing."""
    meeting = selectors.get_meeting(request.actor, pk)
    require(rules.may_see_attendees(request.actor, meeting))
    if meeting.document is None:
        raise Http404
    record_look(request.actor, meeting, export="pdf")
    headers = {"Content-Disposition": f'inline; filename="bien-ban-{pk}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(read_bytes(meeting.document), content_type="application/pdf", headers=headers)
