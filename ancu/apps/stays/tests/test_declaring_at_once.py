"""Two at the same moment, with real threads and real transactions."""

from collections.abc import Callable

import msgspec
import pytest

from ancu.apps.lodging.tests.factories import World, make_world
from ancu.apps.stays.models import IdempotentResponse, Stay, Submission, UndeclaredRow
from ancu.apps.stays.selectors import receipts
from ancu.apps.stays.services import Declaration, DeclarationOutcome, declare, declare_once, photos
from ancu.apps.stays.tests.test_declaring import guest, rows, states
from ancu.apps.stays.tests.test_photos import PICTURES
from ancu.core.testing.at_once import at_once
from ancu.engines.passports.reading import read_passport_image

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def open_world(transactional_db: None) -> World:
    return make_world()


def declaring(world: World, records: list[dict[str, str | None]]) -> Callable[[], DeclarationOutcome]:
    actor, read = world.actor("bob"), rows(*records)
    return lambda: declare(actor=actor, establishment=world.lodging, rows=read, channel="api")


def test_the_same_guest_from_two_sides_is_one_stay(open_world: World) -> None:
    for attempt in range(15):
        same = [guest(f"C{attempt:07}")]
        outcomes = at_once(declaring(open_world, same), declaring(open_world, same), declaring(open_world, same))
        assert sorted(state for outcome in outcomes for state in states(outcome)) == [
            "accepted",
            "already_declared",
            "already_declared",
        ]
        assert len({outcome.rows[0].receipt for outcome in outcomes}) == 1
        assert len({outcome.rows[0].stay_id for outcome in outcomes}) == 1
    assert Stay.objects.count() == Submission.objects.count() == 15


@pytest.mark.parametrize("count", [40, 700])
def test_overlapping_batches_in_opposite_order(open_world: World, count: int) -> None:
    records = [guest(f"C{n:07}") for n in range(count)]
    forwards, backwards = at_once(
        declaring(open_world, records[: count * 3 // 4]), declaring(open_world, records[count // 4 :][::-1])
    )
    assert Stay.objects.count() == count == forwards.accepted + backwards.accepted
    for outcome in (forwards, backwards):
        assert outcome.read == outcome.accepted + outcome.already_declared
    for submission in Submission.objects.all():
        assert submission.stays.count() == submission.accepted_count
        assert receipts.recompute(submission) == submission.sha256


def test_two_arrivals_of_one_document_at_once_leave_one_open(open_world: World) -> None:
    for attempt in range(10):
        document = f"C{attempt:07}"
        outcomes = at_once(
            declaring(open_world, [guest(document, arrived=-6)]), declaring(open_world, [guest(document, arrived=-1)])
        )
        assert [outcome.accepted for outcome in outcomes] == [1, 1]
        stays = Stay.objects.filter(document_number=document)
        assert [stay.departed_on is None for stay in stays.order_by("arrived_on")] == [False, True]


def test_one_picture_read_twice_at_once_stores_its_other_guest_once(open_world: World) -> None:
    def gather() -> photos.OtherGuests | None:
        return photos.gather_others(actor=actor, establishment=open_world.lodging, sight=sight)

    actor, sight = open_world.actor("bob"), read_passport_image((PICTURES / "hoffmann.jpg").read_bytes())
    sight = msgspec.structs.replace(sight, also_read=(sight.answers,))
    for attempt in range(5):
        UndeclaredRow.objects.all().delete()
        assert len(at_once(gather, gather, gather)) == 3
        assert UndeclaredRow.objects.count() == 1, attempt


def test_the_same_reference_at_once_gives_the_same_bytes(open_world: World) -> None:
    def send() -> tuple[int, bytes]:
        declaration = Declaration(
            actor=actor,
            establishment=open_world.lodging,
            rows=rows(guest()),
            channel="api",
            client_reference="batch-1",
        )
        return declare_once(
            declaration, "0" * 64, lambda outcome: (200, f"{outcome.receipt} {outcome.accepted}".encode())
        )

    actor = open_world.actor("bob")
    first, second = at_once(send, send)
    assert first == second
    assert first[1].endswith(b" 1")
    assert Stay.objects.count() == IdempotentResponse.objects.count() == 1
