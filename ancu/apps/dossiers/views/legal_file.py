"""The organisation's own legal file: its versions, and a new one from its representative."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import LegalFileState
from ancu.apps.dossiers.forms.legal_file import SCANS, LegalFileForm
from ancu.apps.dossiers.selectors import in_force
from ancu.apps.dossiers.selectors.legal_files import get_own_version, own_versions, scan_of, starting_version
from ancu.apps.dossiers.services import legal_files as services
from ancu.apps.files.services import MAX_PAPER_BYTES, read_bytes
from ancu.core import clock
from ancu.core.errors import Conflict
from ancu.core.web.http import Request

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
    """Show the versions in force, waiting and returned; the representative files the next one."""
    if request.method != "POST":
        versions = own_versions(request.actor)
        return _show(request, versions, LegalFileForm(former=starting_version(versions)))
    form = LegalFileForm(request.POST, request.FILES)
    if "print" in request.POST:
        return _print(request, form)
    try:
        services.require_to_file(request.actor)
        filed = form.is_valid() and _file_version(request, form)
    except Conflict as conflict:  # the general 409 page speaks of a colleague; here it is one's own version
        messages.warning(request, str(conflict.message))
        return _show(request, own_versions(request.actor), form, status=409)
    if not filed:
        return _show(request, own_versions(request.actor), form, status=422)
    messages.success(
        request, _("You have submitted the legal file. The office approves it, or returns it with a reason.")
    )
    return redirect("dossiers:legal-file")


def _print(request: Request, form: LegalFileForm) -> HttpResponse:
    """Return form NA16 with the typed values as a PDF download; an invalid form is shown again."""
    if not form.is_valid():
        return _show(request, own_versions(request.actor), form, status=422)
    pdf = services.na16_pdf(request.actor, services.LegalFileDetails(**form.stated))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="NA16.pdf"'
    return response


@never_cache
@require_safe
def scan(request: Request, version: int, which: str) -> FileResponse:
    """Return a scan of one's own organisation's legal file as a download, recorded as a look in the audit."""
    own_version = get_own_version(request.actor, version)
    file = scan_of(own_version, which)
    record_look(request.actor, own_version, scan=which)
    return FileResponse(BytesIO(read_bytes(file)), as_attachment=True, filename=file.name, content_type=file.media_type)


def _file_version(request: Request, form: LegalFileForm) -> bool:
    """Submit a new version of the legal file; return False, with the error in the form, if a scan is refused."""
    cleaned = form.cleaned_data
    papers = {which: services.SentScan(cleaned[f"{which}_upload"], cleaned[which]) for which in SCANS}
    try:
        services.submit_version(request.actor, details=services.LegalFileDetails(**form.stated), **papers)
    except services.ScanRefused as refused:
        form.add_error(refused.which, f"{refused.why.message} {refused.why.mend}".strip())
        return False
    return True


def _show(request: Request, versions: list[LegalFile], form: LegalFileForm, status: int = 200) -> HttpResponse:
    """Render the organisation's legal file with its versions and the form for a new one, and record the look."""
    if versions:
        record_look(request.actor, versions[0], versions=len(versions))
    waits = any(version.state == LegalFileState.SUBMITTED for version in versions)
    newest = versions[0] if versions else None
    context: dict[str, Any] = {
        "versions": [(version, TONES[LegalFileState(version.state)]) for version in versions],
        "in_force": in_force(versions),
        "to_begin": next((version for version in versions if rules.is_to_begin(version, clock.today())), None),
        "waits": waits,
        "returned": newest if newest and newest.state == LegalFileState.RETURNED else None,
        "form": form if rules.may_file_legal(request.actor) and not waits else None,
        "papers": [form[which] for which in SCANS],
        "purpose": services.PURPOSE,
        "max_bytes": MAX_PAPER_BYTES,
    }
    return render(request, "dossiers/page/legal_file.html", context, status=status)
