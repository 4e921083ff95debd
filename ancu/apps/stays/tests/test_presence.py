"""Who was where, as the database keeps it, is what the stays say: whatever is done, in whichever order, at once."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F, Q

from ancu.apps.lodging.tests.factories import World, make_world
from ancu.apps.stays import services
from ancu.apps.stays.models import LodgingGuestCount, PresenceChange, PresenceDay, PresenceDimension, PresenceWeek, Stay
from ancu.apps.stays.selectors import presence
from ancu.apps.stays.selectors.area import Scope, area_of, scope_of
from ancu.apps.stays.selectors.figures import area_page
from ancu.apps.stays.services import InvalidCorrection
from ancu.apps.stays.services.presence import gather
from ancu.apps.stays.services.retention import redact_stays
from ancu.apps.stays.tests.factories import make_stay
from ancu.apps.stays.tests.test_declaring import guest, say
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.errors import Conflict
from ancu.core.testing.at_once import at_once

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ExpectedSeries = dict[Any, list[tuple[int, int, int]]]


def province(world: World) -> Scope:
    quynh = world.actor("quynh")
    return scope_of(quynh, area_of(quynh), world.units.province)


def counted(key: str, days: list[date]) -> ExpectedSeries:
    """(present, arrived, departed) of each day by looking at every stay, as no page can afford to."""
    stays = Stay.objects.exclude(status="withdrawn").annotate(key=F(key))
    rows = list(stays.values_list("key", "arrived_on", "departed_on"))
    expected_series: ExpectedSeries = {}
    for value in {row[0] for row in rows}:
        own = [row[1:] for row in rows if row[0] == value]
        expected_series[value] = [
            (sum(came <= day and (departed is None or departed > day) for came, departed in own),
             sum(came == day for came, _departed in own), sum(departed == day for _came, departed in own))
            for day in days
        ]  # fmt: skip
    return {value: figures for value, figures in expected_series.items() if any(map(any, figures))}


def stored_series(courses: presence.SeriesByKey, days: list[date]) -> ExpectedSeries:
    series_values = {
        key: [(random_stay.present(day), random_stay.arrivals(day), random_stay.departures(day)) for day in days]
        for key, random_stay in courses.items()
    }
    return {key: figures for key, figures in series_values.items() if any(map(any, figures))}


def assert_exact(world: World, first: date, last: date) -> None:
    here, days = province(world), [first + DAY * n for n in range((last - first).days + 1)]
    assert stored_series(presence.by_unit(here, first, last), days) == counted("unit_id", days)
    by_unit, by_locality, by_kind = presence.by_places(here, first, last)
    assert stored_series(by_kind, days) == counted("establishment__kind", days)
    assert stored_series(by_unit, days) == counted("unit_id", days)
    assert stored_series(by_locality, days) == counted("establishment__locality_id", days)
    for by in (PresenceDimension.NATIONALITY, PresenceDimension.PURPOSE):
        assert stored_series(presence.by_values(here, first, last)[by], days) == counted(by.value, days)
    lodgings = {key[1]: course for key, course in presence.by_lodging(here, first, last).items()}
    assert stored_series(lodgings, days) == counted("establishment_id", days)
    assert_met(here)


def assert_met(here: Scope) -> None:
    """At which lodgings there ever were guests of a nationality, of a purpose, and of both."""
    stays = Stay.objects.exclude(status="withdrawn")
    for names in (("nationality",), ("purpose",), ("nationality", "purpose")):
        for values in {*stays.values_list(*names), ("NOBODY"[:3], "work")[: len(names)]}:
            conditions = dict(zip(names, values, strict=True))
            expected = set(stays.filter(**conditions).values_list("establishment", flat=True))
            assert (
                presence.lodgings_with_guests(here, conditions)
                == presence.lodgings_with_guests(None, conditions)
                == expected
            ), conditions


def assert_area_page(world: World) -> None:
    """The page of the area counts by lists: who stays, stayed last night and a week before, came today …."""
    today, figures = clock.today(), area_page(world.actor("quynh")).figures
    stays = Stay.objects.exclude(status="withdrawn")
    now = stays.filter(departed_on=None, arrived_on__lte=today)
    night = today - 8 * DAY
    there, last = (Q(departed_on=None) | Q(departed_on__gt=day) for day in (night, today - DAY))
    assert figures.present == now.count()
    assert figures.week_before == stays.filter(there, arrived_on__lte=night).count()
    assert figures.last_night == stays.filter(last, arrived_on__lte=today - DAY).count()
    assert figures.arrivals == stays.filter(arrived_on=today).count()
    assert figures.overdue == now.filter(expected_departure__lt=today).count()
    assert figures.permit_ended == now.filter(permitted_until__lt=today).count()


class Acts:
    """Random acts on real services."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.rng, self.number = world, Random(seed), seed * 1000

    def step(self) -> None:
        acts: list[Callable[[], Any]] = [self.declare, self.declare, self.declare, self.leave, self.correct,
                                         self.withdraw, self.extend, self.delete, gather]  # fmt: skip
        with suppress(Conflict, InvalidCorrection):  # what cannot be done changes nothing
            self.rng.choice(acts)()

    def declare(self) -> None:
        rng = self.rng
        records = []
        for _ in range(rng.choice([1, 1, 3])):
            self.number += 1
            is_known_guest = rng.random() < 0.2  # comes again, also where he is still in
            records.append(guest(
                f"C{rng.randrange(self.number) if is_known_guest else self.number:07}", arrived=rng.randint(-30, 1),
                nights=rng.randint(0, 12), nationality=rng.choice(["DEU", "KOR", "FRA"]),
                purpose=rng.choice(["tourism", "work", None]),
                permitted_until=(clock.today() + DAY * rng.randint(-3, 9)).isoformat(),
            ))  # fmt: skip
        who, where = rng.choice([("bob", self.world.lodging), ("charlie", self.world.other_lodging)])
        say(self.world, *records, actor=self.world.actor(who), establishment=where)

    def random_stay(self) -> Stay:
        stays = list(Stay.objects.order_by("id"))
        if not stays:
            raise Conflict("nobody", "")
        return self.rng.choice(stays)

    def by(self, stay: Stay) -> Any:
        return self.world.actor("alice" if stay.establishment_id == self.world.lodging.pk else "charlie")

    def leave(self) -> None:
        stay = self.random_stay()
        on = clock.today() - DAY * self.rng.randint(0, 20)
        services.check_out(actor=self.by(stay), stay_ids=[stay.pk], departed_on=on)

    def correct(self) -> None:
        stay, rng = self.random_stay(), self.rng
        arrived = stay.arrived_on - DAY * rng.randint(0, 9)
        changes = rng.choice([{"nationality": "JPN"}, {"purpose": "visit"}, {"arrived_on": arrived.isoformat()},
                              {"departed_on": (clock.today() - DAY).isoformat()}, {"room": "9"}])  # fmt: skip
        services.correct(actor=self.by(stay), stay_id=stay.pk, changes=changes)

    def withdraw(self) -> None:
        stay = self.random_stay()
        services.withdraw(actor=self.by(stay), stay_id=stay.pk, reason="nhập nhầm")

    def extend(self) -> None:
        stay = self.random_stay()
        services.extend(actor=self.by(stay), stay_id=stay.pk, expected_departure=clock.today() + DAY * 9)

    def delete(self) -> None:
        Stay.objects.filter(pk=self.random_stay().pk).delete()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 5))
