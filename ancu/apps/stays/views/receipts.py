"""Receipts: the lodging's list, the papers as PDF, and the public page that says whether one is genuine."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ancu.apps.audit.services import record_look
from ancu.apps.stays import rules, services
from ancu.apps.stays.forms.acts import NumberForm, WithdrawForm
from ancu.apps.stays.selectors import get_stay, papers
from ancu.apps.stays.selectors.receipts import (
    TRIED,
    changed_at,
    find_by_code,
    office_of,
    stay_receipt_code,
    withdrawn_of,
)
from ancu.apps.stays.selectors.undoing import acts_of
from ancu.apps.stays.services.papers import A4, PAPERS, guest_pdf, public_url, qr_svg, submission_pdf
from ancu.apps.stays.views.today import lodging_page
from ancu.core.documents.reference_numbers import typed_code
from ancu.core.errors import Http404, require
from ancu.core.registry.code_pages import page_of_code
from ancu.core.security.rate_limits import allow, client_address, too_many
from ancu.core.templatetags.ui import counted
from ancu.core.web.http import Request, mark_private, parse_whole_number, show_lodging_in_header
from ancu.core.web.language import reader_language

VERIFICATIONS_AN_HOUR = 60


@require_GET
@lodging_page
def receipt_list(request: Request, establishment: Any) -> HttpResponse:
    """Show the lodging's receipts, newest first."""
    page = papers.receipts_of(request.actor, establishment, request.GET.get("before", ""))
    next_url = f"?before={page.after}" if page.after else ""
    context = {"establishment": establishment, "receipts": page.rows, "next_url": next_url}
    return render(request, "stays/receipts.html", context)


@require_GET
def receipt(request: Request, number: str) -> HttpResponse:
    """Show people of the lodging a receipt with its stays and the form to withdraw it."""
    return _page(request, papers.get_receipt(request.actor, number), WithdrawForm())


@require_POST
def withdraw(request: Request, number: str) -> HttpResponse:
    """Withdraw all declarations of a submission, such as a wrong file, with a reason."""
    submission = papers.get_receipt(request.actor, number)
    require(rules.may_declare(request.actor, submission.establishment))
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _page(request, submission, form, status=422)
    stays = services.withdraw_submission(actor=request.actor, number=submission.number, **form.cleaned_data)
    messages.success(
        request, counted("%(n)s declaration is withdrawn.", "%(n)s declarations are withdrawn.", len(stays))
    )
    if reopened := papers.open_stays_like(request.actor, stays):
        messages.info(
            request,
            counted(
                "%(n)s of these guests has an open stay here.",
                "%(n)s of these guests have an open stay here.",
                len(reopened),
            ),
        )
    return redirect("stays:receipt", number=submission.number)


def _page(request: Request, submission: Any, form: WithdrawForm, *, status: int = 200) -> HttpResponse:
    """Render a receipt with a page of its stays and the form to withdraw it, and record the look in the audit."""
    after = parse_whole_number(request.GET.get("after", "")) or 0
    stays = papers.stays_of(submission, after=after)
    record_look(request.actor, submission, stays=len(stays))
    page = stays[: papers.PAGE]
    show_lodging_in_header(request, submission.establishment)
    stay_ids, acts = {stay.pk for stay in page}, acts_of(request.actor, submission.establishment)
    context = {
        "submission": submission,
        "stays": page,
        "limits": papers.limits_passed(submission),
        "next_url": f"?after={page[-1].position}" if len(stays) > papers.PAGE else "",
        "url": public_url(submission.number),
        "qr": qr_code(public_url(submission.number)),
        "may_change": rules.may_declare(request.actor, submission.establishment),
        "standing": papers.count_active(submission),
        "acts": [act for act in acts if not stay_ids.isdisjoint(act.stays)],
        "withdraw_form": form,
    }
    return render(request, "stays/receipt.html", context, status=status)


@require_GET
def guest_receipt(request: Request, pk: int) -> HttpResponse:
    """Show one guest's receipt, to hand over as QR code, paper or link."""
    stay = get_stay(request.actor, pk)
    record_look(request.actor, stay)
    show_lodging_in_header(request, stay.establishment)
    url = public_url(stay_receipt_code(stay))
    context = {"stay": stay, "url": url, "qr": qr_code(url), "just_declared": "declared" in request.GET}
    context["papers"] = [
        ("pocket", _("For the pocket (A7)")),
        *((n, _("Roll of %(n)s mm") % {"n": n}) for n in ("80", "58")),
    ]
    return render(request, "stays/guest_receipt.html", context)


@require_GET
def receipt_pdf(request: Request, number: str) -> HttpResponse:
    """Return a submission's receipt as PDF in the reader's language."""
    submission = papers.get_receipt(request.actor, number)
    return pdf(submission_pdf(request.actor, submission, reader_language()), f"{submission.number}.pdf")


@require_GET
def guest_receipt_pdf(request: Request, pk: int) -> HttpResponse:
    """Return the PDF of one guest's receipt, on the paper that the address names."""
    stay, paper = get_stay(request.actor, pk), request.GET.get("paper", A4)
    if paper not in PAPERS:
        raise Http404
    return pdf(guest_pdf(request.actor, stay, reader_language(), paper), f"{stay_receipt_code(stay)}.pdf")


def qr_code(url: str) -> str:
    """Return a QR code of the URL as SVG for a template."""
    return mark_safe(qr_svg(url))  # noqa: S308 -- drawn by ourselves from an address of ours


def pdf(data: bytes, name: str) -> HttpResponse:
    """Return a PDF response that browsers display and do not store."""
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@login_not_required
@require_GET
def verify(request: Request, code: str = "") -> HttpResponse:
    """Show publicly whether a receipt is genuine; at most sixty times an hour from one address."""
    if not code:
        return _number_page(request)
    if not (use := allow("verify", client_address(request), limit=VERIFICATIONS_AN_HOUR)):
        return too_many(request, use)
    submission_and_stay = find_by_code(code)
    right_page = None if submission_and_stay else page_of_code(code)
    if right_page and right_page.opens:
        return redirect(right_page.url)
    submission, stay = submission_and_stay or (None, None)
    if stay:
        record_look(request.actor, stay, verified=True)
    is_test = submission_and_stay is None and find_by_code(code, TRIED) is not None
    context = {
        "right_page": right_page,
        "submission": submission,
        "stay": stay,
        "changed_at": changed_at(stay) if stay else None,
        "withdrawn": withdrawn_of(submission) if submission and not stay else None,
        "office": office_of(submission.establishment) if submission else "",
        "form": NumberForm(initial={"number": "" if submission_and_stay else code[:60]}),
        "code": code[:60],
        "is_test": is_test,
    }
    return mark_private(render(request, "stays/verify.html", context, status=200 if submission_and_stay else 404))


def _number_page(request: Request) -> HttpResponse:
    """Render the public form for a receipt's number; a valid number leads to its own page."""
    form = NumberForm(request.GET if "number" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("stays:verify_code", code=typed_code(form.cleaned_data["number"]))
    return render(request, "stays/verify.html", {"form": form})
