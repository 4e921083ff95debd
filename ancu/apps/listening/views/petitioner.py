"""The petitioner's pages: send, follow by code or account, add and judge."""

import time
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.audit.services import record
from ancu.apps.files.services import FileRefused, open_bytes
from ancu.apps.listening.enums import PetitionChannel, VerdictValue
from ancu.apps.listening.forms.petitions import PetitionCodeForm, PetitionForm, PetitionRemarkForm, VerdictForm
from ancu.apps.listening.selectors import following as selectors
from ancu.apps.listening.selectors import rule_today
from ancu.apps.listening.selectors.promises import answer_counts
from ancu.apps.listening.services import verdicts
from ancu.apps.listening.services.receiving import ReceivedPetition, receive_petition
from ancu.core.errors import Conflict
from ancu.core.registry.code_pages import page_of_code
from ancu.core.security.proof_of_work import is_solved, new_puzzle
from ancu.core.security.rate_limits import RateLimitUse, allow, client_address, too_many
from ancu.core.web import one_time_cookie
from ancu.core.web.http import Request, mark_private, parse_whole_number
from ancu.core.web.language import reader_language

OPENED = "petitions"  # in the session: what this browser may open
FOR_SECONDS = 1800
SENT_AN_HOUR, SENT_UNSOLVED = 10, 2
CODES_AN_HOUR, CODES_UNSOLVED = 30, 8
WORDS_AN_HOUR = 30


def may_send(request: Request, name: str, limit: int, unsolved: int) -> RateLimitUse:
    """Count a submission ``name`` from the visitor's network address; return whether the limit allows it.

    Without a solved puzzle the limit is lower (``unsolved``).
    """
    solved = is_solved(request.POST.get("puzzle", ""), request.POST.get("solution", ""))
    kind = name if solved else f"{name}-unsolved"
    return allow(kind, client_address(request), limit=limit if solved else unsolved)


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """Show and receive the form of a petition, for everybody; a signed-in person's account lists it afterwards."""
    if request.method != "POST":
        return _petition_form_page(request, PetitionForm(initial={"key": uuid4()} | _account_defaults(request)))
    form = PetitionForm(request.POST, request.FILES)
    if not form.is_valid():
        return _petition_form_page(request, form, 422)
    if not (use := may_send(request, "petition", SENT_AN_HOUR, SENT_UNSOLVED)):
        return _petition_form_page(request, form, 429, until=use.until)
    try:
        intake = form.intake(channel=PetitionChannel.WEB, language=reader_language())
        petition = receive_petition(request.actor, intake)
    except FileRefused as refused:
        form.add_error("attached", refused.form_error)
        return _petition_form_page(request, form, 422)
    return _redirect_to_receipt(request, petition, len(intake.uploads))


def _account_defaults(request: Request) -> dict[str, Any]:
    """Return the signed-in person's name and contact as initial values of the petition's form.

    Empty for an officer, who writes for somebody else.
    """
    user: Any = request.user
    if not user.is_authenticated or request.actor.is_agency:
        return {}
    return {"name": user.full_name, "phone": user.phone, "email": user.email}


def _petition_form_page(
    request: Request, form: PetitionForm, status: int = 200, *, until: datetime | None = None
) -> HttpResponse:
    """Render the form of a petition; ``until``: submitting is limited until then."""
    context = {"form": form, "puzzle": new_puzzle(), "until": until, "answers": answer_counts()}
    return mark_private(render(request, "listening/petition_new.html", context, status=status))


def _redirect_to_receipt(request: Request, received: ReceivedPetition, files: int) -> HttpResponse:
    """Redirect to the page that shows number, code and the number of files once.

    A repeated form has no code and redirects without them.
    """
    response = redirect("listening:sent")
    if received.code:
        _open_here(request, received.petition.number)
        one_time_cookie.store_for_page(
            response, reverse("listening:sent"), [received.petition.number, received.code, files]
        )
    return response


def _open_here(request: Request, number: str) -> None:
    """Let this browser open the petition by its number for half an hour; only a few petitions at a time."""
    opened_until: dict[str, float] = request.session.get(OPENED, {})
    latest = dict(sorted(opened_until.items(), key=lambda entry: entry[1])[-9:])
    request.session[OPENED] = latest | {number: time.time() + FOR_SECONDS}


