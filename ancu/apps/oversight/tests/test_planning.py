"""A visit planned, made with its checklist, compared with what was declared; its minutes; lodgings that do it again."""

import io
import re
import uuid
from datetime import timedelta

import pytest
from pypdf import PdfReader

from ancu.apps.audit.models import Event
from ancu.apps.oversight.enums import InspectionResult
from ancu.apps.oversight.models import Inspection
from ancu.apps.oversight.selectors import planning
from ancu.apps.oversight.selectors.inspections import fine_band_of, not_met, undeclared_counts
from ancu.apps.oversight.services.deciding import dismiss
from ancu.apps.oversight.services.inspections import MetGuestInput, VisitReport, decide_result, record_planned
from ancu.apps.oversight.services.minutes import minutes_pdf
from ancu.apps.oversight.services.planning import cancel_visit, plan_visit
from ancu.apps.oversight.tests.factories import make_alert, make_inspection, make_plan
from ancu.apps.stays.models import Stay
from ancu.apps.stays.services.acts import check_out
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from ancu.core.errors import Conflict, Forbidden, Http404

pytestmark = pytest.mark.django_db
PAGES = "/office/inspections/"
ROWS = {"met-TOTAL_FORMS": "3", "met-INITIAL_FORMS": "0"}


def declared_before(world, name, number, **fields):
    """Declared hours ago, arrived days ago: an hour ago may have been yesterday."""
    days_ago = {"arrived_on": clock.today() - timedelta(days=2)}
    stay = make_stay(world.lodging, name, document_number=number, **days_ago | fields)
    Stay.objects.filter(pk=stay.pk).update(declared_at=clock.now() - timedelta(hours=5))
    return stay


def an_hour_ago(**fields):
    return VisitReport(began_at=clock.now() - timedelta(hours=1), **({"guests": [MetGuestInput("C01X00T47")]} | fields))


def test_who_may_plan_and_what(world):
    alert = make_alert(world.lodging)
    plan = make_plan(world, alert_id=alert.pk)
    assert (plan.alert_id, plan.officer_id) == (alert.pk, world.users["olga"].pk)
    assert [visit.pk for visit in planning.open_plans(world.actor("quynh"))] == [plan.pk]
    assert planning.open_plans(world.actor("pavel")) == []
    with pytest.raises(Conflict):
        make_plan(world, day=clock.today() - timedelta(days=1))
    with pytest.raises(Conflict):
        make_plan(world, officer_id=world.users["pavel"].pk)
    arguments = {"day": clock.today(), "reason": "-", "officer_id": world.users["olga"].pk}
    with pytest.raises(Http404):
        plan_visit(world.actor("pavel"), establishment_id=world.lodging.pk, **arguments)
    with pytest.raises(Forbidden):
        plan_visit(world.actor("rosa"), establishment_id=world.lodging.pk, **arguments)
    with pytest.raises(Conflict):
        plan_visit(world.actor("quynh"), establishment_id=world.other_lodging.pk, alert_id=alert.pk,
                   **(arguments | {"officer_id": world.users["quynh"].pk}))  # fmt: skip


def test_a_planned_visit_is_noted_once(world):
    plan, reference = make_plan(world), uuid.uuid4()
    noted = record_planned(world.actor("olga"), plan_id=plan.pk, visit=an_hour_ago(), reference=reference)
    repeated = record_planned(world.actor("olga"), plan_id=plan.pk, visit=an_hour_ago(), reference=reference)
    assert repeated.pk == noted.pk
    for other_reference in (uuid.uuid4(), None):
        with pytest.raises(Conflict):
            record_planned(world.actor("olga"), plan_id=plan.pk, visit=an_hour_ago(), reference=other_reference)
    assert Inspection.objects.count() == 1
    with pytest.raises(Conflict):
        cancel_visit(world.actor("olga"), plan_id=plan.pk)
    assert planning.open_plans(world.actor("olga")) == []


def test_one_that_is_called_off_is_not_made(world):
    plan = make_plan(world)
    cancel_visit(world.actor("olga"), plan_id=plan.pk)
    with pytest.raises(Conflict):
        record_planned(world.actor("olga"), plan_id=plan.pk, visit=an_hour_ago())
    assert not Inspection.objects.exists()


def test_it_ends_after_it_began(world):
    ended = clock.now() - timedelta(hours=2)
    with pytest.raises(Conflict):
        record_planned(world.actor("olga"), plan_id=make_plan(world).pk, visit=an_hour_ago(ended_at=ended))


