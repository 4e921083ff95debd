"""The organisation's own legal file: its versions, and a new one from its representative."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import LegalFileState
from ancu.apps.dossiers.forms.legal_file import SCANS, LegalFileForm
from ancu.apps.dossiers.selectors.legal_files import own_versions, to_begin_with
from ancu.apps.dossiers.services import legal_files as services
from ancu.apps.files.services import MAX_PAPER_BYTES
from ancu.core.errors import Conflict
from ancu.core.http import Request

if TYPE_CHECKING:
    from ancu.apps.dossiers.models import LegalFile

TONES = {
    LegalFileState.SUBMITTED: "info",
    LegalFileState.APPROVED: "ok",
    LegalFileState.RETURNED: "bad",
    LegalFileState.SUPERSEDED: "mute",
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def legal_file(request: Request) -> HttpResponse:
    """What is in force, what waits, what came back and why; the representative files the next version here."""
    if request.method != "POST":
        versions = own_versions(request.actor)
        return _show(request, versions, LegalFileForm(former=to_begin_with(versions)))
    form = LegalFileForm(request.POST, request.FILES)
    try:
        services.require_to_file(request.actor)
        filed = form.is_valid() and _filed(request, form)
    except Conflict as conflict:  # the house's page for 409 speaks of a colleague; here it is one's own version
        messages.warning(request, str(conflict.message))
        return _show(request, own_versions(request.actor), form, status=409)
    if not filed:
        return _show(request, own_versions(request.actor), form, status=422)
    messages.success(request, _("It is filed. The office reads it and approves it, or returns it with a reason."))
    return redirect("dossiers:legal-file")


def _filed(request: Request, form: LegalFileForm) -> bool:
    """Whether the version was filed; else the form says which paper is at fault."""
    given = form.cleaned_data
    papers = {which: services.Sent(given[f"{which}_upload"], given[which]) for which in SCANS}
    try:
        services.submit_version(request.actor, details=services.Details(**form.stated), **papers)
    except services.ScanRefused as refused:
        form.add_error(refused.which, f"{refused.why.message} {refused.why.mend}".strip())
        return False
    return True


def _show(request: Request, versions: list[LegalFile], form: LegalFileForm, status: int = 200) -> HttpResponse:
    waits = any(one.state == LegalFileState.SUBMITTED for one in versions)
    newest = versions[0] if versions else None
    context: dict[str, Any] = {
        "versions": [(one, TONES[LegalFileState(one.state)]) for one in versions],
        "in_force": next((one for one in versions if one.state == LegalFileState.APPROVED), None),
        "waits": waits,
        "returned": newest if newest and newest.state == LegalFileState.RETURNED else None,
        "form": form if rules.may_file_legal(request.actor) and not waits else None,
        "papers": [form[which] for which in SCANS],
        "purpose": services.PURPOSE,
        "max_bytes": MAX_PAPER_BYTES,
    }
    return render(request, "dossiers/page/legal_file.html", context, status=status)
