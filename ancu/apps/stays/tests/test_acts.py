"""What may be done with a stay after it was declared, and what history keeps of it."""

from datetime import timedelta
from typing import Any

import pytest

from ancu.apps.audit.models import Event
from ancu.apps.stays import services
from ancu.apps.stays.models import Stay
from ancu.apps.stays.selectors import get_stay, history, receipts
from ancu.apps.stays.services import InvalidCorrection
from ancu.apps.stays.tests.test_declaring import guest, say
from ancu.core import clock
from ancu.core.errors import Conflict, Forbidden, Http404

pytestmark = pytest.mark.django_db


@pytest.fixture
def stay(world: Any) -> Stay:
    outcome = say(world, guest(arrived=-2))
    return Stay.objects.get(pk=outcome.rows[0].stay_id)


def test_check_out_keeps_the_expected_departure(world: Any, stay: Stay) -> None:
    bob = world.actor("bob")
    [departed] = services.check_out(actor=bob, stay_ids=[stay.pk], departed_on=clock.today())
    assert (departed.departed_on, departed.expected_departure) == (clock.today(), stay.expected_departure)
    with pytest.raises(Conflict, match="already_left"):
        services.check_out(actor=bob, stay_ids=[stay.pk], departed_on=clock.today())


@pytest.mark.parametrize(("days", "code"), [(1, "departure_in_future"), (-5, "departure_before_arrival")])
def test_impossible_departures_are_conflicts(world: Any, stay: Stay, days: int, code: str) -> None:
    with pytest.raises(Conflict, match=code):
        services.check_out(
            actor=world.actor("bob"), stay_ids=[stay.pk], departed_on=clock.today() + timedelta(days=days)
        )


def test_extend_and_change_room(world: Any, stay: Stay) -> None:
    bob, later = world.actor("bob"), clock.today() + timedelta(days=9)
    services.extend(actor=bob, stay_id=stay.pk, expected_departure=later)
    services.change_room(actor=bob, stay_id=stay.pk, room=" 5 A ")
    stay.refresh_from_db()
    assert (stay.expected_departure, stay.room) == (later, "5 A")
    with pytest.raises(Conflict, match="departure_before_arrival"):
        services.extend(actor=bob, stay_id=stay.pk, expected_departure=clock.today() - timedelta(days=9))


def test_a_correction_moves_the_identity_and_erases_nothing(world: Any, stay: Stay) -> None:
    before = stay.identity_id
    changes = {"document_number": "C0TEST009", "full_name": "HOFMANN JÖRG"}
    services.correct(actor=world.actor("alice"), stay_id=stay.pk, changes=changes, reason="misread")
    after = Stay.objects.get(pk=stay.pk)
    assert (after.document_number, after.status, after.room) == ("C0TEST009", "corrected", "201")
    assert after.identity_id != before
    [version] = history(world.actor("alice"), after)
    assert (version.act, version.user_id, version.reason) == ("corrected", world.users["alice"].pk, "misread")
    assert version.changed["document_number"] == ("C0TEST001", "C0TEST009")
    assert receipts.recompute(after.submission) == after.submission.sha256
    assert Event.objects.get(act="stays.corrected").details == {"fields": ["document_number", "full_name"]}


def test_a_wrong_correction_says_which_field(world: Any, stay: Stay) -> None:
    with pytest.raises(InvalidCorrection) as caught:
        services.correct(actor=world.actor("bob"), stay_id=stay.pk, changes={"nationality": "QQQ"})
    assert [error.field for error in caught.value.findings] == ["nationality"]
    with pytest.raises(InvalidCorrection):
        services.correct(actor=world.actor("bob"), stay_id=stay.pk, changes={"permitted_until": "soon"})
    with pytest.raises(Conflict, match="field_unknown"):
        services.correct(actor=world.actor("bob"), stay_id=stay.pk, changes={"unit": "1"})


def test_a_correction_into_another_stay_is_already_declared(world: Any, stay: Stay) -> None:
    another_stay_id = say(world, guest("C0TEST002", arrived=-2)).rows[0].stay_id
    with pytest.raises(Conflict, match=r"already_declared|earlier_stay_open"):
        services.correct(actor=world.actor("bob"), stay_id=another_stay_id, changes={"document_number": "C0TEST001"})


def test_withdrawal_needs_a_reason_and_is_final(world: Any, stay: Stay) -> None:
    bob = world.actor("bob")
    with pytest.raises(Conflict, match="reason_missing"):
        services.withdraw(actor=bob, stay_id=stay.pk, reason=" ")
    services.withdraw(actor=bob, stay_id=stay.pk, reason="never came")
    for act in (
        lambda: services.extend(actor=bob, stay_id=stay.pk, expected_departure=clock.today()),
        lambda: services.withdraw(actor=bob, stay_id=stay.pk, reason="again"),
    ):
        with pytest.raises(Conflict, match="withdrawn"):
            act()


def test_a_stranger_finds_nothing_and_an_officer_changes_nothing(world: Any, stay: Stay) -> None:
    for name, error in (("charlie", Http404), ("pavel", Http404), ("olga", Forbidden)):
        with pytest.raises(error):
            services.check_out(actor=world.actor(name), stay_ids=[stay.pk], departed_on=clock.today())


def test_a_guests_receipt_is_found_by_its_code_alone(world: Any, stay: Stay) -> None:
    code = receipts.stay_receipt_code(get_stay(world.actor("bob"), stay.pk))
    receipt = receipts.find_by_code(code.lower())
    assert receipt is not None
    assert receipt[1] == stay
    assert receipts.find_by_code(stay.submission.number) == (stay.submission, None)
    forged = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert receipts.find_by_code(forged) is None
    assert receipts.find_by_code("HB") is None
