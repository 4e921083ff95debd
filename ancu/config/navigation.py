"""The tabs of lodgings and filers, the areas and pages of the office. What a person may not open is not drawn."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.urls import reverse as work_out
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.rules import is_of_sponsor, may_found_sponsor
from ancu.apps.desk.selectors.counts import DeskCounts, cached_counts
from ancu.apps.places.selectors import name_matches
from ancu.apps.stays.rules import may_keep_offline
from ancu.config.office_pages import ALERTS, OFFICE_PAGES, TASKS, OfficeArea, OfficePage
from ancu.core.actor import Actor
from ancu.core.registry.search import MAX_HITS, SearchHit, SearchQuery, SearchResults
from ancu.core.registry.task_groups import MANY

reverse = cache(work_out)  # every page of everybody asks for the same forty addresses

Tab = tuple[str | Promise, str, str]
Entry = dict[str, Any]
ON_THUMB = 4  # areas in the bar of a phone; the others are behind its last button

LODGING: list[Tab] = [
    (_("Today"), "stays:today", "house"),
    (_("Find a guest"), "stays:search", "search"),
    (_("Receipts"), "stays:receipts", "receipt"),
    (_("My lodging"), "lodging:mine", "settings"),
]
FILING: list[Tab] = [
    (_("My dossiers"), "dossiers:mine", "file"),
    (_("New request"), "dossiers:triage", "plus"),
]
WORKERS: Tab = (_("Workers"), "dossiers:workers", "users")
ORGANISATION: Tab = (_("Your organisation"), "accounts:organisation", "building")
WITH_PAGES_UNDER = frozenset({"dossiers:mine", "dossiers:workers"})
OWN_PAGES = ("/audit/mine/",)  # behind the person's name, although their addresses begin as those of an area's page


def tabs(actor: Actor) -> list[Tab]:
    """Return the tabs of a lodging or a filer; an office has areas instead."""
    if actor.is_agency:
        return []
    if actor.is_lodging:
        return LODGING
    return [*FILING, WORKERS, ORGANISATION] if is_of_sponsor(actor) else FILING


def navigation(request: HttpRequest, actor: Actor) -> list[Entry]:
    """Return the actor's tabs with address, icon and whether the tab is open."""
    return [entry for tab in tabs(actor) if (entry := _entry(request, tab))]


def _entry(request: HttpRequest, tab: Tab) -> Entry | None:
    """Return the navigation tab as a dict with label, url, icon and active; None if its page does not exist."""
    label, name, icon = tab
    try:
        url = reverse(name)
    except NoReverseMatch:
        return None
    return {"label": label, "url": url, "icon": icon, "active": _is_open(request.path, name, url)}


def _is_open(path: str, name: str, url: str) -> bool:
    """Whether the request's path is the tab's page, or one of the pages under it.

    Only tabs of lists own the pages under them, such as their records'.
    """
    under = name in WITH_PAGES_UNDER and path.startswith(url) and not path.startswith(reverse("dossiers:triage"))
    return under or path == url


# --- the office: six areas, then the pages of the open one ------------------------------------------------


class OfficeNavigation(NamedTuple):
    """The areas that an officer may open, and the pages of the open area; none if it has a single page.

    ``is_counted`` tells whether the numbers that it draws are known; otherwise the page asks for them.
    """

    areas: list[Entry]
    pages: list[Entry]
    is_counted: bool

    @property
    def thumb(self) -> list[Entry]:
        """The areas in the bar of a phone."""
        return self.areas[:ON_THUMB]

    @property
    def more(self) -> list[Entry]:
        """The areas behind the last button of the bar."""
        return self.areas[ON_THUMB:]


def office_pages(actor: Actor) -> list[OfficePage]:
    """Return the pages of the office that the actor may open."""
    return [page for page in OFFICE_PAGES if page.may(actor)] if actor.is_agency else []


def office_navigation(
    path: str, actor: Actor, counts: DeskCounts | None = None, tabs: Mapping[str, int] | None = None
) -> OfficeNavigation:
    """Return the areas of an officer, and the pages of the area that the page at ``path`` belongs to.

    ``counts`` are the numbers of the actor's tasks if the page knows them, otherwise they come from the cache; so do
    the numbers of the other tabs of the task page, but for those that the page itself has counted (``tabs``).
    """
    visible, counts = office_pages(actor), counts or cached_counts(actor)
    if counts is not None and tabs:
        counts = counts._replace(tabs={**counts.tabs, **tabs})
    by_area: dict[OfficeArea, list[OfficePage]] = {}
    for page in visible:
        by_area.setdefault(page.area, []).append(page)
    current = open_page(visible, path)
    areas = [_area_entry(area, pages, current, counts) for area, pages in by_area.items()]
    pages = by_area[current.area] if current else []
    is_counted = counts is not None and (counts.has_tabs or not _is_of_tasks(current))
    return OfficeNavigation(
        areas, [_page_entry(page, current, counts) for page in pages] if len(pages) > 1 else [], is_counted
    )


