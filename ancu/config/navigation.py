"""The tabs each kind of actor sees. A tab is shown only when its page would open."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ancu.apps.places.rules import may_set_remote
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


def account_links(actor: Actor) -> list[dict[str, Any]]:
    """What stands behind the person's name: his own data, and what his role alone keeps."""
    links: list[dict[str, Any]] = [{"label": _("Your data"), "url": reverse("accounts:profile"), "icon": "user"}]
    if may_set_remote(actor):
        links.append({"label": _("Remote communes"), "url": reverse("places:remote"), "icon": "pin"})
    return links
