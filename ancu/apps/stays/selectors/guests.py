"""The officer's list of guests with cursor pagination."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple, TypeVar

from django.db.models import Q, QuerySet

from ancu.apps.lodging.models import Establishment
from ancu.apps.stays.enums import Sex, StayStatus
from ancu.apps.stays.models import OPEN, Stay, Submission
from ancu.apps.stays.rules import may_see_guests
from ancu.apps.stays.selectors import presence, visible_to
from ancu.apps.stays.selectors.area import AgencyArea, Scope, area_of, scope_of
from ancu.apps.stays.selectors.moves import came_from
from ancu.apps.stays.selectors.per_place import PlaceList, first_at
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.statements import run
from ancu.core.documents.spreadsheets import MOST_ROWS
from ancu.core.errors import Http404, require

PAGE = 50
LODGINGS_OFFERED = 2000
EACH_BY_ITSELF = 60  # lodgings or units at most whose newest guests are asked for one after the other
FEW_AT_PLACE, ALL_FEW = 200, 5000  # guests of a lodging or unit on a day, and of all such
NOT_GIVEN = "-"
MONTH = timedelta(days=30)


@dataclass(frozen=True)
class GuestFilter:
    """The officer's filter. ``everyone`` includes guests who have left; dates are those of arrival.

    ``present_on`` lists the guests present at the end of a day, ``left_on`` those who left on it. The purpose ``-``
    means that none was given. ``came_from`` lists guests whose previous stay was in that unit (``moves``), of those
    who arrived on the filter's days.
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
    came_from: int | None = None

    @property
    def on_a_day(self) -> bool:
        """Whether the filter asks for the guests present or departing on one day."""
        return self.present_on is not None or self.left_on is not None

    def codes(self) -> dict[str, str | int]:
        """Return the values of the filter that are set, by name, for the audit; none is personal data."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {
            name: value.isoformat() if isinstance(value, date) else value for name, value in values.items() if value
        }


class ListedStay(NamedTuple):
    """The columns of a stay in a list. Model instances with lodging and unit would double the page's cost."""

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

    def get_sex_display(self) -> str:
        """Return the label of the sex, as the model's method of this name does."""
        return str(Sex(self.sex).label)


Rows = TypeVar("Rows", QuerySet[Stay], QuerySet[Submission])
COLUMNS = (*ListedStay._fields[:-2], "establishment__name", "establishment__unit__full_name")


@dataclass(frozen=True)
class GuestSelection:
    """The matching stays, latest arrival first.

    ``each`` are the places to query one by one; None: query all at once. ``small_place_ids`` are the ids of stays at
    small places, some of which may match.
    """

    stays: QuerySet[Stay]
    each: PlaceList | None = None
    small_place_ids: frozenset[int] = frozenset()


def listed_stays(guests: GuestSelection, size: int) -> list[ListedStay]:
    """Return the first ``size`` selected stays as rows of a list, in order.

    Their ids come from indexes alone; then their rows are read by id.
    """
    stays = guests.stays
    each = guests.each
    first = list(stays.values_list("pk", flat=True)[:size]) if each is None else first_at(each, stays, size)
    if guests.small_place_ids:
        first += stays.filter(pk__in=guests.small_place_ids).values_list("pk", flat=True)[:size]
    page_stays = Stay.objects.filter(pk__in=first).order_by(*stays.query.order_by)
    return [ListedStay(*row) for row in page_stays.values_list(*COLUMNS)[:size]] if first else []


@dataclass
class GuestPage:
    stays: list[ListedStay]
    before: str
    after: str


def guests(actor: Actor, guest_filter: GuestFilter, area: AgencyArea | None = None) -> GuestSelection:
    """Select the stays of the actor's area that match the filter, latest arrival first, none withdrawn.

    404 for a unit or lodging outside the area.
    """
    area = area or area_of(actor)
    require(may_see_guests(actor))
    scope = scope_of(actor, area, area.get(guest_filter.unit)) if guest_filter.unit is not None else None
    lodgings = lodgings_of(actor, guest_filter, scope)
    stays = (
        visible_to(actor)
        .exclude(status=StayStatus.WITHDRAWN)
        .filter(**_equality_conditions(guest_filter))
        .filter(_date_conditions(guest_filter))
    )
    stays = at_places(stays, lodgings, scope)
    if guest_filter.came_from is not None:
        until = guest_filter.until or clock.today()
        stays = came_from(stays, guest_filter.came_from, guest_filter.since or until - MONTH, until)
    stays = stays.order_by("-arrived_on", "-id")
    if guest_filter.present_on and (scope is not None or lodgings is not None):
        return _present_guests(
            stays, lodgings, scope or Scope(actor.area, actor.area, former=False), guest_filter.present_on
        )
    return GuestSelection(stays, _places_to_query(guest_filter, lodgings, scope))


