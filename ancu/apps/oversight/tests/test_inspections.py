"""A visit noted down: who had been declared when it began, and the alert about those who had not."""

from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from ancu.apps.oversight.enums import InspectionResult
from ancu.apps.oversight.models import Alert, Inspection
from ancu.apps.oversight.selectors.inspections import guests_met
from ancu.apps.oversight.services.inspections import MetGuestInput, decide_result, record_inspection
from ancu.apps.oversight.services.minutes import minutes_pdf
from ancu.apps.oversight.tests.factories import evaluate, make_inspection
from ancu.apps.stays.models import Stay
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from ancu.core.errors import Conflict, Forbidden, Http404
from ancu.core.registry.task_groups import task_groups
from ancu.core.testing import texts

pytestmark = pytest.mark.django_db
PAGES = "/office/inspections/"


def alert() -> Alert | None:
    return Alert.objects.filter(rule="undeclared_found", gone_at__isnull=True).first()


def earlier(stay):
    declared_at(stay, clock.now() - timedelta(hours=2))


def declared_at(stay, moment):
    Stay.objects.filter(pk=stay.pk).update(declared_at=moment)


def test_whoever_was_declared_before_it_began_was_declared(world):
    earlier(make_stay(world.lodging, "DECLARED", document_number="C01X00T47"))
    visit = make_inspection(world, "C01 X00-T47", "C02X00T48")
    assert [guest.declared for guest in guests_met(visit)] == [True, False]
    raised = alert()
    assert raised is not None
    assert raised.evidence == {"inspected_on": clock.today().isoformat(), "found": 2, "undeclared": 1}
    late = make_stay(world.lodging, "TOO LATE", document_number="C02X00T48")
    declared_at(late, visit.began_at + timedelta(minutes=1))
    evaluate()
    assert alert() is not None, "declared after the officer had come is not declared"


def test_declared_in_the_minute_in_which_it_began_is_declared(world):
    """The form knows the minute alone: 10:05 may have been 10:05:50, and this guest was told of at 10:05:40."""
    stay = make_stay(world.lodging, "JUST IN TIME", document_number="C01X00T47")
    began = (clock.now() - timedelta(minutes=5)).replace(second=0, microsecond=0)
    declared_at(stay, began + timedelta(seconds=40))
    guests = [MetGuestInput("C01X00T47"), MetGuestInput("C02X00T48")]
    visit = record_inspection(world.actor("olga"), establishment_id=world.lodging.pk, began_at=began, guests=guests)
    assert [guest.declared for guest in guests_met(visit)] == [True, False]
    raised = alert()
    assert raised is not None and raised.evidence["undeclared"] == 1


def test_a_number_corrected_afterwards_makes_it_false(world):
    stay = make_stay(world.lodging, "MISTYPED", document_number="C01X00T4")
    earlier(stay)
    make_inspection(world, "C01X00T47")
    assert alert() is not None
    Stay.objects.filter(pk=stay.pk).update(document_number="C01X00T47")
    evaluate()
    assert alert() is None


@pytest.mark.parametrize(("count", "severity"), [(1, 2), (3, 2), (4, 3), (9, 3)])
def test_the_undeclared_are_counted_as_the_decree_does(world, count, severity):
    make_inspection(world, *(f"C{number:08}" for number in range(count)))
    raised = alert()
    assert raised is not None and (raised.severity, raised.evidence["undeclared"]) == (severity, count)


def test_who_may_note_it_and_when(world):
    tomorrow = clock.now() + timedelta(days=1)
    place = {"establishment_id": world.lodging.pk, "guests": [MetGuestInput("C01X00T47")]}
    with pytest.raises(Conflict):
        record_inspection(world.actor("olga"), began_at=tomorrow, **place)
    with pytest.raises(Http404):
        record_inspection(world.actor("pavel"), began_at=clock.now(), **place)
    with pytest.raises(Forbidden):
        record_inspection(world.actor("rosa"), began_at=clock.now(), **place)
    with pytest.raises(Conflict):
        record_inspection(
            world.actor("olga"), began_at=clock.now(), establishment_id=world.lodging.pk, guests=[MetGuestInput("-")]
        )


def test_pressed_twice_it_is_one_visit(world):
    """Two would tell of a lodging that does it again."""
    olga, new = world.client("olga"), f"{PAGES}new/{world.lodging.pk}/"
    page = olga.get(new)
    form = {"met-TOTAL_FORMS": "1", "met-INITIAL_FORMS": "0", "day": "01/11/2026", "time": "09:30",
            "result": "reminded", "met-0-document_number": "C01X00T47"}  # fmt: skip
    form["reference"] = str(page.context["form"]["reference"].value())
    assert 'name="reference"' in page.content.decode()
    first, second = olga.post(new, form), olga.post(new, form)
    assert first.url == second.url and Inspection.objects.count() == 1
    visit = Inspection.objects.get()
    with pytest.raises(Http404):
        record_inspection(world.actor("quynh"), establishment_id=visit.establishment_id, began_at=visit.began_at,
                        guests=[], reference=visit.reference)  # fmt: skip