@pytest.mark.parametrize(
    ("count", "least", "clause"),
    [(1, 3_000_000, "3(e)"), (3, 3_000_000, "3(e)"), (4, 10_000_000, "5(c)"), (8, 10_000_000, "5(c)"),
     (9, 15_000_000, "6(đ)"), (40, 15_000_000, "6(đ)")],
)  # fmt: skip
def test_the_group_is_the_decrees_of_the_day(world, count, least, clause):
    visit = make_inspection(world)
    group = fine_band_of(visit, count)
    assert (group.person.minimum, group.organisation.minimum) == (least, 2 * least)
    assert clause in group.person.article_en
    visit.began_at = visit.began_at.replace(year=2025, month=12, day=10)
    assert "144/2021" in fine_band_of(visit, count).person.article_en, "the decree of that day"
    assert fine_band_of(visit, 0) is None


def test_the_checklist_compares_with_what_was_declared(world):
    there = declared_before(world, "HOFFMANN JÖRG", "C01X00T47", room="201")
    away = declared_before(world, "TANAKA YUKI", "TK1234567", room="305")
    plan, olga = make_plan(world), world.client("olga")
    page = olga.get(f"{PAGES}planned/{plan.pk}/")
    assert [guest.pk for guest in page.context["guests"]] == [there.pk, away.pk]
    form_data = {"day": f"{clock.today():%d/%m/%Y}", "time": "00:00", "seen": [str(there.pk), "999999", "x"]}
    assert olga.post(f"{PAGES}planned/{plan.pk}/", ROWS | form_data).status_code == 422, "nothing came of it?"
    form_data |= {
        "result": "violation",
        "time": f"{clock.local(clock.now()):%H:%M}",
        "met-0-document_number": "E1234567",
        "representative": "Bùi Thị Mến",
    }
    answer = olga.post(f"{PAGES}planned/{plan.pk}/", ROWS | form_data, follow=True)
    visit = Inspection.objects.get()
    assert (visit.plan_id, visit.result, visit.representative) == (plan.pk, "violation", "Bùi Thị Mến")
    assert list(visit.guests.values_list("document_number", "room")) == [("C01X00T47", "201"), ("E1234567", "")]
    assert [stay.pk for stay in not_met(visit)] == [away.pk]
    Inspection.objects.filter(pk=visit.pk).update(began_at=visit.began_at - timedelta(hours=1))
    visit.refresh_from_db()
    check_out(actor=world.actor("bob"), stay_ids=[away.pk], departed_on=clock.today())
    assert [stay.pk for stay in not_met(visit)] == [away.pk], "noted after the visit: the minutes say what was"
    Inspection.objects.filter(pk=visit.pk).update(began_at=clock.now() + timedelta(minutes=1))
    visit.refresh_from_db()
    assert not not_met(visit), "who had left before is not missed"
    assert answer.context["undeclared"] == 1
    assert "Declared, but not met" in answer.content.decode()
    assert olga.get(f"{PAGES}planned/{plan.pk}/").url == f"{PAGES}{visit.pk}/"
    assert Event.objects.filter(act="oversight.visit_planned", subject_id=str(plan.pk)).count() == 1


def noted_in_order(world, **more):
    """What stood on paper before: one guest undeclared, and everything in order."""
    return record_planned(
        world.actor("olga"), plan_id=make_plan(world).pk, visit=an_hour_ago(result="in_order"), **more
    )


def test_in_order_is_refused_in_the_form_when_a_guest_was_not_declared(world):
    plan, olga = make_plan(world), world.client("olga")
    now = clock.local(clock.now())
    form_data = {"day": f"{now:%d/%m/%Y}", "time": f"{now:%H:%M}", "result": "in_order"}
    form_data |= {"met-0-document_number": "E1000001"}
    page = olga.post(f"{PAGES}planned/{plan.pk}/", ROWS | form_data)
    assert page.status_code == 422 and "result" in page.context["form"].errors
    assert "Not declared when the visit began: E1000001" in page.content.decode()
    assert not Inspection.objects.exists()
    assert olga.post(f"{PAGES}planned/{plan.pk}/", ROWS | form_data | {"result": "reminded"}).status_code == 302


