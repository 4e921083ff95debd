"""The counts of the queues are those of the dossiers, whatever moves, in whichever order and at the same time."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count, Q

from ancu.apps.accounts.models import Organisation
from ancu.apps.dossiers.enums import BEFORE_DECISION, IN_THE_OFFICE, State
from ancu.apps.dossiers.models import OPEN, Dossier, OpenDossierDelta
from ancu.apps.dossiers.selectors.queues import QUEUES, QueueCounts, queue_counts
from ancu.apps.dossiers.services.waiting import compact_counts
from ancu.apps.dossiers.tests.factories import make_cast, make_submitted
from ancu.apps.lodging.tests.factories import World, make_world
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.testing.at_once import at_once


@pytest.fixture
def cast(world: World) -> World:
    return make_cast(world)


def live(actor: Actor) -> QueueCounts:
    """Every dossier counted, as no page can afford to."""
    today, undecided = clock.today(), Q(state__in=BEFORE_DECISION)
    results = Dossier.objects.filter(OPEN, agency_id=actor.organisation_id)

    def by_state(**day: Any) -> dict[str, int]:
        fitting = results.filter(undecided, **day) if day else results
        return dict(fitting.order_by().values_list("state").annotate(Count("id")))

    days = {"": by_state(), "late": by_state(due_on__lt=today), "today": by_state(due_on=today)}
    return QueueCounts({str(state): {due: some.get(state, 0) for due, some in days.items()} for state in QUEUES})


def copies(model: Dossier, number: int) -> list[Dossier]:
    values = {f.attname: getattr(model, f.attname) for f in Dossier._meta.concrete_fields if not f.primary_key}
    return [Dossier(**values | {"number": f"W{n}"}) for n in range(number)]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_whatever_moves_the_counts_are_those_of_the_dossiers(cast: World, seed: int) -> None:
    rng, today, ines = Random(seed), clock.today(), cast.actor("ines")
    agencies = [cast.provincial_agency, cast.provincial_agency, Organisation.objects.create(kind="agency", name="B")]
    Dossier.objects.bulk_create(copies(make_submitted(cast), 40))

    def step() -> None:
        some = Dossier.objects.filter(pk__in=rng.sample(ids, rng.choice([1, 1, 15])))
        due = rng.choice([None, *(today + timedelta(days=days) for days in (-9, -1, 0, 0, 4))])
        changes: list[Any] = [
            lambda: some.update(state=rng.choice(list(State))),
            lambda: some.update(state=rng.choice(sorted(IN_THE_OFFICE)), due_on=due),
            lambda: some.update(due_on=due),
            lambda: some.update(agency=rng.choice(agencies), reason="moved"),
            lambda: [dossier.save() for dossier in some],
            compact_counts,
        ]
        rng.choice(changes)()

    ids = list(Dossier.objects.values_list("pk", flat=True))
    for _ in range(60):
        with transaction.atomic():
            step()
            transaction.set_rollback(rng.random() < 0.2)
        assert queue_counts(ines) == live(ines)
    Dossier.objects.filter(number__in=[f"W{n}" for n in range(25)]).delete()
    assert queue_counts(ines) == live(ines)
    assert queue_counts(ines).of() > 0


def test_gathered_they_are_one_row_a_queue_and_day(cast: World) -> None:
    first, second = Dossier.objects.bulk_create(copies(make_submitted(cast), 2))
    for state in (State.ACCEPTED, State.ASSESSED, State.APPROVED):
        Dossier.objects.filter(pk=first.pk).update(state=state)
    assert OpenDossierDelta.objects.count() == 3 + 6
    assert compact_counts() == compact_counts() == 2
    assert sorted(OpenDossierDelta.objects.values_list("state", "number")) == [("approved", 1), ("submitted", 2)]
    Dossier.objects.filter(pk__in=[first.pk, second.pk]).delete()
    assert compact_counts() == 1
    assert queue_counts(cast.actor("ines")).of() == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_while_many_move_and_others_gather(transactional_db: None) -> None:
    cast = make_cast(make_world())
    dossiers = Dossier.objects.bulk_create(copies(make_submitted(cast), 12))

    def moving(dossier: Dossier) -> Callable[[], Any]:
        def move() -> None:
            for state in [State.ACCEPTED, State.SUPPLEMENT, State.RESUBMITTED] * 4 + [State.ASSESSED]:
                Dossier.objects.filter(pk=dossier.pk).update(state=state)

        return move

    def acts() -> Iterator[Callable[[], Any]]:
        yield from map(moving, dossiers)
        for _ in range(3):
            yield lambda: [compact_counts() for _ in range(6)]

    at_once(*acts())
    ines = cast.actor("ines")
    assert queue_counts(ines) == live(ines)
    assert queue_counts(ines).of("assessed") == 12
