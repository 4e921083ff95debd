"""Confirmations of stay at the commune and at the lodging, and the public page that verifies one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.stays import rules
from ancu.apps.stays.enums import ConfirmationState
from ancu.apps.stays.forms.confirmations import CodeForm, GroundForm, IssueForm, PurposeForm
from ancu.apps.stays.selectors import confirmations as selectors
from ancu.apps.stays.selectors import get_stay
from ancu.apps.stays.services import confirmations as services
from ancu.apps.stays.services.confirmation_papers import confirmation_pdf, poster_pdf
from ancu.apps.stays.views.receipts import VERIFICATIONS_AN_HOUR, pdf
from ancu.apps.stays.views.today import lodging_page
from ancu.core import clock
from ancu.core.documents.reference_numbers import typed_code
from ancu.core.errors import Conflict, require
from ancu.core.forms import Form
from ancu.core.registry.code_pages import page_of_code
from ancu.core.security.rate_limits import allow, client_address, too_many
from ancu.core.web.http import Request, conflicts_as_messages, mark_private, requested_list

ALL = "all"


# ---- the commune -------------------------------------------------------------------------------------------


@require_safe
def office_list(request: Request) -> HttpResponse:
    """Show the waiting requests in the order that they are due, or the confirmations of another state."""
    choice = requested_list(request.GET, "state", (*ConfirmationState.values, ALL), ConfirmationState.REQUESTED)
    state = "" if choice == ALL else choice
    page = selectors.office_page(request.actor, state, after=request.GET.get("after", ""))
    confirmation_ids = [row.confirmation.pk for row in page.rows]
    record_look(
        request.actor,
        ("stays.confirmations", state or ALL),
        count=len(confirmation_ids),
        confirmations=confirmation_ids,
    )
    chips = [(value, capfirst(str(label)), value == state) for value, label in ConfirmationState.choices]
    context = {
        "page": page,
        "chips": [*chips, (ALL, _("All"), not state)],
        "waiting": state == ConfirmationState.REQUESTED,
        "next_url": f"?state={state or ALL}&after={page.after}" if page.after else "",
    }
    return render(request, "stays/office/confirmations.html", context)


@require_safe
def office_confirmation(request: Request, pk: int) -> HttpResponse:
    """Show the officer a request for a confirmation of stay, or the issued confirmation, with the possible acts."""
    confirmation = selectors.get_confirmation(request.actor, pk)
    return _page(request, confirmation)


def _page(request: Request, confirmation: Any, *, status: int = 200, **forms: Form) -> HttpResponse:
    """Render the officer's page of a confirmation with the possible acts, and record the look in the audit.

    ``forms`` holds submitted forms with errors, by name.
    """
    actor = request.actor
    record_look(actor, confirmation)
    grounds = rules.grounds(confirmation, clock.today())
    context = {
        "confirmation": confirmation,
        "stay": confirmation.stay,
        "lines": selectors.printed(confirmation) if rules.is_on_paper(confirmation) else [],
        "number": selectors.printed_number(confirmation) if rules.is_on_paper(confirmation) else "",
        "ground": selectors.ground_of(confirmation),
        "days_left": selectors.days_left(confirmation),
        "others": selectors.other_requests(confirmation),
        "stands": rules.is_active_record(confirmation.stay),
        "corrected": selectors.corrected_since(confirmation),
        "emptied": selectors.is_emptied(confirmation),
        "may_issue": rules.may_issue(actor, confirmation),
        "may_refuse": rules.may_decide(actor, confirmation),
        "may_revoke": rules.may_revoke(actor, confirmation),
        "proved": rules.is_proved(confirmation),
        "issue_form": IssueForm(prefix="issue"),
        "ground_form": GroundForm(grounds=grounds, prefix="ground"),
    }
    return render(request, "stays/office/confirmation.html", context | forms, status=status)


def _act(name: str, form_of: Callable[..., Form | None], act: Callable[..., Any], done: Callable[[], str]) -> Any:
    """Return the view of an officer's act on a confirmation: check permission and form, then call ``act``.

    ``name`` is the form's name on the page, ``form_of`` makes the form or None, ``done`` returns the message.
    """

    @require_POST
    def view(request: Request, pk: int) -> HttpResponse:
        """Carry out the act on the confirmation and redirect to its page; an invalid form is shown again."""
        confirmation = selectors.get_confirmation(request.actor, pk)
        require(rules.decides_confirmations(request.actor, confirmation))
        form = form_of(request.POST, confirmation)
        if form is not None and not form.is_valid():
            return _page(request, confirmation, status=422, **{name: form})
        with conflicts_as_messages(request):
            act(request.actor, confirmation=confirmation, **(form.cleaned_data if form is not None else {}))
            messages.success(request, done())
        return redirect("stays:office-confirmation", pk=pk)

    return view


def _issue_form(data: Any, confirmation: Any) -> Form | None:
    """Return the form that asks how the officer verified the guest; None when that is proved already."""
    return None if rules.is_proved(confirmation) else IssueForm(data, prefix="issue")


def _ground_form(data: Any, confirmation: Any) -> Form:
    """Return the form of a refusal or revocation with its possible grounds."""
    return GroundForm(data, grounds=rules.grounds(confirmation, clock.today()), prefix="ground")


issue = _act("issue_form", _issue_form, services.issue, lambda: _("Confirmation issued."))
refuse = _act(
    "ground_form", _ground_form, services.refuse, lambda: _("You have refused the request, with your reason.")
)
revoke = _act("ground_form", _ground_form, services.revoke, lambda: _("Confirmation revoked."))


@require_safe
def office_paper(request: Request, pk: int) -> HttpResponse:
    """Return the issued confirmation of stay as PDF to the officer."""
    confirmation = selectors.get_confirmation(request.actor, pk)
    return pdf(confirmation_pdf(request.actor, confirmation), f"{confirmation.reference}.pdf")


# ---- the lodging -------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_guest(request: Request, pk: int) -> HttpResponse:
    """Show the form and earlier requests; once sent, request a confirmation for the lodging's guest."""
    stay = get_stay(request.actor, pk)
    require(rules.may_see_requests(request.actor, stay))
    form = PurposeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            confirmation = services.ask_for_guest(request.actor, stay_id=pk, **form.cleaned_data)
        except Conflict as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("The commune police have the request of %(name)s.") % {"name": stay.full_name})
            return redirect(selectors.requester_path(confirmation))
    record_look(request.actor, stay)
    requests = [
        (confirmation, selectors.requester_path(confirmation))
        for confirmation in selectors.confirmations_of_stay(request.actor, stay)
    ]
    context = {"stay": stay, "form": form, "requests": requests, "stands": rules.may_ask_for_guest(request.actor, stay)}
    return render(request, "stays/confirmation_for_guest.html", context, status=422 if form.is_bound else 200)


