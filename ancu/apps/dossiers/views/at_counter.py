"""The counter: an officer writes and submits the dossier of somebody without an account, takes the fee and prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.forms.at_counter import BeginAtCounterForm, HandInForm, OnePageForm, OpenAtCounterForm
from ancu.apps.dossiers.forms.filing import PaperUploadForm, RevisionForm
from ancu.apps.dossiers.forms.money import TakeFeeForm
from ancu.apps.dossiers.rules import may_take_fee
from ancu.apps.dossiers.rules.counter import may_receive_at_counter, writes_at_counter
from ancu.apps.dossiers.selectors import at_counter as selectors
from ancu.apps.dossiers.selectors import get_dossier, passport_zone
from ancu.apps.dossiers.selectors.money import fee_of
from ancu.apps.dossiers.selectors.papers import PaperPlace, places_of
from ancu.apps.dossiers.selectors.preflight import StayDisclosure, findings
from ancu.apps.dossiers.selectors.procedures import day_of, procedure_of
from ancu.apps.dossiers.selectors.public import look_up_code
from ancu.apps.dossiers.selectors.queue_tickets import counter_queue, ticket_number
from ancu.apps.dossiers.selectors.steps import steps_of
from ancu.apps.dossiers.services import at_counter as services
from ancu.apps.dossiers.services import filing
from ancu.apps.dossiers.services.money.paying import take_cash
from ancu.apps.dossiers.services.papers import PURPOSE
from ancu.apps.dossiers.views.conflict import conflict_page
from ancu.apps.dossiers.views.papers import MEGABYTE, paper_card, store_upload
from ancu.apps.dossiers.views.writing import SAVED_ELSEWHERE, writable
from ancu.apps.files.services import FileRefused, UploadUsed
from ancu.core import clock
from ancu.core.errors import Conflict, require
from ancu.core.forms.confirming import confirmation_digest, is_confirmed
from ancu.core.web.http import Request, conflicts_as_messages
from ancu.core.web.language import localized, reader_language

if TYPE_CHECKING:
    from ancu.apps.dossiers.models import Dossier
    from ancu.engines.rulebook import CheckFinding, ProcedureComponent


# ---- the beginning -------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: Request) -> HttpResponse:
    """Show the choice of procedure and the field for the passport's picture; a POST starts the dossier."""
    require(may_receive_at_counter(request.actor))
    offers = selectors.counter_offers(clock.today())
    form = BeginAtCounterForm(request.POST if request.method == "POST" else None, offers=offers)
    upload = PaperUploadForm(component=passport_zone.passport_paper(offers[0].procedure))
    if form.is_bound and form.is_valid():
        chosen = form.chosen
        component = passport_zone.passport_paper(chosen.procedure)
        upload = PaperUploadForm(request.POST, request.FILES, component=component)
        dossier = _begin(request, chosen, upload) if upload.is_valid() else None
        if dossier is not None:
            return redirect(_first_empty_url(dossier))
    drafts = selectors.open_drafts(request.actor)
    if drafts:
        dossier_ids = [draft.pk for draft in drafts]
        record_look(request.actor, ("dossiers.list", request.actor.organisation_id), dossiers=dossier_ids)
    context: dict[str, Any] = {"form": form, "upload": upload, "purpose": PURPOSE, "drafts": drafts}
    context |= {"queue": counter_queue(request.actor), "opening": OpenAtCounterForm()}
    context["max_bytes"] = upload.component.max_megabytes * MEGABYTE
    return render(request, "dossiers/counter/begin.html", context, status=422 if form.is_bound else 200)


def _begin(request: Request, chosen: selectors.CounterOffer, upload: PaperUploadForm) -> Dossier | None:
    """Start the dossier, with the passport's picture if it was sent; None, with the error in the form, if refused."""
    sent = {"sent": upload.cleaned_data["file"], "upload_id": upload.cleaned_data["file_upload"]}
    try:
        dossier = services.begin(request.actor, procedure=chosen.procedure.code, filer=chosen.filer, **sent)
    except UploadUsed:
        messages.info(request, _("This picture was already sent. Continue its dossier below."))
        return None
    except FileRefused as refused:
        upload.add_error("file", f"{refused.message} {refused.mend}".strip())
        return None
    return _read_passport(request, dossier) if any(sent.values()) else dossier


def _read_passport(request: Request, dossier: Dossier, *, replace: bool = False) -> Dossier:
    """Fill the form from the passport's picture; a message says if it could not be read."""
    filled = services.fill_from_passport(request.actor, dossier=dossier, replace=replace)
    if not passport_zone.zone_values(filled):
        messages.warning(
            request, _("The two lines with <<< could not be read. Type the details, or take another picture.")
        )
    elif not passport_zone.is_zone_certain(filled):
        messages.warning(request, _("Some characters are uncertain. Compare the details with the passport."))
    return filled


