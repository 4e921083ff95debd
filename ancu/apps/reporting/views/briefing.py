"""The briefing: its setting, sending it now, and the PDF."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.reporting.forms.morning import BriefingForm
from ancu.apps.reporting.selectors.morning.briefing import briefing_setting, possible_recipients
from ancu.apps.reporting.services.morning import briefing
from ancu.apps.reporting.views.morning import require_leader
from ancu.core.templatetags.ui import counted
from ancu.core.web.http import Request, conflicts_as_messages
from ancu.core.web.language import reader_language


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def plan(request: Request) -> HttpResponse:
    """Choose on which weekdays the briefing is sent, and to whom."""
    setting = briefing_setting(request.actor)
    initial = {"weekdays": setting.weekdays, "recipients": setting.recipients}
    sent = request.POST if request.method == "POST" else None
    form = BriefingForm(sent, initial=initial, people=possible_recipients(request.actor))
    if request.method == "POST" and form.is_valid():
        briefing.plan_briefing(actor=request.actor, **form.cleaned_data)
        messages.success(request, _("The setting is saved."))
        return redirect("reporting:briefing")
    context = {"form": form, "setting": setting}
    return render(request, "reporting/morning/briefing.html", context, status=422 if form.errors else 200)


@require_POST
@never_cache
def send(request: Request) -> HttpResponse:
    """Send today's briefing now."""
    require_leader(request)
    with conflicts_as_messages(request):
        number = briefing.send_now(actor=request.actor)
        words = counted("The briefing goes to %(n)s person.", "The briefing goes to %(n)s people.", number)
        messages.success(request, words)
    return redirect("reporting:briefing")


@require_safe
@never_cache
def pdf(request: Request) -> HttpResponse:
    """Download today's briefing as PDF."""
    name, content = briefing.download(actor=request.actor, language=reader_language())
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
