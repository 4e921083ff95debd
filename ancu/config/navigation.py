"""The tabs each kind of actor sees. A tab is shown only when its page would open."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ancu.core.actor import Actor

Tab = tuple[str | Promise, str, str]

LODGING: list[Tab] = [
    (_("Today"), "stays:today", "house"),
    (_("Find a guest"), "stays:search", "search"),
    (_("Receipts"), "stays:receipts", "receipt"),
    (_("My lodging"), "lodging:mine", "settings"),
]
AGENCY: list[Tab] = [
    (_("Area"), "stays:area", "map"),
    (_("Guests"), "stays:guests", "users"),
    (_("Lodgings"), "lodging:list", "bed"),
    (_("Submissions"), "stays:submissions", "list"),
    (_("Approvals"), "lodging:approvals", "check"),
]


def navigation(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    tabs = AGENCY if actor.is_agency else LODGING if actor.is_lodging else []
    return [entry for tab in tabs if (entry := _entry(request, tab))]


def _entry(request: HttpRequest, tab: Tab) -> dict[str, Any] | None:
    label, name, icon = tab
    try:
        url = reverse(name)
    except NoReverseMatch:
        return None
    return {"label": label, "url": url, "icon": icon, "active": request.path == url}