def test_the_pages(world):
    olga, new = world.client("olga"), f"{PAGES}new/{world.lodging.pk}/"
    assert "No inspections recorded yet" in olga.get(PAGES).content.decode()
    assert olga.get(f"{PAGES}choose/?lodging={world.lodging.pk}").url == new
    assert olga.get(new).status_code == 200
    form = {"met-TOTAL_FORMS": "2", "met-INITIAL_FORMS": "0", "day": "01/11/2026", "time": "09:30",
            "result": "reminded", "met-0-document_number": "C01X00T47", "met-0-full_name": "EVA"}  # fmt: skip
    assert olga.post(new, form | {"met-1-full_name": "NOBODY"}).status_code == 422
    page = olga.post(new, form | {"outcome": "Reminded."}, follow=True)
    assert "not declared" in page.content.decode() and "Reminded." in page.content.decode()
    assert page.context["alert"].evidence["undeclared"] == 1
    assert [row.pk for row in olga.get(PAGES).context["page"].rows] == [Inspection.objects.get().pk]


def test_a_visit_nobody_had_planned_asks_for_its_result(world):
    olga, new = world.client("olga"), f"{PAGES}new/{world.lodging.pk}/"
    form = {"met-TOTAL_FORMS": "1", "met-INITIAL_FORMS": "0", "day": "01/11/2026", "time": "09:30",
            "met-0-document_number": "C01X00T47"}  # fmt: skip
    refused = olga.post(new, form)
    assert refused.status_code == 422 and texts.ENTER_THE_OUTCOME_OF_THE in refused.content.decode()
    refused = olga.post(new, form | {"result": "in_order"})
    assert refused.status_code == 422 and "C01X00T47" in refused.context["form"].errors["result"][0]
    assert not Inspection.objects.exists()
    olga.post(new, form | {"result": "violation"})
    assert Inspection.objects.get().result == "violation"


@pytest.mark.parametrize("declared", [True, False])
def test_a_visit_that_waits_for_its_result_is_on_the_desk_of_its_officer(world, declared):
    if declared:
        earlier(make_stay(world.lodging, "DECLARED", document_number="C01X00T47"))
    visit = make_inspection(world, "C01X00T47")
    Inspection.objects.filter(pk=visit.pk).update(result="in_order")
    tasks = [task.url for pile in task_groups(world.actor("olga")) if pile.key == "results" for task in pile.tasks]
    assert tasks == ([] if declared else [f"{PAGES}{visit.pk}/"])
    assert not [pile for pile in task_groups(world.actor("quynh")) if pile.key == "results"], "another officer's"
    if not declared:
        decide_result(world.actor("olga"), pk=visit.pk, result=InspectionResult.VIOLATION)
        assert not [pile for pile in task_groups(world.actor("olga")) if pile.key == "results"]


def test_the_alert_shows_whom_the_inspection_met_undeclared(world):
    earlier(make_stay(world.lodging, "DECLARED", document_number="C01X00T47"))
    guests = [MetGuestInput("C01X00T47", "DECLARED GUEST"), MetGuestInput("C02X00T48", "HIDDEN GUEST", "12")]
    visit = record_inspection(
        world.actor("olga"), establishment_id=world.lodging.pk, began_at=clock.now(), guests=guests
    )
    raised = alert()
    assert raised is not None
    page = world.client("olga").get(f"/office/alerts/{raised.pk}/").content.decode()
    assert "HIDDEN GUEST" in page and "C02X00T48" in page and f'href="{PAGES}{visit.pk}/"' in page
    assert "DECLARED GUEST" not in page


def test_minutes_say_the_outcome_without_dots_where_no_result_was_chosen(world):
    visit = make_inspection(world, "C01X00T47")
    for result, outcome, printed in (("", "Đã nhắc nhở", "Đã nhắc nhở"), ("", "", "…")):
        Inspection.objects.filter(pk=visit.pk).update(result=result, outcome=outcome)
        visit.refresh_from_db()
        pdf = PdfReader(BytesIO(minutes_pdf(world.actor("olga"), visit)))
        text = " ".join("".join(page.extract_text() for page in pdf.pages).split())
        result_words = text.partition("Kết quả")[2].partition("Biên bản lập xong")[0].strip()
        assert result_words.startswith(printed) and (not outcome or "." not in result_words)
        assert "CÔNG AN TỈNH PHÚ THỌ" in text, "above the police of a commune stands that of the province"
