"""What came, what went, what is left: for everybody. A donor finds his gift by the number of its receipt."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ancu.apps.community.selectors import ledger
from ancu.core.http import Request, private


@require_safe
@login_not_required
def programmes(request: Request) -> HttpResponse:
    return render(request, "community/public.html", {"rows": ledger.public_programmes()})


@require_safe
@login_not_required
def programme(request: Request, pk: int) -> HttpResponse:
    found = ledger.get_public_programme(pk)
    context = {
        "programme": found,
        "lines": ledger.sums(found),
        "places": ledger.places(found),
        "donors": ledger.donors_named(found),
        "fewest": ledger.FEWEST,
    }
    return render(request, "community/public_programme.html", context)


@require_safe
@login_not_required
def gift(request: Request, number: str) -> HttpResponse:
    found = ledger.get_gift(number)
    return private(render(request, "community/gift.html", {"gift": found, "uses": ledger.uses(found)}))