@login_not_required
@never_cache
@require_safe
def sent(request: Request) -> HttpResponse:
    """Show number and code once, in the browser that sent the petition; elsewhere redirect to the form."""
    if (receipt := one_time_cookie.values_for_page(request)) is None:
        return redirect("listening:new")
    number, code, files = receipt
    return mark_private(render(request, "listening/sent.html", {"number": number, "code": code, "files": files}))


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: Request) -> HttpResponse:
    """Show and receive the form in which a petitioner types the secret code; it opens the petition for half an hour.

    The code never appears in a URL.
    """
    form = PetitionCodeForm(request.POST if request.method == "POST" else None)
    status, until, right_page = 200, None, None
    if form.is_bound:
        status = 422
        if form.is_valid():
            if not (use := may_send(request, "petition-code", CODES_AN_HOUR, CODES_UNSOLVED)):
                status, until = 429, use.until
            elif petition := selectors.find_by_code(form.cleaned_data["code"]):
                _open_here(request, petition.number)
                record(request.actor, "listening.followed", petition)
                return redirect("listening:followed", petition.number)
            else:
                right_page = page_of_code(form.cleaned_data["code"])
                form.add_error("code", _("No petition has this code. Check each character again."))
    context = {"form": form, "puzzle": new_puzzle(), "until": until, "right_page": right_page}
    return mark_private(render(request, "listening/follow.html", context, status=status))


def _own_petition(request: Request, number: str) -> Any:
    """Return the petition if this browser entered its code or the user's account sent it; else 404."""
    until = request.session.get(OPENED, {}).get(number, 0)
    petition = (
        selectors.get_opened_petition(number)
        if until > time.time()
        else selectors.find_by_account(request.actor, number)
    )
    if petition is None:
        raise Http404
    return petition


@login_not_required
@never_cache
@require_safe
def followed(request: Request, number: str) -> HttpResponse:
    """Show a petition to its petitioner."""
    return _followed_page(request, _own_petition(request, number))


def _followed_page(request: Request, petition: Any, *, status: int = 200, **bound: Any) -> HttpResponse:
    """Render the petitioner's page; ``bound`` replaces empty forms by submitted ones."""
    context = {
        "followed": selectors.followed_petition(petition),
        "rule": rule_today(),
        "verdict_form": bound.get("verdict_form") or VerdictForm(),
        "remark_form": bound.get("remark_form") or PetitionRemarkForm(initial={"key": uuid4()}),
        "refused": bound.get("refused"),
    }
    return mark_private(render(request, "listening/followed.html", context, status=status))


@login_not_required
@require_POST
def give_verdict(request: Request, number: str) -> HttpResponse:
    """Save the petitioner's verdict on the last answer."""
    petition = _own_petition(request, number)
    form = VerdictForm(request.POST)
    if not form.is_valid():
        return _followed_page(request, petition, status=422, verdict_form=form)
    if not (use := allow("petition-word", client_address(request), limit=WORDS_AN_HOUR)):
        return too_many(request, use)
    answer_id = parse_whole_number(request.POST.get("answer", "")) or 0
    try:
        verdicts.record_verdict(request.actor, petition, answer_id=answer_id, **form.cleaned_data)
    except Conflict as refused:
        form.add_error(None, str(refused.message))
        return _followed_page(request, _own_petition(request, number), status=409, refused=form)
    settled = form.cleaned_data["verdict"] == VerdictValue.SETTLED
    sentence = (
        _("Thank you. We have recorded your response.")
        if settled
        else _("Your petition is open again. The unit must send you a new answer.")
    )
    messages.success(request, sentence, extra_tags=f"draft:word-{number}")
    return redirect("listening:followed", petition.number)


@login_not_required
@require_POST
def add(request: Request, number: str) -> HttpResponse:
    """Store the petitioner's remark on the own petition."""
    petition = _own_petition(request, number)
    form = PetitionRemarkForm(request.POST, request.FILES)
    if not (use := allow("petition-word", client_address(request), limit=WORDS_AN_HOUR)):
        return too_many(request, use)
    if form.is_valid():
        try:
            data = form.cleaned_data
            verdicts.add_remark(request.actor, petition, text=data["text"], key=data["key"], uploads=form.uploads())
        except FileRefused as refused:
            form.add_error("attached", refused.form_error)
        except Conflict as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(
                request, _("Your message has been added to your petition."), extra_tags=f"draft:add-{number}"
            )
            return redirect("listening:followed", petition.number)
    return _followed_page(request, petition, status=422, remark_form=form)


@login_not_required
@never_cache
@require_safe
def file(request: Request, number: str, pk: int) -> HttpResponseBase:
    """Return a file that the petitioner sent or an answer shows, as a download."""
    evidence = selectors.get_file(_own_petition(request, number), pk)
    if evidence is None or evidence.file is None:
        raise Http404
    return file_response(evidence.file)


def file_response(stored: Any) -> HttpResponseBase:
    """Return a stored file as a download that is neither cached nor indexed."""
    answer = FileResponse(
        open_bytes(stored), as_attachment=True, filename=stored.name, content_type=stored.media_type
    )  # fmt: skip
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer


@never_cache
@require_safe
def own(request: Request) -> HttpResponse:
    """List the petitions of the signed-in person."""
    page = selectors.own_petitions_page(request.actor, request.GET.get("after", ""))
    next_url = f"?after={page.after}" if page.after else ""
    return render(request, "listening/own.html", {"rows": page.rows, "next_url": next_url})
