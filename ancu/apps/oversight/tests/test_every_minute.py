"""What was just declared, corrected or checked out is looked at by the job of the minute, once, and nothing is passed
over that was still being written."""

from datetime import timedelta
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from ancu.apps.lodging.tests.factories import World
from ancu.apps.oversight.models import Alert, EvaluationProgress
from ancu.apps.oversight.services.evaluating import LOCK, evaluate_changes
from ancu.apps.oversight.tasks import evaluate
from ancu.apps.stays.models import Stay
from ancu.apps.stays.services import check_out, undo_last
from ancu.apps.stays.services.declaring import declare
from ancu.core import clock
from ancu.engines.exchange import interpret

pytestmark = pytest.mark.django_db(transaction=True)


def declared(world: World, number: str) -> int:
    """A guest who came a week ago on a permit that ended two days ago; the stay's id."""
    today = clock.today()
    row = {
        "full_name": "HOFFMANN JORG", "birth_date": "1984-03-08", "sex": "M", "nationality": "DEU",
        "document_number": number, "arrived_on": str(today - timedelta(days=7)), "room": "1",
        "expected_departure": str(today + timedelta(days=3)), "permitted_until": str(today - timedelta(days=2)),
    }  # fmt: skip
    outcome = declare(actor=world.actor("bob"), establishment=world.lodging, rows=interpret([row]), channel="web")
    (result,) = outcome.rows
    assert result.stay_id is not None
    return result.stay_id


def states() -> dict[str, str]:
    return dict(Alert.objects.order_by("id").values_list("rule", "state"))


def test_a_declaration_is_looked_at_within_the_minute_and_a_check_out_too(world: World) -> None:
    evaluate(0)
    stay = declared(world, "C01X00T47")
    evaluate(0)
    assert states() == {"overstay": "open", "declared_late": "open"}
    mark = EvaluationProgress.objects.get().mark
    assert evaluate_changes() == 0, "once"
    check_out(actor=world.actor("bob"), stay_ids=[stay], departed_on=clock.today())
    assert evaluate_changes() == 1
    assert states() == {"overstay": "closed", "declared_late": "open"}
    assert EvaluationProgress.objects.get().mark > mark
    undo_last(actor=world.actor("bob"), stay=Stay.objects.get(pk=stay))
    evaluate_changes()
    assert sorted(Alert.objects.filter(rule="overstay").values_list("state", flat=True))[-1] == "open"


def test_what_is_still_being_written_is_looked_at_when_it_is_there(world: World) -> None:
    """The slow one began first and commits last: a mark of time or number would have passed over it."""
    evaluate_changes()
    begun, may_end = Event(), Event()

    def slowly() -> None:
        with transaction.atomic():
            declared(world, "C01X00T47")
            begun.set()
            may_end.wait(10)
        connection.close()

    slow = Thread(target=slowly)
    slow.start()
    begun.wait(10)
    declared(world, "C02X00T48")
    evaluate_changes()
    assert Alert.objects.filter(rule="overstay").count() <= 1
    may_end.set()
    slow.join()
    evaluate_changes()
    assert Alert.objects.filter(rule="overstay").count() == 2


def test_two_at_once_do_not_close_what_the_other_found(world: World) -> None:
    """Whoever comes while another evaluates leaves it to him, and the mark where it is."""
    evaluate_changes()
    declared(world, "C01X00T47")
    lock_acquired, may_end = Event(), Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            lock_acquired.set()
            may_end.wait(10)
        connection.close()

    second_thread = Thread(target=hold)
    second_thread.start()
    lock_acquired.wait(10)
    assert evaluate_changes() == 0 and not Alert.objects.exists()
    may_end.set()
    second_thread.join()
    assert evaluate_changes() == 1 and Alert.objects.exists()
