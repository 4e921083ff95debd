"""The first page and the error pages, which belong to no app."""

import base64
import json
import sys
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ancu.apps.accounts.enums import Role
from ancu.apps.listening.rules import is_hotline_operator
from ancu.config.desk import desk_of, switch_desk
from ancu.config.health import report as health_report
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.web.http import to_sign_in
from ancu.core.web.language import reader_language, set_language_cookie
from ancu.demo.accounts import ACCOUNTS, PASSWORD, present_code

EXAMPLE = {
    "client_reference": "PMS-10023", "full_name": "HOFFMANN JÖRG", "birth_date": "1984-03-08", "sex": "M",
    "nationality": "DEU", "document_number": "C0TEST001", "room": "201",
}  # fmt: skip
SHOWN_ON_FRONT_PAGE = (
    Role.MANAGER, Role.RECEPTIONIST, Role.AREA_OFFICER, Role.HOTLINE_OPERATOR, Role.ADMINISTRATOR,
)  # fmt: skip


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the first page by role: an officer's tasks, a lodging's day, a filer's dossiers, or the public page.

    A lodging's day and a filer's dossiers begin with their tasks (``desk:strip``); the hotline's page with its next
    call.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.is_agency:
        return redirect("listening:hotline" if is_hotline_operator(actor) else "desk:desk")
    if actor.is_lodging:
        return redirect("stays:today")
    if not actor.is_public:
        return redirect("dossiers:mine")
    return render(request, "home.html", _front_page())


def _front_page() -> dict[str, Any]:
    """Return the context of the front page; in the demo with its accounts to sign in."""
    context: dict[str, Any] = {
        "register_url": reverse("lodging:register"),
        "verify_url": reverse("stays:verify"),
        "self_check_url": reverse("stays:self_check"),
        "triage_url": reverse("dossiers:triage"),
        "look_up_url": reverse("dossiers:look-up-form"),
        "procedures_url": reverse("dossiers:public-procedures"),
        "promises_url": reverse("dossiers:promises"),
        "petition_url": reverse("listening:new"),
        "meetings_url": reverse("listening:public-meetings"),
        "said_url": reverse("surveys:public"),
        "kept_url": reverse("listening:promises"),
        "programs_url": reverse("programs"),
        "community_url": reverse("community:public"),
        "results_url": reverse("reporting:public"),
        "tips_url": f"{reverse('tips:start')}?lang={reader_language()}",
    }
    if settings.DEMO:
        accounts = [account for account in ACCOUNTS if account.role in SHOWN_ON_FRONT_PAGE]
        context["demo_password"] = PASSWORD
        context["demo_accounts"] = [
            {"role": f"{account.role.label}: {account.full_name}", "email": account.email,
             "code": present_code() if account.has_second_factor else ""}
            for account in accounts
        ]  # fmt: skip
    return context


@login_not_required
@require_safe
def programs(request: HttpRequest) -> HttpResponse:
    """Show how a hotel program connects, with an example that is accepted today."""
    days = {"arrived_on": 0, "expected_departure": 3, "permitted_until": 40}
    guest = EXAMPLE | {name: (clock.today() + timedelta(days=n)).isoformat() for name, n in days.items()}
    example = json.dumps(guest, ensure_ascii=False, indent=2)
    return render(request, "programs.html", {"address": settings.PUBLIC_URL, "example": example})


@login_not_required
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Answer "ok" while the web process runs; the view ``ready`` checks the parts it depends on."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Return each part's state for load balancers and monitors.

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
    """Return the signed-in user, desk, form token and key of stored drafts, for scripts (``js/reach.js``).

    POST: after signing in, switch to the desk and language that a page was opened for. Other pages keep the account's
    language.
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


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Show how to go on with a form older than its session; a page that sends by script fetches a new token.

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

    The status is 503 when the database is unavailable: the same may be sent again soon.
    """
    page = render_to_string("500.html", {"duty_phone": settings.OFFICE_DUTY_PHONE})
    if isinstance(sys.exception(), (OperationalError, InterfaceError)):
        return HttpResponse(page, status=503, headers={"Retry-After": "30"})
    return HttpResponse(page, status=500)
