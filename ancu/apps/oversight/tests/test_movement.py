"""Who stays where: the page's figures are its lists' lengths, and few people are never told to whom has no list."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.services import enable_totp
from ancu.apps.accounts.tests.factories import TOTP_SECRET, make_member, make_user
from ancu.apps.audit.models import Event
from ancu.apps.oversight.enums import Severity
from ancu.apps.oversight.models import Alert
from ancu.apps.oversight.tests.factories import evaluate, make_overstay
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.stays.models import MovesOfDay, UnitMove
from ancu.apps.stays.selectors.guests import guests
from ancu.apps.stays.selectors.presence import year_before
from ancu.apps.stays.services import correct
from ancu.apps.stays.services.presence import find_moves, gather
from ancu.apps.stays.tests.factories import make_stay
from ancu.apps.stays.views.office import _read_filter
from ancu.core import clock
from ancu.core.security import disclosure_control
from ancu.core.testing import texts
from ancu.core.testing.query_counts import ExpectQueries

DAY = timedelta(days=1)
PAGE = "/office/movement/"


@pytest.fixture
def filled(world: Any) -> Any:
    today = clock.today()
    world.lodging.locality = world.units.former_commune
    world.lodging.save()
    for number in range(7):
        make_stay(
            world.lodging, nationality=["DEU", "KOR"][number % 2], purpose="tourism", arrived_on=today - number * DAY
        )
    make_stay(world.lodging, nationality="FRA", purpose="", arrived_on=today - 9 * DAY, departed_on=today)
    make_stay(world.other_lodging, nationality="JPN", purpose="work", arrived_on=today - 2 * DAY)
    make_stay(world.lodging, nationality="USA", arrived_on=today, status="withdrawn", withdrawal_reason="nhầm")
    make_stay(world.lodging, nationality="DEU", arrived_on=year_before(today), departed_on=year_before(today) + DAY)
    gather()
    world.users["anh"] = make_user("Anh")
    make_member(world.users["anh"], world.provincial_agency, Role.ANALYST)
    enable_totp(world.users["anh"], TOTP_SECRET)
    return world


def cells(response: Any) -> list[dict[str, Any]]:
    context = response.context
    lines = [line for table in context["tables"] for line in table["rows"]] + context["houses"] + context["day_rows"]
    return [*context["total"], *(cell for line in lines for cell in line["cells"])]


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("back", [0, 1, 5])
@pytest.mark.parametrize("narrowed", ["", "&nationality=DEU", "&purpose=tourism", "&kind=hotel"])
def test_every_figure_is_the_length_of_its_list(filled: Any, rf: Any, back: int, narrowed: str) -> None:
    client, units = filled.client("quynh"), filled.units
    day = clock.today() - back * DAY
    checked = 0
    for unit in (units.province, units.commune, units.former_district, units.former_province):
        page = client.get(f"{PAGE}{unit.pk}/?day={day:%d/%m/%Y}{narrowed}")
        for cell in cells(page):
            if cell["url"]:
                request = rf.get(cell["url"])
                request.actor = filled.actor("quynh")
                _form, guest_filter, place = _read_filter(request)
                assert guests(request.actor, guest_filter, place).stays.count() == cell["value"], cell["url"]
                checked += 1
            else:
                assert not cell["value"]
    assert checked > 10


@pytest.mark.django_db
def test_the_page_costs_the_same_for_many(filled: Any, expect_queries: ExpectQueries) -> None:
    """Nine, and the two of a savepoint, which a page's transaction does not need."""
    client = filled.client("quynh")
    client.get(PAGE)
    with expect_queries():
        client.get(PAGE)
    for number in range(5):
        make_stay(filled.other_lodging, nationality=["VNM", "THA", "LAO", "USA", "GBR"][number])
    with expect_queries():
        client.get(PAGE)


@pytest.mark.django_db
def test_each_sees_his_area(filled: Any) -> None:
    units = filled.units
    assert filled.client("olga").get(PAGE).context["page"].total.present == 7
    assert filled.client("pavel").get(PAGE).context["page"].total.present == 1
    assert filled.client("pavel").get(f"{PAGE}{units.commune.pk}/").status_code == 404
    assert filled.client("alice").get(PAGE).status_code == 404