def _first_empty_url(dossier: Dossier) -> str:
    """Return the address of the form, at the first field that must be answered and is empty."""
    name = OnePageForm(steps_of(dossier), day_of(dossier)).first_empty
    return _form_url(dossier.number) + (f"#field-{name}" if name else "")


def _form_url(number: str) -> str:
    """Return the address of the dossier's form at the counter."""
    return reverse("dossiers:at-counter", args=[number])


# ---- the form ------------------------------------------------------------------------------------------


def _at_counter(request: Request, number: str) -> Dossier:
    """Return a dossier that the actor may write at the counter; 404, 403 or 409 otherwise."""
    dossier = writable(request, number)
    require(writes_at_counter(request.actor, dossier))
    return dossier


@never_cache
@conflict_page
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: Request, number: str) -> HttpResponse:
    """Show the whole form of the dossier on one page, with its papers; a POST saves and submits it."""
    dossier = _at_counter(request, number)
    if request.method == "POST":
        return _submit(request, dossier)
    return _show(request, dossier, OnePageForm(steps_of(dossier), day_of(dossier)))


def _submit(request: Request, dossier: Dossier) -> HttpResponse:
    """Save the form and the papers handed in, and submit the dossier; otherwise show what is missing or unusual."""
    try:
        sent, saved = _save_typed(request, dossier)
    except Conflict as conflict:
        if conflict.code != SAVED_ELSEWHERE:
            raise
        sent = OnePageForm(steps_of(dossier), day_of(dossier), request.POST)
        sent.answers()
        dossier.refresh_from_db()
        return _show(request, dossier, sent, elsewhere=True, status=409)
    papers = HandInForm(request.POST, places=places_of(saved))
    papers.full_clean()
    services.hand_in(request.actor, dossier=saved, keys=papers.keys)
    saved = filing.save(request.actor, dossier=saved, answers=selectors.repeat_answers(saved))
    all_findings = findings(saved, StayDisclosure.ALL)
    blocking = [finding for finding in all_findings if finding.severity == "blocking"]
    unusual = [localized(finding, "what") for finding in all_findings if finding.severity != "blocking"]
    if sent.errors or blocking or not is_confirmed(request, unusual):
        sent.add_problems(steps_of(saved))
        return _show(request, saved, sent, blocking=blocking, unusual=unusual, papers=papers, status=422)
    services.send(request.actor, dossier=saved, keeps_passport=papers.keeps_passport)
    return redirect("dossiers:counter-received", number=saved.number)


def _save_typed(request: Request, dossier: Dossier) -> tuple[OnePageForm, Dossier]:
    """Save the form as it was sent, valid or not; return it and the dossier. Conflict if another window saved since."""
    sent = OnePageForm(steps_of(dossier), day_of(dossier), request.POST)
    saved = filing.save(request.actor, dossier=dossier, answers=sent.answers(), **RevisionForm.read(request.POST))
    return sent, saved


def _show(
    request: Request,
    dossier: Dossier,
    counter_form: OnePageForm,
    *,
    blocking: list[CheckFinding] | None = None,
    unusual: list[str] | None = None,
    papers: HandInForm | None = None,
    elsewhere: bool = False,
    status: int = 200,
) -> HttpResponse:
    """Render the form at the counter, and record the look in the audit.

    ``blocking`` are findings to resolve, ``unusual`` sentences to confirm; ``elsewhere``: another window saved since.
    """
    record_look(request.actor, dossier, page="at-counter")
    values = passport_zone.zone_values(dossier)
    places = places_of(dossier)
    is_first = dossier.state == State.DRAFT or dossier.has_passport
    papers = papers or HandInForm(places=places, is_first=is_first)
    changes = passport_zone.hand_changes(dossier, values)
    context: dict[str, Any] = {
        "dossier": dossier,
        "name": localized(procedure_of(dossier), "name"),
        "counter_form": counter_form,
        "sections": counter_form.sections(changes),
        "changes": len(changes),
        "is_read": bool(values),
        "is_certain": passport_zone.is_zone_certain(dossier),
        "papers": papers,
        "cards": [_card(dossier, place, papers) for place in places],
        "purpose": PURPOSE,
        "blocking": [finding for finding in blocking or [] if finding.code != "field_missing"],
        "odd": [] if blocking else unusual,
        "sure": confirmation_digest(unusual or []),
        "elsewhere": elsewhere,
        "is_supplement": dossier.state == State.SUPPLEMENT,
        "ticket": ticket_number(dossier),
    }
    return render(request, "dossiers/counter/form.html", context, status=status)


