"""Expected dates: from what was measured and the queue, kept, and held against what happened."""

import re
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from math import ceil
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Organisation
from ancu.apps.accounts.tests.factories import make_member, make_user
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import DatePromise, Dossier, Duration
from ancu.apps.dossiers.selectors import promises as selectors
from ancu.apps.dossiers.selectors.durations import (
    HALF,
    NINE_TENTHS,
    DecisionCounts,
    ProcedureTimes,
    times_by_procedure,
)
from ancu.apps.dossiers.selectors.promises import DecisionPace, expect
from ancu.apps.dossiers.services import filing, promises
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, make_submitted
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.core.actor import PUBLIC, Actor
from ancu.core.testing import texts

TRC = "trc_organisation"


@pytest.fixture
def cast(world: World) -> World:
    return make_cast(world)


def measured(
    world: World, days: list[int], *, on: date | None = None, is_on_time: bool | None = True, **more: Any
) -> None:
    """A decided dossier for each number of working days."""
    when = on or clock.today() - timedelta(days=1)
    for count in days:
        dossier = make_submitted(world, state=State.APPROVED, decided_at=clock.now())
        values: dict[str, Any] = {"agency": world.provincial_agency, "procedure": TRC, "decided_on": when}
        Duration.objects.create(
            dossier=dossier,
            since_submission=count,
            since_acceptance=max(0, count - 2),
            is_on_time=is_on_time,
            **(values | more),
        )


# ---- the figure ----------------------------------------------------------------------------------------


@given(
    fast=st.integers(0, 5), middle=st.integers(0, 10), slow=st.integers(0, 20),
    cases=st.integers(0, 500), legal=st.integers(1, 10), queues=st.lists(st.integers(0, 3000), min_size=2, max_size=8),
)  # fmt: skip
def test_a_longer_queue_never_brings_the_day_nearer(
    fast: int, middle: int, slow: int, cases: int, legal: int, queues: list[int]
) -> None:
    pace = DecisionPace(cases, fast, fast + middle, fast + middle + slow, per_day=max(1, cases) / 62)
    results = [expect(pace, ahead=ahead, legal_days=legal) for ahead in sorted(queues)]
    for shorter, longer in pairwise(results):
        assert (shorter.fast, shorter.likely, shorter.slow) <= (longer.fast, longer.likely, longer.slow)
        assert shorter.fast <= longer.fast and shorter.likely <= longer.likely and shorter.slow <= longer.slow
    assert all(entry.fast <= entry.likely <= entry.slow for entry in results)
    assert all(entry.enough == (cases >= 20) for entry in results)


def test_fewer_than_twenty_cases_promise_the_legal_deadline(cast: World) -> None:
    measured(cast, [1] * 19)
    small = selectors.current_expectation(TRC, agency=cast.provincial_agency)
    assert (small.fast, small.likely, small.slow, small.enough) == (5, 5, 5, False)
    measured(cast, [1])
    enough = selectors.current_expectation(TRC, agency=cast.provincial_agency)
    assert (enough.likely, enough.cases, enough.enough) == (1, 20, True)


def test_median_and_the_middle_four_fifths_of_the_last_ninety_days(cast: World) -> None:
    measured(cast, list(range(1, 31)))
    measured(cast, [90] * 30, on=clock.today() - timedelta(days=90))  # too long ago
    measured(cast, [80] * 30, procedure="visa")
    measured(cast, [70] * 30, agency=Organisation.objects.create(kind="agency", name="Elsewhere"))
    pace = selectors.pace(cast.provincial_agency.pk, TRC)
    assert (pace.cases, pace.fast, pace.middle, pace.slow) == (30, 3, 15, 27)


def test_a_queue_longer_than_the_office_decides_puts_the_day_off(cast: World) -> None:
    for back in range(1, 31):
        measured(cast, [3], on=clock.today() - timedelta(days=back))  # one a day
    before = selectors.current_expectation(TRC, agency=cast.provincial_agency)
    waiting = make_submitted(cast)
    Dossier.objects.bulk_create(
        Dossier(**{field.attname: getattr(waiting, field.attname) for field in Dossier._meta.concrete_fields
                   if not field.primary_key} | {"number": f"Q{number}"})
        for number in range(40)
    )  # fmt: skip
    after = selectors.current_expectation(TRC, agency=cast.provincial_agency)
    assert (before.likely, before.ahead, after.ahead) == (3, 0, 40), "rounded"
    assert (after.fast, after.likely, after.slow) == (40, 40, 40)


# ---- made ----------------------------------------------------------------------------------------------


