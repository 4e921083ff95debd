"""Pages for guests: the self-check, and the request for a confirmation of stay after a yes."""

import time
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.stays.forms.confirmations import AskForm, SelfCheckForm
from ancu.apps.stays.rules import is_on_paper, is_proved, may_withdraw_request
from ancu.apps.stays.selectors import confirmations as selectors
from ancu.apps.stays.selectors.self_check import SelfCheckQuestion
from ancu.apps.stays.services import confirmations as services
from ancu.apps.stays.services.confirmation_papers import confirmation_pdf
from ancu.apps.stays.services.self_check import check, may_ask_now
from ancu.apps.stays.views.receipts import pdf, qr_code
from ancu.core.errors import Conflict
from ancu.core.security.constant_time import constant_time
from ancu.core.security.proof_of_work import new_puzzle
from ancu.core.security.rate_limits import allow, client_address, too_many
from ancu.core.web.http import Request, conflicts_as_messages, mark_private
from ancu.core.web.language import OTHER_LANGUAGE, reader_language

ANSWERED = "self_check"  # in the session: the stay that was answered with yes, and until when it may be asked about
FOR_SECONDS = 1800
REQUESTS_AN_HOUR = 5
LINKS_AN_HOUR = 120


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@constant_time
def self_check(request: Request) -> HttpResponse:
    """Ask for three facts and answer yes or no. A wrong birth date looks like a missing declaration."""
    form = SelfCheckForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _question_page(request, form, 422 if form.is_bound else 200)
    question = SelfCheckQuestion(**form.cleaned_data)
    solved = {name: request.POST.get(name, "") for name in ("puzzle", "solution")}
    if not (use := may_ask_now(question, address=client_address(request), **solved)):
        return _question_page(request, form, 429, until=use.until)
    stay = check(request.actor, question)
    request.session.pop(ANSWERED, None)
    if stay is not None:
        request.session[ANSWERED] = [stay.pk, time.time() + FOR_SECONDS]
    context = {"yes": stay is not None, "question": question, "other_language": OTHER_LANGUAGE[reader_language()]}
    context["has_left"] = stay is not None and stay.departed_on is not None
    return mark_private(render(request, "stays/guest/answer.html", context | _phone()))


def _question_page(
    request: Request, form: SelfCheckForm, status: int, *, until: datetime | None = None
) -> HttpResponse:
    """Render the form of the self-check; ``until`` is when somebody who asked too often may ask again."""
    context = {"form": form, "puzzle": new_puzzle(), "until": until} | _phone()
    return mark_private(render(request, "stays/guest/check.html", context, status=status))


def _phone() -> dict[str, str]:
    """Return the office's duty telephone number: ``phone`` as displayed, ``phone_link`` for a link."""
    return {"phone": settings.OFFICE_DUTY_PHONE, "phone_link": settings.OFFICE_DUTY_PHONE.replace(" ", "")}


def _confirmed_stay_id(request: Request) -> int | None:
    """Return the id of the stay that this browser recently got a yes for; None otherwise."""
    stay_id, until = request.session.get(ANSWERED) or (None, 0)
    return stay_id if until > time.time() else None


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: Request) -> HttpResponse:
    """Request a confirmation after a yes in this browser; otherwise return to the self-check."""
    stay_id = _confirmed_stay_id(request)
    if stay_id is None:
        messages.info(request, _("Answer these three questions first."))
        return redirect("stays:self_check")
    form = AskForm(request.POST if request.method == "POST" else None, initial={"email": _email_of(request)})
    if form.is_bound and form.is_valid():
        if not (use := allow("confirmation", client_address(request), limit=REQUESTS_AN_HOUR)):
            return too_many(request, use)
        try:
            confirmation = services.ask_as_guest(request.actor, stay_id=stay_id, **form.cleaned_data)
        except Conflict as refused:
            form.add_error("receipt" if refused.code == "receipt_wrong" else None, str(refused.message))
        else:
            del request.session[ANSWERED]
            return redirect(selectors.requester_path(confirmation))
    return mark_private(render(request, "stays/guest/ask.html", {"form": form}, status=422 if form.is_bound else 200))


def _email_of(request: Request) -> str:
    """Return the e-mail address of the signed-in user; empty for others."""
    return str(request.user.email) if request.user.is_authenticated else ""


def _by_link(request: Request, reference: str, secret: str) -> Any:
    """Return the confirmation of a requester's secret link, or raise 404."""
    confirmation = selectors.confirmation_by_secret(reference, secret)
    if confirmation is None:
        raise Http404
    return confirmation


@login_not_required
@never_cache
@require_safe
def confirmation(request: Request, reference: str, secret: str) -> HttpResponse:
    """Show the state of a request for a confirmation to the holder of its secret link."""
    if not (use := allow("confirmation-link", client_address(request), limit=LINKS_AN_HOUR)):
        return too_many(request, use)
    confirmation = _by_link(request, reference, secret)
    record_look(request.actor, confirmation, link=True)
    url = f"{settings.PUBLIC_URL}{selectors.requester_path(confirmation)}"
    context = {
        "confirmation": confirmation,
        "ground": selectors.ground_of(confirmation),
        "on_paper": is_on_paper(confirmation) and not selectors.is_emptied(confirmation),
        "may_take_back": may_withdraw_request(confirmation),
        "proved": is_proved(confirmation),
        "url": url,
        "qr": qr_code(url),
        "pdf_url": selectors.requester_path(confirmation, "confirmation_pdf"),
        "take_back_url": selectors.requester_path(confirmation, "confirmation_take_back"),
    }
    return mark_private(render(request, "stays/guest/confirmation.html", context | _phone()))


@login_not_required
@never_cache
@require_safe
def paper(request: Request, reference: str, secret: str) -> HttpResponse:
    """Return the PDF of a confirmation to the holder of its secret link, within a rate limit."""
    if not (use := allow("confirmation-link", client_address(request), limit=LINKS_AN_HOUR)):
        return too_many(request, use)
    confirmation = _by_link(request, reference, secret)
    return pdf(confirmation_pdf(request.actor, confirmation), f"{confirmation.reference}.pdf")


@login_not_required
@require_POST
def withdraw_request(request: Request, reference: str, secret: str) -> HttpResponse:
    """Withdraw a request for a confirmation as the holder of its secret link, and redirect to its page."""
    confirmation = _by_link(request, reference, secret)
    with conflicts_as_messages(request):
        services.withdraw(request.actor, confirmation=confirmation)
        messages.success(request, _("Your request has been withdrawn."))
    return redirect(selectors.requester_path(confirmation))


@never_cache
@require_safe
def own(request: Request) -> HttpResponse:
    """Show a signed-in guest the requests for a confirmation that the guest made."""
    requests = [
        (confirmation, selectors.requester_path(confirmation))
        for confirmation in selectors.own_confirmations(request.actor)
    ]
    return render(request, "stays/guest/own.html", {"requests": requests})