@require_safe
@lodging_page
def poster(request: Request, establishment: Any) -> HttpResponse:
    """Return the self-check poster for the reception desk as PDF: A4, or A5 with ``?paper=a5``."""
    return pdf(poster_pdf(establishment, request.GET.get("paper", "a4")), "an-cu-poster.pdf")


# ---- anybody -----------------------------------------------------------------------------------------------


@login_not_required
@never_cache
@require_safe
def verify(request: Request, code: str = "") -> HttpResponse:
    """Show the content of the confirmation with this code, and whether it is still valid."""
    if not code:
        return _code_page(request)
    if not (use := allow("verify", client_address(request), limit=VERIFICATIONS_AN_HOUR)):
        return too_many(request, use)
    confirmation = selectors.confirmation_by_code(code)
    right_page = None if confirmation else page_of_code(code)
    if right_page and right_page.opens:
        return redirect(right_page.url)
    if confirmation is not None:
        record_look(request.actor, confirmation, verified=True)
    context = {
        "right_page": right_page,
        "confirmation": confirmation,
        "number": selectors.printed_number(confirmation) if confirmation else "",
        "lines": selectors.printed(confirmation) if confirmation and not selectors.is_emptied(confirmation) else [],
        "declared": confirmation is not None and rules.is_active_record(confirmation.stay),
        "corrected": selectors.corrected_since(confirmation) if confirmation else [],
        "form": CodeForm(initial={"code": "" if confirmation else code[:60]}),
        "code": code[:60],
    }
    return mark_private(render(request, "stays/verify_confirmation.html", context, status=200 if confirmation else 404))


def _code_page(request: Request) -> HttpResponse:
    """Render the public form for a verification code; a valid code leads to its own page."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("stays:verify_confirmation_code", code=typed_code(form.cleaned_data["code"]))
    return render(request, "stays/verify_confirmation.html", {"form": form})
