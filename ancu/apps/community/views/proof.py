"""One entry and its proof: confirmation, minutes, photos."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.community import rules
from ancu.apps.community.enums import EntryKind, LedgerAccount
from ancu.apps.community.forms import ObjectionDecisionForm, PhotoForm, ShowForm, SignHandoverForm, WitnessForm
from ancu.apps.community.selectors import ledger, objections, planning, public
from ancu.apps.community.services import confirming, papers
from ancu.apps.community.services import photos as pictures
from ancu.apps.community.views.office import require_keeper
from ancu.apps.files.services import MAX_PAPER_BYTES, FileRefused
from ancu.core.errors import Conflict, Http404, require
from ancu.core.web.http import Request, conflicts_as_messages, mark_private, parse_whole_number


@require_safe
@never_cache
def entry(request: Request, pk: int, entry_id: int) -> HttpResponse:
    """Show a ledger entry with its confirmations and photos, and what a gift was used for."""
    require_keeper(request)
    entry = ledger.get_entry(request.actor, pk, entry_id)
    record_look(request.actor, entry)
    context: dict[str, Any] = {
        "programme": entry.programme,
        "entry": entry,
        "confirmations": entry.confirmations.select_related("made_by", "decided_by").order_by("pk"),
        "reverse_key": uuid4(),
        "uses": ledger.uses(entry) if entry.kind == EntryKind.GIFT else [],
        "reversed": hasattr(entry, "reversal"),
    }
    if entry.kind == EntryKind.HANDOVER:
        context["handed"] = ledger.amounts_of(entry, LedgerAccount.HANDED_OVER)
    if entry.kind == EntryKind.HANDOVER and not context["reversed"]:
        context["may_vouch"] = rules.may_vouch_for(request.actor, entry)
        if not entry.confirmed:  # type: ignore[attr-defined]
            context |= {
                "awaits_confirmation": True,
                "may_take_along": rules.may_work_offline(request.actor),
                "objected": ledger.has_open_objection(entry),
            }
    if entry.kind == EntryKind.PURCHASE:
        context["voucher"] = getattr(entry, "voucher", None)
    if entry.donor:
        context["donor_url"] = (
            f"{settings.PUBLIC_URL}{reverse('community:donor', args=[public.donor_code(entry.donor)])}"
        )
    return render(request, "community/entry.html", context)


@require_safe
@never_cache
def slip(request: Request, pk: int, entry_id: int) -> HttpResponse:
    """Download the recipient's slip, for a keeper who did not enter the handover.

    The code on it appears on no page of the office.
    """
    require_keeper(request)
    handover = ledger.get_entry(request.actor, pk, entry_id)
    if handover.kind != EntryKind.HANDOVER or hasattr(handover, "reversal"):
        raise Http404
    require(rules.may_vouch_for(request.actor, handover))
    paper = pdf_response(papers.slip_pdf(request.actor, handover), f"{handover.number}-slip.pdf")
    paper["Content-Disposition"] = paper["Content-Disposition"].replace("inline", "attachment")
    return paper


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def objection(request: Request, pk: int, objection_id: int) -> HttpResponse:
    """Show an objection, and save the second person's decision."""
    require_keeper(request)
    confirmation = objections.get_objection(request.actor, pk, objection_id)
    handover = confirmation.entry
    record_look(request.actor, handover)
    form = ObjectionDecisionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with conflicts_as_messages(request):
            confirming.decide_objection(
                actor=request.actor, programme_id=pk, objection_id=objection_id, **form.cleaned_data
            )
            messages.success(request, _("Decided. The recipient can read your answer with their code."))
        return redirect("community:list")
    context = {
        "programme": handover.programme, "entry": handover, "objection": confirmation, "form": form,
        "amounts": ledger.amounts_of(handover, LedgerAccount.HANDED_OVER),
        "may_decide": objections.may_decide_objection(request.actor, confirmation),
        "handling": objections.handling_of(request.actor, confirmation),
        "deciders": objections.deciders_of(confirmation),
    }  # fmt: skip
    return render(request, "community/objection.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sign(request: Request, pk: int, entry_id: int) -> HttpResponse:
    """Show what the recipient signs for on the officer's phone; receive the drawn signature."""
    return _confirm(request, pk, entry_id, SignHandoverForm, confirming.sign, "community/sign.html")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def witness(request: Request, pk: int, entry_id: int) -> HttpResponse:
    """Show and receive the form of a witness's confirmation of a handover."""
    return _confirm(request, pk, entry_id, WitnessForm, confirming.witness, "community/witness.html")


def _confirm(request: Request, pk: int, entry_id: int, kind: Any, act: Any, template: str) -> HttpResponse:
    """Show the confirmation form ``kind`` of a handover; when it is valid, store it by the service ``act``."""
    require_keeper(request)
    entry = ledger.get_entry(request.actor, pk, entry_id)
    if entry.kind != EntryKind.HANDOVER:
        raise Http404
    may_vouch = rules.may_vouch_for(request.actor, entry)
    require(may_vouch or kind is not WitnessForm)
    if request.method != "POST" and ledger.has_open_objection(entry):
        return redirect("community:entry", pk, entry_id)  # its page says why nothing can be confirmed
    form = kind(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            act(actor=request.actor, programme_id=pk, entry_id=entry_id, **form.cleaned_data)
        except Conflict as refused:
            form.add_error("strokes" if refused.code == "unsigned" else None, str(refused.message))
        else:
            messages.success(request, _("Confirmation saved with the entry."))
            return redirect("community:entry", pk, entry_id)
    record_look(request.actor, entry)
    amounts = ledger.amounts_of(entry, LedgerAccount.HANDED_OVER)
    context = {"programme": entry.programme, "entry": entry, "form": form, "amounts": amounts,
               "may_take_along": rules.may_work_offline(request.actor), "may_vouch": may_vouch}  # fmt: skip
    return render(request, template, context, status=422 if form.is_bound else 200)


@require_safe
@never_cache
def paper(request: Request, pk: int, entry_id: int) -> HttpResponse:
    """Print the handover minutes or the gift receipt."""
    require_keeper(request)
    entry = ledger.get_entry(request.actor, pk, entry_id)
    makers = {EntryKind.HANDOVER: papers.minutes_pdf, EntryKind.GIFT: papers.receipt_pdf}
    make = makers.get(EntryKind(entry.kind))
    if make is None:
        raise Http404
    record_look(request.actor, entry, export="pdf")
    return pdf_response(make(request.actor, entry), f"{entry.number}.pdf")


def pdf_response(data: bytes, name: str) -> HttpResponse:
    """Return a response that shows the PDF in the browser and is not cached."""
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return mark_private(HttpResponse(data, content_type="application/pdf", headers=headers))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def photos(request: Request, pk: int) -> HttpResponse:
    """Show the programme's photos and add a new one."""
    require_keeper(request)
    programme = ledger.get_programme(request.actor, pk)
    record_look(request.actor, programme)
    form = PhotoForm(request.POST, request.FILES) if request.method == "POST" else PhotoForm()
    if form.is_bound and form.is_valid():
        sent = form.cleaned_data.pop("file")
        entry_id = parse_whole_number(request.GET.get("entry", ""))
        try:
            photo = pictures.add(
                actor=request.actor, programme_id=pk, data=sent.read(), entry_id=entry_id, **form.cleaned_data
            )
        except FileRefused as refused:
            form.add_error("file", f"{refused.message} {refused.mend}".strip())
        else:
            messages.success(request, _added_message(photo))
            return redirect("community:photos", pk)
    rows = planning.photos(programme)
    context = {"programme": programme, "form": form, "rows": rows, "max_bytes": MAX_PAPER_BYTES}
    return render(request, "community/photos.html", context, status=422 if form.is_bound else 200)


def _added_message(photo: Any) -> str:
    """Return the success message for an added photo, which says whether a face was detected."""
    if photo.face_found:
        return _("Photo saved. It shows a face, so you can make it public only with consent.")
    return _("Photo saved. Only the office sees it until you make it public.")


@require_POST
@never_cache
def photo_step(request: Request, pk: int, photo_id: int, step: str) -> HttpResponse:
    """Publish or hide a photo of the programme, as ``step`` says."""
    require_keeper(request)
    ledger.get_programme(request.actor, pk)
    form = ShowForm(request.POST)
    if step not in ("show", "hide") or not form.is_valid():
        raise Http404
    with conflicts_as_messages(request):
        if step == "show":
            pictures.show(actor=request.actor, programme_id=pk, photo_id=photo_id, **form.cleaned_data)
            messages.success(request, _("The photo is now public."))
        else:
            pictures.hide(actor=request.actor, programme_id=pk, photo_id=photo_id)
            messages.success(request, _("The photo is no longer public."))
    return redirect("community:photos", pk)


@require_safe
@never_cache
def photo_image(request: Request, pk: int, photo_id: int) -> HttpResponse:
    """Return a photo's image to keepers of the programme."""
    require_keeper(request)
    photo = planning.get_photo(ledger.get_programme(request.actor, pk), photo_id)
    return mark_private(HttpResponse(pictures.image(photo), content_type="image/jpeg"))
