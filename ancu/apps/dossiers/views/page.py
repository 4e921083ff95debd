"""The filer's page of a dossier: required actions, progress, papers, messages, history."""

from io import BytesIO
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.forms.page import WithdrawDossierForm
from ancu.apps.dossiers.selectors import get_dossier
from ancu.apps.dossiers.selectors.conversations import KIND, standing_to
from ancu.apps.dossiers.selectors.deadline_strip import deadline_strip
from ancu.apps.dossiers.selectors.documents import documents
from ancu.apps.dossiers.selectors.history import events
from ancu.apps.dossiers.selectors.letters import get_letter
from ancu.apps.dossiers.selectors.mandates import mandates_of
from ancu.apps.dossiers.selectors.money import fee_of
from ancu.apps.dossiers.selectors.office import result_of
from ancu.apps.dossiers.selectors.page import page_of
from ancu.apps.dossiers.selectors.signing import declined_request, last_declined_signature
from ancu.apps.dossiers.services import filing
from ancu.apps.dossiers.services.official_letters import issued_letter_pdf
from ancu.apps.dossiers.services.slips import document_pdf
from ancu.apps.files.services import read_bytes
from ancu.apps.messaging.selectors import get_thread
from ancu.core.web.http import Request, conflicts_as_messages


def own_dossier(request: Request, number: str) -> Any:
    """Return the dossier if the actor is on its filer's side; 404 for anybody else, also sponsor and office."""
    return require_filer(request, get_dossier(request.actor, number))


def require_filer(request: Request, dossier: Any) -> Any:
    """Return the dossier if the actor is on its filer's side, or raise 404."""
    if not rules.is_filer(request.actor, dossier):
        raise Http404
    return dossier


@never_cache
@require_safe
def page(request: Request, number: str) -> HttpResponse:
    """Show the filer's page of a dossier; a sponsor is led to the signature page."""
    try:
        dossier = get_dossier(request.actor, number)
    except Http404:
        if declined_request(request.actor, number) is None:
            raise
        return redirect("dossiers:signature", number=number)
    if rules.is_sponsor(request.actor, dossier) and not rules.is_filer(request.actor, dossier):
        return redirect("dossiers:signature", number=number)
    return _page(request, require_filer(request, dossier), WithdrawDossierForm())


def _page(request: Request, dossier: Any, withdraw_form: WithdrawDossierForm, status: int = 200) -> HttpResponse:
    """Render the filer's page of a dossier, and record the look in the audit.

    ``withdraw_form`` is the form to withdraw it, perhaps with errors.
    """
    actor = request.actor
    sent = dossier.submitted_at is not None
    record_look(actor, dossier)
    history = list(events(actor, dossier))
    context: dict[str, Any] = {
        "page": page_of(actor, dossier, history),
        "dossier": dossier,
        "conversation": get_thread(actor, KIND, dossier.number, standing=standing_to(actor, dossier)) if sent else None,
        "documents": documents(dossier),
        "strip": deadline_strip(dossier, history),
        "fee": fee_of(dossier),
        "sponsor_signed": not rules.needs_signature(dossier)
        or dossier.signatures.filter(signed_by=dossier.sponsor_id).exists(),
        "may_withdraw": rules.may_withdraw(actor, dossier),
        "mandates": mandates_of(dossier),
        "beyond_limits": rules.is_beyond_limits(actor, dossier),
        "withdraw_form": withdraw_form,
        "declined": None if sent else last_declined_signature(dossier),
    }
    return render(request, "dossiers/page/page.html", context, status=status)


@never_cache
@require_safe
def document(request: Request, number: str, kind: str) -> HttpResponse:
    """Return the dossier's document ``kind`` as PDF, for its writer and the receiving office; else 404."""
    dossier = get_dossier(request.actor, number)
    if not rules.is_writer(request.actor, dossier) and not rules.is_office(request.actor, dossier):
        raise Http404
    response = HttpResponse(document_pdf(request.actor, dossier, kind), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{number}-{kind}.pdf"'
    return response


@never_cache
@require_safe
def letter(request: Request, number: str, pk: int) -> HttpResponse:
    """Return an issued letter about the dossier as PDF, for its writer and the receiving office; else 404."""
    issued = get_letter(request.actor, get_dossier(request.actor, number), pk)
    response = HttpResponse(issued_letter_pdf(request.actor, issued), content_type="application/pdf")
    name = issued.symbol.replace("/", "-")
    response["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(f'{name}-{issued.year}.pdf')}"
    return response


@never_cache
@require_safe
def result(request: Request, number: str) -> FileResponse:
    """Return the scan of the result as a download for the filer's side; 404 before there is one."""
    dossier = own_dossier(request, number)
    issued = result_of(dossier)
    if issued is None or issued.scan is None:
        raise Http404
    record_look(request.actor, ("dossiers.result", dossier.pk))
    data = BytesIO(read_bytes(issued.scan))
    return FileResponse(data, as_attachment=True, filename=issued.scan.name, content_type=issued.scan.media_type)


@require_POST
def withdraw(request: Request, number: str) -> HttpResponse:
    """Withdraw the dossier with a reason, and redirect to its page."""
    dossier = own_dossier(request, number)
    form = WithdrawDossierForm(request.POST)
    if not form.is_valid():
        return _page(request, dossier, form, status=422)
    with conflicts_as_messages(request):
        filing.withdraw(request.actor, dossier=dossier, reason=form.cleaned_data["reason"])
        messages.success(request, _("You have withdrawn the dossier."))
    return redirect("dossiers:page", number=number)
