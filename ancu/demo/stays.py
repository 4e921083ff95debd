"""Invented stays: parties of guests by season, lodging and nationality, declared on time or late."""

from bisect import bisect
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random

from ancu.apps.lodging.models import Establishment
from ancu.core.clock import VIETNAM, local
from ancu.demo.establishments import EstablishmentPlan
from ancu.demo.names import DemoPerson, make_people
from ancu.demo.tourism import arrival_weight, nationality_weights, nights

DAYS = 730
PARTY_SIZES, PARTY_WEIGHTS = (1, 2, 3, 4, 6, 10), (30, 40, 12, 10, 5, 3)
RETURNING = 0.06  # the share of parties that had been in the province before
LATE_BEFORE, LATE_NOW = 0.065, 0.035  # the share of guests declared late two years ago, and today
GROWTH = 0.09  # so many more guests than a year before
FORGOTTEN = 0.012  # check-outs that were never entered
ON_THE_ROAD = timedelta(days=60)
PURPOSES = {"industry": ("work", "work", "business_trip"), "hospital": ("medical_treatment",)}


@dataclass(slots=True)
class DemoStay:
    """One guest's stay before it has database ids."""

    person: DemoPerson
    room: str
    arrived_on: date
    arrived_at: datetime
    expected_departure: date
    departed_on: date | None
    permitted_until: date
    purpose: str
    entry_paper: str


@dataclass(slots=True)
class DemoParty:
    """Guests declared together."""

    establishment: Establishment
    plan: EstablishmentPlan
    channel: str
    declared_at: datetime
    stays: list[DemoStay]


