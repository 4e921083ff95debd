"""The day an office owes its decision, and the last day to answer it: by the Civil Code, on days off too."""

from datetime import date, datetime

import pytest
import time_machine

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier
from ancu.apps.lodging.tests.factories import World
from ancu.core.clock import VIETNAM


@pytest.fixture
def cast(world: World) -> World:
    return make_cast(world)


@pytest.mark.parametrize(
    ("accepted_at", "due_on"),
    [
        (datetime(2026, 12, 6, 10), date(2026, 12, 11)),  # a Sunday: Monday is day one
        (datetime(2026, 12, 9, 20), date(2026, 12, 16)),  # a Wednesday evening
    ],
)
def test_the_working_days_begin_the_day_after_acceptance(cast: World, accepted_at: datetime, due_on: date) -> None:
    with time_machine.travel(accepted_at.replace(tzinfo=VIETNAM)):
        assert make_dossier(cast, State.ACCEPTED).due_on == due_on


def test_nobody_must_answer_on_a_day_off(cast: World) -> None:
    with time_machine.travel(datetime(2026, 12, 4, 10, tzinfo=VIETNAM)):  # fifteen days later is a Saturday
        supplement = make_dossier(cast, State.SUPPLEMENT).supplements.get()
    assert supplement.answer_by == date(2026, 12, 21)
