"""The register of breaches with its deadlines, for administrators."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.protection.forms.breaches import BreachChangeForm, BreachForm, CloseBreachForm, NotifyForm, PhaseForm
from ancu.apps.protection.rules import breaches as rules
from ancu.apps.protection.selectors import breaches as selectors
from ancu.apps.protection.services import breach_paper
from ancu.apps.protection.services import breaches as services
from ancu.core.errors import Conflict
from ancu.core.forms import Form
from ancu.core.forms.editing import EditPage
from ancu.core.forms.editions import CHANGED_SINCE
from ancu.core.web.http import Request, mark_private

# Where a conflict is said beside the field it speaks of; a moment stands in two fields.
FIELD_OF_CONFLICT = {
    "discovered_at": "discovered_day", "began_at": "began_day", "notified_at": "notified_day",
    "late_reason": "late_reason", "told_on": "told_on", "telling_note": "telling_note",
}  # fmt: skip


@never_cache
@require_safe
def breaches(request: Request) -> HttpResponse:
    """List the data breaches with their 72-hour deadlines, newest first."""
    page = selectors.breach_page(request.actor, request.GET.get("after", ""))
    record_look(request.actor, ("protection.breaches", "register"), breaches=[breach.pk for breach in page.rows])
    rows = [(breach, _deadline(breach)) for breach in page.rows]
    context = {"rows": rows, "next_url": f"?after={page.after}" if page.after else ""}
    return render(request, "protection/breaches.html", context)


def _deadline(breach: Any) -> dict[str, Any]:
    """Return the breach's deadline for a page: time, hours left, and whether it runs, is near, over or was missed."""
    hours = rules.hours_since(breach)
    return {
        "deadline": rules.deadline(breach),
        "is_running": rules.is_running(breach),
        "is_over": rules.is_over(breach),
        "was_late": rules.was_late(breach),
        "hours_left": max(0, rules.WARN_AFTER_HOURS[-1] - hours),
        "is_near": rules.is_running(breach) and hours >= rules.WARN_AFTER_HOURS[0],
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """Show the form of a data breach and record the breach."""
    selectors.require_keeper(request.actor)
    form = BreachForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            breach = services.record_breach(request.actor, **form.values())
        except Conflict as refused:
            form.add_error(FIELD_OF_CONFLICT.get(refused.code), str(refused.message))
        else:
            messages.success(request, _("The data breach has been recorded. The 72 hours started at its discovery."))
            return redirect("protection:breach", breach.pk)
    return render(request, "protection/breach_form.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_safe
def breach(request: Request, pk: int) -> HttpResponse:
    """Show a data breach with its history and the possible acts."""
    return _breach_page(request, selectors.get_breach(request.actor, pk))


def _breach_page(request: Request, breach: Any, *, status: int = 200, **forms: Form) -> HttpResponse:
    """Render the page of a breach, and record the look in the audit; ``forms`` are submitted forms with errors."""
    actor = request.actor
    record_look(actor, breach)
    context = {
        "breach": breach,
        "clock": _deadline(breach),
        "kinds": selectors.kinds_in_words(breach),
        "history": selectors.history(breach),
        "may_change": rules.may_change(actor, breach),
        "may_notify": rules.may_notify(actor, breach),
        "may_add_phase": rules.may_add_phase(actor, breach),
        "may_close": rules.may_close(actor, breach),
        "notify_form": NotifyForm(prefix="notify"),
        "phase_form": PhaseForm(prefix="phase"),
        "close_form": CloseBreachForm(prefix="close", breach=breach),
    }
    return render(request, "protection/breach.html", context | forms, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Request, pk: int) -> HttpResponse:
    """Show the form of a breach and save it; a Conflict is shown in the form."""
    breach = selectors.get_breach(request.actor, pk)
    edit = EditPage(request.POST if request.method == "POST" else None, _change_form, selectors.editable_values(breach))
    if edit.form.is_bound and edit.form.is_valid():
        try:
            services.change(request.actor, breach=breach, edition=edit.edition, **edit.form.values())
        except Conflict as refused:
            if refused.code == CHANGED_SINCE:
                edit.overtake(refused, selectors.editable_values(selectors.get_breach(request.actor, pk)))
            else:
                edit.form.add_error(FIELD_OF_CONFLICT.get(refused.code), str(refused.message))
        else:
            messages.success(request, _("Saved. The history shows the earlier content."))
            return redirect("protection:breach", pk)
    record_look(request.actor, breach)
    context = {"form": edit.form, "breach": breach, "edit": edit}
    return render(request, "protection/breach_form.html", context, status=edit.status)


def _change_form(data: Any, initial: dict[str, Any]) -> BreachChangeForm:
    """Return the form to change a breach with this data and these initial values."""
    return BreachChangeForm(data, initial=initial)


def _act_view(name: str, form_of: Callable[[Any, Any], Any], act: Callable[..., Any], done: Any) -> Any:
    """Return the POST view of an act on a breach: it validates the form and calls ``act``.

    ``name`` is the form's name on the page, ``done`` the message of success. A Conflict is shown at its field.
    """

    @require_POST
    def view(request: Request, pk: int) -> HttpResponse:
        """Carry out the act on the breach and redirect to its page; an invalid form is shown again with its errors."""
        breach = selectors.get_breach(request.actor, pk)
        form = form_of(request.POST, breach)
        if not form.is_valid():
            return _breach_page(request, breach, status=422, **{name: form})
        try:
            act(request.actor, breach=breach, **form.values())
        except Conflict as refused:
            form.add_error(FIELD_OF_CONFLICT.get(refused.code), str(refused.message))
            return _breach_page(request, breach, status=409, **{name: form})
        messages.success(request, str(done))
        return redirect("protection:breach", pk)

    return view


notified = _act_view(
    "notify_form", lambda data, breach: NotifyForm(data, prefix="notify"), services.record_notification,
    gettext_lazy("The notification has been recorded."),
)  # fmt: skip
phase = _act_view(
    "phase_form", lambda data, breach: PhaseForm(data, prefix="phase"), services.add_phase,
    gettext_lazy("The further information has been recorded."),
)  # fmt: skip
close = _act_view(
    "close_form", lambda data, breach: CloseBreachForm(data, prefix="close", breach=breach), services.close,
    gettext_lazy("The data breach has been closed."),
)  # fmt: skip


@never_cache
@require_safe
def paper(request: Request, pk: int) -> HttpResponse:
    """Download the notification of the breach for the authority as PDF."""
    breach = selectors.get_breach(request.actor, pk)
    data = breach_paper.notification_pdf(request.actor, breach)
    headers = {"Content-Disposition": f'attachment; filename="an-cu-su-co-{breach.pk}.pdf"'}
    return mark_private(HttpResponse(data, content_type="application/pdf", headers=headers))
