"""Organisations' legal files: the waiting ones, and the decision on one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.forms.office import PaperPageForm, ReturnLegalForm
from ancu.apps.dossiers.selectors import legal_files as selectors
from ancu.apps.dossiers.services import legal_files as services
from ancu.apps.dossiers.views.conflict import conflict_page
from ancu.apps.files.services import FileRefused, FileUnreadable, page_image
from ancu.core.errors import Http404
from ancu.core.web.http import Request


@never_cache
@require_safe
def legal_files(request: Request) -> HttpResponse:
    """List the legal files that wait for a decision, then those decided last."""
    waiting, decided = selectors.undecided_files(request.actor), selectors.decided_files(request.actor)
    return render(request, "dossiers/office/legal_files.html", {"waiting": waiting, "decided": decided})


@never_cache
@conflict_page
@require_http_methods(["GET", "HEAD", "POST"])
def legal_file(request: Request, pk: int) -> HttpResponse:
    """Show one version of a legal file; a POST approves it, or returns it with a reason."""
    legal_file_shown = selectors.get_legal_file(request.actor, pk)
    if request.method == "POST":
        services.require_to_decide(request.actor, legal_file_shown)
    returning = request.method == "POST" and request.POST.get("decision") != "approve"
    form = ReturnLegalForm(request.POST if returning else None)
    if request.method == "POST" and (not returning or form.is_valid()):
        if returning:
            services.give_back(request.actor, legal_file=legal_file_shown, reason=form.cleaned_data["reason"])
            messages.success(request, _("You have returned %(name)s for correction.") % {"name": legal_file_shown.name})
        else:
            services.approve(request.actor, legal_file=legal_file_shown)
            messages.success(request, _("The legal file of %(name)s is approved.") % {"name": legal_file_shown.name})
        return redirect("dossiers:office-legal-files")
    record_look(request.actor, legal_file_shown)
    page_form, before = PaperPageForm(request.GET), selectors.last_return(legal_file_shown)
    context = {
        "legal_file": legal_file_shown,
        "before": before,
        "changes": selectors.changes_since(before, legal_file_shown) if before else [],
        "form": form,
        "may_decide": rules.may_decide_legal(request.actor, legal_file_shown),
        "versions": selectors.versions_of(legal_file_shown),
        "page": (page_form.cleaned_data["page"] or 1) if page_form.is_valid() else 1,
    }
    return render(request, "dossiers/office/legal_file.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_safe
def scan(request: Request, pk: int, which: str, page: int) -> HttpResponse:
    """Return one page of the licence or form NA16 as an image, recorded as a look in the audit."""
    legal_file_shown = selectors.get_legal_file(request.actor, pk)
    file = selectors.scan_of(legal_file_shown, which)
    if page < 1:
        raise Http404
    try:
        picture = page_image(file, page=page - 1)
    except (FileRefused, FileUnreadable, FileNotFoundError) as error:
        raise Http404 from error
    record_look(request.actor, legal_file_shown, scan=which, page=page)
    return HttpResponse(picture, content_type="image/jpeg")
