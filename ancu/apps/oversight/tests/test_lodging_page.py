"""What a lodging’s office page says of alerts and visits, and the lodgings of a commune on the page of movement."""

from datetime import timedelta

import pytest

from ancu.apps.audit.models import Event
from ancu.apps.lodging.tests.factories import make_establishment
from ancu.apps.oversight.models import Alert
from ancu.apps.oversight.tests.factories import (
    evaluate,
    make_alert,
    make_busy,
    make_inspection,
    make_notice,
    make_overstay,
    make_plan,
)
from ancu.apps.stays.services.presence import gather
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def text(response):
    return response.content.decode()


@pytest.fixture
def url(world):
    return f"/office/alerts/lodging/{world.lodging.pk}/"


def test_the_office_page_shows_what_waits_and_what_is_planned(world, url):
    alert, plan = make_alert(world.lodging), make_plan(world)
    make_inspection(world, "C9999X01")
    olga = world.client("olga")
    assert f'hx-get="{url}"' in text(olga.get(f"/lodgings/{world.lodging.pk}"))
    page = text(olga.get(url, headers=HTMX))
    assert "<html" not in page
    for link in (f"/office/alerts/{alert.pk}/", f"/office/inspections/planned/{plan.pk}/",
                 f"/office/inspections/plan/{world.lodging.pk}/"):  # fmt: skip
        assert f'href="{link}"' in page
    assert "Undeclared guests were found here at 1 inspection" in page
    assert "<html" in text(olga.get(url))
    look = Event.objects.filter(act="looked", subject_type="oversight.alerts").latest("id")
    assert alert.pk in look.details["alerts"]


def test_what_was_decided_waits_no_more(world, url):
    alert = make_alert(world.lodging)
    Alert.objects.filter(pk=alert.pk).update(state="closed")
    assert "This lodging has no pending alerts" in text(world.client("olga").get(url))


def test_a_match_of_a_notice_is_the_provinces_alone(world, url):
    make_notice(world, full_name="THE SOUGHT", document_number="S00GHT4", birth_date="")
    make_stay(world.lodging, "THE SOUGHT", document_number="S00GHT4")
    evaluate()
    assert Alert.objects.get().rule == "notice_match"
    gather()
    commune = f"/office/movement/{world.units.commune.pk}/"
    for path in (url, commune):
        assert "otice" not in text(world.client("olga").get(path)).split("<main", 1)[1]
        assert "otice" in text(world.client("quynh").get(path)).split("<main", 1)[1]


def test_strangers_and_readers_without_names(world, url):
    make_alert(world.lodging)
    assert world.client("pavel").get(url).status_code == 404
    assert world.client("alice").get(url).status_code == 404
    assert world.client("olga").get("/office/alerts/lodging/0/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_query_counts(world, url, count, expect_queries):
    for number in range(count):
        make_overstay(world.lodging, f"GUEST {number}")
        make_plan(world)
    evaluate()
    olga = world.client("olga")
    olga.get(url)
    with expect_queries():
        assert olga.get(url).status_code == 200


# --- on the page of movement --------------------------------------------------------------------------------


@pytest.fixture
def commune(world):
    silent = make_establishment(world.lodging.business, world.units.commune, name="Nhà nghỉ Vắng")
    make_busy(silent, until=15)
    make_establishment(world.lodging.business, world.units.commune, name="Đã đóng", status="closed")
    make_stay(world.lodging, arrived_on=clock.today() - timedelta(days=1))
    evaluate()
    gather()
    return f"/office/movement/{world.units.commune.pk}/"


def test_the_lodgings_of_a_commune_with_what_waits_first(world, commune):
    houses = [line["house"] for line in world.client("olga").get(commune).context["houses"]]
    assert [(house.lodging.name, house.present) for house in houses] == [("Nhà nghỉ Vắng", 0), ("Mai Châu Lodge", 1)]
    assert [title for _grade, title, _times in houses[0].alerts] == ["Lodging has stopped declaring"]
    csv_text = world.client("olga").post(f"{commune}export/", {"format": "csv"}).content.decode("utf-8-sig")
    assert "Lodgings here,Nhà nghỉ Vắng,0,0,0," in csv_text
    page = text(world.client("olga").get(commune))
    assert f'href="/office/inspections/plan/{houses[0].lodging.pk}/"' in page


def test_a_lodgings_name_is_text_in_its_line_and_in_what_is_read_aloud(world, commune):
    world.lodging.name = """<b>100 % "Mai" & 'Châu'</b>"""
    world.lodging.save()
    page = text(world.client("olga").get(commune))
    assert world.lodging.name not in page
    plain = "&lt;b&gt;100 % &quot;Mai&quot; &amp; &#x27;Châu&#x27;&lt;/b&gt;"
    assert f'">{plain}</a></b></td>' in page
    assert f'aria-label="{plain}: 1">1</a>' in page
    assert f'aria-label="Plan an inspection of {plain}">' in page


def test_no_lodging_is_told_to_readers_without_the_list_nor_on_a_page_with_parts(world, commune):
    assert world.client("quynh").get(commune).context["houses"]
    assert not world.client("quynh").get("/office/movement/").context["houses"]
    assert not world.client("quynh").get(f"{commune}?nationality=DEU").context["houses"]
