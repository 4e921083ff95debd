"""The front door and the error pages that belong to no app."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from ancu.core.actor import Actor


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """Each person's first page: the lodging's day, the officer's area, or the public front page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.is_agency:
        return redirect("stays:area")
    if actor.is_lodging:
        return redirect("stays:today")
    return render(request, "home.html")


@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form older than its session: say how to go on, and lose nothing (drafts are kept on the device)."""
    return render(request, "403_csrf.html", status=403)