def _card(dossier: Dossier, place: PaperPlace, papers: HandInForm) -> dict[str, Any]:
    """Return what the page shows of one paper: its place with the upload form, and the box for handing it in."""
    key = place.component.key
    return {"slot": paper_card(dossier, place, None), "box": papers[key] if key in papers.fields else None}


@require_POST
def autosave(request: Request, number: str) -> JsonResponse:
    """Save the form as typed. 409 tells a window that another one saved since; nothing is overwritten."""
    dossier = _at_counter(request, number)
    try:
        saved = _save_typed(request, dossier)[1]
    except Conflict as conflict:
        return JsonResponse({"code": conflict.code, "message": str(conflict.message)}, status=409)
    time = clock.local(saved.saved_at)
    return JsonResponse({"revision": saved.revision, "saved": _("Saved at %(time)s") % {"time": f"{time:%H:%M}"}})


@conflict_page
@require_POST
def use_passport(request: Request, number: str) -> HttpResponse:
    """Save what was typed, write what the passport's picture says over it, and redirect to the form."""
    saved = _save_typed(request, _at_counter(request, number))[1]
    return redirect(_first_empty_url(_read_passport(request, saved, replace=True)))


@conflict_page
@require_POST
def paper(request: Request, number: str, key: str) -> HttpResponse:
    """Store pages of the dossier's paper ``key``, or remove it; a passport's picture fills empty answers."""
    dossier = _at_counter(request, number)
    component = _component(dossier, key)
    back = f"{_form_url(number)}#paper-{key}"
    if "remove" in request.POST:
        filing.detach(request.actor, dossier=dossier, key=key)
        return redirect(back)
    upload = PaperUploadForm(request.POST, request.FILES, component=component)
    if not upload.is_valid() or not store_upload(request, dossier, upload):
        for error in (error for field_errors in upload.errors.values() for error in field_errors):
            messages.error(request, str(error))
    elif key == passport_zone.passport_paper(procedure_of(dossier)).key:
        return redirect(_first_empty_url(_read_passport(request, dossier)))
    return redirect(back)


def _component(dossier: Dossier, key: str) -> ProcedureComponent:
    """Return the definition of the dossier's paper ``key``; 404 if its answers demand no such paper."""
    for place in places_of(dossier):
        if place.component.key == key:
            return place.component
    raise Http404


@conflict_page
@require_POST
def discard(request: Request, number: str) -> HttpResponse:
    """Withdraw a draft of the counter, and redirect to the beginning."""
    dossier = _at_counter(request, number)
    require(dossier.state == State.DRAFT)
    filing.withdraw(request.actor, dossier=dossier, reason="")
    messages.success(request, _("The draft is discarded."))
    return redirect("dossiers:begin-at-counter")


# ---- what the applicant takes home ---------------------------------------------------------------------


def _submitted(request: Request, number: str) -> Dossier:
    """Return a dossier that the actor's office received at a counter, for the actor who works there; 404 otherwise."""
    dossier = get_dossier(request.actor, number)
    require(may_receive_at_counter(request.actor))
    if dossier.received_by_id is None or dossier.agency_id != request.actor.organisation_id:
        raise Http404
    return dossier


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def received(request: Request, number: str) -> HttpResponse:
    """Show number, code and fee of a dossier received at the counter, to print; a POST takes the fee in cash."""
    dossier = _submitted(request, number)
    fee = fee_of(dossier)
    initial = {"vnd": fee.charge.vnd if fee.charge else 0, "payer": dossier.full_name}
    fee_form = TakeFeeForm(request.POST if request.method == "POST" else None, initial=initial)
    if fee_form.is_bound and fee_form.is_valid():
        with conflicts_as_messages(request):
            take_cash(request.actor, dossier=dossier, **fee_form.cleaned_data)
            messages.success(request, _("Fee recorded in the book."))
        return redirect("dossiers:counter-received", number=number)
    record_look(request.actor, dossier, page="received")
    context = {
        "dossier": dossier,
        "name": localized(procedure_of(dossier), "name"),
        "code": look_up_code(dossier.number),
        "fee": fee,
        "form": fee_form,
        "may_take_fee": may_take_fee(request.actor, dossier),
        "ticket": ticket_number(dossier),
        "queue": counter_queue(request.actor),
    }
    return render(request, "dossiers/counter/received.html", context, status=422 if fee_form.is_bound else 200)


@never_cache
@require_safe
def slip(request: Request, number: str) -> HttpResponse:
    """Return the slip and, once the fee is paid, its receipt as one PDF."""
    dossier = _submitted(request, number)
    data = services.slip_and_receipt_pdf(request.actor, dossier=dossier, language=reader_language())
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{number}.pdf"'
    return response
