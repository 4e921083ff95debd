"""Notifications of payment providers, and the page of the test provider."""

import logging

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from ancu.apps.dossiers.services.money.providers import ForgedNotification, TestProvider, get_provider, receive
from ancu.core.documents.reference_numbers import new_number
from ancu.core.errors import Http404
from ancu.core.web.http import Request

logger = logging.getLogger(__name__)
MAX_BYTES = 64 * 1024  # of a notification


@csrf_exempt  # a provider's server has no cookie of ours; its signature counts
@login_not_required
@require_POST
def notify(request: Request, code: str) -> HttpResponse:
    """Store a notification from the payment provider ``code``.

    Answers 200, also to a repeat, so that the provider stops sending; 400 without a valid signature, 413 if too long.
    """
    get_provider(code)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES:
        return HttpResponse(status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        receive(code=code, body=request.body, headers=headers)
    except ForgedNotification:
        logger.warning("A notification for provider %s had no valid signature", code)
        return HttpResponse(status=400)
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_http_methods(["GET", "POST"])
def test_provider(request: Request, token: str) -> HttpResponse:
    """Show the test provider's page, on which a payer pays or cancels."""
    configured = get_provider(TestProvider.code)
    if not isinstance(configured, TestProvider):
        raise Http404
    order = configured.order(token)
    if request.method == "GET":
        return render(request, "dossiers/money/test_provider.html", {"order": order})
    if "pay" in request.POST:
        body, headers = configured.notification(order["reference"], order["vnd"], new_number("TP"))
        receive(code=configured.code, body=body, headers=headers)
    return redirect(order["return_url"])