def test_each_step_asks_for_its_promise_in_its_own_transaction(cast: World) -> None:
    dossier = make_dossier(cast, State.APPROVED)
    jobs = ProcrastinateJob.objects.filter(task_name__in=["dossiers.promise", "dossiers.score"]).order_by("id")
    assert [(job.task_name, job.args.get("stage"), job.args["dossier_id"]) for job in jobs] == [
        ("dossiers.promise", "submission", dossier.pk),
        ("dossiers.promise", "acceptance", dossier.pk),
        ("dossiers.score", None, dossier.pk),
    ]


def test_a_promise_is_kept_at_submission_and_acceptance_and_not_twice(cast: World) -> None:
    dossier = make_dossier(cast, State.SUBMITTED)
    first = promises.promise(dossier_id=dossier.pk, stage="submission")
    assert first is not None and first.basis["enough"] is False
    assert first.latest_on == selectors.calendar().deadline(dossier.submitted_at, 5)
    assert promises.promise(dossier_id=dossier.pk, stage="submission") == first
    promises.promise(dossier_id=dossier.pk, stage="acceptance")
    assert DatePromise.objects.filter(dossier=dossier).count() == 2
    current = selectors.current_promise(dossier)
    assert current is not None and current.basis["stage"] == "acceptance"


def test_nothing_is_promised_of_what_is_decided_or_taken_back(cast: World) -> None:
    dossier = make_dossier(cast, State.SUBMITTED)
    filing.withdraw(cast.actor("ramon"), dossier=dossier, reason="Leaving early.")
    assert promises.promise(dossier_id=dossier.pk, stage="submission") is None


def test_no_day_of_a_late_dossier_lies_in_the_past(cast: World) -> None:
    dossier = make_submitted(cast, submitted_at=clock.now() - timedelta(days=60))
    created = promises.promise(dossier_id=dossier.pk, stage="submission")
    assert created is not None and clock.today() <= created.earliest_on <= created.likely_on <= created.latest_on


def test_it_is_said_anew_when_it_moved_materially_only(cast: World) -> None:
    dossier = make_submitted(cast)
    assert promises.renew() == 1, "what was never told is told"
    assert promises.renew() == 0
    measured(cast, [15] * 20)
    assert promises.renew() == 1
    assert promises.renew() == 0
    current = selectors.current_promise(dossier)
    assert current is not None and current.basis["stage"] == "renewed" and current.basis["enough"] is True


def test_the_night_gives_each_its_place_in_the_queue(cast: World) -> None:
    older = make_submitted(cast, submitted_at=clock.now() - timedelta(hours=2))
    newer = make_submitted(cast, submitted_at=clock.now() - timedelta(hours=1))
    promises.renew()
    results = [selectors.current_promise(entry) for entry in (older, newer)]
    assert [entry.basis["ahead"] for entry in results if entry] == [0, 1]
    assert [selectors.expectation_of(entry).ahead for entry in (older, newer)] == [0, 1]


# ---- held against what happened ------------------------------------------------------------------------


@pytest.mark.parametrize(("late", "is_on_time"), [(0, True), (-1, True), (1, False)])
def test_a_promise_is_kept_when_decided_by_its_latest_day(cast: World, late: int, is_on_time: bool) -> None:
    decided = make_submitted(
        cast, state=State.APPROVED, submitted_at=clock.now() - timedelta(days=14), decided_at=clock.now()
    )
    DatePromise.objects.create(
        dossier=decided, made_at=clock.now() - timedelta(days=14), earliest_on=clock.today(), likely_on=clock.today(),
        latest_on=clock.today() - timedelta(days=late), basis={"stage": "submission"},
    )  # fmt: skip
    measured_now = promises.score(dossier_id=decided.pk)
    assert measured_now is not None and measured_now.is_on_time is is_on_time
    assert DatePromise.objects.get().is_on_time is is_on_time and DatePromise.objects.get().happened_on == clock.today()
    assert measured_now.since_submission == selectors.calendar().elapsed(decided.submitted_at, clock.today())
    assert promises.score(dossier_id=decided.pk) == measured_now
    assert Duration.objects.count() == 1


def test_what_nobody_measured_is_measured_at_night(cast: World) -> None:
    make_submitted(cast, state=State.REFUSED, decided_at=clock.now() - timedelta(days=3))
    assert promises.measure_missing() == 1
    assert promises.measure_missing() == 0
    assert Duration.objects.get().is_on_time is None


def test_the_time_the_office_waited_for_the_applicant_is_not_its_own(cast: World) -> None:
    dossier = make_dossier(cast, State.SUPPLEMENT)
    start = clock.now() - timedelta(days=28)
    Dossier.objects.filter(pk=dossier.pk).update(submitted_at=start)
    dossier.supplements.update(asked_at=start + timedelta(minutes=1), answered_at=clock.now() - timedelta(minutes=1))
    dossier.refresh_from_db()
    assert promises._working_days(dossier, accepted=False, until=clock.today()) <= 1


