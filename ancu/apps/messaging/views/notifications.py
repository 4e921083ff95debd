"""Pages of notifications: list, badge, preferences and devices."""

from datetime import timedelta
from pathlib import Path

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.messaging import rules
from ancu.apps.messaging.forms import DeviceForm, PreferencesForm
from ancu.apps.messaging.selectors import in_app as selectors
from ancu.apps.messaging.services import in_app as services
from ancu.apps.messaging.services.push import public_key
from ancu.core import clock
from ancu.core.security.rate_limits import allow
from ancu.core.web.http import Request

DEVICES_AN_HOUR = 20


@never_cache
@require_safe
def notification_list(request: Request) -> HttpResponse:
    """List a page of the user's in-app notifications, unread ones first, those that were read by day."""
    page = selectors.notification_page(request.actor, request.GET.get("after", ""))
    if page.naming:
        record_look(
            request.actor, ("messaging.notifications", "own"), count=len(page.naming), notifications=page.naming
        )
    context = {
        "page": page, "unread": rules.badge_text(len(page.unread)), "today": clock.today(),
        "yesterday": clock.today() - timedelta(days=1), "next_url": f"?after={page.after}" if page.after else "",
        "previous_url": reverse("notifications:list") if request.GET.get("after") else "",
    }  # fmt: skip
    return render(request, "messaging/bells.html", context)


@require_POST
def open_notification(request: Request, pk: int) -> HttpResponse:
    """Mark an in-app notification read and redirect to the page that it is about.

    By POST, so that prefetching does not read it.
    """
    bell = services.mark_notification_read(actor=request.actor, pk=pk)
    return redirect(bell.path or "notifications:list")


@require_POST
def read_all(request: Request) -> HttpResponse:
    """Mark all in-app notifications of the user read and redirect to their list."""
    services.mark_all_read(actor=request.actor)
    messages.success(request, _("All notifications are marked as read."))
    return redirect("notifications:list")


@never_cache
@require_safe
def unread(request: Request) -> HttpResponse:
    """Return the HTML badge with the number of unread in-app notifications."""
    return render(
        request, "messaging/badge.html", {"count": rules.badge_text(selectors.unread_notification_count(request.actor))}
    )


@never_cache
@require_safe
def newest(request: Request) -> JsonResponse:
    """Return as JSON the text that a device displays for a push message: the kind of the newest notification.

    Its title is left out, because others may see the screen.
    """
    bell = selectors.newest_unread_notification(request.actor)
    kind = rules.kinds().get(bell.kind) if bell else None
    return JsonResponse({"text": str(kind.label) if kind else _("There is something new.")})


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: Request) -> HttpResponse:
    """Show and save how the user wants each kind of notification, with the user's devices."""
    form = PreferencesForm(request.POST or None, chosen=selectors.preferences(request.actor))
    if request.method == "POST" and form.is_valid():
        services.save_preferences(actor=request.actor, choices=form.choices())
        messages.success(request, _("Saved. We will notify you in this way."))
        return redirect("notifications:settings")
    context = {"form": form, "devices": selectors.devices(request.actor), "push_key": public_key()}
    return render(request, "messaging/preferences.html", context, status=422 if form.errors else 200)


@require_POST
def add_device(request: Request) -> HttpResponse:
    """Register the push address of a browser; a script calls it."""
    form = DeviceForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    if not allow("push-devices", str(request.actor.user_id), limit=DEVICES_AN_HOUR):
        return HttpResponse(status=429)
    services.add_device(actor=request.actor, device=form.device(request.headers), **form.cleaned_data)
    messages.success(request, _("Notifications are on for this device."))
    return HttpResponse(status=204)


@require_POST
def remove_device(request: Request, pk: int) -> HttpResponse:
    """Stop push messages to a device of the user and redirect to the settings."""
    services.remove_device(actor=request.actor, pk=pk)
    messages.success(request, _("Notifications are off for this device."))
    return redirect("notifications:settings")


@login_not_required
@require_safe
@cache_control(no_cache=True)
def worker(request: Request) -> HttpResponse:
    """Return the script of the service worker that displays push messages; it is the same for everybody."""
    path = finders.find("messaging/push_worker.js")
    if not isinstance(path, str):
        raise Http404
    return HttpResponse(Path(path).read_text(encoding="utf-8"), content_type="text/javascript; charset=utf-8")
