"""The tabs each kind of actor sees. A tab is shown only when its page would open."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.urls import reverse as work_out
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.rules import administers_officers, is_of_sponsor, may_found_sponsor
from ancu.apps.audit.rules import may_read_audit
from ancu.apps.community.rules import keeps_ledgers
from ancu.apps.contact.rules import reads_reports
from ancu.apps.dossiers.rules import (
    answers_opinions,
    may_see_counters,
    may_see_promises,
    may_take_money,
    reads_dossiers,
)
from ancu.apps.listening.rules import is_hotline_operator
from ancu.apps.listening.rules import may_work_on_petitions as works_on_petitions
from ancu.apps.lodging.rules import reads_area
from ancu.apps.oversight.rules import reads_alerts
from ancu.apps.places.rules import may_set_remote
from ancu.apps.places.selectors import name_matches
from ancu.apps.protection.rules.breaches import keeps_breaches
from ancu.apps.protection.rules.copies import handles_copies
from ancu.apps.relay.rules import shows_tab
from ancu.apps.reporting.rules.access import reads_figures
from ancu.apps.stays.rules import may_keep_offline, may_read_confirmations, may_see_area, may_see_guests
from ancu.apps.surveys.rules import collects
from ancu.apps.tips.rules import is_tip_handler, may_record, may_see_numbers
from ancu.apps.travellers.rules.access import may_see_people
from ancu.core.actor import Actor
from ancu.core.registry.search import MAX_HITS, SearchHit, SearchQuery, SearchResults

reverse = cache(work_out)  # every page of everybody asks for the same twenty addresses

Tab = tuple[str | Promise, str, str]
May = Callable[[Actor], bool]

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
ORGANISATION: Tab = (_("Your organisation"), "accounts:organisation", "building")
AGENCY: list[tuple[Tab, May]] = [
    ((_("Tasks"), "desk:desk", "check"), lambda actor: actor.is_agency),
    ((_("Dossiers"), "dossiers:queue", "file"), reads_dossiers),
    ((_("Area"), "stays:area", "map"), may_see_area),
    ((_("Movement"), "oversight:movement", "pin"), may_see_area),
    ((_("Alerts"), "oversight:inbox", "warn"), reads_alerts),
    ((_("Guests"), "stays:guests", "users"), may_see_guests),
    ((_("Lodgings"), "stays:lodgings", "bed"), reads_area),
    ((_("Submissions"), "stays:submissions", "list"), may_see_guests),
    ((_("Approvals"), "lodging:approvals", "check"), reads_area),
    ((_("Confirmations"), "stays:confirmations", "shield"), may_read_confirmations),
    ((_("National portal"), "relay:reconciliation", "globe"), shows_tab),
    ((_("Counters"), "dossiers:counters", "calendar"), may_see_counters),
    ((_("Fees"), "dossiers:desk", "receipt"), may_take_money),
    ((_("Opinions"), "dossiers:opinions", "chat"), answers_opinions),
    ((_("Surveys"), "surveys:surveys", "list"), collects),
    ((_("Tips"), "tips:list", "shield"), is_tip_handler),
    ((_("Petitions"), "listening:petitions", "chat"), works_on_petitions),
    ((_("Hotline"), "listening:hotline", "phone"), is_hotline_operator),
    ((_("Results"), "reporting:board", "list"), reads_figures),
]


WITH_PAGES_UNDER = frozenset(
    {
        "dossiers:mine",
        "dossiers:queue",
        "dossiers:desk",
        "dossiers:counters",
        "dossiers:opinions",
        "listening:petitions",
        "stays:confirmations",
        "oversight:inbox",
        "oversight:movement",
        "reporting:board",
        "surveys:surveys",
        "tips:list",
    }
)


def tabs(actor: Actor) -> list[Tab]:
    """Return the actor's tabs; an agency's follow the same rules as the pages behind them."""
    if actor.is_agency:
        return [tab for tab, may in AGENCY if may(actor)]
    if actor.is_lodging:
        return LODGING
    return [*FILING, ORGANISATION] if is_of_sponsor(actor) else FILING


def navigation(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    """Return the actor's tabs with address, icon and whether the tab is open."""
    return [entry for tab in tabs(actor) if (entry := _entry(request, tab))]


def _entry(request: HttpRequest, tab: Tab) -> dict[str, Any] | None:
    """Return label, url, icon and active of a tab; None if its page has no address."""
    label, name, icon = tab
    try:
        url = reverse(name)
    except NoReverseMatch:
        return None
    return {"label": label, "url": url, "icon": icon, "active": _is_open(request.path, name, url)}


