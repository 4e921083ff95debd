"""The office records, checks, approves and hands over copies of personal data."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.protection.enums import OPEN_COPIES, CopyState
from ancu.apps.protection.forms.copies import DocumentForm, HandOverForm
from ancu.apps.protection.rules import copies as rules
from ancu.apps.protection.selectors import copies as selectors
from ancu.apps.protection.selectors.words import record_word
from ancu.apps.protection.services import copies as services
from ancu.apps.protection.views.own import file_response
from ancu.core.errors import Conflict, require
from ancu.core.forms import Form
from ancu.core.forms.reasons import ReasonForm
from ancu.core.security.fresh_sign_in import is_fresh, redirect_to_confirm
from ancu.core.web.http import Request, conflicts_as_messages, requested_list

ALL, WAITING = "all", "waiting"
FIELD_OF_CONFLICT = {
    "document_number": "document_number", "asked_already": "document_number", "another_name": "full_name",
    "another_document": "proof_number",
}  # fmt: skip
READ_BY_THE_PERSON = gettext_lazy("The person who asked sees this reason.")
READ_BY_OFFICERS = gettext_lazy("Only officers see this reason.")


@never_cache
@require_safe
def copies(request: Request) -> HttpResponse:
    """List pending requests for copies of personal data by due date; those in other states by filter."""
    selectors.require_office(request.actor)
    choice = requested_list(request.GET, "state", (*CopyState.values, ALL, WAITING), WAITING)
    states = {WAITING: OPEN_COPIES, ALL: tuple(CopyState)}.get(choice) or (CopyState(choice),)
    page = selectors.office_page(request.actor, states, request.GET.get("after", ""))
    record_look(request.actor, ("protection.copyrequests", choice), copies=[copy.pk for copy in page.rows])
    names = [(WAITING, _("Open requests")), *CopyState.choices, (ALL, _("All"))]
    context = {
        "page": page,
        "chips": [(value, capfirst(str(name)), value == choice) for value, name in names],
        "next_url": f"?state={choice}&after={page.after}" if page.after else "",
    }
    return render(request, "protection/copies.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """Record a guest's request for a copy of personal data at the counter, with the identity document."""
    selectors.require_office(request.actor)
    form = DocumentForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            copy = services.record_request(request.actor, document=form.document())
        except Conflict as refused:
            form.add_error(FIELD_OF_CONFLICT.get(refused.code), str(refused.message))
        else:
            messages.success(request, _("The request has been recorded. Tell the person when the copy will be ready."))
            return redirect("protection:copy", copy.reference)
    return render(request, "protection/copy_new.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_safe
def copy(request: Request, reference: str) -> HttpResponse:
    """Show the office a request for a copy of personal data with the possible acts."""
    return _copy_page(request, selectors.get_copy(request.actor, reference))


def _copy_page(request: Request, copy: Any, *, status: int = 200, **forms: Form) -> HttpResponse:
    """Render a request for a copy with the possible acts; ``forms`` replaces empty forms by submitted ones."""
    actor = request.actor
    record_look(actor, copy)
    context = {
        "copy": copy,
        "records": selectors.records_now(copy),
        "counts": _counts(copy),
        "files": rules.files_of(copy) if rules.may_open(actor, copy) else [],
        "may_identify": rules.may_identify(actor, copy),
        "may_check": rules.may_check(actor, copy),
        "may_approve": rules.may_approve(actor, copy),
        "may_send_back": rules.may_send_back(actor, copy),
        "may_decline": rules.may_decline(actor, copy),
        "may_hand_over": rules.may_hand_over(actor, copy),
        "document_form": DocumentForm(prefix="document"),
        "decline_form": ReasonForm(prefix="decline", help_text=READ_BY_THE_PERSON),
        "back_form": ReasonForm(prefix="back", help_text=READ_BY_OFFICERS),
        "hand_over_form": HandOverForm(prefix="hand"),
    }
    return render(request, "protection/copy.html", context | forms, status=status)


def _counts(copy: Any) -> list[tuple[str, int]]:
    """Return (kind of record, number) of what the copy contains, without its content."""
    named = {label: _("checking the records") if label == "looks" else record_word(label) for label in copy.counts}
    return [(capfirst(str(named[label])), number) for label, number in copy.counts.items() if number]


def _act_view(name: str, form_of: Callable[[Any], Form], act: Callable[..., Any], done: Any) -> Any:
    """Return the POST view of an act on a request for a copy: it validates the form, and calls ``act``.

    ``name`` is the form's name on the page, ``done`` the message of success. A Conflict is shown at its field.
    """

    @require_POST
    def view(request: Request, reference: str) -> HttpResponse:
        """Carry out the act on the request and redirect to its page; an invalid form is shown again."""
        copy = selectors.get_copy(request.actor, reference)
        form = form_of(request.POST)
        if not form.is_valid():
            return _copy_page(request, copy, status=422, **{name: form})
        values = {"document": form.document()} if isinstance(form, DocumentForm) else form.cleaned_data
        try:
            act(request.actor, copy=copy, **values)
        except Conflict as refused:
            field = FIELD_OF_CONFLICT.get(refused.code)
            if field is None:
                messages.error(request, str(refused.message))
                return redirect("protection:copy", reference)
            form.add_error(field, str(refused.message))
            return _copy_page(request, copy, status=409, **{name: form})
        messages.success(request, str(done))
        return redirect("protection:copy", reference)

    return view


identify = _act_view(
    "document_form", lambda data: DocumentForm(data, prefix="document"), services.identify,
    gettext_lazy("The document has been recorded. The stays declared with it are included in the copy."),
)  # fmt: skip
decline = _act_view(
    "decline_form", lambda data: ReasonForm(data, prefix="decline", help_text=READ_BY_THE_PERSON), services.decline,
    gettext_lazy("You have declined the request and given your reason."),
)  # fmt: skip
send_back = _act_view(
    "back_form", lambda data: ReasonForm(data, prefix="back", help_text=READ_BY_OFFICERS), services.send_back,
    gettext_lazy("The request will be checked again. The prepared copy has been deleted."),
)  # fmt: skip
hand_over = _act_view(
    "hand_over_form", lambda data: HandOverForm(data, prefix="hand"), services.hand_over,
    gettext_lazy("The handover of the copy has been recorded."),
)  # fmt: skip


@require_POST
def check(request: Request, reference: str) -> HttpResponse:
    """Confirm the check of a request for a copy, so that the copy is prepared."""
    copy = selectors.get_copy(request.actor, reference)
    with conflicts_as_messages(request):
        services.check(request.actor, copy=copy)
        messages.success(request, _("The copy is being prepared. Another officer must then approve it."))
    return redirect("protection:copy", reference)


@require_POST
def approve(request: Request, reference: str) -> HttpResponse:
    """Approve a copy; this requires a recent sign-in, before data leave the office."""
    copy = selectors.get_copy(request.actor, reference)
    require(rules.may_approve(request.actor, copy) or copy.state != CopyState.PREPARED)
    if not is_fresh(request):
        return redirect_to_confirm(request)
    with conflicts_as_messages(request):
        services.approve(request.actor, copy=copy)
        messages.success(request, _("Approved. The copy can be downloaded for 30 days."))
    return redirect("protection:copy", reference)


@never_cache
@require_safe
def download(request: Request, reference: str, kind: str) -> HttpResponse:
    """Download a guest's copy, to review it before approval and to hand it over afterwards."""
    return file_response(request, selectors.get_copy(request.actor, reference), kind)