def test_whatever_is_done_it_is_what_the_stays_say(world: World, seed: int) -> None:
    acts, today = Acts(world, seed), clock.today()
    for turn in range(60):
        with transaction.atomic():
            acts.step()
            transaction.set_rollback(acts.rng.random() < 0.15)
        if turn % 6 == 0:
            assert_area_page(world)
            first = today - DAY * acts.rng.randint(0, 45)
            assert_exact(world, first, min(first + DAY * acts.rng.randint(0, 30), today + DAY))
    gather()
    assert_exact(world, today - DAY * 45, today + DAY)
    assert Stay.objects.exclude(status="withdrawn").exists()


def test_weeks_that_begin_later_go_on_from_the_last(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody need have gathered on a Monday, nor anybody be there when one began."""
    today = clock.today()
    make_stay(world.lodging, arrived_on=today - 60 * DAY)
    make_stay(world.lodging, arrived_on=today - 50 * DAY, departed_on=today - 20 * DAY)
    make_stay(world.other_lodging, arrived_on=today - 35 * DAY, departed_on=today - 33 * DAY)
    for back in (70, 52, 34, 30, 9, 0):  # gathered first long ago, when some had not yet come
        monkeypatch.setattr(clock, "today", lambda back=back: today - back * DAY)
        gather()
        assert_exact(world, today - 62 * DAY, today)
    mondays = [day for n in range(60) if (day := today - n * DAY).weekday() == 0]
    assert sorted(set(PresenceWeek.objects.values_list("week", flat=True)), reverse=True) == mondays


def test_gathered_there_is_a_row_a_cell_and_day_and_none_that_says_nothing(world: World) -> None:
    for _ in range(3):
        make_stay(world.lodging, arrived_on=clock.today() - 10 * DAY)
    assert PresenceChange.objects.count() == 3
    assert gather() == 3
    assert gather() == 0 == PresenceChange.objects.count()
    assert {row.arrivals for row in PresenceDay.objects.all()} == {3}
    assert PresenceDay.objects.count() == len(PresenceDimension)
    assert [(row.nationality, row.number) for row in LodgingGuestCount.objects.all()] == [("DEU", 3)]
    Stay.objects.all().delete()
    assert gather() == 3
    assert not PresenceDay.objects.exists()
    assert not PresenceWeek.objects.exists()
    assert not LodgingGuestCount.objects.exists()


def test_what_is_emptied_is_counted_without_its_nationality(world: World) -> None:
    long_ago = clock.today() - timedelta(days=6 * 365)
    make_stay(world.lodging, arrived_on=long_ago, expected_departure=long_ago + DAY, departed_on=long_ago + 2 * DAY)
    gather()
    assert set(presence.by_values(province(world), long_ago, long_ago)[PresenceDimension.NATIONALITY]) == {"DEU"}
    redact_stays(system("test"))
    assert_exact(world, long_ago, long_ago + 3 * DAY)
    gather()
    assert set(PresenceDay.objects.filter(by=PresenceDimension.NATIONALITY).values_list("value", flat=True)) == {""}


def test_what_changes_nothing_of_it_writes_nothing(world: World) -> None:
    stay = make_stay(world.lodging)
    gather()
    services.change_room(actor=world.actor("bob"), stay_id=stay.pk, room="5")
    services.extend(actor=world.actor("bob"), stay_id=stay.pk, expected_departure=clock.today() + 9 * DAY)
    assert not PresenceChange.objects.exists()


def test_a_former_place_is_told_by_its_lodgings(world: World) -> None:
    world.lodging.locality = world.units.former_commune
    world.lodging.save()
    make_stay(world.lodging)
    make_stay(world.other_lodging)
    quynh, today = world.actor("quynh"), clock.today()
    here = scope_of(quynh, area_of(quynh), world.units.former_district)
    [course] = presence.by_unit(here, today, today).values()
    assert course.present(today) == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_while_many_declare_and_others_gather(transactional_db: None) -> None:
    world = make_world()

    def declaring(number: int) -> Callable[[], Any]:
        def act() -> None:
            for n in range(6):
                outcome = say(world, guest(f"C{number:03}{n:04}", arrived=-n))
                if n % 2:
                    stay_id = outcome.rows[0].stay_id
                    services.check_out(actor=world.actor("bob"), stay_ids=[stay_id], departed_on=clock.today())

        return act

    at_once(*map(declaring, range(8)), *(lambda: [gather() for _ in range(8)] for _ in range(3)))
    today = clock.today()
    assert_exact(world, today - 9 * DAY, today)
    gather()
    assert_exact(world, today - 9 * DAY, today)
    assert Counter(Stay.objects.values_list("departed_on", flat=True))[today] == 24
