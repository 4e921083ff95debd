"""The officer's list of guests, by pages that start where the last one ended."""

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
from ancu.apps.stays.selectors.area import Area, Scope, area_of, scope_of
from ancu.apps.stays.selectors.each import Each, first_at
from ancu.apps.stays.selectors.moves import came_from
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.statements import prepared, run
from ancu.core.documents.spreadsheets import MOST_ROWS
from ancu.core.errors import Http404, require

PAGE = 50
LODGINGS_OFFERED = 2000
EACH_BY_ITSELF = 60  # lodgings or units at most whose newest guests are asked for one after the other
FEW, ALL_FEW = 200, 5000  # guests of a lodging or unit on a day, and of all such
NOT_GIVEN = "-"
MONTH = timedelta(days=30)


@dataclass(frozen=True)
class GuestFilter:
    """What the officer asked for. ``everyone`` also lists those who have left; dates are those of arrival.

    ``present_on`` lists who was there at the end of a day, ``left_on`` who left on it. ``purpose`` ``-``: none given.
    ``came_from`` lists whose stay before was in that unit (``moves``), of those who arrived within the days given.
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

    def get_sex_display(self) -> str:
        return str(Sex(self.sex).label)


Rows = TypeVar("Rows", QuerySet[Stay], QuerySet[Submission])
COLUMNS = (*Listed._fields[:-2], "establishment__name", "establishment__unit__full_name")


@dataclass(frozen=True)
class Guests:
    """Those that fit, the latest arrival first. ``each``: asked for place by place, at these; None: at once. ``few``
    are numbers of stays at other places, of which some may fit."""

    stays: QuerySet[Stay]
    each: Each | None = None
    few: frozenset[int] = frozenset()


def listed(found: Guests, size: int) -> list[Listed]:
    """The first ``size``, in order. Which they are is read from indexes alone, however many are passed over; whole
    rows are read of those that are shown, by keys."""
    stays = found.stays
    each = found.each
    first = list(stays.values_list("pk", flat=True)[:size]) if each is None else first_at(each, stays, size)
    if found.few:
        first += stays.filter(pk__within=found.few).values_list("pk", flat=True)[:size]
    with prepared():
        shown = Stay.objects.filter(pk__within=first).order_by(*stays.query.order_by)
        return [Listed(*row) for row in shown.values_list(*COLUMNS)[:size]] if first else []


@dataclass
class GuestPage:
    stays: list[Listed]
    before: str
    after: str


def guests(actor: Actor, wanted: GuestFilter, area: Area | None = None) -> Guests:
    """The stays of the actor's area that fit; 404 without an area or for a unit or lodging outside it."""
    area = area or area_of(actor)
    require(may_see_guests(actor))
    scope = scope_of(actor, area, area.get(wanted.unit)) if wanted.unit is not None else None
    lodgings = lodgings_of(actor, wanted, scope)
    stays = visible_to(actor).exclude(status=StayStatus.WITHDRAWN).filter(**_equal(wanted)).filter(_moments(wanted))
    stays = placed(stays, lodgings, scope)
    if wanted.came_from is not None:
        until = wanted.until or clock.today()
        stays = came_from(stays, wanted.came_from, wanted.since or until - MONTH, until)
    stays = stays.order_by("-arrived_on", "-id")
    if wanted.present_on and (scope is not None or lodgings is not None):
        return _present(stays, lodgings, scope or Scope(actor.area, actor.area, former=False), wanted.present_on)
    return Guests(stays, _each(wanted, lodgings, scope))


def _each(wanted: GuestFilter, lodgings: list[int] | None, scope: Scope | None) -> Each | None:
    """The places to be asked one after the other, if that is sooner."""
    few = wanted.late or wanted.overdue or wanted.permit_ended
    if lodgings is not None:
        each = Each("establishment", lodgings)
    elif scope is not None and few:
        each = Each("unit", scope.todays)
    else:
        return None
    # late ones have indexes of their own, and a hundred lodgings' are sooner read than everybody's looked through
    many = len(each.ids) > EACH_BY_ITSELF and not (wanted.late and lodgings is not None)
    # who left on a day, or is of a rare nationality, is found by that sooner than at each place
    return None if many or wanted.left_on or presence.rare(wanted.nationality) else each


