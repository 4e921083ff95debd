"""Public pages that need several apps: the box for every code, and the state of the system."""

import re
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from ancu.config import home
from ancu.config.health import report as health_report
from ancu.core import clock
from ancu.core.documents.reference_numbers import normalise_number, typed_code
from ancu.core.registry.code_pages import page_of_code
from ancu.core.security.rate_limits import allow, client_address, too_many
from ancu.core.web.http import Request

CODES_AN_HOUR = 60
TIP_DIGITS = 16
FILES_AND_PAGES = ("database", "migrations", "disk", "storage")
PARTS: tuple[tuple[Any, Any, tuple[str, ...]], ...] = (
    (_("Pages and forms"), _("Declaring, dossiers, petitions, tips, reading."), FILES_AND_PAGES),
    (_("Letters and background work"), _("Emails, text messages, nightly checks."), ("worker", "queue")),
    (_("Audit log"), _("It is sealed every minute."), ("audit_seal",)),
    (_("Backup"), _("Once a day."), ("backup",)),
)


@login_not_required
@never_cache
@sensitive_post_parameters()
@csrf_exempt  # read-only, and a token would set a cookie on a public page
@require_POST
def code(request: Request) -> HttpResponse:
    """Lead to the page of a code, which asks for the second secret; at most sixty times an hour.

    The code comes by POST, so that it is in no address or log. Without a page the home page says what codes look like.
    """
    typed = request.POST.get("code", "")[:200].strip()
    if is_code_of_a_tip(typed):
        return _home_with_problem(request, "tip", "")
    if not (use := allow("code-box", client_address(request), limit=CODES_AN_HOUR)):
        return too_many(request, use)
    page = page_of_code(typed)
    if page is not None:
        return redirect(page.url)
    number = normalise_number(typed_code(typed))
    if number and number.startswith(f"{settings.OFFICE_PREFIX}-"):
        return redirect("stays:verify_code", code=number)
    return _home_with_problem(request, "unknown" if typed else "empty", typed)


def is_code_of_a_tip(text: str) -> bool:
    """Whether the text is like a tip's sixteen digits, which belong on the pages of tips only."""
    return len(re.sub(r"[\s.-]", "", text)) == TIP_DIGITS and re.sub(r"[\s.-]", "", text).isdigit()


def _home_with_problem(request: Request, problem: str, typed: str) -> HttpResponse:
    """Return the home page with a message at the code's box."""
    context = home.page_context(request.actor) | {"problem": problem, "typed": typed[:60]}
    return render(request, "home.html", context, status=422)


@login_not_required
@never_cache
@require_safe
def status(request: Request) -> HttpResponse:
    """Show the public which parts of the system work."""
    serves, well, states = health_report()
    parts = [
        {"title": title, "text": text, "works": all(states[name]["state"] in {"ok", "unknown"} for name in names)}
        for title, text, names in PARTS
    ]
    context = {"serves": serves, "well": well, "parts": parts, "now": clock.now(), "ready_url": reverse("ready")}
    return render(request, "site/public/status.html", context, status=200)
