"""A figure is entered by one person and approved by another, never changed, and what follows says why."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from ancu.apps.accounts.tests.factories import make_user
from ancu.apps.audit.models import Event
from ancu.apps.reporting.enums import FigureState
from ancu.apps.reporting.models import Figure, Period, Total
from ancu.apps.reporting.rules.periods import read_key, span
from ancu.apps.reporting.rules.values import IndicatorAmount
from ancu.apps.reporting.selectors import figures
from ancu.apps.reporting.services import counting, deciding, entering
from ancu.apps.reporting.services.entering import FigureEntry
from ancu.apps.reporting.tests.factories import make_office
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from ancu.core.actor import DelegationTie, system
from ancu.core.errors import Conflict, Forbidden, Http404

pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_office)]


def total(kind, code="cases_cleared", unit=None, month=date(2026, 3, 1)):
    period = span(kind, month)
    totals = Total.objects.filter(period__kind=kind, period__first_day=period.first_day, indicator=code, unit=unit)
    return totals.values_list("part", "base", "units").first()


def test_it_counts_once_another_person_has_approved_it(shared_data):
    figure = shared_data.propose(part=12)
    assert total("month") is None
    shared_data.approve(figure)
    elsewhere = shared_data.world.units.elsewhere.pk
    shared_data.approved(part=30, who="pavel", unit_id=elsewhere)
    shared_data.approved(part=5, month=span("month", date(2026, 6, 1)))
    assert total("month") == (42, None, 2)
    assert total("half") == (42, None, 2), "December to May"
    assert total("year") == (47, None, 2)
    assert total("year", unit=shared_data.unit_id) == (17, None, 1)
    assert total("half", month=date(2026, 6, 1)) == (5, None, 1)
    acts = set(Event.objects.filter(act__startswith="reporting.").values_list("act", flat=True))
    assert acts == {"reporting.entered", "reporting.approved"}


def test_a_share_is_divided_after_it_is_added_up(shared_data):
    shared_data.approved("gravest_cleared", 1, 1)
    shared_data.approved("gravest_cleared", 1, 3, who="pavel", unit_id=shared_data.world.units.elsewhere.pk)
    assert total("month", "gravest_cleared") == (2, 4, 2)


def test_nobody_approves_what_he_entered(shared_data):
    own = shared_data.propose(who="dora")
    with pytest.raises(Conflict):
        shared_data.approve(own)
    with pytest.raises(IntegrityError, match="figure_second_person"), transaction.atomic():
        Figure.objects.filter(pk=own.pk).update(
            state=FigureState.CURRENT, decided_by=own.entered_by, decided_at=own.entered_at
        )
    with pytest.raises(IntegrityError, match="figure_approved_by_whom"), transaction.atomic():
        Figure.objects.filter(pk=own.pk).update(state=FigureState.CURRENT, decided_at=own.entered_at)
    for name in ("olga", "quynh", "anh", "rosa"):
        with pytest.raises(Forbidden):
            deciding.approve(actor=shared_data.world.actor(name), ids=[own.pk])


def test_nor_what_was_entered_by_the_colleague_he_stands_in_for(shared_data):
    figure, dora, day = shared_data.propose(who="olga"), shared_data.world.actor("dora"), clock.today()
    tied = replace(dora, ties=(DelegationTie(figure.entered_by_id, day, day),))
    with pytest.raises(Conflict):
        deciding.approve(actor=tied, ids=[figure.pk])
    deciding.approve(actor=dora, ids=[figure.pk])


def test_a_figures_history_names_the_colleagues_whose_desks_they_were(shared_data):
    world, entry = shared_data.world, FigureEntry("cases_cleared", shared_data.unit_id, IndicatorAmount(12))
    entering.propose(actor=stand_in(world, "olga"), month=shared_data.month, entries=[entry])
    (waits,) = figures.pending_figures(figures.proposed_figures(world.actor("dora")))
    assert waits.figure.entered_for == "Olga"
    deciding.approve(actor=stand_in(world, "dora"), ids=[waits.figure.pk])
    shared_data.approved(part=13, reason="Một vụ được tính thiếu.")
    rows = figures.history(world.actor("dora"), "cases_cleared", world.units.commune)
    assert [(figure.entered_for, figure.decided_for) for figure in rows] == [("", ""), ("Olga", "Dora")]
    page = world.client("dora").get(f"/office/results/indicators/cases_cleared/{shared_data.unit_id}/").content.decode()
    assert "Mate of olga, covering for Olga" in page and "Mate of dora, covering for Dora" in page


def stand_in(world, absent):
    """A colleague who sits at this desk."""
    return replace(world.actor(absent), user_id=make_user(f"Mate of {absent}").pk, stands_for=world.users[absent].pk)


def test_a_unit_enters_for_itself_alone(shared_data):
    with pytest.raises(Http404):
        shared_data.propose(unit_id=shared_data.world.units.elsewhere.pk)
    with pytest.raises(Forbidden):
        shared_data.propose(who="rosa")
    with pytest.raises(Forbidden):
        shared_data.propose(who="alice")
    elsewhere = shared_data.propose(who="pavel", unit_id=shared_data.world.units.elsewhere.pk)
    with pytest.raises(Http404):
        figures.get_figure(shared_data.world.actor("olga"), elsewhere.pk)
    mine, all_ = (figures.proposed_figures(shared_data.world.actor(who)) for who in ("olga", "dora"))
    assert figures.pending_figures(mine) == [] and len(figures.pending_figures(all_)) == 1


@pytest.mark.parametrize(
    ("code", "part", "base"),
    [("cases_cleared", -1, None), ("cases_cleared", 3, 4), ("gravest_cleared", 3, None), ("gravest_cleared", 4, 3),
     ("stays_declared", 3, None), ("cases_cleared", 10**15, None)],
)  # fmt: skip
def test_what_does_not_hold_together_is_refused(shared_data, code, part, base):
    with pytest.raises(Conflict):
        shared_data.propose(code, part, base)
    with pytest.raises(Http404):
        shared_data.propose("weather")


def test_a_revision_says_why_and_the_first_stays_to_be_seen(shared_data):
    shared_data.approved(part=12)
    with pytest.raises(Conflict):
        shared_data.propose(part=13)
    month, then = Period.objects.get(kind="month"), "2026-03-01T00:00Z"
    silent = Figure(indicator="cases_cleared", version="1", unit_id=shared_data.unit_id, period=month, number=2, part=1,
                    origin="query", entered_at=then, state="refused", decided_at=then)  # fmt: skip
    with pytest.raises(IntegrityError, match="figure_revision_says_why"), transaction.atomic():
        silent.save()
    shared_data.approved(part=13, reason="Một vụ được tính thiếu.")
    states = list(Figure.objects.order_by("number").values_list("number", "part", "state"))
    assert states == [(1, 12, "replaced"), (2, 13, "current")] and total("month") == (13, None, 1)


def test_many_are_proposed_at_the_cost_of_one(shared_data, expect_queries):
    shared_data.approved(part=12)
    olga, codes = shared_data.world.actor("olga"), ("drug_cases", "drug_suspects", "gambling_cases")
    for batch in (codes[:1], codes[1:]):
        entries = [FigureEntry(code, shared_data.unit_id, IndicatorAmount(9)) for code in batch]
        with expect_queries():
            assert entering.propose(actor=olga, month=shared_data.month, entries=entries) == len(batch)
    twice = [
        FigureEntry("wanted_arrested", shared_data.unit_id, IndicatorAmount(9)),
        FigureEntry("wanted_arrested", shared_data.unit_id, IndicatorAmount(8)),
    ]
    with pytest.raises(Conflict, match="waits"):
        entering.propose(actor=olga, month=shared_data.month, entries=twice)


def test_one_proposal_at_a_time_and_one_that_came_back_says_what_was_mended(shared_data):
    first = shared_data.propose(part=99)
    with pytest.raises(Conflict):
        shared_data.propose(part=98, reason="x")
    with pytest.raises(Conflict):
        deciding.refuse(actor=shared_data.world.actor("dora"), ids=[first.pk], reason=" ")
    deciding.refuse(actor=shared_data.world.actor("dora"), ids=[first.pk], reason="Đã tính cả tháng Hai.")
    with pytest.raises(Conflict):
        shared_data.approve(first)
    shared_data.approved(part=9, reason="Chỉ tính tháng Ba.")
    assert total("month") == (9, None, 1)


@pytest.mark.parametrize("change", [{"part": 1}, {"note": "x"}, {"entered_by": None}, {"indicator": "drug_cases"}])
def test_the_database_refuses_to_change_a_figure(shared_data, change):
    figure = shared_data.approved()
    with pytest.raises(DatabaseError), transaction.atomic():
        Figure.objects.filter(pk=figure.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Figure.objects.filter(pk=figure.pk).delete()


def test_a_month_closes_when_nothing_waits_and_what_comes_later_is_a_revision(shared_data):
    dora = shared_data.world.actor("dora")
    waits = shared_data.propose()
    with pytest.raises(Conflict):
        deciding.close(actor=dora, month=shared_data.month)
    shared_data.approve(waits)
    with pytest.raises(Forbidden):
        deciding.close(actor=shared_data.world.actor("anh"), month=shared_data.month)
    period = deciding.close(actor=dora, month=shared_data.month)
    with pytest.raises(Conflict):
        deciding.close(actor=dora, month=shared_data.month)
    with pytest.raises(DatabaseError), transaction.atomic():
        Period.objects.filter(pk=period.pk).update(closed_at=None)
    later = shared_data.approved(part=14, reason="Tòa án chuyển hồ sơ.")
    assert later.after_close and later.number == 2
    with pytest.raises(Conflict):
        deciding.close(actor=dora, month=span("month", date(2126, 3, 1)))


def test_the_program_counts_and_counts_again_until_the_month_is_closed(shared_data):
    lodging = shared_data.world.lodging
    for number in range(3):
        make_stay(
            lodging, document_number=f"C{number}", declared_at="2026-03-05T03:00Z", minutes_late=90 * (number == 0)
        )
    assert counting.count(actor=system("test"), month=shared_data.month) == 2
    assert total("month", "stays_declared") == (3, None, 1) and total("month", "stays_late") == (1, 3, 1)
    assert counting.count(actor=system("test"), month=shared_data.month) == 0
    make_stay(lodging, document_number="C9", declared_at="2026-03-31T16:59Z")
    make_stay(lodging, document_number="C10", declared_at="2026-03-31T17:01Z")  # April in Viet Nam
    assert counting.count(actor=system("test"), month=shared_data.month) == 2
    assert total("month", "stays_declared") == (4, None, 1)
    assert Figure.objects.filter(indicator="stays_declared", state="replaced").count() == 1
    deciding.close(actor=shared_data.world.actor("dora"), month=shared_data.month)
    make_stay(lodging, document_number="C11", declared_at="2026-03-06T03:00Z")
    assert counting.count(actor=system("test"), month=shared_data.month) == 0


def test_periods_by_their_names():
    assert read_key("2026-03") == span("month", date(2026, 3, 9))
    half = read_key("2026-h1")
    assert (half.first_day, half.last_day, half.due_on) == (date(2025, 12, 1), date(2026, 5, 31), date(2026, 6, 15))
    assert read_key("2026-h2").due_on == date(2026, 12, 15) and read_key("2026").due_on == date(2027, 1, 15)
    assert half.before() == read_key("2025-h2") and half.last_year() == read_key("2025-h1")
    for key in ("2026-h1", "2026-h2", "2026", "2026-12", "2026-01"):
        assert read_key(key).key == key
    assert [read_key(text) for text in ("", "x", "2026-13", "2026-h3", "0000", "٢٠٢٦", "2026/03", "-026-03")] == [
        None
    ] * 8
