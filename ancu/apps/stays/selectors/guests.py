"""The officer's list of guests, by pages that start where the last one ended."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Q, QuerySet

from ancu.apps.lodging.models import Establishment
from ancu.apps.stays.enums import StayStatus
from ancu.apps.stays.models import OPEN, Stay
from ancu.apps.stays.rules import may_see_guests
from ancu.apps.stays.selectors import visible_to
from ancu.apps.stays.selectors.area import Area, area_of, scope_of
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Http404, require

PAGE = 50
EXPORT_LIMIT = 20_000
LODGINGS_OFFERED = 2000
NOT_GIVEN = "-"


@dataclass(frozen=True)
class GuestFilter:
    """What the officer asked for. ``everyone`` also lists those who have left; dates are those of arrival.

    ``present_on`` lists who was there at the end of a day, ``left_on`` who left on it. ``purpose`` ``-``: none given.
    """

    unit: int | None = None
    lodging: int | None = None
    nationality: str = ""
    kind: str = ""
    purpose: str = ""
    everyone: bool = False
    late: bool = False
    overdue: bool = False
    permit_ended: bool = False
    since: date | None = None
    until: date | None = None
    present_on: date | None = None
    left_on: date | None = None

    @property
    def on_a_day(self) -> bool:
        return self.present_on is not None or self.left_on is not None

    def codes(self) -> dict[str, str | int]:
        """The filter as the audit keeps it: what was set, and no person in it."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {
            name: value.isoformat() if isinstance(value, date) else value for name, value in values.items() if value
        }


class Listed(NamedTuple):
    """What a list tells of a stay. Whole objects, with lodging and unit, would cost as much as the rest of the page."""

    pk: int
    full_name: str
    sex: str
    birth_date: str
    nationality: str
    document_number: str
    room: str
    arrived_on: date
    expected_departure: date
    departed_on: date | None
    permitted_until: date | None
    minutes_late: int
    status: str
    lodging: str
    place: str


COLUMNS = (*Listed._fields[:-2], "establishment__name", "establishment__unit__full_name")


def listed(stays: QuerySet[Stay]) -> list[Listed]:
    return [Listed(*row) for row in stays.values_list(*COLUMNS)]


@dataclass
class GuestPage:
    stays: list[Listed]
    before: str
    after: str


def guests(actor: Actor, wanted: GuestFilter, area: Area | None = None) -> QuerySet[Stay]:
    """The stays of the actor's area that fit; 404 without an area or for a unit or lodging outside it."""
    area = area or area_of(actor)
    require(may_see_guests(actor))
    stays = visible_to(actor).exclude(status=StayStatus.WITHDRAWN)
    if wanted.unit is not None:
        stays = stays.filter(scope_of(actor, area, area.get(wanted.unit)).stays())
    if wanted.lodging is not None:
        stays = stays.filter(establishment=lodging_in_area(actor, wanted.lodging))
    stays = stays.filter(**_equal(wanted)).filter(_moments(wanted))
    return stays.select_related("establishment", "establishment__unit").order_by("-arrived_on", "-id")


def _equal(wanted: GuestFilter) -> dict[str, str]:
    values = {"nationality": wanted.nationality, "establishment__kind": wanted.kind, "purpose": wanted.purpose}
    return {path: value if value != NOT_GIVEN else "" for path, value in values.items() if value}


def _moments(wanted: GuestFilter) -> Q:
    today = clock.today()
    asked = _standing(wanted)
    if wanted.late:
        asked &= Q(minutes_late__gt=0)
    if wanted.overdue:
        asked &= OPEN & Q(expected_departure__lt=today)
    if wanted.permit_ended:
        asked &= OPEN & Q(permitted_until__lt=today)
    if wanted.since:
        asked &= Q(arrived_on__gte=wanted.since)
    if wanted.until:
        asked &= Q(arrived_on__lte=wanted.until)
    return asked


def _standing(wanted: GuestFilter) -> Q:
    """Who is there now, was there on a day or left on it, or everyone."""
    if wanted.present_on:
        there = Q(departed_on__isnull=True) | Q(departed_on__gt=wanted.present_on)
        return Q(arrived_on__lte=wanted.present_on) & there
    if wanted.left_on:
        return Q(departed_on=wanted.left_on)
    return Q() if wanted.everyone else OPEN & Q(arrived_on__lte=clock.today())


def lodging_in_area(actor: Actor, establishment_id: int) -> Establishment:
    found = Establishment.objects.filter(pk=establishment_id, unit_id__within=actor.area).select_related("unit").first()
    if found is None:
        raise Http404
    return found


def guest_page(stays: QuerySet[Stay], *, after: str = "", before: str = "", size: int = PAGE) -> GuestPage:
    """One page after (older than) or before (newer than) the stay a cursor names; a cursor it can't read is none."""
    older, newer = _read(after), _read(before)
    if newer:
        rows = listed(stays.filter(_newer(*newer)).order_by("arrived_on", "id")[: size + 1])
        more, rows = len(rows) > size, rows[:size][::-1]
        return GuestPage(rows, _cursor(rows[0]) if more else "", _cursor(rows[-1]) if rows else "")
    rows = listed((stays.filter(_older(*older)) if older else stays)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    return GuestPage(rows, _cursor(rows[0]) if older and rows else "", _cursor(rows[-1]) if more else "")


def _older(day: date, key: int) -> Q:
    return Q(arrived_on__lte=day) & ~Q(arrived_on=day, id__gte=key)


def _newer(day: date, key: int) -> Q:
    return Q(arrived_on__gte=day) & ~Q(arrived_on=day, id__lte=key)


def _cursor(stay: Listed) -> str:
    return f"{stay.arrived_on.isoformat()}_{stay.pk}"


def _read(cursor: str) -> tuple[date, int] | None:
    day, _, key = cursor.partition("_")
    try:
        return date.fromisoformat(day), int(key)
    except ValueError:
        return None


def export_rows(stays: QuerySet[Stay]) -> Iterator[Stay]:
    """At most EXPORT_LIMIT stays for a file."""
    return iter(stays[:EXPORT_LIMIT])


def lodgings_in_area(actor: Actor) -> list[tuple[int, str]]:
    """The lodgings a filter offers."""
    lodgings = Establishment.objects.filter(unit_id__within=actor.area).order_by("name", "id")
    return list(lodgings.values_list("id", "name")[:LODGINGS_OFFERED])
