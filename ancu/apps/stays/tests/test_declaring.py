"""Declaring: one path for one row and for many, whatever comes twice, out of order or wrong."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ancu.apps.audit.models import Event
from ancu.apps.stays.models import Stay, Submission
from ancu.apps.stays.selectors import receipts
from ancu.apps.stays.services import DeclarationOutcome, declare
from ancu.apps.stays.services.storing import COLUMN_NAMES, COPIED, COPY_FROM, DeclarationRow
from ancu.apps.travellers.models import Identity, Traveller
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.errors import Conflict, Forbidden
from ancu.core.testing.query_counts import ExpectQueries
from ancu.engines.exchange import STORED, Guest, GuestRow, interpret

pytestmark = pytest.mark.django_db


def guest(number: str = "C0TEST001", arrived: int = 0, nights: int = 3, **fields: str | None) -> dict[str, str | None]:
    """A record as a form or a program gives it; ``arrived`` is days from today."""
    day = clock.today() + timedelta(days=arrived)
    return {
        "full_name": "HOFFMANN JÖRG",
        "birth_date": "1984-03-08",
        "sex": "M",
        "nationality": "DEU",
        "document_number": number,
        "room": "201",
        "arrived_on": day.isoformat(),
        "expected_departure": (day + timedelta(days=nights)).isoformat(),
        "permitted_until": (day + timedelta(days=40)).isoformat(),
        **fields,
    }


def rows(*records: dict[str, str | None]) -> list[GuestRow]:
    return interpret(list(records))


def say(world: Any, *records: dict[str, str | None], **options: Any) -> DeclarationOutcome:
    values: dict[str, Any] = {
        "actor": world.actor("bob"),
        "establishment": world.lodging,
        "rows": rows(*records),
        "channel": "web",
    }
    return declare(**(values | options))


def states(outcome: DeclarationOutcome) -> list[str]:
    return [row.state for row in outcome.rows]


def test_one_guest_is_stored_with_receipt_identity_and_audit(world: Any) -> None:
    outcome = say(world, guest())
    stay = Stay.objects.get()
    assert (outcome.read, outcome.accepted, outcome.refused) == (1, 1, 0)
    assert outcome.rows[0].stay_id == stay.pk
    assert outcome.receipt == stay.submission.number == outcome.rows[0].receipt
    assert stay.identity.name_key == "hoffmann jorg"
    assert (stay.unit_id, stay.room, stay.birth_date) == (world.lodging.unit_id, "201", "1984-03-08")
    assert stay.limit_id == "declaration.electronic 87/2026"
    event = Event.objects.get(act="stays.declared")
    assert event.details["accepted"] == 1
    assert "HOFFMANN" not in str(event.details)


@pytest.mark.parametrize("count", [3, COPY_FROM + 20])
def test_the_same_file_again_is_already_declared_under_the_same_receipt(world: Any, count: int) -> None:
    records = [guest(f"C{n:07}") for n in range(count)]
    first, second = say(world, *records), say(world, *records)
    assert (first.accepted, second.accepted, second.already_declared) == (count, 0, count)
    assert (second.receipt, second.sha256, second.received_at) == (first.receipt, first.sha256, first.received_at)
    assert second.submission is None
    assert {row.receipt for row in second.rows} == {first.receipt}
    assert [row.stay_id for row in first.rows] == [row.stay_id for row in second.rows]
    assert (Stay.objects.count(), Submission.objects.count()) == (count, 1)
    assert receipts.recompute(Submission.objects.get()) == Submission.objects.get().sha256


def test_a_guest_twice_in_one_file_is_one_stay(world: Any) -> None:
    outcome = say(world, guest(), guest())
    assert states(outcome) == ["accepted", "already_declared"]
    assert outcome.rows[1].stay_id == outcome.rows[0].stay_id
    assert outcome.rows[1].receipt == outcome.receipt


def test_wrong_rows_are_refused_and_good_ones_stand(world: Any) -> None:
    outcome = say(world, guest(), guest("C0TEST002", nationality=None), guest("C0TEST003"))
    assert states(outcome) == ["accepted", "refused", "accepted"]
    assert [e.code for e in outcome.rows[1].errors] == ["nationality_missing"]
    submission = Submission.objects.get()
    assert (submission.read_count, submission.accepted_count, submission.refused_count) == (3, 2, 1)


def test_without_an_accepted_row_there_is_no_submission(world: Any) -> None:
    outcome = say(world, guest(full_name=None))
    assert (outcome.receipt, outcome.refused) == (None, 1)
    assert not Submission.objects.exists()


def test_dry_run_answers_the_same_and_stores_nothing(world: Any) -> None:
    say(world, guest())
    outcome = say(world, guest(), guest("C0TEST002"), guest(None), dry_run=True)  # type: ignore[arg-type]
    assert states(outcome) == ["already_declared", "accepted", "refused"]
    assert outcome.receipt is None
    assert outcome.rows[0].receipt == Submission.objects.get().number
    assert [row.stay_id for row in outcome.rows] == [Stay.objects.get().pk, None, None]


def test_all_or_nothing_holds_the_good_rows(world: Any) -> None:
    say(world, guest())
    outcome = say(world, guest(), guest("C0TEST002"), guest("C0TEST003", sex="M", birth_date="x"), all_or_nothing=True)
    assert states(outcome) == ["already_declared", "held", "refused"]
    assert outcome.read == outcome.accepted + outcome.already_declared + outcome.refused == 3
    assert (outcome.accepted, outcome.held_back, outcome.receipt) == (0, 1, None)
    assert [e.code for e in outcome.rows[1].errors] == ["held"]
    assert Stay.objects.count() == 1
    assert say(world, guest("C0TEST002"), guest("C0TEST004"), all_or_nothing=True).accepted == 2


def test_a_later_arrival_closes_the_open_stay(world: Any) -> None:
    say(world, guest(arrived=-20, nights=4))
    outcome = say(world, guest(arrived=-2))
    earlier = Stay.objects.get(arrived_on=clock.today() - timedelta(days=20))
    assert (earlier.departed_on, earlier.departure_presumed) == (clock.today() - timedelta(days=16), True)
    assert [w.code for w in outcome.rows[0].warnings] == ["earlier_stay_closed"]
    assert outcome.warned == 1
    assert receipts.recompute(earlier.submission) == earlier.submission.sha256


def test_an_earlier_arrival_told_later_is_stored_closed(world: Any) -> None:
    say(world, guest(arrived=-2))
    outcome = say(world, guest(arrived=-5, nights=9))
    earlier = Stay.objects.get(pk=outcome.rows[0].stay_id)
    assert (earlier.departed_on, earlier.departure_presumed) == (clock.today() - timedelta(days=2), True)
    assert [w.code for w in outcome.rows[0].warnings] == ["departure_presumed"]
    assert Stay.objects.get(arrived_on=clock.today() - timedelta(days=2)).departed_on is None


def test_two_stays_of_one_document_in_one_file(world: Any) -> None:
    outcome = say(world, guest(arrived=-1), guest(arrived=-9, nights=2))
    assert states(outcome) == ["accepted", "accepted"]
    assert Stay.objects.filter(departed_on__isnull=True).count() == 1


def test_another_spelling_is_the_same_traveller_another_birth_date_is_not(world: Any) -> None:
    say(
        world,
        guest(arrived=-9),
        guest(arrived=-5, full_name="JOERG HOFFMANN", departed_on=str(clock.today() - timedelta(days=3))),
        guest(arrived=-2, birth_date="1990"),
    )
    assert Identity.objects.count() == 3
    assert Traveller.objects.count() == 2


def test_late_is_marked_and_never_refused(world: Any) -> None:
    outcome = say(world, guest(arrived=-3), guest("C0TEST002"))
    assert states(outcome) == ["accepted", "accepted"]
    assert outcome.late == 1
    assert outcome.rows[0].minutes_late > 24 * 60 > outcome.rows[1].minutes_late == 0


def test_row_references_are_known_again_after_a_correction(world: Any) -> None:
    first = say(world, guest(), row_references=["PMS-1"])
    Stay.objects.update(document_number="CORRECTED1")
    second = say(world, guest(), guest("C0TEST002"), row_references=["PMS-1", "PMS-1"])
    assert states(second) == ["already_declared", "already_declared"]
    assert {row.stay_id for row in second.rows} == {first.rows[0].stay_id}


def test_a_withdrawn_stay_may_be_declared_again(world: Any) -> None:
    say(world, guest())
    Stay.objects.update(status="withdrawn")
    assert say(world, guest()).accepted == 1


def test_room_missing_warns_only_where_a_room_is_needed(world: Any) -> None:
    assert [w.code for w in say(world, guest(room=None)).rows[0].warnings] == ["room_missing"]
    world.lodging.kind = "homestay"
    assert say(world, guest("C0TEST002", room=None)).warned == 0


def test_example_rows_are_skipped_and_counted_apart(world: Any) -> None:
    outcome = say(world, guest(full_name="[TEST] SAMPLE"), guest(), skipped=2)
    assert states(outcome) == ["skipped_example", "accepted"]
    assert (outcome.read, outcome.skipped_examples) == (1, 3)


def test_only_the_lodging_itself_declares(world: Any) -> None:
    for name in ("charlie", "olga"):
        with pytest.raises(Forbidden):
            say(world, guest(), actor=world.actor(name))
    world.lodging.status = "suspended"
    with pytest.raises(Conflict, match="establishment_not_active"):
        say(world, guest())


def test_difficult_text_is_stored_as_it_is_by_both_ways(world: Any) -> None:
    name, room, native = 'O\'BRIEN \\N "X" Ñ', "Phòng\\5 'A'", "王\\N小明 'x'"
    small_outcome = say(world, guest(full_name=name, room=room, native_name=native))
    records = [guest(f"D{n:07}", full_name=name, room=room, native_name=native) for n in range(COPY_FROM + 1)]
    large_outcome = say(world, *records, guest(f"E{COPY_FROM:07}", room=None))
    for outcome in (small_outcome, large_outcome):
        stay = Stay.objects.get(pk=outcome.rows[0].stay_id)
        assert (stay.full_name, stay.native_name, stay.room) == (name, native, room)


keys = st.tuples(st.sampled_from(["A1", "B2", "C3"]), st.integers(-6, 0), st.integers(0, 5), st.booleans())


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(keys, min_size=1, max_size=6), min_size=1, max_size=5))
def test_any_order_of_duplicates_gives_one_stay_per_key(world: Any, batches: list[list[Any]]) -> None:
    Stay.objects.all().delete()
    Submission.objects.all().delete()
    expected = set()
    for batch in batches:
        records = [
            guest(doc, day, nights, departed_on=str(clock.today() + timedelta(days=day)) if gone else None)
            for doc, day, nights, gone in batch
        ]
        outcome = say(world, *records)
        expected |= {(doc, clock.today() + timedelta(days=day)) for doc, day, _, _ in batch}
        assert outcome.read == outcome.accepted + outcome.already_declared + outcome.refused == len(batch)
    assert sorted(Stay.objects.values_list("document_number", "arrived_on")) == sorted(expected)
    for document in ("A1", "B2", "C3"):
        stays = list(Stay.objects.filter(document_number=document).order_by("arrived_on"))
        assert all(stay.departed_on is not None for stay in stays[:-1])
    for submission in Submission.objects.all():
        assert receipts.recompute(submission) == submission.sha256


def test_query_count_does_not_grow_with_the_rows(world: Any, expect_queries: ExpectQueries) -> None:
    for count, first in ((1, 0), (3, 10)):
        with expect_queries():
            say(world, *[guest(f"Q{first + n:07}") for n in range(count)], actor=system("test"))


def test_the_storing_statement_takes_every_field_of_the_table() -> None:
    assert DeclarationRow.__struct_fields__[-1] == "departure_presumed", "the last one is no column of incoming"
    guest_fields = Guest.__struct_fields__
    assert DeclarationRow.__struct_fields__[: len(guest_fields)] == guest_fields, "validating copies them in this order"
    fields = {field.name for field in STORED}
    assert fields - {"departed_on"} <= set(COPIED) and fields <= set(COLUMN_NAMES)
