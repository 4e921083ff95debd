"""A stay that closed by itself for a later one opens again when that one is withdrawn."""

from typing import Any

import pytest
from django.urls import reverse

from ancu.apps.stays import services
from ancu.apps.stays.models import Stay
from ancu.apps.stays.selectors import history
from ancu.apps.stays.selectors.undoing import acts_of
from ancu.apps.stays.tests.factories import make_stay
from ancu.apps.stays.tests.test_api import make_token
from ancu.apps.stays.tests.test_declaring import guest, say
from ancu.core import clock
from ancu.core.testing.program import Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(world: Any) -> tuple[Stay, Stay]:
    """An earlier stay, closed by a later one of the same guest."""
    say(world, guest(arrived=-5, nights=9))
    say(world, guest(arrived=-1))
    earlier, later = Stay.objects.order_by("arrived_on")
    assert earlier.departure_presumed
    return earlier, later


def is_open(stay: Stay) -> bool:
    stay.refresh_from_db()
    return stay.departed_on is None and not stay.departure_presumed


def test_withdrawing_one_guest_opens_the_earlier_stay(world: Any, pair: tuple[Stay, Stay]) -> None:
    earlier, later = pair
    bob = world.client("bob")
    answer = bob.post(reverse("stays:withdraw", args=[later.pk]), {"reason": "twice"}, follow=True)
    assert is_open(earlier)
    assert f"has an open stay here, since {earlier.arrived_on:%d/%m/%Y}" in answer.content.decode()
    assert [version.act for version in history(world.actor("bob"), earlier)] == ["closed", "reopened"]
    [act] = acts_of(world.actor("bob"), world.lodging)
    assert act.stays == [later.pk]  # one guest was withdrawn, not two


def test_withdrawing_the_submission_opens_the_earlier_stay(world: Any, pair: tuple[Stay, Stay]) -> None:
    earlier, later = pair
    url = reverse("stays:receipt_withdraw", args=[later.submission.number])
    answer = world.client("bob").post(url, {"reason": "twice"}, follow=True)
    assert is_open(earlier) and "1 of these guests has an open stay here" in answer.content.decode()


def test_a_program_withdraws_and_the_earlier_stay_opens(world: Any, pair: tuple[Stay, Stay]) -> None:
    earlier, later = pair
    program = Program(make_token(world.lodging))
    assert program.call("POST", f"stays/{later.pk}/withdraw", {"reason": "twice"})[0] == 200
    assert is_open(earlier)


def test_undoing_the_withdrawal_closes_it_again(world: Any, pair: tuple[Stay, Stay]) -> None:
    earlier, later = pair
    bob = world.actor("bob")
    services.withdraw(actor=bob, stay_id=later.pk, reason="twice")
    services.undo_last(actor=bob, stay=later)
    earlier.refresh_from_db()
    assert earlier.departure_presumed and earlier.departed_on == later.arrived_on and is_open(later)


def test_a_departure_that_somebody_noted_stays(world: Any, pair: tuple[Stay, Stay]) -> None:
    earlier, later = pair
    bob = world.actor("bob")
    services.check_out(actor=bob, stay_ids=[earlier.pk], departed_on=clock.today())
    services.withdraw(actor=bob, stay_id=later.pk, reason="twice")
    assert not is_open(earlier)


def test_the_earlier_of_three_ends_by_the_next_that_stands(world: Any, pair: tuple[Stay, Stay]) -> None:
    earlier, later = pair
    say(world, guest(arrived=0))
    services.withdraw(actor=world.actor("bob"), stay_id=later.pk, reason="twice")
    earlier.refresh_from_db()
    assert (earlier.departed_on, earlier.departure_presumed) == (clock.today(), True)


def test_correcting_the_document_of_the_later_one_opens_it_too(world: Any, pair: tuple[Stay, Stay]) -> None:
    earlier, later = pair
    services.correct(actor=world.actor("bob"), stay_id=later.pk, changes={"document_number": "C0TEST777"})
    assert is_open(earlier) and is_open(later)


def stranger_of(pair: tuple[Stay, Stay]) -> Stay:
    """The ended stay of another person, declared with the guest's document number and arrived last."""
    earlier, later = pair
    return make_stay(
        later.establishment,
        document_number=earlier.document_number,
        nationality=earlier.nationality,
        full_name="SOMEBODY ELSE",
        birth_date="1961-01-02",
        arrived_on=clock.today(),
        departed_on=clock.today(),
    )


def test_the_stay_of_another_person_with_the_document_ends_none(world: Any, pair: tuple[Stay, Stay]) -> None:
    earlier, later = pair
    stranger_of(pair)
    services.withdraw(actor=world.actor("bob"), stay_id=later.pk, reason="twice")
    assert is_open(earlier)


def test_restoring_the_stay_of_another_person_closes_none(world: Any, pair: tuple[Stay, Stay]) -> None:
    earlier, later = pair
    stranger = stranger_of(pair)
    for stay in (stranger, later):
        services.withdraw(actor=world.actor("bob"), stay_id=stay.pk, reason="twice")
    assert is_open(earlier)
    services.undo_last(actor=world.actor("bob"), stay=stranger)
    assert is_open(earlier)
