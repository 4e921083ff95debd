"""The applicant's pages for the passport: an appointment at a counter, or the post."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import SlotPurpose
from ancu.apps.dossiers.forms.handover import BookSlotForm, CounterDayForm, PostingForm
from ancu.apps.dossiers.rules.postings import may_record_return
from ancu.apps.dossiers.selectors import get_dossier
from ancu.apps.dossiers.selectors import slots as selectors
from ancu.apps.dossiers.selectors.postings import tracked_postings
from ancu.apps.dossiers.services import postings, slots
from ancu.apps.dossiers.services.moving import stale_state
from ancu.core.documents import calendar_files
from ancu.core.errors import Conflict, require
from ancu.core.forms.confirming import confirmation_digest, is_confirmed
from ancu.core.web.http import Request, conflicts_as_messages


def _own_dossier(request: Request, number: str) -> Any:
    """Return a dossier of which the actor is filer or sponsor, or raise 404: the office does not book for people."""
    dossier = get_dossier(request.actor, number)
    if not (rules.is_filer(request.actor, dossier) or rules.is_sponsor(request.actor, dossier)):
        raise Http404
    return dossier


def _purpose(dossier: Any) -> SlotPurpose | None:
    """Return the purpose of the appointment that the dossier needs now; None without one."""
    return next(iter(rules.purposes_of(dossier)), None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def appointment(request: Request, number: str) -> HttpResponse:
    """Show the days with free places for the dossier; a POST books the chosen time or moves the appointment."""
    dossier = _own_dossier(request, number)
    form = BookSlotForm(request.POST)
    if request.method != "POST" or not form.is_valid():
        return _page(request, dossier, status=422 if request.method == "POST" else 200)
    slot = selectors.get_slot(dossier, form.cleaned_data["slot"])
    purpose = _purpose(dossier)
    try:
        if purpose is None:
            raise stale_state(request.actor, dossier)
        slots.book(request.actor, dossier=dossier, slot=slot, purpose=purpose)
    except slots.SlotFull as full:
        return _page(request, dossier, full=full, status=409)
    except Conflict as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("Your appointment is booked."))
    return redirect("dossiers:appointment", number=number)


def _page(
    request: Request, dossier: Any, *, full: Any = None, posting_form: PostingForm | None = None, status: int = 200
) -> HttpResponse:
    """Render the appointment page: booked and free times, and the form for a passport sent by post."""
    record_look(request.actor, dossier, page="appointment")
    purpose, booked = _purpose(dossier), selectors.open_appointments(dossier)
    day, counter = CounterDayForm.read(request.GET)
    counters = selectors.open_counters(dossier)
    odd = posting_form.unusual_points(request.actor) if posting_form else []
    days = (
        selectors.free_days(counter_shown for counter_shown in counters if counter in {None, counter_shown.pk})
        if purpose
        else []
    )
    context = {
        "dossier": dossier,
        "purpose": purpose,
        "booked": booked,
        "here": dossier.passport_received() if purpose == SlotPurpose.BRING else None,
        "full": full,
        "days": days,
        "day": day,
        "late": day in [free_day.on for free_day in days[12:]],
        "times": selectors.free_times(dossier, day, counter_id=counter) if purpose and day else [],
        "counters": counters,
        "counter": counter,
        "postings": tracked_postings(request.actor, dossier),
        "may_post": rules.may_post(request.actor, dossier),
        "posting_form": posting_form or PostingForm(dossier=dossier),
        "odd": odd,
        "sure": confirmation_digest(odd),
    }
    return render(request, "dossiers/handover/appointment.html", context, status=status)


@require_POST
def cancel(request: Request, number: str) -> HttpResponse:
    """Cancel the dossier's open appointment and redirect to the page of appointments."""
    dossier = _own_dossier(request, number)
    purpose = _purpose(dossier)
    with conflicts_as_messages(request):
        if purpose is None:
            raise stale_state(request.actor, dossier)
        slots.cancel(request.actor, dossier=dossier, purpose=purpose)
        messages.success(request, _("The appointment is cancelled."))
    return redirect("dossiers:appointment", number=number)


@never_cache
@require_safe
def calendar_file(request: Request, number: str) -> HttpResponse:
    """Return the dossier's next appointment as a calendar file; 404 without one."""
    dossier = _own_dossier(request, number)
    booked = selectors.open_appointments(dossier)
    if not booked:
        raise Http404
    slot = booked[0].slot
    calendar_text = calendar_files.calendar_event(
        uid=f"{dossier.number}-{booked[0].purpose}@an-cu",
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        made_at=booked[0].booked_at,
        title=f"{SlotPurpose(booked[0].purpose).label}: {dossier.number}",
        place=f"{slot.counter}, {slot.counter.address}",
    )
    headers = {"Content-Disposition": f'attachment; filename="{dossier.number}.ics"'}
    return HttpResponse(calendar_text, content_type="text/calendar; charset=utf-8", headers=headers)


@require_POST
def received(request: Request, pk: int) -> HttpResponse:
    """Record that passport and result, posted by the office, have arrived, and redirect to the dossier."""
    posting = selectors.get_posting(request.actor, pk, to_office=False)
    require(may_record_return(request.actor, posting.dossier))
    with conflicts_as_messages(request):
        postings.record_return(request.actor, posting=posting)
        messages.success(request, _("Arrival of passport and result recorded."))
    is_office = rules.is_office(request.actor, posting.dossier)
    return redirect("dossiers:office-dossier" if is_office else "dossiers:page", posting.dossier.number)


@require_POST
def post(request: Request, number: str) -> HttpResponse:
    """Record that the filer or sponsor sent the dossier's passport to the office by post."""
    dossier = _own_dossier(request, number)
    form = PostingForm(request.POST, dossier=dossier)
    if not form.is_valid() or not is_confirmed(request, form.unusual_points(request.actor)):
        return _page(request, dossier, posting_form=form, status=422)
    with conflicts_as_messages(request):
        postings.send_passport(request.actor, dossier=dossier, **form.cleaned_data)
        messages.success(request, _("The office knows that the passport is on its way."))
    return redirect("dossiers:appointment", number=number)
