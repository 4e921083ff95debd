"""The front door and the error pages that belong to no app."""

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
from ancu.config.desk import desk_of, take_desk
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
    """Each person's first page: what waits for an officer, a lodging's day, a filer's dossiers, or the public front.

    A lodging's day and a filer's dossiers begin with what waits, too (``desk:strip``); at the hotline it is the next
    call that waits.
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
    """What the front page shows; in the demo also whom to sign in as."""
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
    """How a hotel program connects: an example that is accepted today, and everything to build against."""
    days = {"arrived_on": 0, "expected_departure": 3, "permitted_until": 40}
    guest = EXAMPLE | {name: (clock.today() + timedelta(days=n)).isoformat() for name, n in days.items()}
    example = json.dumps(guest, ensure_ascii=False, indent=2)
    return render(request, "programs.html", {"address": settings.PUBLIC_URL, "example": example})


@login_not_required
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Answer ok while the web process runs; ``ready`` checks the parts it depends on."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """For load balancers and monitors: each part's state. 503 when requests cannot be served; with ``?all`` also
    when something else is late or failed, so that a monitor which reads the status alone is told."""
    serves, well, parts = health_report()
    state = "ok" if well else "degraded" if serves else "failed"
    is_fine = well if "all" in request.GET else serves
    return JsonResponse({"status": state, "parts": parts}, status=200 if is_fine else 503)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def here(request: HttpRequest) -> JsonResponse:
    """For scripts (``js/reach.js``): who is signed in, at which desk, the token of forms, and what opens the drafts
    that this person keeps on devices. POST: after signing in, go on at the desk a page was opened for and in its
    language; the one chosen in the account is for pages that are opened anew."""
    if not request.user.is_authenticated:
        return JsonResponse({"user": None})  # a token would bring a stranger a cookie
    if request.method == "POST":
        take_desk(request, request.POST.get("desk", ""))
    secret = salted_hmac("ancu.drafts", str(request.user.pk), secret=settings.RECEIPTS_KEY, algorithm="sha256").digest()
    drafts = base64.b64encode(secret).decode()
    answer = {"user": request.user.pk, "desk": desk_of(request), "token": get_token(request), "drafts": drafts}
    response = JsonResponse(answer)
    if (language := request.POST.get("language")) in dict(settings.LANGUAGES):
        set_language_cookie(response, language)
    return response


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form older than its session: say how to go on. A page that sends by script asks for a new token instead.

    The token goes with the session that is over: then it is sign-in that is missing.
    """
    view = request.resolver_match.func if request.resolver_match else None
    if getattr(view, "login_required", True) and not request.user.is_authenticated:
        return to_sign_in(request)
    response = render(request, "403_csrf.html", status=403)
    response["X-Form-Expired"] = "1"
    return response


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """The page of an error of ours: drawn without the request, whose session or actor may be what failed.

    503 when it is the database that is away or full: what was sent may be sent again soon.
    """
    page = render_to_string("500.html", {"duty_phone": settings.OFFICE_DUTY_PHONE})
    if isinstance(sys.exception(), (OperationalError, InterfaceError)):
        return HttpResponse(page, status=503, headers={"Retry-After": "30"})
    return HttpResponse(page, status=500)
