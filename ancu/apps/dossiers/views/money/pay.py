"""The filer's page of the fee: how much, and the three ways to pay it."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_POST

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.selectors import get_dossier
from ancu.apps.dossiers.selectors.money import fee_of, transfer_text
from ancu.apps.dossiers.services.money import providers
from ancu.apps.stays.services.papers import qr_svg
from ancu.core.errors import require
from ancu.core.web.http import Request


@require_GET
def pay(request: Request, number: str) -> HttpResponse:
    dossier = get_dossier(request.actor, number)
    require(rules.may_see_fee(request.actor, dossier))
    record_look(request.actor, dossier, page="pay")
    fee = fee_of(dossier)
    due = fee.charge if fee.state == "due" else None
    code = transfer_text(due) if due else ""
    context = {
        "dossier": dossier,
        "fee": fee,
        "qr": mark_safe(qr_svg(code)) if code else "",  # noqa: S308 -- drawn by ourselves
        "bank": {"name": settings.BANK_NAME, "account": settings.BANK_ACCOUNT, "holder": settings.BANK_HOLDER},
        "is_own": rules.is_filer(request.actor, dossier) or rules.is_sponsor(request.actor, dossier),
        "may_pay": rules.may_pay(request.actor, dossier),
        "online": providers.provider() is not None,
    }
    return render(request, "dossiers/money/pay.html", context)


@require_POST
def online(request: Request, number: str) -> HttpResponse:
    """To the provider's page. Nothing is written down: only what the provider tells us counts."""
    dossier = get_dossier(request.actor, number)
    back = f"{settings.PUBLIC_URL}{reverse('dossiers:pay', args=[dossier.number])}"
    return redirect(providers.start(request.actor, dossier=dossier, return_url=back))