def has_task_tabs(path: str, actor: Actor) -> bool:
    """Whether the page at ``path`` has the tabs of the task page."""
    return _is_of_tasks(open_page(office_pages(actor), path))


def _is_of_tasks(page: OfficePage | None) -> bool:
    """Whether a page is one of the area of tasks."""
    return page is not None and page.area is TASKS


def open_page(pages: list[OfficePage], path: str) -> OfficePage | None:
    """Return the page whose address the path begins with, the longest such address; None if there is none."""
    if path.startswith(OWN_PAGES):
        return None
    matches = [(match.end(), page) for page in pages for address in _addresses(page) if (match := address.match(path))]
    return max(matches, key=lambda pair: pair[0])[1] if matches else None


@cache
def _addresses(page: OfficePage) -> tuple[re.Pattern[str], ...]:
    """Return patterns of the beginnings of the addresses that belong to a page."""
    beginnings = (reverse(page.view), *page.under)
    return tuple(re.compile(re.escape(beginning).replace(r"\*", "[^/]+")) for beginning in beginnings)


def _area_entry(
    area: OfficeArea, pages: list[OfficePage], current: OfficePage | None, counts: DeskCounts | None
) -> Entry:
    """Return label, url, icon, active and count of an area; it opens its first page."""
    is_open = current is not None and current.area is area
    number, hot = _area_number(area, pages, is_open, counts) if counts else (0, False)
    return {
        "label": area.label,
        "url": reverse(pages[0].view),
        "icon": area.icon,
        "active": is_open,
        "key": area.key,
        "count": number,
        "most": MANY if area is TASKS else 0,
        "hot": hot,
    }


def _area_number(area: OfficeArea, pages: list[OfficePage], is_open: bool, counts: DeskCounts) -> tuple[int, bool]:
    """Return the number beside an area, and whether it is red.

    The first area has all tasks, the alerts the high ones, in red. Another area has the number of its tasks while one
    of them is urgent, overdue or due today; the open area has none if its pages have theirs in the line below.
    """
    keys = [key for page in pages for key in page.groups]
    if area is TASKS:
        return counts.total, False
    if area is ALERTS and (high := counts.high(keys)):
        return high, True
    is_shown_below = is_open and len(pages) > 1
    return (counts.of(keys) if counts.is_pressing(keys) and not is_shown_below else 0), False


def _page_entry(page: OfficePage, current: OfficePage | None, counts: DeskCounts | None) -> Entry:
    """Return label, url, active and count of a page in the second line."""
    return {
        "label": page.label,
        "url": reverse(page.view),
        "icon": page.area.icon,
        "active": page is current,
        "key": page.view.replace(":", "-"),
        "count": _number_of(page, counts) if counts is not None else 0,
        "most": MANY if page.area is TASKS else 0,
        "hot": False,
    }


def _number_of(page: OfficePage, counts: DeskCounts) -> int:
    """Return the number beside a page's label: of the tasks that are done there, or that the tab lists."""
    if page.view == "desk:desk":
        return counts.total
    return counts.tabs.get(page.view, 0) or counts.of(page.groups)


# --- search, and what is behind the name ------------------------------------------------------------------


def search_pages(actor: Actor, query: SearchQuery) -> list[SearchResults]:
    """Return the navigation pages whose names match the query; only those the actor may open."""
    if actor.is_public:
        return []
    tabbed = [(label, reverse(name)) for label, name, _icon in tabs(actor)]
    of_office = [(page.label, reverse(page.view)) for page in office_pages(actor)]
    own = [(link["label"], link["url"]) for link in account_links(actor)]
    pages = dict.fromkeys([*tabbed, *of_office, *own])
    fitting = [SearchHit(label, url) for label, url in pages if name_matches(str(label), query.text)]
    return [SearchResults(_("Pages"), "list", fitting[:MAX_HITS], rank=9)]


def account_links(actor: Actor) -> list[Entry]:
    """Return the links behind the person's name: what is the person's own."""
    links: list[Entry] = [{"label": _("Your data"), "url": reverse("accounts:profile"), "icon": "user"}]
    links.append({"label": _("A copy of your data"), "url": reverse("protection:own"), "icon": "file"})
    links.append({"label": _("My activity"), "url": reverse("audit:mine"), "icon": "history"})
    links.append({"label": _("Notifications"), "url": reverse("notifications:list"), "icon": "bell"})
    links.append({"label": _("Devices and browsers"), "url": reverse("accounts:sessions"), "icon": "phone"})
    if not actor.is_agency and not actor.is_lodging:
        links.append({"label": _("Confirmations of stay"), "url": reverse("stays:confirmations_own"), "icon": "shield"})
    if not actor.is_agency:
        links.append({"label": _("My petitions"), "url": reverse("listening:own"), "icon": "chat"})
    if may_keep_offline(actor):
        links.append({"label": _("On this phone"), "url": reverse("stays:queue"), "icon": "phone"})
    if may_found_sponsor(actor):
        links.append({"label": _("Register your organisation"), "url": reverse("accounts:sponsor"), "icon": "building"})
    return links
