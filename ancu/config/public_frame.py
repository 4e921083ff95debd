"""The frame of public pages: four areas, outage notices, counters, the law."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.selectors import police_of
from ancu.apps.dossiers.rules import may_start
from ancu.apps.dossiers.selectors.counters import CounterHours, open_counters
from ancu.apps.lodging.rules import may_register
from ancu.apps.site.models import OutageNotice
from ancu.apps.site.selectors.public import content_changed_at, shown_outages
from ancu.core.actor import Actor
from ancu.core.web.http import local_path


def _everybody(_actor: Actor) -> bool:
    """Whether the actor may open a page that is open to all."""
    return True


class Way(NamedTuple):
    """A link to a page of an area; ``end`` follows the address, ``may`` says to whom it is shown."""

    label: str | Promise
    name: str
    icon: str
    end: str = ""
    may: Callable[[Actor], bool] = _everybody


class Area(NamedTuple):
    """One of the public site's areas, with the addresses that belong to it and the ways that each page ends with."""

    label: str | Promise
    name: str
    icon: str
    paths: tuple[str, ...]
    ways: tuple[Way, ...]


class Law(NamedTuple):
    """A law that the site's pages rest on; ``name`` and ``end`` are the page that says what it requires."""

    title: str | Promise
    text: str | Promise
    name: str
    end: str = ""

    @property
    def url(self) -> str:
        """The address of the page that says what the law requires."""
        return f"{reverse(self.name)}{self.end}"


class CounterPlace(NamedTuple):
    """An address with the names of the open counters there, and their common hours in words."""

    names: str
    address: str
    hours: Sequence[tuple[str, str]]


PROCESSING_TIMES = Way(_("How long it takes"), "dossiers:promises", "clock")
PROMISES = Way(_("What we promised and whether we did it"), "listening:promises", "check")
SURVEYS = Way(_("What people said in surveys"), "surveys:public", "chat")
AREAS = (
    Area(
        _("Lodgings"), "site:lodgings", "bed",
        ("/for-lodgings/", "/lodgings/", "/stays/verify/", "/r/", "/for-programs"),
        (
            Way(_("Declare guests"), "account_login", "edit"),
            Way(_("Register a lodging"), "lodging:register", "building", may=may_register),
            Way(_("Verify a receipt"), "stays:verify", "qr"),
            Way(_("Send a file, or connect your hotel program"), "site:lodgings", "upload", "#ways"),
            Way(_("For programmers"), "programs", "settings"),
        ),
    ),
    Area(
        _("Foreigners"), "site:foreigners", "file",
        ("/for-foreigners/", "/dossiers/new", "/procedures/", "/d/", "/c/", "/guest/", "/promises", "/queue/"),
        (
            Way(_("Which procedure do I need?"), "dossiers:triage", "file"),
            Way(_("Procedures, fees, deadlines"), "dossiers:public-procedures", "list"),
            Way(_("Where is my dossier?"), "dossiers:look-up-form", "search"),
            PROCESSING_TIMES,
            Way(_("Has my lodging declared me?"), "stays:self_check", "shield"),
            Way(_("Verify a confirmation of stay"), "stays:verify_confirmation", "qr"),
        ),
    ),
    Area(
        _("Petitions and tips"), "site:voice", "chat", ("/speak-up/", "/petitions/", "/meetings/", "/s/"),
        (
            Way(_("Send a petition"), "listening:new", "send"),
            Way(_("Follow a petition"), "listening:follow", "search"),
            Way(_("Report a crime, no name needed"), "tips:start", "shield", "?lang="),
            Way(_("Listening meetings"), "listening:public-meetings", "users"),
            PROMISES,
            SURVEYS,
        ),
    ),
    Area(
        _("Results"), "reporting:public", "list", ("/results/", "/meetings/promises/", "/community/"),
        (
            Way(_("All results and how they are counted"), "reporting:public", "list"),
            PROCESSING_TIMES,
            PROMISES,
            SURVEYS,
            Way(_("Community support: where every gift went"), "community:public", "users"),
        ),
    ),
)  # fmt: skip
LAWS = (
    Law(_("Law 47/2014/QH13"), _("amended in 2019, 2023 and 2025"), "site:foreigners"),
    Law(_("Circular 87/2026/TT-BCA"), _("declaring stays"), "site:lodgings"),
    Law(_("Decree 282/2025/NĐ-CP"), _("fines"), "home", "#law"),
    Law(_("Law 91/2025/QH15"), _("personal data"), "site:privacy"),
)