@pytest.mark.django_db
def test_the_analyst_has_figures_and_no_list(filled: Any) -> None:
    anh = filled.client("anh")
    page = anh.get(f"{PAGE}?nationality=DEU")
    assert page.context["page"].total.present == 10  # of eight people: rounded, and not narrowed
    assert not any(cell["url"] for cell in cells(page))
    assert all(cell["value"] is None or cell["value"] % 5 == 0 for cell in cells(page))
    assert "present_on" not in page.content.decode()


@pytest.mark.django_db
def test_it_is_taken_as_a_file_and_noted(filled: Any) -> None:
    client, address = filled.client("quynh"), reverse("oversight:movement-export", args=[filled.units.province.pk])
    text = client.post(address, {"format": "csv"}).content.decode()
    assert "JPN" not in text
    assert text.count("\n") > 35
    with ZipFile(BytesIO(client.post(address, {"format": "xlsx"}).content)) as book:
        assert "xl/worksheets/sheet1.xml" in book.namelist()
    assert Event.objects.filter(act="oversight.exported_movement").count() == 2
    csv_text = filled.client("anh").post(address, {"format": "csv"}).content.decode()
    assert "không hiển thị" in csv_text or texts.NOT_SHOWN in csv_text


@given(st.lists(st.integers(0, 40), max_size=9), st.integers(0, 3))
def test_no_small_number_can_be_worked_out(lines: list[int], extra: int) -> None:
    """Whoever knows the total and all other lines is still left with three numbers for each that is hidden."""
    total = sum(lines)
    shown_total, rounded = disclosure_control.rounded_table(total, lines)
    assert all(value is None or (value >= 5 and value % 5 == 0) for value in [shown_total, *rounded])
    spans = [
        disclosure_control.span(v) if v is not None else (0, 4 if n < 5 else 10**9)
        for v, n in zip(rounded, lines, strict=True)
    ]
    total_range = (0, 10**9) if shown_total is None else disclosure_control.span(shown_total)
    for place, number in enumerate(lines):
        if number < 5:
            others = spans[:place] + spans[place + 1 :]
            least = max(0, total_range[0] - sum(most for _least, most in others))
            most = min(4, total_range[1] - sum(least for least, _most in others))
            assert most - least >= 2, (lines, shown_total, rounded)


@pytest.mark.django_db
def test_who_came_from_another_place(filled: Any, rf: Any) -> None:
    """Whose stay before ended there within three days; not long ago, not withdrawn, not at the same place."""
    today, here, there = clock.today(), filled.lodging, filled.other_lodging

    def guest(departed_ago: int | None, arrived: int, **fields: Any) -> None:
        on = None if departed_ago is None else today - departed_ago * DAY
        before = make_stay(there, arrived_on=today - 30 * DAY, departed_on=on)
        make_stay(here, identity=before.identity, arrived_on=today - arrived * DAY, **fields)

    guest(5, 5)
    guest(6, 3)
    guest(None, 4)
    guest(9, 5)
    guest(5, 5, status="withdrawn", withdrawal_reason="nhầm")
    first = make_stay(here, arrived_on=today - 9 * DAY, departed_on=today - 8 * DAY)
    make_stay(here, identity=first.identity, arrived_on=today - 8 * DAY)
    find_moves()
    assert find_moves() == 3 == UnitMove.objects.count() == sum(MovesOfDay.objects.values_list("number", flat=True))
    [(move, url)] = filled.client("quynh").get(PAGE).context["moves"]
    assert (move.origin, move.destination, move.number) == (there.unit, here.unit, 3)
    request = rf.get(url)
    request.actor = filled.actor("quynh")
    _form, guest_filter, place = _read_filter(request)
    assert guests(request.actor, guest_filter, place).stays.count() == 3
    page = filled.client("quynh").get(url).content.decode()
    assert f'<option value="{there.unit_id}" selected>' in page.partition('name="came_from"')[2], (
        "narrowed further, it stays"
    )
    moved = UnitMove.objects.order_by("pk")[0].stay
    correct(actor=filled.actor("alice"), stay_id=moved.pk, changes={"arrived_on": f"{moved.arrived_on - DAY:%Y-%m-%d}"})
    assert guests(request.actor, guest_filter, place).stays.count() == 3, "a corrected day does not wait for the night"
    assert find_moves() == 3
    [(flow, closed)] = filled.client("pavel").get(PAGE).context["moves"]
    assert (flow.number, closed) == (3, ""), "those who left his commune are another officer's guests"
    assert filled.client("anh").get(PAGE).context["moves"] == []