class LateShare:
    """Chooses which parties are declared late, so that the share of late guests falls evenly over the days."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.due = 0.0

    def is_late(self, day: date, size: int) -> bool:
        """Whether the next party, of ``size`` guests who arrive on the day, is late."""
        ago = (self.today - day).days / DAYS
        self.due += size * (LATE_NOW + (LATE_BEFORE - LATE_NOW) * ago)
        if self.due < size:
            return False
        self.due -= size
        return True


@dataclass(slots=True)
class _TravelGroup:
    """People who travel together; they are elsewhere until ``free_on``."""

    people: list[DemoPerson]
    free_on: date


def make_parties(
    rng: Random, lodgings: Sequence[tuple[Establishment, EstablishmentPlan]], count: int, now: datetime
) -> list[DemoParty]:
    """Return invented parties of guests with about ``count`` stays in the two years before ``now``.

    They are in the order of declaration.
    """
    today = local(now).date()
    days = [today - timedelta(days=back) for back in range(DAYS, -1, -1)]
    more = [(1 + GROWTH) ** (place / 365) for place in range(len(days))]
    calendars = {
        plan.profile: list(
            accumulate(arrival_weight(plan.profile, day) * part for day, part in zip(days, more, strict=True))
        )
        for _, plan in lodgings
    }
    shares = list(accumulate(plan.busy for _, plan in lodgings))
    drawn: list[tuple[date, Establishment, EstablishmentPlan, int]] = []
    total = 0
    while total < count:
        establishment, plan = lodgings[_weighted_index(rng, shares)]
        size = min(rng.choices(PARTY_SIZES, PARTY_WEIGHTS)[0], count - total)
        drawn.append((days[_weighted_index(rng, calendars[plan.profile])], establishment, plan, size))
        total += size
    drawn.sort(key=lambda item: (item[0], item[1].pk))
    parties = _populate(rng, drawn, now)
    move_parties_on([party for party in parties if party.stays[0].arrived_on > today - ON_THE_ROAD], parties)
    return parties


def move_parties_on(recent_parties: Sequence[DemoParty], parties: Sequence[DemoParty]) -> None:
    """Let the guests of some recent parties reappear in another place on their day of departure.

    They replace the strangers of a party of the same size that arrives there that day.
    """
    stay_counts = Counter(stay.person.document_number for party in parties for stay in party.stays)
    one_time_parties = [
        party
        for party in recent_parties
        if party.plan.profile != "industry"
        and all(stay_counts[stay.person.document_number] == 1 for stay in party.stays)
    ]
    onward: dict[tuple[date, int], list[DemoParty]] = {}
    for party in one_time_parties[1::2]:
        onward.setdefault((party.stays[0].arrived_on, len(party.stays)), []).append(party)
    for party in one_time_parties[::10]:
        departures = [stay.departed_on for stay in party.stays if stay.departed_on]
        onward_parties = (
            onward.get((max(departures), len(departures)), []) if len(departures) == len(party.stays) else []
        )
        place = party.establishment.unit_id
        following = next((candidate for candidate in onward_parties if candidate.establishment.unit_id != place), None)
        if following is not None:
            onward_parties.remove(following)
            for stay, before in zip(following.stays, party.stays, strict=True):
                stay.person = before.person


def _weighted_index(rng: Random, cumulated: Sequence[float]) -> int:
    """Return a random index into ``cumulated``, the running sums of weights."""
    return bisect(cumulated, rng.random() * cumulated[-1])


def _populate(
    rng: Random, drawn: Sequence[tuple[date, Establishment, EstablishmentPlan, int]], now: datetime
) -> list[DemoParty]:
    """Return a party of guests for each arrival drawn; some groups travel on from one lodging to another.

    ``drawn`` holds (day, lodging, its plan, number of guests).
    """
    people = {False: _people_by_profile(rng, drawn, working=False), True: _people_by_profile(rng, drawn, working=True)}
    earlier: dict[int, list[_TravelGroup]] = {}
    placed: set[tuple[int, str]] = set()
    parties, late_share = [], LateShare(local(now).date())
    for day, establishment, plan, size in drawn:
        before = earlier.setdefault(size, [])
        group = rng.choice(before) if before and rng.random() < RETURNING else None
        here = [(establishment.pk, person.document_number) for person in group.people] if group else []
        if group is None or group.free_on > day or placed.intersection(here):
            crowd = people[plan.profile == "industry"][plan.profile]
            group = _TravelGroup([crowd.pop() for _ in range(size)], day)
            before.append(group)
        placed.update((establishment.pk, person.document_number) for person in group.people)
        party = _party(rng, day, establishment, plan, group.people, now, is_late=late_share.is_late(day, size))
        group.free_on = max(stay.departed_on or stay.expected_departure for stay in party.stays)
        parties.append(party)
    return sorted(parties, key=lambda party: party.declared_at)


def _people_by_profile(
    rng: Random, drawn: Sequence[tuple[date, Establishment, EstablishmentPlan, int]], *, working: bool
) -> dict[str, list[DemoPerson]]:
    """Return by profile of lodging as many invented people as the drawn arrivals need, no document twice.

    ``drawn`` holds (day, lodging, its plan, number of guests); ``working`` takes only lodgings of workers.
    """
    nationalities: list[str] = []
    sizes: dict[str, int] = {}
    for _day, _establishment, plan, size in drawn:
        if (plan.profile == "industry") == working:
            sizes[plan.profile] = sizes.get(plan.profile, 0) + size
    for profile, size in sizes.items():
        weights = nationality_weights(profile)
        nationalities += rng.choices(list(weights), list(weights.values()), k=size)
    people = iter(list(make_people(rng, nationalities, working=working)))
    return {profile: [next(people) for _ in range(size)] for profile, size in sizes.items()}


def _party(
    rng: Random,
    day: date,
    establishment: Establishment,
    plan: EstablishmentPlan,
    group: Sequence[DemoPerson],
    now: datetime,
    *,
    is_late: bool,
) -> DemoParty:
    """Return the party of a group that arrives at a lodging on a day: its declaration and its members' stays."""
    arrived_at = datetime.combine(day, time(rng.randint(9, 21), rng.randint(0, 59)), VIETNAM)
    arrived_at = min(arrived_at, now - timedelta(minutes=rng.randint(1, 90)))
    minutes = rng.randint(5 * 60, 60 * 60) if is_late else rng.randint(2, 100)
    declared_at = min(arrived_at + timedelta(minutes=minutes), now - timedelta(seconds=rng.randint(1, 3000)))
    channel = rng.choices(("web", "file", "api"), (6, 3, 4) if plan.kind == "hotel" else (12, 2, 1))[0]
    planned = max(1, nights(rng, plan.kind))
    stays = [_stay(rng, plan, person, arrived_at, planned, local(now).date()) for person in group]
    return DemoParty(establishment, plan, channel, max(declared_at, arrived_at), stays)


def _stay(
    rng: Random, plan: EstablishmentPlan, person: DemoPerson, arrived_at: datetime, planned: int, today: date
) -> DemoStay:
    """Return one guest's stay at the planned lodging; some lack the departure although the guest has left.

    ``planned`` is the number of nights.
    """
    arrived_on = local(arrived_at).date()
    expected = arrived_on + timedelta(days=planned)
    departure = expected + timedelta(days=rng.choice((0, 0, 0, 0, -1, 1))) if planned > 1 else expected
    has_departed = departure <= today and not (rng.random() < FORGOTTEN and (today - departure).days < 30)
    working = plan.profile == "industry"
    return DemoStay(
        person=person,
        room=f"{rng.randint(1, max(1, plan.rooms // 12 + 1))}{rng.randint(1, 12):02}"
        if plan.rooms > 8
        else str(rng.randint(1, plan.rooms)),
        arrived_on=arrived_on,
        arrived_at=arrived_at,
        expected_departure=expected,
        departed_on=max(departure, arrived_on) if has_departed else None,
        permitted_until=expected + timedelta(days=rng.randint(120, 600) if working else rng.randint(-1, 40)),
        purpose=rng.choice(PURPOSES.get(plan.profile, ("tourism", "tourism", "tourism", "visit"))),
        entry_paper="temporary_residence_card" if working else rng.choice(("visa_exemption", "e_visa", "visa")),
    )
