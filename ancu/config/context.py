"""The template context of every page: the actor and the navigation."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from ancu.apps.accounts.rules import needs_second_factor
from ancu.apps.lodging.selectors import establishments_of, pick
from ancu.apps.stays.rules import may_have_phone, may_keep_offline
from ancu.config.desk import ESTABLISHMENT, desk_of
from ancu.config.navigation import OfficeNavigation, account_links, navigation, office_navigation
from ancu.config.public_frame import public_frame
from ancu.config.signin_phone import codes_are_sent
from ancu.core.actor import PUBLIC


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the template context of every page: actor, navigation, account menu, lodging, offline storage."""
    actor: Any = getattr(request, "actor", None)
    signed_in = actor is not None and not actor.is_public
    # Any other page leads to the second factor's, which would make a new secret each time it is asked for.
    may_work = signed_in and not needs_second_factor(actor)
    return {
        "actor": actor,
        "place_name": SimpleLazyObject(lambda: _place_name(request, actor)),  # parts of pages have no head
        "account_links": account_links(actor) if signed_in else [],
        "nav": navigation(request, actor) if signed_in else [],
        "office": SimpleLazyObject(lambda: _office(request, actor)) if may_work else None,
        "inbox_url": reverse("messaging:inbox") if may_work else "",
        **_phone_storage(actor),
        "search_url": reverse("desk:find") if may_work else "",
        "bell_url": reverse("notifications:list") if may_work else "",
        "works_at": desk_of(request) if signed_in else "",
        "demo": settings.DEMO,
        "codes_are_sent": codes_are_sent(),
        "duty_phone": settings.OFFICE_DUTY_PHONE,
        "public_url": settings.PUBLIC_URL,
        "public_frame": public_frame(request, actor or PUBLIC),
    }


def _office(request: HttpRequest, actor: Any) -> OfficeNavigation:
    """Return the areas and pages of an officer, with the numbers of tasks that the view has counted."""
    counts, tabs = getattr(request, "task_counts", None), getattr(request, "tab_counts", {})
    return office_navigation(request.path, actor, counts, tabs)


def _place_name(request: HttpRequest, actor: Any) -> str:
    """Return the name shown as the actor's workplace: the lodging in use, else the organisation.

    The lodging is the page's, the chosen one or the actor's only one.
    """
    establishment = _establishment(request, actor) if getattr(actor, "is_lodging", False) else None
    return str(getattr(establishment, "name", "") or getattr(actor, "organisation_name", ""))


def _establishment(request: HttpRequest, actor: Any) -> Any:
    """Return the page's lodging, or the actor's chosen or only one; None if neither is clear."""
    if establishment := getattr(request, "establishment", None):
        return establishment
    own, chosen = establishments_of(actor), request.session.get(ESTABLISHMENT)
    return pick(own, chosen) if len(own) == 1 or chosen in [lodging.pk for lodging in own] else None


def _phone_storage(actor: Any) -> dict[str, Any]:
    """Return the template context by which a page stores records on a phone for offline use.

    ``keeper`` identifies whose records they are: one user of one business.
    """
    if actor is None or not may_have_phone(actor):
        return {"page_parts": [], "manifest_url": ""}
    keeper = f"{actor.user_id}-{actor.organisation_id}"
    if not may_keep_offline(actor):
        return {"page_parts": ["oversight/phone.html"], "manifest_url": "", "keeper": keeper}
    return {"page_parts": ["stays/phone.html"], "manifest_url": reverse("stays:manifest"), "keeper": keeper}