@pytest.mark.django_db
def test_the_map_counts_everybody_and_marks_every_commune(filled: Any) -> None:
    """Also the guests of a lodging of which nobody said in which former commune it lies."""
    AdministrativeUnit.objects.update(latitude=20.8, longitude=105.3)
    filled.lodging.locality = None
    filled.lodging.save()
    make_stay(filled.other_lodging, nationality="KOR", arrived_on=clock.today())
    filled.other_lodging.locality = filled.units.former_commune
    filled.other_lodging.save()
    gather()
    context = filled.client("quynh").get(PAGE).context
    page, on_map = context["page"], context["map_data"]
    assert on_map["total"]["now"][-1] == page.total.present
    assert page.total.present == sum(area["now"][-1] for area in on_map["communes"].values())
    assert on_map["total"]["now"][-1] > sum(area["now"][-1] for area in on_map["districts"].values())
    assert len(on_map["total"]["now"]) == len(on_map["total"]["yearAgo"]) == len(on_map["days"])
    drawing = context["map"]
    circle_values = {circle.place.key: circle.place.value for circle in drawing.circles}
    assert circle_values == {key: area["now"][-1] for key, area in on_map["communes"].items()}


@pytest.mark.django_db
def test_each_number_of_the_map_is_that_of_the_page_it_opens(filled: Any) -> None:
    AdministrativeUnit.objects.update(latitude=20.8, longitude=105.3)
    client = filled.client("quynh")
    drawing = client.get(PAGE).context["map"]
    places = [*drawing.districts, *(circle.place for circle in drawing.circles)]
    assert any(place.value for place in places)
    for place in places:
        assert client.get(place.url).context["page"].total.present == place.value, place


@pytest.mark.django_db
def test_high_alerts_are_marked_and_lead_to_their_list(filled: Any) -> None:
    AdministrativeUnit.objects.update(latitude=20.8, longitude=105.3)
    for days in (3, 4):
        make_overstay(filled.lodging, f"OVERSTAY {days}", days=days)
    evaluate()
    Alert.objects.filter(rule="overstay").update(severity=Severity.HIGH)
    client = filled.client("quynh")
    [mark] = client.get(PAGE).context["map"].marks
    listed = client.get(mark.place.url)
    assert mark.place.value == 2 == len(listed.context["page"].rows)
    [on_area] = client.get("/office/area/").context["map"].marks
    assert (on_area.place.value, on_area.place.url) == (mark.place.value, mark.place.url)
    assert client.get(f"{PAGE}{filled.units.former_district.pk}/").context["map"] is None


@pytest.mark.django_db
@pytest.mark.parametrize("back", [0, 3])
def test_figures_are_compared_with_a_week_and_a_year_before(filled: Any, rf: Any, back: int) -> None:
    """Of today, which is not over, yesterday is compared; each number is the length of its list."""
    day = clock.today() - back * DAY
    context = filled.client("quynh").get(f"{PAGE}?day={day:%d/%m/%Y}").context
    last = day if back else day - DAY
    assert [on.day for on in context["page"].compared] == [last, last - 7 * DAY, year_before(last)]
    for cell in context["total"]:
        lines = cell["compared"]
        assert len(lines) == (2 if back else 3)
        for line in lines:
            if line["url"]:
                request = rf.get(line["url"])
                request.actor = filled.actor("quynh")
                _form, guest_filter, place = _read_filter(request)
                assert guests(request.actor, guest_filter, place).stays.count() == line["value"], line["url"]
    assert filled.client("anh").get(PAGE).context["page"].compared == []


@pytest.mark.django_db
def test_no_list_is_cut(filled: Any) -> None:
    """More than twelve lines stand folded under the first twelve."""
    for code in ("VNM", "THA", "LAO", "USA", "GBR", "FRA", "CHN", "RUS", "IND", "AUS", "ITA", "ESP"):
        make_stay(filled.other_lodging, nationality=code)
    page = filled.client("quynh").get(PAGE).content.decode()
    table = page.partition('id="by-nationality"')[2].partition("</section>")[0]
    assert "<details" in table and table.count("nationality=") > 15
    assert "scroll-box" not in page