# ---- published -----------------------------------------------------------------------------------------


def last_month() -> date:
    return clock.today().replace(day=1) - timedelta(days=1)


def analyst(cast: World) -> Actor:
    cast.users["anh"] = make_user("Anh")
    make_member(cast.users["anh"], cast.provincial_agency, Role.ANALYST)
    return cast.actor("anh")


def test_no_cell_of_fewer_than_five_is_published(cast: World) -> None:
    measured(cast, [2] * 4, on=last_month())
    measured(cast, [3, 3, 3, 4, 9], procedure="visa", is_on_time=None, on=last_month())
    measured(cast, [3] * 4, procedure="visa", is_on_time=False, on=last_month())
    (month,) = selectors.punctuality_by_month(PUBLIC).months
    assert (month.procedure, month.cases, month.middle, month.percent) == ("visa", 9, 3, None)
    assert selectors.punctuality_by_month(analyst(cast)).months == [month], "she cannot open the dossiers either"
    ours = {month.procedure: month.percent for month in selectors.punctuality_by_month(cast.actor("ines")).months}
    assert ours == {TRC: 100, "visa": 0}


@pytest.mark.parametrize(
    ("on_time", "of", "percent"), [(7, 10, None), (10, 10, 100), (5, 10, 50), (0, 10, 0), (2, 10, None)]
)
def test_a_share_is_published_where_neither_side_of_it_is_few(
    cast: World, on_time: int, of: int, percent: int | None
) -> None:
    measured(cast, [2] * on_time, on=last_month())
    measured(cast, [2] * (of - on_time), on=last_month(), is_on_time=False)
    (month,) = selectors.punctuality_by_month(PUBLIC).months
    assert (month.cases, month.percent) == (of, percent)


def test_the_total_says_what_is_left_out(cast: World) -> None:
    for back, entry in ((1, 2), (2, 3), (3, 4)):
        measured(cast, [2] * entry, on=selectors.month_before(clock.today(), back))
        measured(cast, [2] * 20, procedure="visa", on=selectors.month_before(clock.today(), back))
    published = selectors.punctuality_by_month(PUBLIC)
    assert (published.shown_cases, published.left_out) == (60, 10), "rounded: /results/ tells some of the nine"
    page = Client().get("/promises", headers={"accept-language": "en"}).content.decode()
    assert "about 70" in page and "about 10 of them in months not shown" in page
    own = selectors.punctuality_by_month(cast.actor("ines"))
    assert (own.shown_cases, own.left_out) == (69, 0)


@pytest.mark.parametrize("month_cases", [[4], [1, 1], [4, 4], [1, 2]])
def test_a_total_that_would_tell_of_few_is_not_told(cast: World, month_cases: list[int]) -> None:
    """Four in one month are the total less what is shown; of two months with eight in all each has four."""
    for back, number in enumerate(month_cases, start=1):
        measured(cast, [2] * number, on=selectors.month_before(clock.today(), back))
    measured(cast, [2] * 20, procedure="visa", on=last_month())
    published = selectors.punctuality_by_month(PUBLIC)
    assert (published.shown_cases, published.left_out) == (20, None)
    assert ">20<" in Client().get("/promises").content.decode()


def test_the_share_that_held_counts_the_months_whose_own_share_is_hidden(cast: World) -> None:
    """Of months with one to four misses no share is told; left out of the whole, it would be 100 % at every office."""
    for back in range(1, 5):
        measured(cast, [2] * 17, on=selectors.month_before(clock.today(), back))
        measured(cast, [2] * 3, on=selectors.month_before(clock.today(), back), is_on_time=False)
    published = selectors.punctuality_by_month(PUBLIC)
    assert [month.percent for month in published.months] == [None] * 4
    assert (published.promised, published.percent) == (80, 85)
    page = Client().get("/promises").content.decode()
    assert ">85%<" in page and not re.search(r">\s*100\s*%", page)


@pytest.mark.slow
def test_what_is_said_of_the_last_days_is_what_the_months_say(cast: World) -> None:
    """Half within and nine in ten within are one measure, wherever they are read; a queue is said to be one."""
    days = [1, 2, 2, 3, 4, 4, 5, 6, 6, 9] * 3
    measured(cast, days, on=last_month())
    (month,) = selectors.punctuality_by_month(PUBLIC).months
    now = selectors.current_expectation(TRC)
    assert (now.measured.middle, now.measured.slow) == (month.middle, month.slow) == (4, 6)
    assert (now.likely, now.slow, now.queued) == (4, 6, 0)
    for _case in range(300):
        make_submitted(cast)
    longer = selectors.current_expectation(TRC)
    assert (longer.measured.middle, longer.measured.slow) == (4, 6)
    assert longer.likely == 4 + longer.queued > 4
    client = Client()
    client.cookies["django_language"] = "en"
    page = " ".join(client.get(f"/procedures/{TRC}").content.decode().split())
    assert "half took 4 working days or less and nine in ten took 6 or less" in page
    assert longer.likely == ceil(300 / round(longer.measured.per_day, 1))
    rate = f"{longer.measured.per_day:.1f}"
    assert f"about 300 dossiers are ahead of yours and the office decides {rate} a day" in page
    assert f"yours will be decided in about {longer.likely} working days" in page


