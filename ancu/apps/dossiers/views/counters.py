"""The office's counters: opening hours, appointments, and passports by post."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.forms.handover import CounterDayForm, CounterForm, PostingForm
from ancu.apps.dossiers.selectors import get_dossier
from ancu.apps.dossiers.selectors import slots as selectors
from ancu.apps.dossiers.selectors.money import fee_problem
from ancu.apps.dossiers.selectors.postings import track_posting
from ancu.apps.dossiers.selectors.procedures import postal_address_of
from ancu.apps.dossiers.selectors.results import correction_problem
from ancu.apps.dossiers.services import counters, postings, slots
from ancu.apps.dossiers.services.moving import require_in_state
from ancu.apps.dossiers.views.conflict import conflict_page
from ancu.core import clock
from ancu.core.errors import Conflict, require
from ancu.core.forms.confirming import confirmation_digest, is_confirmed
from ancu.core.forms.editing import EditPage
from ancu.core.templatetags.ui import counted
from ancu.core.web.http import Request, conflicts_as_messages


@require_safe
def index(request: Request) -> HttpResponse:
    """Show the office's counters, the passports on their way, and those to return."""
    require(rules.may_see_counters(request.actor))
    page = selectors.postings_on_their_way(request.actor, request.GET.get("after", ""))
    passports = selectors.passports_to_return(request.actor)
    if dossier_ids := sorted({posting.dossier_id for posting in page.rows} | {dossier.pk for dossier in passports}):
        record_look(request.actor, ("dossiers.counters", request.actor.organisation_id), dossiers=dossier_ids)
    context = {
        "counters": selectors.counters_today(request.actor),
        "postings": [track_posting(posting) for posting in page.rows],
        "next_url": f"?after={page.after}" if page.after else "",
        "passports": passports,
        "may_set": rules.may_set_counters(request.actor),
        "may_receive": rules.may_receive_people(request.actor),
    }
    return render(request, "dossiers/handover/counters.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """Show the form of a new counter and create it; 403 for all but the administrator."""
    require(rules.may_set_counters(request.actor))
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    """Show the form of a counter; once sent, change it and its slots."""
    require(rules.may_set_counters(request.actor))
    return _edit(request, selectors.get_counter(request.actor, pk))


def _edit(request: Request, counter: Any) -> HttpResponse:
    """Show the form of a counter and save it; after a Conflict show what another window saved."""
    data = request.POST if request.method == "POST" else None
    edit = EditPage(data, partial(_form, counter), selectors.editable_values(counter) if counter else {})
    if edit.form.is_bound and edit.form.is_valid():
        edition = edit.edition if counter else ""
        try:
            _counter, booked_slots = counters.set_counter(
                request.actor, counter=counter, edition=edition, **edit.form.details()
            )
        except Conflict as refused:
            edit.overtake(refused, selectors.editable_values(selectors.get_counter(request.actor, counter.pk)))
        else:
            messages.success(request, _("Counter and times saved."))
            if booked_slots:
                messages.warning(request, _kept_appointments_warning(booked_slots))
            return redirect("dossiers:counters")
    context = {"form": edit.form, "counter": counter, "edit": edit}
    return render(request, "dossiers/handover/counter.html", context, status=edit.status)


def _form(counter: Any, data: Any, initial: dict[str, Any]) -> CounterForm:
    """Return the form of a counter with the submitted or initial values; of a new one if ``counter`` is None."""
    return CounterForm(data, counter=counter, initial=initial) if counter else CounterForm(data)


def _kept_appointments_warning(booked_slots: Any) -> str:
    """Return a warning about booked appointments outside the new hours."""
    people = sum(slot.booked_places for slot in booked_slots)
    days = sorted({clock.local(slot.starts_at).date() for slot in booked_slots})
    return counted(
        "%(n)s booked appointment is outside the new times and stays as it is (%(days)s).",
        "%(n)s booked appointments are outside the new times and stay as they are (%(days)s).",
        people,
        days=", ".join(f"{day:%d/%m/%Y}" for day in days[:10]),
    )


@never_cache
@require_safe
def day(request: Request, pk: int) -> HttpResponse:
    """Show a counter's appointments on the day in the address, or today; also for printing."""
    require(rules.may_see_counters(request.actor))
    counter = selectors.get_counter(request.actor, pk)
    on = CounterDayForm.read(request.GET)[0] or clock.today()
    places, booked = selectors.place_counts(counter, on)
    appointments = selectors.day_list(counter, on)
    if dossier_ids := [appointment.dossier_id for appointment in appointments]:
        record_look(request.actor, counter, day=on.isoformat(), dossiers=dossier_ids)
    context = {
        "counter": counter,
        "on": on,
        "today": clock.today(),
        "now": clock.now(),
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1),
        "appointments": appointments,
        "places": places,
        "booked": booked,
        "may_receive": rules.may_receive_people(request.actor),
    }
    return render(request, "dossiers/handover/day.html", context)


