"""Pages of notices: propose, approve by another officer, end."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.oversight import rules
from ancu.apps.oversight.enums import NoticeState
from ancu.apps.oversight.forms import NoticeForm
from ancu.apps.oversight.selectors import notices as selectors
from ancu.apps.oversight.services import notices as services
from ancu.core.errors import Conflict
from ancu.core.forms.reasons import ReasonForm
from ancu.core.web.http import Request, conflicts_as_messages

READ_BY = gettext_lazy("The officer who proposed the notice sees this reason. It is stored in the audit log.")


@require_safe
def notices(request: Request) -> HttpResponse:
    """List the lookout notices of the office, newest first."""
    page = selectors.notice_page(request.actor, request.GET.get("after", ""))
    notice_ids = [notice.pk for notice in page.rows]
    record_look(request.actor, ("oversight.notices", "office"), count=len(notice_ids), notices=notice_ids)
    context = {"page": page, "next_url": f"?after={page.after}" if page.after else ""}
    return render(request, "oversight/notices.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: Request) -> HttpResponse:
    """Show the form of a lookout notice and propose it; another officer must approve it."""
    selectors.require_reader(request.actor)
    form = NoticeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            proposed = services.propose(request.actor, **form.cleaned_data)
        except Conflict as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("The notice is waiting for another officer's approval."))
            return redirect("oversight:notice", proposed.pk)
    return render(request, "oversight/notice_new.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
def notice(request: Request, pk: int) -> HttpResponse:
    """Show a lookout notice with the alerts, or for a proposed one the stays, that it matches."""
    return _notice_page(request, selectors.get_notice(request.actor, pk), ReasonForm(help_text=READ_BY))


def _notice_page(request: Request, notice: Any, end_form: ReasonForm, *, status: int = 200) -> HttpResponse:
    """Render the page of a lookout notice, and record in the audit which stays it names."""
    proposed = notice.state == NoticeState.PROPOSED
    would_match = selectors.would_match(request.actor, notice) if proposed else []
    record_look(request.actor, notice, stays=[stay.pk for stay in would_match])
    context = {
        "notice": notice,
        "would_match": would_match,
        "matches": list(selectors.matches(notice)),
        "may_approve": rules.may_approve(request.actor, notice),
        "may_end": rules.may_end(request.actor, notice),
        "end_form": end_form,
    }
    return render(request, "oversight/notice.html", context, status=status)


@require_POST
def approve(request: Request, pk: int) -> HttpResponse:
    """Approve a lookout notice, as another officer than its proposer."""
    selectors.get_notice(request.actor, pk)
    with conflicts_as_messages(request):
        services.approve(request.actor, notice_id=pk)
        messages.success(request, _("The notice is in force."))
    return redirect("oversight:notice", pk)


@require_POST
def end(request: Request, pk: int) -> HttpResponse:
    """End a lookout notice with a reason and redirect to its page."""
    notice = selectors.get_notice(request.actor, pk)
    form = ReasonForm(request.POST, help_text=READ_BY)
    if not form.is_valid():
        return _notice_page(request, notice, form, status=422)
    with conflicts_as_messages(request):
        services.end(request.actor, notice_id=pk, reason=form.cleaned_data["reason"])
        messages.success(request, _("You have ended the notice."))
    return redirect("oversight:notice", pk)
