"""Organisations' legal files: those that wait, and the decision on one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.forms.office import PageForm, ReturnLegalForm
from ancu.apps.dossiers.selectors import legal_files as selectors
from ancu.apps.dossiers.services import legal_files as services
from ancu.apps.dossiers.views.conflict import says_conflict
from ancu.apps.files.services import FileRefused, FileUnreadable, page_image
from ancu.core.errors import Http404
from ancu.core.web.http import Request


@never_cache
@require_safe
def legal_files(request: Request) -> HttpResponse:
    """Those that wait for the office, then the latest decided."""
    waiting, decided = selectors.waiting(request.actor), selectors.decided(request.actor)
    return render(request, "dossiers/office/legal_files.html", {"waiting": waiting, "decided": decided})


@never_cache
@says_conflict
@require_http_methods(["GET", "HEAD", "POST"])
def legal_file(request: Request, pk: int) -> HttpResponse:
    """One version: approve it, or return it with a reason."""
    found = selectors.get_legal_file(request.actor, pk)
    if request.method == "POST":
        services.require_to_decide(request.actor, found)
    returning = request.method == "POST" and request.POST.get("decision") != "approve"
    form = ReturnLegalForm(request.POST if returning else None)
    if request.method == "POST" and (not returning or form.is_valid()):
        if returning:
            services.give_back(request.actor, legal_file=found, reason=form.cleaned_data["reason"])
            messages.success(request, _("%(name)s was returned with your reason.") % {"name": found.name})
        else:
            services.approve(request.actor, legal_file=found)
            messages.success(request, _("The legal file of %(name)s is approved.") % {"name": found.name})
        return redirect("dossiers:office-legal-files")
    record_look(request.actor, found)
    asked, before = PageForm(request.GET), selectors.last_return(found)
    context = {
        "legal_file": found,
        "before": before,
        "changes": selectors.changes_since(before, found) if before else [],
        "form": form,
        "may_decide": rules.may_decide_legal(request.actor, found),
        "versions": selectors.versions_of(found),
        "page": (asked.cleaned_data["page"] or 1) if asked.is_valid() else 1,
    }
    return render(request, "dossiers/office/legal_file.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_safe
def scan(request: Request, pk: int, which: str, page: int) -> HttpResponse:
    """One page of the licence or of form NA16 as a picture; each is a look at the legal file."""
    found = selectors.get_legal_file(request.actor, pk)
    file = selectors.scan_of(found, which)
    if page < 1:
        raise Http404
    try:
        picture = page_image(file, page=page - 1)
    except (FileRefused, FileUnreadable, FileNotFoundError) as error:
        raise Http404 from error
    record_look(request.actor, found, scan=which, page=page)
    return HttpResponse(picture, content_type="image/jpeg")