ACCOUNT_PAGES, NEW_DOSSIER = "/accounts/", "/dossiers/new/"


class PublicFrame:
    """What the frame of public pages shows; each part is queried when a page draws it."""

    def __init__(self, path: str, actor: Actor, after_sign_in: str = "") -> None:
        self._path = path
        self._actor = actor
        self._after_sign_in = after_sign_in
        self.email = settings.OFFICE_EMAIL
        self.laws = LAWS

    @property
    def sign_in_url(self) -> str:
        """The address of sign-in; it keeps the page to return to on those of accounts and where a dossier begins."""
        address = reverse("account_login")
        keeps = self._after_sign_in and self._path.startswith((ACCOUNT_PAGES, NEW_DOSSIER))
        return f"{address}?{urlencode({'next': self._after_sign_in})}" if keeps else address

    @cached_property
    def areas(self) -> list[dict[str, object]]:
        """The four areas, the open one marked."""
        return [
            {"label": area.label, "url": reverse(area.name), "icon": area.icon, "active": area is self.open_area}
            for area in AREAS
        ]

    @cached_property
    def open_area(self) -> Area | None:
        """The area of the page: that with the longest address before the page's; None outside of all."""
        fitting = [(len(path), area) for area in AREAS for path in area.paths if self._path.startswith(path)]
        return max(fitting, key=lambda pair: pair[0])[1] if fitting else None

    @cached_property
    def area_above(self) -> dict[str, object] | None:
        """The first page of the page's area, to lead back to; None on that page and outside of all areas."""
        area = self.open_area
        url = reverse(area.name) if area else self._path
        return {"label": area.label, "url": url} if area and url != self._path else None

    @cached_property
    def ways(self) -> list[dict[str, object]]:
        """The other pages of the page's area, with which it ends."""
        ways = self.open_area.ways if self.open_area else ()
        return [
            {"label": way.label, "url": f"{address}{way.end}{get_language() if way.end == '?lang=' else ''}",
             "icon": way.icon}
            for way in ways
            if (address := reverse(way.name)) != self._path and way.may(self._actor)
        ]  # fmt: skip

    @property
    def may_register_lodging(self) -> bool:
        """Whether whoever reads the page may register a lodging."""
        return may_register(self._actor)

    @property
    def may_book(self) -> bool:
        """Whether whoever reads the page may book an appointment, after signing in."""
        return self._actor.is_public or may_start(self._actor)

    @cached_property
    def outages(self) -> Sequence[OutageNotice]:
        """The outage notices shown now."""
        return shown_outages()

    @cached_property
    def counters(self) -> list[CounterHours]:
        """The open counters with their hours in words."""
        return open_counters()

    @cached_property
    def counter_places(self) -> list[CounterPlace]:
        """The addresses of the open counters; counters with other hours have an entry of their own."""
        names: dict[tuple[str, tuple[tuple[str, str], ...]], list[str]] = {}
        for counter, hours in ((entry.counter, tuple(entry.hours)) for entry in self.counters):
            names.setdefault((counter.address, hours), []).append(str(counter))
        return [CounterPlace(", ".join(own), address, hours) for (address, hours), own in names.items()]

    @cached_property
    def common_hours(self) -> Sequence[tuple[str, str]]:
        """The hours in words if all open counters have the same; otherwise each address shows its own."""
        hours = {place.hours for place in self.counter_places}
        return hours.pop() if len(hours) == 1 else ()

    @cached_property
    def office_name(self) -> str:
        """The name of the office whose counters are open; empty without any."""
        return str(self.counters[0].counter.agency.name) if self.counters else ""

    @cached_property
    def superior_name(self) -> str:
        """The name of the police that the office belongs to; empty without open counters."""
        province = self.counters[0].province if self.counters else ""
        return police_of(province) if province else ""

    @cached_property
    def changed_at(self) -> object:
        """When the published news changed last."""
        return content_changed_at()


def public_frame(request: HttpRequest, actor: Actor) -> PublicFrame:
    """Return the frame of a public page at the request's address, for the actor who reads it."""
    begins_dossier = request.path.startswith(NEW_DOSSIER)
    after_sign_in = request.get_full_path() if begins_dossier else local_path(request.GET.get("next", ""))
    return PublicFrame(request.path, actor, after_sign_in)
