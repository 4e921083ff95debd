"""The home page, its short form on other start pages, and the search."""

from urllib.parse import urlsplit

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ancu.apps.desk import selectors, services
from ancu.apps.desk.forms import SearchForm
from ancu.core.registry.task_groups import MANY
from ancu.core.security.rate_limits import allow_unwritten, too_many
from ancu.core.web.http import Request, parse_whole_number

SEARCHES_AN_HOUR = 1200  # one for each three seconds of a working hour; more is a machine that copies
ON_STRIP = 5


@never_cache
@require_safe
def desk(request: Request) -> HttpResponse:
    """Show the user's tasks."""
    return render(request, "desk/desk.html", {"desk": selectors.desk(request.actor)})


@never_cache
@require_safe
def kind(request: Request, key: str) -> HttpResponse:
    """Show all tasks of one group, page by page."""
    page = selectors.task_page(request.actor, key, parse_whole_number(request.GET.get("page", "")) or 1)
    if page is None or (not page.rows and page.number > 1):
        return redirect("desk:desk")
    context = {
        "kind": page, "many": MANY, "next_url": f"?page={page.number + 1}" if page.has_more else "",
        "previous_url": f"?page={page.number - 1}" if page.number > 1 else "",
    }  # fmt: skip
    return render(request, "desk/kind.html", context)


@never_cache
@require_safe
def strip(request: Request) -> HttpResponse:
    """Show the most urgent tasks on another start page, without that page's own group."""
    here = urlsplit(request.htmx.current_url or "").path
    rows = [row for row in selectors.desk(request.actor).rows if row.group.url != here]
    return render(request, "desk/strip.html", {"rows": rows[:ON_STRIP], "more": len(rows) > ON_STRIP})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: Request) -> HttpResponse:
    """Show the search results.

    By POST only, so that no name appears in addresses, access logs or browser histories.
    """
    form = SearchForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render(request, "desk/find.html", {"form": form})
    if not (use := allow_unwritten("find", str(request.actor.user_id), limit=SEARCHES_AN_HOUR)):
        return too_many(request, use)
    form.is_valid()
    text = form.cleaned_data.get("q", "")
    results = services.search(actor=request.actor, text=text)
    name = "desk/hits.html" if request.htmx else "desk/find.html"
    return render(request, name, {"form": form, "search": results, "search_query": results.query.text})
