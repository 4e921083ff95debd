"""How often the office met its expected dates: for the office, and for the public."""

from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.selectors.procedures import name_of
from ancu.apps.dossiers.selectors.promises import PublishedMonths, punctuality_by_month
from ancu.core.actor import PUBLIC
from ancu.core.errors import require
from ancu.core.security.disclosure_control import MIN_PEOPLE, rounded
from ancu.core.web.http import Request


@login_not_required
@require_safe
def public(request: Request) -> HttpResponse:
    """Show the public how often the office met its expected dates, in rounded figures."""
    return render(
        request, "dossiers/handover/promises_public.html", _context(punctuality_by_month(PUBLIC)) | {"exact": False}
    )


@require_safe
def office(request: Request) -> HttpResponse:
    """Show officers how often the office met its expected dates."""
    require(rules.may_see_promises(request.actor))
    return render(
        request,
        "dossiers/handover/promises.html",
        _context(punctuality_by_month(request.actor)) | {"exact": rules.reads_dossiers(request.actor)},
    )


def _context(published: PublishedMonths) -> dict[str, Any]:
    """Return the template context: the months with names of procedures, and the totals."""
    months = [
        (first, [(name_of(month.procedure, first), month) for month in of_month])
        for first, of_month in groupby(published.months, key=lambda month: month.first_day)
    ]
    total = published.shown_cases + (published.left_out or 0)
    return {
        "most_hidden": MIN_PEOPLE - 1,
        "months": months,
        "cases": rounded(total) if published.left_out else total,
        "left_out": published.left_out,
        "promised": published.promised,
        "percent": published.percent,
    }
