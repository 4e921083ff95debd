"""Receipts: the lodging's list, the papers as PDF, and the public page that says whether one is genuine."""

from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from ancu.apps.audit.services import record_look
from ancu.apps.stays.forms.acts import NumberForm
from ancu.apps.stays.selectors import get_stay, papers
from ancu.apps.stays.selectors.receipts import changed_at, find, stay_receipt_code
from ancu.apps.stays.templatetags.guests import listed, nationality
from ancu.apps.stays.views.today import language, lodging_page
from ancu.core import clock
from ancu.core.http import Request
from ancu.core.limits import allow, client_address
from ancu.core.pdf import render_pdf

DOCUMENTS = Path(__file__).parent.parent / "documents"
VERIFICATIONS_AN_HOUR = 60


@require_GET
@lodging_page
def receipt_list(request: Request, establishment: Any) -> HttpResponse:
    text = request.GET.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    found = papers.receipts_of(request.actor, establishment, before=before)
    page = found[: papers.PAGE]
    next_url = f"?before={page[-1].pk}" if len(found) > papers.PAGE else ""
    context = {"establishment": establishment, "receipts": page, "next_url": next_url}
    return render(request, "stays/receipts.html", context)


@require_GET
def receipt(request: Request, number: str) -> HttpResponse:
    submission = papers.get_receipt(request.actor, number)
    text = request.GET.get("after", "")
    after = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    stays = papers.stays_of(submission, after=after)
    record_look(request.actor, submission, stays=len(stays))
    page = stays[: papers.PAGE]
    context = {
        "submission": submission,
        "stays": page,
        "next_url": f"?after={page[-1].position}" if len(stays) > papers.PAGE else "",
        "url": public_url(submission.number),
        "qr": qr_svg(public_url(submission.number)),
    }
    return render(request, "stays/receipt.html", context)


@require_GET
def guest_receipt(request: Request, pk: int) -> HttpResponse:
    """To hand to the guest: the QR on the screen, the paper, or the link."""
    stay = get_stay(request.actor, pk)
    record_look(request.actor, stay)
    url = public_url(stay_receipt_code(stay))
    context = {"stay": stay, "url": url, "qr": qr_svg(url), "just_declared": "declared" in request.GET}
    return render(request, "stays/guest_receipt.html", context)


@require_GET
def receipt_pdf(request: Request, number: str) -> HttpResponse:
    submission = papers.get_receipt(request.actor, number)
    stays = papers.stays_of(submission, limit=None)
    record_look(request.actor, submission, stays=len(stays), export="pdf")
    url = public_url(submission.number)
    data = _submission_data(submission, url) | {"guests": [_guest_line(stay) for stay in stays]}
    return pdf(render_pdf(DOCUMENTS / "submission.typ", data, images={"qr": svg(url)}), f"{number}.pdf")


@require_GET
def guest_receipt_pdf(request: Request, pk: int) -> HttpResponse:
    stay = get_stay(request.actor, pk)
    record_look(request.actor, stay, export="pdf")
    code = stay_receipt_code(stay)
    url = public_url(code)
    changed = changed_at(stay)
    data = _submission_data(stay.submission, url) | {
        "code": code,
        "guest": _guest_line(stay) | {
            "sex": listed(stay.sex, "sex"), "birth_date": "/".join(reversed(stay.birth_date.split("-"))),
        },
        "status": stay.status,
        "changed": f"{clock.local(changed):%d/%m/%Y %H:%M}" if changed else "",
    }  # fmt: skip
    return pdf(render_pdf(DOCUMENTS / "guest.typ", data, images={"qr": svg(url)}), f"{code}.pdf")


def _submission_data(submission: Any, url: str) -> dict[str, Any]:
    house = submission.establishment
    return {
        "language": language(),
        "number": submission.number,
        "received": f"{clock.local(submission.received_at):%d/%m/%Y %H:%M}",
        "sha256": submission.sha256,
        "lodging": house.name,
        "address": house.address,
        "unit": str(house.unit),
        "accepted": submission.accepted_count,
        "late": submission.late_count,
        "url": url,
    }


def _guest_line(stay: Any) -> dict[str, str]:
    return {
        "name": stay.full_name,
        "nationality": nationality(stay.nationality),
        "document": stay.document_number,
        "room": stay.room,
        "arrived": f"{stay.arrived_on:%d/%m/%Y}",
        "leaves": f"{stay.departed_on or stay.expected_departure:%d/%m/%Y}",
    }


def public_url(code: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse('stays:verify_code', args=[code])}"


def svg(text: str) -> str:
    """A QR code as SVG; medium correction, so that a folded paper still reads."""
    return segno.make(text, error="m", micro=False).svg_inline(border=2, omitsize=True)


def qr_svg(text: str) -> str:
    return mark_safe(svg(text))  # noqa: S308 -- drawn by ourselves from an address of ours


def pdf(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@login_not_required
@require_GET
def verify(request: Request, code: str = "") -> HttpResponse:
    """Whether a receipt is genuine; open to all, sixty times an hour from one address."""
    if not code:
        return _typed(request)
    if not allow("verify", client_address(request), limit=VERIFICATIONS_AN_HOUR):
        return render(request, "429.html", status=429)
    found = find(code)
    submission, stay = found or (None, None)
    context = {
        "submission": submission,
        "stay": stay,
        "changed_at": changed_at(stay) if stay else None,
        "form": NumberForm(),
        "code": code[:60],
    }
    response = render(request, "stays/verify.html", context, status=200 if found else 404)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store"
    return response


def _typed(request: Request) -> HttpResponse:
    form = NumberForm(request.GET if "number" in request.GET else None)
    if form.is_bound and form.is_valid():
        typed = "-".join(form.cleaned_data["number"].split())
        return redirect("stays:verify_code", code=typed.rsplit("/", 1)[-1])
    return render(request, "stays/verify.html", {"form": form, "submission": None, "code": ""})