def _places_to_query(guest_filter: GuestFilter, lodgings: list[int] | None, scope: Scope | None) -> PlaceList | None:
    """Return the places to query one by one for guests; None if one query over all of them is faster.

    ``lodgings`` are ids to restrict to, None for all; the places are these or the scope's units.
    """
    is_selective = guest_filter.late or guest_filter.overdue or guest_filter.permit_ended
    if lodgings is not None:
        each = PlaceList("establishment", lodgings)
    elif scope is not None and is_selective:
        each = PlaceList("unit", scope.present_units)
    else:
        return None
    # late ones have indexes of their own, and a hundred lodgings' are sooner read than everybody's looked through
    many = len(each.ids) > EACH_BY_ITSELF and not (guest_filter.late and lodgings is not None)
    # who left on a day, or is of a rare nationality, is found by that sooner than at each place
    return None if many or guest_filter.left_on or presence.is_rare_nationality(guest_filter.nationality) else each


def lodgings_of(actor: Actor, guest_filter: GuestFilter, scope: Scope | None) -> list[int] | None:
    """Return the ids of the lodgings that can have guests of this filter; None if it excludes no lodging.

    404 for a lodging outside the area. They are queried first, so that the planner knows their number.
    """
    narrowed = Q()
    if guest_filter.kind:
        narrowed &= Q(kind=guest_filter.kind)
    if scope is not None and scope.former:
        narrowed &= Q(locality_id__in=scope.ids)
    conditions = _equality_conditions(guest_filter)
    if conditions and (narrowed or scope or guest_filter.lodging or len(conditions) > 1):
        narrowed &= Q(pk__in=presence.lodgings_with_guests(scope, conditions))
    if guest_filter.lodging is not None:
        lodging_id = lodging_in_area(actor, guest_filter.lodging).pk
        if not narrowed:
            return [lodging_id]
        narrowed &= Q(pk=lodging_id)
    return list(Establishment.objects.filter(narrowed).order_by().values_list("pk", flat=True)) if narrowed else None


# Newest first at each lodging, until so many are found as were there.
PRESENT = """
SELECT one.id FROM unnest(%(units)s::bigint[], %(lodgings)s::bigint[], %(numbers)s::int[])
    AS place(unit, lodging, number), LATERAL (
        SELECT id FROM stays_stay WHERE establishment_id = place.lodging AND unit_id = place.unit
            AND NOT (status = 'withdrawn') AND arrived_on <= %(day)s AND (departed_on IS NULL OR departed_on > %(day)s)
        ORDER BY arrived_on DESC, id DESC LIMIT place.number
    ) AS one
"""


def _present_guests(stays: QuerySet[Stay], lodgings: list[int] | None, scope: Scope, day: date) -> GuestSelection:
    """Select those of ``stays`` whose guests were present on a day, place by place.

    At a place with few guests their number is known, so the query stops after them instead of reading all earlier
    stays. A guest declared between the two queries may displace a row until the page is refreshed.
    """
    lodging_ids = None if lodgings is None else set(lodgings)
    there = {
        place: number
        for place, course in presence.by_lodging(scope, day, day).items()
        if (lodging_ids is None or place[1] in lodging_ids) and (number := course.present(day)) > 0
    }
    by = 0 if lodgings is None else 1  # whole units, else lodgings
    numbers: Counter[int] = Counter()
    for place, number in there.items():
        numbers[place[by]] += number
    many = [key for key, number in numbers.items() if number > FEW_AT_PLACE]
    small_places = {place: number for place, number in there.items() if numbers[place[by]] <= FEW_AT_PLACE}
    if len(many) > EACH_BY_ITSELF or sum(small_places.values()) > ALL_FEW:
        return GuestSelection(stays)
    return GuestSelection(stays, PlaceList(("unit", "establishment")[by], many), _newest_ids(small_places, day))


def _newest_ids(numbers: dict[tuple[int, int], int], day: date) -> frozenset[int]:
    """Return the ids of the stays present on a day, the newest ones at each place.

    ``numbers`` says by (unit, lodging) how many there are.
    """
    if not numbers:
        return frozenset()
    units, lodgings = ([place[key] for place in numbers] for key in (0, 1))
    parameters = {"units": units, "lodgings": lodgings, "numbers": list(numbers.values()), "day": day}
    return frozenset(pk for (pk,) in run(PRESENT, parameters))


def at_places(rows: Rows, lodgings: list[int] | None, scope: Scope | None) -> Rows:
    """Filter stays or submissions by lodgings (None: all) and by the scope's units.

    A former unit is determined by its lodgings alone.
    """
    if lodgings is not None:
        # of one the newest are the last of its index; of an array of one everybody's are gone through for them
        condition = {"establishment": lodgings[0]} if len(lodgings) == 1 else {"establishment__in": lodgings}
        rows = rows.filter(**condition)
    return rows if scope is None or scope.former else rows.filter(unit_id__in=scope.present_units)


