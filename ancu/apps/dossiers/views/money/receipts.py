"""The receipt of a fee as PDF, and the public page that verifies it."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ancu.apps.dossiers.selectors import get_dossier
from ancu.apps.dossiers.selectors.money import find_receipt, get_fee_receipt
from ancu.apps.dossiers.services.money.papers import fee_receipt_pdf
from ancu.core.security.rate_limits import allow, client_address, too_many
from ancu.core.web.http import Request, mark_private
from ancu.core.web.language import reader_language

VERIFICATIONS_AN_HOUR = 60


@require_GET
def pdf(request: Request, number: str) -> HttpResponse:
    """Return the receipt of the dossier's fee as PDF; 404 before it is paid."""
    receipt = get_fee_receipt(get_dossier(request.actor, number))
    response = HttpResponse(fee_receipt_pdf(request.actor, receipt, reader_language()), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{receipt.series.replace("/", "")}-{receipt.number:06}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


@login_not_required
@require_GET
def verify(request: Request, code: str) -> HttpResponse:
    """Verify a receipt; public, sixty times an hour from one address."""
    if not (use := allow("verify", client_address(request), limit=VERIFICATIONS_AN_HOUR)):
        return too_many(request, use)
    receipt = find_receipt(code)
    context = {"receipt": receipt, "code": code[:60]}
    return mark_private(render(request, "dossiers/money/verify.html", context, status=200 if receipt else 404))
