"""A year is published by a job: asked once, its page says how far it is, and how it ended."""

from datetime import date, timedelta

import pytest
from django.db import OperationalError
from procrastinate.contrib.django.models import ProcrastinateJob

from ancu.apps.audit.models import Event
from ancu.apps.reporting.models import Period, Release, ReportOrder
from ancu.apps.reporting.rules.periods import span
from ancu.apps.reporting.services import deciding, ordering, publishing
from ancu.apps.reporting.tests.factories import make_office
from ancu.core import clock
from ancu.core.testing import texts

pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_office)]
POLLED = 'hx-trigger="every 1s"'
JANUARY = span("month", date(2026, 1, 1))


def text(response):
    return response.content.decode()


@pytest.fixture
def closed(shared_data):
    shared_data.approved(part=12, month=JANUARY)
    deciding.close(actor=shared_data.world.actor("dora"), month=JANUARY)
    return shared_data


def ask(shared_data):
    dora = shared_data.world.client("dora")
    return dora, dora.post("/office/results/publish/", {"year": "2026"})["Location"]


def test_it_is_asked_once_worked_out_by_a_job_and_told(closed):
    dora, page = ask(closed)
    assert ask(closed)[1] == page and ProcrastinateJob.objects.filter(task_name="reporting.publish").count() == 1
    waits = text(dora.get(page))
    assert texts.WAITING_TO_START in waits and POLLED in waits and not Release.objects.exists()
    publication = ReportOrder.objects.get()
    for _twice in range(2):
        ordering.run_order(publication.pk)
    release = Release.objects.get()
    publication.refresh_from_db()
    assert (publication.state, publication.release_id, publication.done) == (
        "done",
        release.pk,
        publication.total,
    ) and publication.total > 0
    html = text(dora.get(page))
    assert "The results of 2026 are now public" in html and POLLED not in html
    assert release.made_by_id == closed.world.users["dora"].pk
    event = Event.objects.get(act="reporting.ordered")
    assert event.user_id == closed.world.users["dora"].pk and event.details["year"] == 2026
    assert "published" in text(dora.get("/office/results/reports/")).lower()


def test_while_it_is_worked_out_the_page_says_how_far(closed):
    dora, page = ask(closed)
    ReportOrder.objects.update(state="working", done=7, total=40)
    assert "7 of 40 indicators" in text(dora.get(page))


def test_nobody_begins_it_and_the_page_says_so(closed):
    dora, page = ask(closed)
    assert "worker may have stopped" not in text(dora.get(page))
    ReportOrder.objects.update(asked_at=clock.now() - timedelta(minutes=2))
    assert "worker may have stopped" in text(dora.get(page))


def test_what_fails_publishes_nothing_and_is_asked_again(closed, monkeypatch):
    dora, page = ask(closed)
    with monkeypatch.context() as broken:
        broken.setattr(publishing, "_indicator_content", lambda *_arguments: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            ordering.run_order(ReportOrder.objects.get().pk)
    assert ReportOrder.objects.get().state == "failed" and not Release.objects.exists()
    assert "Nothing was published" in text(dora.get(page))
    _dora, second = ask(closed)
    assert second != page
    ordering.run_order(ReportOrder.objects.latest("pk").pk)
    assert Release.objects.count() == 1


def test_nothing_had_changed(closed):
    for state in ("done", "same"):
        dora, page = ask(closed)
        ordering.run_order(ReportOrder.objects.latest("pk").pk)
        assert ReportOrder.objects.latest("pk").state == state
    assert "Nothing has changed since the last release" in text(dora.get(page)) and Release.objects.count() == 1


def test_a_release_stored_meanwhile_is_not_overwritten(closed):
    ask(closed)
    draft = publishing.build_draft(2026)
    publishing.publish(actor=closed.world.actor("dora"), year=2026)
    with pytest.raises(Exception, match="release_once"):
        publishing.store(actor=closed.world.actor("dora"), draft=draft)


def test_who_does_not_lead_neither_asks_nor_looks(closed):
    _dora, page = ask(closed)
    assert closed.world.client("anh").get(page).status_code == 403
    assert closed.world.client("alice").get(page).status_code == 404


def test_acts_on_several_months_lock_them_in_one_go(shared_data):
    """Two acts that lock month after month would each wait for a year that the other holds."""
    february = span("month", date(2026, 2, 1))
    first, second = shared_data.propose(part=3, month=february), shared_data.propose(part=4, month=JANUARY)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        shared_data.approve(first, second)
    locks = [
        at for at, query in enumerate(queries) if "FOR UPDATE" in query["sql"] and "reporting_period" in query["sql"]
    ]
    changes = [at for at, query in enumerate(queries) if query["sql"].startswith("UPDATE")]
    many = [at for at in locks if at < changes[0] and one_of_all(queries[at]["sql"])]
    assert many, "all periods are locked before the first figure is changed"


def one_of_all(sql):
    pks = Period.objects.filter(first_day__year__in=[2025, 2026]).count()
    return sql.count(",", sql.index(" IN (")) + 1 >= pks


def test_an_outage_leaves_the_order_to_the_next_attempt(closed, monkeypatch):
    ask(closed)
    with monkeypatch.context() as away:
        away.setattr(publishing, "_indicator_content", lambda *_arguments: (_ for _ in ()).throw(OperationalError()))
        with pytest.raises(OperationalError):
            ordering.run_order(ReportOrder.objects.get().pk)
    assert ReportOrder.objects.get().ended_at is None
    ordering.run_order(ReportOrder.objects.get().pk)
    assert Release.objects.count() == 1


def test_an_order_whose_job_failed_for_good_says_so(closed):
    dora, page = ask(closed)
    for pk in ordering.waiting_orders(clock.now() + timedelta(seconds=1)):
        ordering.give_up_order(pk)
    assert ReportOrder.objects.get().state == "failed"
    assert "Nothing was published" in text(dora.get(page))
