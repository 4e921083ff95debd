"""The donor's page: gifts, their use, pledges and receipts."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ancu.apps.community.selectors import accounts, ledger, planning, public
from ancu.apps.community.services import papers
from ancu.apps.community.views.proof import pdf_response
from ancu.core.web.http import Request, mark_private


@require_safe
@login_not_required
def donor(request: Request, code: str) -> HttpResponse:
    """Show anybody who has the donor's secret code the donor's gifts and pledges."""
    donor = public.get_donor(code)
    page = public.gifts_of(donor, request.GET.get("gifts", ""))
    pledges = public.pledges_of(donor, request.GET.get("pledges", ""))
    uses = ledger.uses_of(list(page.rows))
    gifts: list[dict[str, Any]] = [{"gift": entry, "uses": uses[entry.pk]} for entry in page.rows]
    pay_to = accounts.accounts_in_force(pledge.programme for pledge in pledges.rows)
    promises = [
        (promise, _transfer_details(promise, pay_to.get(promise.pledge.programme_id)))
        for promise in map(planning.pledge_status, pledges.rows)
    ]
    context = {
        "donor": donor, "code": code, "gifts": gifts, "promises": promises, "site": settings.PUBLIC_URL,
        "next_gifts": f"?gifts={page.after}#gifts" if page.after else "",
        "next_pledges": f"?pledges={pledges.after}#promises" if pledges.after else "",
    }  # fmt: skip
    return mark_private(render(request, "community/donor.html", context))


def _transfer_details(promise: planning.PledgeStatus, account: Any) -> papers.TransferDetails | None:
    """Return the transfer details for what remains of a pledge of money.

    None for a pledge of goods, for a kept or withdrawn one, and without a bank account.
    """
    if account is None or promise.state in ("kept", "withdrawn") or promise.pledge.item.measure != "vnd":
        return None
    return papers.transfer_details(account, words=promise.pledge.reference, vnd=promise.rest)


@require_safe
@login_not_required
def receipt(request: Request, code: str, number: str) -> HttpResponse:
    """Download the receipt of a gift, by the donor's code."""
    entry = public.get_gift_of(public.get_donor(code), number)
    return pdf_response(papers.receipt_pdf(request.actor, entry), f"{entry.number}.pdf")