def lodgings_of(actor: Actor, wanted: GuestFilter, scope: Scope | None) -> list[int] | None:
    """At which lodgings only what the filter asks for can be; None where at any, 404 for one outside the area.

    Asked beforehand, so that the database knows how many they are."""
    narrowed = Q()
    if wanted.kind:
        narrowed &= Q(kind=wanted.kind)
    if scope is not None and scope.former:
        narrowed &= Q(locality_id__within=scope.ids)
    asked = _equal(wanted)
    if asked and (narrowed or scope or wanted.lodging or len(asked) > 1):
        narrowed &= Q(pk__within=presence.met(scope, asked))
    if wanted.lodging is not None:
        one = lodging_in_area(actor, wanted.lodging).pk
        if not narrowed:
            return [one]
        narrowed &= Q(pk=one)
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


def _present(stays: QuerySet[Stay], lodgings: list[int] | None, scope: Scope, day: date) -> Guests:
    """Who was there that day, place by place. Where they were FEW it is known how many: else they would be looked for
    among everybody's earlier stays. Many are met with soon.

    Whoever is declared between the two questions may push one out of a list of few, until it is asked for again."""
    asked = None if lodgings is None else set(lodgings)
    there = {
        place: number
        for place, course in presence.by_lodging(scope, day, day).items()
        if (asked is None or place[1] in asked) and (number := course.present(day)) > 0
    }
    by = 0 if lodgings is None else 1  # whole units, else lodgings
    numbers: Counter[int] = Counter()
    for place, number in there.items():
        numbers[place[by]] += number
    many = [key for key, number in numbers.items() if number > FEW]
    few = {place: number for place, number in there.items() if numbers[place[by]] <= FEW}
    if len(many) > EACH_BY_ITSELF or sum(few.values()) > ALL_FEW:
        return Guests(stays)
    return Guests(stays, Each(("unit", "establishment")[by], many), _newest(few, day))


def _newest(numbers: dict[tuple[int, int], int], day: date) -> frozenset[int]:
    if not numbers:
        return frozenset()
    units, lodgings = ([place[key] for place in numbers] for key in (0, 1))
    asked = {"units": units, "lodgings": lodgings, "numbers": list(numbers.values()), "day": day}
    return frozenset(pk for (pk,) in run(PRESENT, asked))


def placed(rows: Rows, lodgings: list[int] | None, scope: Scope | None) -> Rows:
    """Those at these lodgings, and in the unit if it is one of today's: what a former one holds, its lodgings tell."""
    if lodgings is not None:
        # of one the newest are the last of its index; of an array of one everybody's are gone through for them
        one = {"establishment": lodgings[0]} if len(lodgings) == 1 else {"establishment__within": lodgings}
        rows = rows.filter(**one)
    return rows if scope is None or scope.former else rows.filter(unit_id__within=scope.todays)


def _equal(wanted: GuestFilter) -> dict[str, str]:
    values = {"nationality": wanted.nationality, "purpose": wanted.purpose}
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
        return Q(departed_on=wanted.left_on, arrived_on__lte=wanted.left_on)  # where to begin looking
    return Q() if wanted.everyone else OPEN & Q(arrived_on__lte=clock.today())


def lodging_in_area(actor: Actor, establishment_id: int) -> Establishment:
    found = Establishment.objects.filter(pk=establishment_id, unit_id__within=actor.area).select_related("unit").first()
    if found is None:
        raise Http404
    return found


def guest_page(found: Guests, *, after: str = "", before: str = "", size: int = PAGE) -> GuestPage:
    """One page after (older than) or before (newer than) the stay a cursor names; a cursor it can't read is none."""
    older, newer = _read(after), _read(before)
    if newer:
        upwards = found.stays.filter(_newer(*newer)).order_by("arrived_on", "id")
        rows = listed(replace(found, stays=upwards), size + 1)
        more, rows = len(rows) > size, rows[:size][::-1]
        return GuestPage(rows, _cursor(rows[0]) if more else "", _cursor(rows[-1]) if rows else "")
    rows = listed(replace(found, stays=found.stays.filter(_older(*older))) if older else found, size + 1)
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


def export_count(guests: Guests) -> int:
    """The number of stays of an export; counting stops just above the limit."""
    return guests.stays.order_by()[: MOST_ROWS + 1].count()


def export_rows(guests: Guests) -> Iterator[Stay]:
    """At most MOST_ROWS stays for a file."""
    return iter(guests.stays.select_related("establishment__unit")[:MOST_ROWS])


@prepared()
def lodgings_in_area(actor: Actor) -> list[tuple[int, str]]:
    """The lodgings a filter offers."""
    lodgings = Establishment.objects.filter(unit_id__within=actor.area).order_by("name", "id")
    return list(lodgings.values_list("id", "name")[:LODGINGS_OFFERED])