def test_a_queue_that_the_usual_time_holds_changes_nothing(cast: World) -> None:
    """Five wait and twenty are decided on a day: it takes what it took."""
    for back in range(1, 4):
        measured(cast, [2, 3, 4, 5, 6] * 4, on=clock.today() - timedelta(days=back))
    for _case in range(5):
        make_submitted(cast)
    now = selectors.current_expectation(TRC)
    assert (now.measured.per_day, now.ahead, now.queued) == (20, 5, 0)
    assert now.measured.fast <= now.likely == now.measured.middle <= now.measured.slow


def test_what_anybody_may_ask_again_tomorrow_is_rounded(cast: World) -> None:
    """One dossier more or less is not read from two answers, and a queue of few is not told."""
    measured(cast, [3] * 22, on=last_month())
    for _case in range(4):
        make_submitted(cast)
    now = selectors.current_expectation(TRC)
    assert (now.cases, now.ahead) == (20, 0)
    client = Client()
    client.cookies["django_language"] = "en"
    page = " ".join(client.get(f"/procedures/{TRC}").content.decode().split())
    assert "Of about 20 dossiers" in page and texts.ARE_AHEAD_OF_YOURS not in page
    for _case in range(4):
        make_submitted(cast)
    assert selectors.current_expectation(TRC).ahead == 10


def test_a_month_that_runs_on_is_published_once_it_is_over(cast: World) -> None:
    measured(cast, [2] * 9, on=clock.today())
    assert selectors.punctuality_by_month(PUBLIC).months == []
    assert [month.cases for month in selectors.punctuality_by_month(cast.actor("ines")).months] == [9]


def test_a_year_of_months_newest_first(cast: World) -> None:
    today = clock.today()
    measured(cast, [2] * 5, on=today - timedelta(days=400))
    for back in range(1, 4):
        measured(cast, [2] * 5, on=selectors.month_before(today, back))
    months = [month.first_day for month in selectors.punctuality_by_month(PUBLIC).months]
    assert len(months) == 3 and months == sorted(months, reverse=True)


def test_what_was_measured_stands(cast: World) -> None:
    measured(cast, [3])
    with pytest.raises(ProgrammingError), transaction.atomic():
        Duration.objects.update(is_on_time=False)
    with pytest.raises(ProgrammingError), transaction.atomic():
        Duration.objects.all().delete()
    assert Duration.objects.get().is_on_time is True


@given(st.lists(st.integers(0, 30), min_size=1, max_size=60))
def test_times_from_counts_are_those_of_the_sorted_dossiers(days: list[int]) -> None:
    counts = DecisionCounts(Counter(days))
    for share in (HALF, NINE_TENTHS):
        assert counts.within(share) == sorted(days)[ceil(share * len(days) - 1e-9) - 1]


def year_of(*months: tuple[int, int]) -> ProcedureTimes:
    """What everybody reads of a procedure with these months of met and missed dates."""
    counts = {
        (date(2026, number, 1), "visa"): DecisionCounts(Counter({3: met + missed}), met + missed, met)
        for number, (met, missed) in enumerate(months, start=1)
    }
    (times,) = times_by_procedure(counts, exact=False)
    return times


@pytest.mark.parametrize(
    ("months", "percent"),
    [
        ([(20, 6), (30, 5)], 82),  # every month shows its own share
        ([(20, 6), (30, 5), (15, 3)], None),  # the year less two months is the third, which misses three
        ([(17, 3)] * 4, 85),  # four hidden months hide each other
        ([(20, 0), (20, 0), (19, 1)], None),
        ([(20, 0), (16, 4), (16, 4)], None),  # eight misses in two months are four in each
    ],
)
def test_a_procedures_year_tells_no_month_that_is_hidden(months: list[tuple[int, int]], percent: int | None) -> None:
    """An attacker who knows every month that shows its share subtracts them from the year."""
    assert year_of(*months).percent == percent


def test_times_of_a_procedure_leave_out_hidden_months() -> None:
    times = year_of((20, 6), (3, 1))
    assert times.cases == 26, "the four dossiers of the second month are in no number"
