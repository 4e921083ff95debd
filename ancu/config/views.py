"""The first page and the error pages, which belong to no app."""

import base64
import json
import sys
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ancu.apps.desk.selectors.counts import counted_groups, counted_tabs
from ancu.apps.listening.rules import is_hotline_operator
from ancu.apps.reporting.rules.morning import leads_morning
from ancu.config.desk import desk_of, switch_desk
from ancu.config.health import report as health_report
from ancu.config.home import page_context
from ancu.config.navigation import has_task_tabs, office_navigation
from ancu.config.outage_page import outage_answer
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.outages import is_outage
from ancu.core.web.http import to_sign_in
from ancu.core.web.language import set_language_cookie

EXAMPLE = {
    "client_reference": "PMS-10023", "full_name": "HOFFMANN JÖRG", "birth_date": "1984-03-08", "sex": "M",
    "nationality": "DEU", "document_number": "C0TEST001", "room": "201",
}  # fmt: skip


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the first page by role: an officer's tasks, a lodging's day, a filer's dossiers, or the public page.

    A lodging's day and a filer's dossiers begin with their tasks (``desk:strip``); the hotline's page with its next
    call.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.is_agency:
        return redirect(_first_office_page(actor))
    if actor.is_lodging:
        return redirect("stays:today")
    if not actor.is_public:
        return redirect("dossiers:mine")
    return render(request, "home.html", page_context(actor))


def _first_office_page(actor: Actor) -> str:
    """Return the name of an officer's first page: the head's morning, the hotline's next call, else the tasks."""
    if leads_morning(actor):
        return "reporting:morning"
    return "listening:hotline" if is_hotline_operator(actor) else "desk:desk"


@login_not_required
@require_safe
def programs(request: HttpRequest) -> HttpResponse:
    """Show how a hotel's software connects to the API, with an example request that is valid today."""
    days = {"arrived_on": 0, "expected_departure": 3, "permitted_until": 40}
    guest = EXAMPLE | {name: (clock.today() + timedelta(days=n)).isoformat() for name, n in days.items()}
    example = json.dumps(guest, ensure_ascii=False, indent=2)
    return render(request, "programs.html", {"address": settings.PUBLIC_URL, "example": example})


@login_not_required
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Answer "ok" while the web process runs; the view ``ready`` checks database, worker and so on."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Return the state of database, worker and other parts as JSON, for load balancers and monitors.

    The status is 503 when requests cannot be served; with ``?all`` also when another part is late or failed, for
    monitors that read the status only.
    """
    serves, well, parts = health_report()
    state = "ok" if well else "degraded" if serves else "failed"
    is_fine = well if "all" in request.GET else serves
    return JsonResponse({"status": state, "parts": parts}, status=200 if is_fine else 503)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def here(request: HttpRequest) -> JsonResponse:
    """Return as JSON the user's id, desk (membership and lodging), CSRF token and key of stored drafts.

    Scripts call it (``js/reach.js``). POST: after signing in, switch to the desk and language that a page was opened
    for. Other pages keep the account's language.
    """
    if not request.user.is_authenticated:
        return JsonResponse({"user": None})  # a token would bring a stranger a cookie
    if request.method == "POST":
        switch_desk(request, request.POST.get("desk", ""))
    secret = salted_hmac("ancu.drafts", str(request.user.pk), secret=settings.RECEIPTS_KEY, algorithm="sha256").digest()
    drafts = base64.b64encode(secret).decode()
    answer = {"user": request.user.pk, "desk": desk_of(request), "token": get_token(request), "drafts": drafts}
    response = JsonResponse(answer)
    if (language := request.POST.get("language")) in dict(settings.LANGUAGES):
        set_language_cookie(response, language)
    return response


@never_cache
@require_safe
def task_counts(request: HttpRequest) -> HttpResponse:
    """Return the navigation's numbers for a page that was drawn without them; htmx names its address."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.is_agency:
        return HttpResponse()
    path = urlsplit(request.htmx.current_url or "").path  # type: ignore[attr-defined]
    counts = counted_tabs(actor) if has_task_tabs(path, actor) else counted_groups(actor).counts
    return render(request, "ui/task_counts.html", {"office": office_navigation(path, actor, counts)})


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Show how to go on after a form's CSRF token expired; a page that sends by script fetches a new token.

    The token ends with its session: then sign-in is required first.
    """
    view = request.resolver_match.func if request.resolver_match else None
    if getattr(view, "login_required", True) and not request.user.is_authenticated:
        return to_sign_in(request)
    response = render(request, "403_csrf.html", status=403)
    response["X-Form-Expired"] = "1"
    return response


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """Return the page of an internal error, drawn without the request, whose session or actor may have failed.

    The status is 503 when the database is unavailable: the same may be sent again soon, and the page does so with
    what was typed.
    """
    if is_outage(sys.exception()):
        return outage_answer(request)
    return HttpResponse(render_to_string("500.html", {"duty_phone": settings.OFFICE_DUTY_PHONE}), status=500)