def test_a_result_from_a_phone_is_decided_before_there_are_minutes(world):
    visit, olga = noted_in_order(world, from_phone=True), world.client("olga")
    minutes = f"{PAGES}{visit.pk}/minutes.pdf"
    page = olga.get(f"{PAGES}{visit.pk}/").content.decode()
    assert "1 guest who was met had not been declared" in page and "Minutes (PDF)" not in page
    assert olga.get(minutes).url == f"{PAGES}{visit.pk}/"
    assert olga.post(f"{PAGES}{visit.pk}/result/", {"result": "in_order"}).status_code == 422
    assert olga.post(f"{PAGES}{visit.pk}/result/", {"result": "violation"}).status_code == 302
    assert olga.get(minutes).content.startswith(b"%PDF")
    assert Event.objects.get(act="oversight.result_decided").details["result"] == "violation"
    page = olga.post(f"{PAGES}{visit.pk}/result/", {"result": "reminded"}, follow=True).content.decode()
    assert "has already been decided" in page and Inspection.objects.get().result == "violation"


def test_who_may_decide_a_result(world):
    visit = noted_in_order(world, from_phone=True)
    for name, refusal in (("pavel", Http404), ("rosa", Forbidden)):
        with pytest.raises(refusal):
            decide_result(world.actor(name), pk=visit.pk, result=InspectionResult.VIOLATION)
    assert Inspection.objects.get().result == "in_order"
    with pytest.raises(Conflict):
        minutes_pdf(world.actor("olga"), visit)


def test_in_order_stays_where_everybody_was_declared(world):
    declared_before(world, "HOFFMANN JÖRG", "C01X00T47")
    visit = noted_in_order(world)
    assert "In order" in world.client("olga").get(f"{PAGES}{visit.pk}/").content.decode()
    assert minutes_pdf(world.actor("olga"), visit).startswith(b"%PDF")
    with pytest.raises(Conflict):
        decide_result(world.actor("olga"), pk=visit.pk, result=InspectionResult.VIOLATION)


def test_another_lodgings_guest_cannot_be_ticked(world):
    elsewhere = make_stay(world.other_lodging, "ELSEWHERE")
    assert planning.stays_at_lodging(world.lodging.pk, [elsewhere.pk]) == []


def test_the_minutes_are_a_paper_and_taking_them_a_look(world):
    make_inspection(world, "C01X00T47", "C02X00T48", "C03X00T49", "C04X00T50")
    visit = Inspection.objects.get()
    paper = world.client("olga").get(f"{PAGES}{visit.pk}/minutes.pdf")
    assert paper.content.startswith(b"%PDF") and paper["Content-Type"] == "application/pdf"
    words = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.content)).pages).split())
    assert re.search(r"cá nhân \d{1,3}\.000\.000 - \d{1,3}\.000\.000 đồng; tổ chức \d{1,3}\.000\.000", words), words
    assert "Nơi nhận:" in words and "BIÊN BẢN KIỂM TRA" in words and "Độc lập - Tự do - Hạnh phúc" in words
    look = Event.objects.filter(act="looked", subject_type="oversight.inspection").order_by("-id").first()
    assert (look.details["export"], look.details["count"]) == ("pdf", 4)


def test_a_lodging_that_does_it_again_is_seen(world):
    make_inspection(world, "C01X00T47")
    olga = world.actor("olga")
    assert undeclared_counts(olga, [world.lodging.pk]) == {world.lodging.pk: 1}
    assert "Undeclared guests at" not in world.client("olga").get("/office/alerts/").content.decode()
    make_inspection(world, "C02X00T48")
    assert undeclared_counts(olga, [world.lodging.pk]) == {world.lodging.pk: 2}
    assert undeclared_counts(world.actor("pavel"), [world.lodging.pk]) == {}
    page = world.client("olga").get("/office/alerts/")
    assert {row.repeat_count for row in page.context["page"].rows} == {2}
    assert "Undeclared guests at 2 inspections" in page.content.decode()
    last = page.context["page"].rows[0].alert
    dismiss(olga, alert_id=last.pk, dismissed_for="data", reason="Mistyped.")
    assert undeclared_counts(olga, [world.lodging.pk]) == {world.lodging.pk: 1}


def test_the_lodgings_office_page_tells_it(world):
    page = f"/office/lodgings/{world.lodging.pk}/submissions/"
    assert "Undeclared guests were found" not in world.client("olga").get(page).content.decode()
    make_inspection(world, "C01X00T47")
    html = world.client("olga").get(page).content.decode()
    assert "Undeclared guests were found here at 1 inspection within a year." in html
