"""Whose morning it is: the actor's place, the day, and the links to the lists behind the numbers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from urllib.parse import urlencode

from django.urls import reverse

from ancu.apps.oversight.selectors.movement import largest_unit
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.reporting.rules import morning as rules
from ancu.apps.stays.selectors.area import AgencyArea, Scope, area_of, scope_of
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Http404, require

DAY = timedelta(days=1)


@lru_cache(maxsize=1000)
def page_address(name: str, *keys: object) -> str:
    """Return the address of a page, cached: the morning page has hundreds of links."""
    return reverse(name, args=keys)


@dataclass(frozen=True)
class LinkedNumber:
    """A number and the address of the list that it counts; no address where nothing is listed."""

    value: int
    url: str = ""

    @property
    def link(self) -> str:
        """The address of the list; "" for zero, which has nothing to list."""
        return self.url if self.value else ""


@dataclass(frozen=True)
class MorningScope:
    """The actor's whole area or one unit of it, on the morning of a day.

    The morning of today shows what is open now; that of an earlier day what was open when it began.
    """

    actor: Actor
    area: AgencyArea
    root: AdministrativeUnit
    unit: AdministrativeUnit
    day: date

    @property
    def is_whole(self) -> bool:
        """Whether the page is about the actor's whole area."""
        return self.unit.pk == self.root.pk

    @property
    def is_today(self) -> bool:
        """Whether the page is about this morning."""
        return self.day == clock.today()

    @property
    def yesterday(self) -> date:
        """The last day that was over on this morning."""
        return self.day - DAY

    @property
    def moment(self) -> datetime:
        """The moment that open cases are counted at: now, or the beginning of an earlier day."""
        return clock.now() if self.is_today else clock.start_of(self.day)

    @property
    def earliest(self) -> date:
        """The first of the days whose beginnings and ends of cases are read."""
        return self.day - timedelta(days=rules.DAYS + 1)

    @cached_property
    def places(self) -> Scope:
        """The scope of stays and lodgings."""
        return scope_of(self.actor, self.area, self.unit)

    @property
    def unit_ids(self) -> Collection[int] | None:
        """The ids of the units that records are narrowed to; None for the whole area."""
        return None if self.is_whole else self.places.ids

    @property
    def where(self) -> dict[str, object]:
        """The parameters of an address that keep the chosen unit."""
        return {} if self.is_whole else {"unit": self.unit.pk}

    def bounds(self, day: date) -> tuple[datetime, datetime]:
        """Return the beginning and the end of a day."""
        return clock.start_of(day), clock.start_of(day + DAY)

    def list_url(self, kind: str, **parameters: object) -> str:
        """Return the address of the list behind a number of this page."""
        values = _query_values({**self.where, **parameters})
        address = page_address("reporting:morning-list", kind)
        return f"{address}?{urlencode(values)}" if values else address

    def guests_url(self, **parameters: object) -> str:
        """Return the address of the list of guests in the chosen unit that match the parameters."""
        values = _query_values({"unit": self.unit.pk, "everyone": "on", **parameters})
        return f"{page_address('stays:guests')}?{urlencode(values)}"

    def page_url(self, **parameters: object) -> str:
        """Return the address of this page, with its unit and these parameters."""
        return page_address("reporting:morning") + self.query(**parameters)

    def query(self, **parameters: object) -> str:
        """Return the query string of this page's unit and these parameters; "" without any."""
        values = _query_values({**self.where, **parameters})
        return f"?{urlencode(values)}" if values else ""


def _query_values(parameters: Mapping[str, object]) -> dict[str, object]:
    """Return the parameters that are set, days as dd/mm/yyyy."""
    days = {name: f"{value:%d/%m/%Y}" if isinstance(value, date) else value for name, value in parameters.items()}
    return {name: value for name, value in days.items() if value not in {"", None}}


def morning_scope(actor: Actor, *, day: date | None = None, unit_id: int | None = None) -> MorningScope:
    """Return the scope of the morning page.

    404 outside the agencies, for a unit outside the area and for a day to come or too far back; 403 for officers who
    may not read the page.
    """
    if not actor.is_agency:
        raise Http404
    require(rules.reads_morning(actor))
    today = clock.today()
    chosen = day or today
    if not today - timedelta(days=rules.EARLIEST_DAYS) <= chosen <= today:
        raise Http404
    area = area_of(actor)
    root = largest_unit(area)
    return MorningScope(actor, area, root, area.get(unit_id) if unit_id else root, chosen)


def units_to_choose(scope: MorningScope) -> list[tuple[str, list[AdministrativeUnit]]]:
    """Return the units that the page can be narrowed to, by whether they exist today or are former districts."""
    parts = sorted(scope.area.parts(scope.root), key=lambda unit: (unit.name, unit.pk))
    former = sorted(
        (part for before in scope.area.predecessors(scope.root) for part in scope.area.parts(before)),
        key=lambda unit: (unit.name, unit.pk),
    )
    return [(kind, units) for kind, units in (("present", parts), ("former", former)) if units]
