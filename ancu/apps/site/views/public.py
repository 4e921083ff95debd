"""News, outage notices, the three areas, and pages about the site."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ancu.apps.site.rules import is_under_way
from ancu.apps.site.selectors import public as selectors
from ancu.core import clock
from ancu.core.security.privacy import Keep
from ancu.core.web.http import Request

YEARS_KEPT = {
    "stay": Keep.STAY.value // 365,
    "dossier": Keep.DOSSIER.value // 365,
    "words": Keep.CORRESPONDENCE.value // 365,
    "tip": Keep.TIP.value // 365,
    "account": Keep.ACCOUNT.value // 365,
}


@login_not_required
@require_safe
def news(request: Request) -> HttpResponse:
    """List the published news."""
    page = selectors.news_page(request.GET.get("after", ""))
    context = {"page": page, "next_url": f"?after={page.after}" if page.after else ""}
    return render(request, "site/public/news.html", context)


@login_not_required
@require_safe
def news_item(request: Request, pk: int) -> HttpResponse:
    """Show one item of news."""
    return render(request, "site/public/news_item.html", {"item": selectors.get_published_news(pk)})


@login_not_required
@require_safe
def outage(request: Request, pk: int) -> HttpResponse:
    """Show an outage notice with what still works."""
    notice = selectors.get_shown_outage(pk)
    context = {"outage": notice, "is_under_way": is_under_way(notice, clock.now())}
    return render(request, "site/public/outage.html", context)


@login_not_required
@require_safe
def page(request: Request, name: str) -> HttpResponse:
    """Show the page of an area, or a page about the site."""
    context = {"source_url": settings.SOURCE_URL, "copy_days": settings.DATA_COPY_WORKING_DAYS, "years": YEARS_KEPT}
    return render(request, f"site/public/{name}.html", context)