@require_POST
def note(request: Request, pk: int) -> HttpResponse:
    """Record that the person of an appointment came, with or without the passport, or did not come."""
    require(rules.may_receive_people(request.actor))
    appointment = selectors.get_appointment(request.actor, pk)
    act = request.POST.get("act")
    with conflicts_as_messages(request):
        if act == "missed":
            slots.record_absence(request.actor, appointment=appointment)
        elif act in {"came", "passport"}:
            slots.record_arrival(request.actor, appointment=appointment, with_passport=act == "passport")
        else:
            raise Http404
        messages.success(request, _("Recorded."))
    on = clock.local(appointment.slot.starts_at).date()
    answer = redirect("dossiers:counter-day", pk=appointment.slot.counter_id)
    answer["Location"] += f"?day={on.isoformat()}"
    return answer


# ---- passports -----------------------------------------------------------------------------------------


@require_POST
def arrived(request: Request, pk: int) -> HttpResponse:
    """Record that a passport posted to the office has arrived, and redirect to the counters."""
    require(rules.may_receive_people(request.actor))
    with conflicts_as_messages(request):
        postings.record_arrival(request.actor, posting=selectors.get_posting(request.actor, pk))
        messages.success(request, _("Arrival of the passport recorded."))
    return redirect("dossiers:counters")


@require_POST
def passport(request: Request, number: str) -> HttpResponse:
    """Record that the dossier's passport was brought to the counter without an appointment."""
    dossier = get_dossier(request.actor, number)
    require(rules.is_office(request.actor, dossier))
    with conflicts_as_messages(request):
        slots.receive_passport(request.actor, dossier=dossier)
        messages.success(request, _("Arrival of the passport recorded."))
    return redirect("dossiers:office-dossier", number)


@never_cache
@conflict_page
@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: Request, number: str) -> HttpResponse:
    """Show the form to post passport and result to the applicant; a POST records that, which is the delivery."""
    dossier = get_dossier(request.actor, number)
    require_in_state(request.actor, dossier, {State.READY}, rules.may_deliver)
    form = PostingForm(request.POST if request.method == "POST" else None, dossier=dossier)
    unusual = form.unusual_points(request.actor)
    if request.method == "POST" and form.is_valid() and is_confirmed(request, unusual):
        try:
            postings.send_result(request.actor, dossier=dossier, **form.cleaned_data)
        except Conflict as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("Sending of the result recorded."))
            return redirect("dossiers:office-dossier", number)
    record_look(request.actor, dossier, page="send-back")
    context = {
        "form": form,
        "dossier": dossier,
        "address": postal_address_of(dossier),
        "lacking": correction_problem(dossier) or fee_problem(dossier),
        "odd": unusual,
        "sure": confirmation_digest(unusual),
    }
    return render(request, "dossiers/handover/send_back.html", context, status=422 if form.is_bound else 200)