def _equality_conditions(guest_filter: GuestFilter) -> dict[str, str]:
    """Return the filter's nationality and purpose as query conditions; "not given" means an empty column."""
    values = {"nationality": guest_filter.nationality, "purpose": guest_filter.purpose}
    return {path: value if value != NOT_GIVEN else "" for path, value in values.items() if value}


def _date_conditions(guest_filter: GuestFilter) -> Q:
    """Return the filter's condition for presence, late declaration, overdue or ended stay, and arrival."""
    today = clock.today()
    conditions = _presence_condition(guest_filter)
    if guest_filter.late:
        conditions &= Q(minutes_late__gt=0)
    if guest_filter.overdue:
        conditions &= OPEN & Q(expected_departure__lt=today)
    if guest_filter.permit_ended:
        conditions &= OPEN & Q(permitted_until__lt=today)
    if guest_filter.since:
        conditions &= Q(arrived_on__gte=guest_filter.since)
    if guest_filter.until:
        conditions &= Q(arrived_on__lte=guest_filter.until)
    return conditions


def _presence_condition(guest_filter: GuestFilter) -> Q:
    """Return the condition for guests present now or on a day, departed on a day, or all guests."""
    if guest_filter.present_on:
        there = Q(departed_on__isnull=True) | Q(departed_on__gt=guest_filter.present_on)
        return Q(arrived_on__lte=guest_filter.present_on) & there
    if guest_filter.left_on:
        return Q(departed_on=guest_filter.left_on, arrived_on__lte=guest_filter.left_on)  # where to begin looking
    return Q() if guest_filter.everyone else OPEN & Q(arrived_on__lte=clock.today())


def lodging_in_area(actor: Actor, establishment_id: int) -> Establishment:
    """Return a lodging of the actor's area, or raise 404."""
    establishment = (
        Establishment.objects.filter(pk=establishment_id, unit_id__in=actor.area).select_related("unit").first()
    )
    if establishment is None:
        raise Http404
    return establishment


def guest_page(guests: GuestSelection, *, after: str = "", before: str = "", size: int = PAGE) -> GuestPage:
    """Return a page of the selected stays, those after or before a cursor in the list, latest arrival first.

    Without a readable cursor it is the first page.
    """
    older, newer = _parse_cursor(after), _parse_cursor(before)
    if newer:
        upwards = guests.stays.filter(_newer(*newer)).order_by("arrived_on", "id")
        rows = listed_stays(replace(guests, stays=upwards), size + 1)
        more, rows = len(rows) > size, rows[:size][::-1]
        return GuestPage(rows, _cursor(rows[0]) if more else "", _cursor(rows[-1]) if rows else "")
    rows = listed_stays(replace(guests, stays=guests.stays.filter(_older(*older))) if older else guests, size + 1)
    more, rows = len(rows) > size, rows[:size]
    return GuestPage(rows, _cursor(rows[0]) if older and rows else "", _cursor(rows[-1]) if more else "")


def _older(day: date, key: int) -> Q:
    """Return the condition for stays with an earlier arrival than ``day``, or the same and an id below ``key``."""
    return Q(arrived_on__lte=day) & ~Q(arrived_on=day, id__gte=key)


def _newer(day: date, key: int) -> Q:
    """Return the condition for stays with a later arrival than ``day``, or the same and an id above ``key``."""
    return Q(arrived_on__gte=day) & ~Q(arrived_on=day, id__lte=key)


def _cursor(stay: ListedStay) -> str:
    """Return the cursor of a stay in the list: its arrival and id."""
    return f"{stay.arrived_on.isoformat()}_{stay.pk}"


def _parse_cursor(cursor: str) -> tuple[date, int] | None:
    """Return arrival and id of a cursor; None for an unreadable one."""
    day, _, key = cursor.partition("_")
    try:
        return date.fromisoformat(day), int(key)
    except ValueError:
        return None


def export_count(guests: GuestSelection) -> int:
    """Return the number of stays of an export; counting stops just above the limit."""
    return guests.stays.order_by()[: MOST_ROWS + 1].count()


def export_rows(guests: GuestSelection) -> Iterator[Stay]:
    """Return the selected stays for a file to export, at most MOST_ROWS."""
    return iter(guests.stays.select_related("establishment__unit")[:MOST_ROWS])


def lodgings_in_area(actor: Actor) -> list[tuple[int, str]]:
    """Return (id, name) of the lodgings in the actor's area, by name, as choices of the filter."""
    lodgings = Establishment.objects.filter(unit_id__in=actor.area).order_by("name", "id")
    return list(lodgings.values_list("id", "name")[:LODGINGS_OFFERED])
