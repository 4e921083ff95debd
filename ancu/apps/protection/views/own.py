"""A person requests a copy of the own data and downloads its files."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.protection.enums import CopyFile
from ancu.apps.protection.rules import copies as rules
from ancu.apps.protection.selectors import copies as selectors
from ancu.apps.protection.services import copies as services
from ancu.core.errors import Http404
from ancu.core.security.fresh_sign_in import fresh_sign_in, is_fresh, redirect_to_confirm
from ancu.core.security.rate_limits import allow, too_many
from ancu.core.web.http import Request, conflicts_as_messages, mark_private

ASKED_A_DAY = 5
MEDIA_TYPES = {
    CopyFile.PDF: "application/pdf", CopyFile.JSON: "application/json", CopyFile.PAPERS: "application/zip",
}  # fmt: skip


@never_cache
@require_safe
def own(request: Request) -> HttpResponse:
    """List the person's requests for a copy of the own data, and their states."""
    actor = request.actor
    rows = [
        (
            copy,
            rules.files_of(copy) if rules.may_open(actor, copy) else [],
            rules.may_withdraw(actor, copy),
            rules.has_expired(copy),
        )
        for copy in selectors.own_copies(actor)
    ]
    may_ask = not any(may_withdraw for _copy, _files, may_withdraw, _expired in rows)
    return render(request, "protection/own.html", {"rows": rows, "may_ask": may_ask})


@require_POST
@fresh_sign_in
def request_copy(request: Request) -> HttpResponse:
    """Request a copy of the person's own data, a few times a day at most."""
    if not (use := allow("protection.ask", str(request.actor.user_id), limit=ASKED_A_DAY, seconds=24 * 3600)):
        return too_many(request, use)
    with conflicts_as_messages(request):
        services.request_copy(request.actor)
        messages.success(request, _("We have received your request and will write to you when it is answered."))
    return redirect("protection:own")


@require_POST
def withdraw(request: Request, reference: str) -> HttpResponse:
    """Withdraw the person's own request for a copy of personal data and redirect to the list."""
    copy = selectors.get_own(request.actor, reference)
    with conflicts_as_messages(request):
        services.withdraw(request.actor, copy=copy)
        messages.success(request, _("You have withdrawn your request."))
    return redirect("protection:own")


@never_cache
@require_POST
def download(request: Request, reference: str, kind: str) -> HttpResponse:
    """Download a file of the person's copy.

    This requires a recent sign-in, so that an unattended session cannot copy all data.
    """
    return file_response(request, selectors.get_own(request.actor, reference), kind)


def file_response(request: Request, copy: Any, kind: str) -> HttpResponse:
    """Return the copy's file of this kind as a download, and record the look in the audit.

    Redirects to a new sign-in if the last is not recent; a page with status 410 if the copy has expired, 404 for an
    unknown kind.
    """
    if kind not in CopyFile.values:
        raise Http404
    if rules.has_expired(copy):
        record_look(request.actor, copy)
        context = {"copy": copy, "is_own": rules.is_own(request.actor, copy)}
        return render(request, "protection/copy_expired.html", context, status=410)
    if not is_fresh(request):
        return redirect_to_confirm(request)
    data = services.read_file(request.actor, copy=copy, kind=CopyFile(kind))
    record_look(request.actor, copy, file=kind)
    name = f"an-cu-{copy.reference.lower()}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return mark_private(HttpResponse(data, content_type=MEDIA_TYPES[CopyFile(kind)], headers=headers))
