"""Alarms at half time and one working day before the due day: once each, and never while the clock stands."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from ancu.apps.dossiers.enums import DeadlineAlarmKind, State
from ancu.apps.dossiers.models import DeadlineAlarm, Dossier
from ancu.apps.dossiers.rules.alarms import due_alarm
from ancu.apps.dossiers.services import filing, handling
from ancu.apps.dossiers.services.alarms import alarm_readers, send_alarms
from ancu.apps.dossiers.services.assigning import assign
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier
from ancu.apps.lodging.tests.factories import World
from ancu.apps.messaging.models import InAppNotification
from ancu.core.actor import system
from ancu.core.clock import VIETNAM
from ancu.core.working_days import calendar

ACCEPTED_AT = datetime(2026, 12, 7, 10, tzinfo=VIETNAM)  # a Monday: due on Monday the 14th
JOB = system("dossiers.alarm")
HALF, DAY = DeadlineAlarmKind.HALF_TIME, DeadlineAlarmKind.DAY_BEFORE


@pytest.fixture
def cast(world: World) -> World:
    return make_cast(world)


@pytest.fixture
def accepted(cast: World) -> Dossier:
    with time_machine.travel(ACCEPTED_AT):
        dossier = make_dossier(cast, State.ACCEPTED)
        assign(cast.actor("selma"), dossier=dossier, to=cast.users["selma"])
    assert dossier.due_on == date(2026, 12, 14)
    return dossier


def run_on(day: int, hour: int = 7) -> list[str]:
    """Run the job on that day of December; return the kinds of the alarms there are then."""
    with time_machine.travel(datetime(2026, 12, day, hour, tzinfo=VIETNAM)):
        send_alarms(JOB)
    return list(DeadlineAlarm.objects.order_by("id").values_list("kind", flat=True))


def alarmed(cast: World, name: str) -> int:
    return InAppNotification.objects.filter(user=cast.users[name], key__contains=":alarm:").count()


def test_officer_and_head_are_reminded_at_half_time_and_the_day_before(cast: World, accepted: Dossier) -> None:
    assert run_on(8) == run_on(9) == []
    assert run_on(10) == [HALF], "two of five working days are left"
    assert run_on(10, 9) == run_on(10, 11) == [HALF]
    assert run_on(11) == [HALF, DAY] == run_on(12) == run_on(14)
    assert alarmed(cast, "selma") == alarmed(cast, "dora") == 2
    assert alarmed(cast, "ines") == 0
    assert alarm_readers(accepted) == sorted([cast.users["selma"], cast.users["dora"]], key=lambda user: user.pk)


def test_a_missed_half_time_is_not_sent_beside_the_day_before(accepted: Dossier) -> None:
    assert run_on(11) == [DAY] == run_on(14)


def test_no_alarm_while_the_applicant_owes_documents(cast: World, accepted: Dossier) -> None:
    with time_machine.travel(ACCEPTED_AT + timedelta(days=1)):
        handling.request_supplement(cast.actor("selma"), dossier=accepted, note_text="The page is blurred.")
    assert run_on(10) == run_on(11) == run_on(14) == []
    with time_machine.travel(datetime(2026, 12, 15, 10, tzinfo=VIETNAM)):
        filing.resubmit(cast.actor("ramon"), dossier=accepted)
    accepted.refresh_from_db()
    assert accepted.due_on == date(2026, 12, 22), "the working days of the pause do not count"
    assert run_on(17) == []
    assert run_on(18) == [HALF] and run_on(21) == [HALF, DAY]


def test_no_alarm_about_a_decided_dossier(cast: World) -> None:
    with time_machine.travel(ACCEPTED_AT):
        make_dossier(cast, State.APPROVED)
    assert run_on(11) == []


def test_the_alarm_names_no_person(cast: World, accepted: Dossier) -> None:
    run_on(10)
    titles = InAppNotification.objects.filter(key__contains=":alarm:").values_list("title_en", flat=True)
    assert titles and all(accepted.number in title and "ADAMS" not in title for title in titles)


@given(st.integers(1, 30), st.integers(0, 40))
def test_each_alarm_comes_in_its_time(deadline_days: int, days_left: int) -> None:
    alarm = due_alarm(days_left, deadline_days)
    assert (alarm == DAY) == (days_left <= 1)
    assert (alarm == HALF) == (1 < days_left <= deadline_days / 2)
    assert due_alarm(-days_left - 1, deadline_days) is None


@given(st.dates(date(2026, 1, 5), date(2026, 11, 1)), st.integers(1, 20))
def test_a_daily_job_sends_the_day_before_on_the_working_day_before(accepted_on: date, deadline_days: int) -> None:
    """However weekends and holidays lie: the first day with the alarm is followed by one working day at most."""
    days = calendar()
    due = days.deadline(accepted_on, deadline_days)
    assert due is not None
    alarm_days = [
        day
        for number in range((due - accepted_on).days + 1)
        if due_alarm(days.working_days_left(day := accepted_on + timedelta(days=number), due), deadline_days) == DAY
    ]
    assert alarm_days[-1] == due and days.working_days_between(alarm_days[0], due) == (1 if deadline_days else 0)