def _is_open(path: str, name: str, url: str) -> bool:
    """Whether the request's path belongs to the tab ``name`` at ``url``.

    Tabs of lists also own the pages under them, such as their records'; others only their own page.
    """
    under = name in WITH_PAGES_UNDER and path.startswith(url) and not path.startswith(reverse("dossiers:triage"))
    return under or path == url


def search_pages(actor: Actor, query: SearchQuery) -> list[SearchResults]:
    """Return the navigation pages whose names match the query; only those the actor may open."""
    if actor.is_public:
        return []
    tabbed = [(label, reverse(name)) for label, name, _icon in tabs(actor)]
    pages = dict.fromkeys([*tabbed, *((link["label"], link["url"]) for link in account_links(actor))])
    fitting = [SearchHit(label, url) for label, url in pages if name_matches(str(label), query.text)]
    return [SearchResults(_("Pages"), "list", fitting[:MAX_HITS], rank=9)]


def account_links(actor: Actor) -> list[dict[str, Any]]:
    """Return the links of the account menu: own data, and pages of the actor's role."""
    links: list[dict[str, Any]] = [{"label": _("Your data"), "url": reverse("accounts:profile"), "icon": "user"}]
    links.append({"label": _("A copy of your data"), "url": reverse("protection:own"), "icon": "file"})
    links.append({"label": _("My activity"), "url": reverse("audit:mine"), "icon": "history"})
    links.append({"label": _("Notifications"), "url": reverse("notifications:list"), "icon": "bell"})
    links.append({"label": _("Devices and browsers"), "url": reverse("accounts:sessions"), "icon": "phone"})
    if actor.is_agency:
        links.append({"label": _("Leave and cover"), "url": reverse("accounts:leave"), "icon": "calendar"})
    if not actor.is_agency and not actor.is_lodging:
        links.append({"label": _("Confirmations of stay"), "url": reverse("stays:confirmations_own"), "icon": "shield"})
    if not actor.is_agency:
        links.append({"label": _("My petitions"), "url": reverse("listening:own"), "icon": "chat"})
    if may_keep_offline(actor):
        links.append({"label": _("On this phone"), "url": reverse("stays:queue"), "icon": "phone"})
    if may_found_sponsor(actor):
        links.append({"label": _("Register your organisation"), "url": reverse("accounts:sponsor"), "icon": "building"})
    return [*links, *_office_links(actor)]


def _office_links(actor: Actor) -> list[dict[str, Any]]:
    """Return the links of the account menu that only officers have."""
    links: list[dict[str, Any]] = []
    if may_see_people(actor):
        links.append({"label": _("One person, several records"), "url": reverse("travellers:pairs"), "icon": "users"})
    if handles_copies(actor):
        links.append({"label": _("Copies of personal data"), "url": reverse("protection:copies"), "icon": "file"})
    if may_read_audit(actor):
        links.append({"label": _("Who viewed whose data"), "url": reverse("audit:list"), "icon": "shield"})
    if may_see_promises(actor):
        links.append({"label": _("Deadlines met"), "url": reverse("dossiers:office-promises"), "icon": "clock"})
    if reads_reports(actor):
        links.append({"label": _("Urgent reports"), "url": reverse("contact:reports"), "icon": "warn"})
        links.append({"label": _("Announcements to lodgings"), "url": reverse("contact:broadcasts"), "icon": "chat"})
    if keeps_ledgers(actor):
        links.append({"label": _("Support programmes"), "url": reverse("community:list"), "icon": "users"})
    if may_record(actor):
        links.append({"label": _("Enter a tip"), "url": reverse("tips:new"), "icon": "shield"})
    if may_see_numbers(actor):
        links.append({"label": _("Tip statistics"), "url": reverse("tips:numbers"), "icon": "list"})
    if works_on_petitions(actor):
        links.append({"label": _("Listening meetings"), "url": reverse("listening:calendar"), "icon": "calendar"})
    if reads_dossiers(actor):
        links.append({"label": _("Rules in force"), "url": reverse("dossiers:rulebook"), "icon": "calendar"})
    if administers_officers(actor):
        links.append({"label": _("Officers and agencies"), "url": reverse("administration:officers"), "icon": "users"})
    if keeps_breaches(actor):
        links.append({"label": _("Data breach register"), "url": reverse("protection:breaches"), "icon": "warn"})
    if may_set_remote(actor):
        links.append({"label": _("Remote communes"), "url": reverse("places:remote"), "icon": "pin"})
    return links
