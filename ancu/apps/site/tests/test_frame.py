"""The frame of public pages: four areas, the emergency number, and the foot."""

from datetime import time

import pytest
from django.urls import reverse

from ancu.apps.dossiers.services.counters import OpeningPeriod
from ancu.apps.dossiers.tests.factories import make_counter
from ancu.apps.site.tests.factories import reader

pytestmark = pytest.mark.django_db
AREAS = ("site:lodgings", "site:foreigners", "site:voice", "reporting:public")
ABOUT = ("site:accessibility", "site:privacy", "site:source", "status", "programs")


@pytest.mark.parametrize(
    ("page", "area"),
    [
        ("site:lodgings", "site:lodgings"), ("lodging:register", "site:lodgings"), ("stays:verify", "site:lodgings"),
        ("site:foreigners", "site:foreigners"), ("dossiers:look-up-form", "site:foreigners"),
        ("stays:self_check", "site:foreigners"), ("dossiers:promises", "site:foreigners"),
        ("site:voice", "site:voice"), ("listening:new", "site:voice"), ("listening:public-meetings", "site:voice"),
        ("listening:promises", "reporting:public"), ("reporting:public", "reporting:public"),
    ],
)  # fmt: skip
def test_the_area_of_the_page_is_marked(world, page, area):
    frame = world.client().get(reverse(page)).context["public_frame"]
    assert [entry["url"] for entry in frame.areas] == [reverse(name) for name in AREAS]
    assert [entry["url"] for entry in frame.areas if entry["active"]] == [reverse(area)]


def test_the_home_page_is_in_no_area(world):
    frame = world.client().get("/").context["public_frame"]
    assert not any(entry["active"] for entry in frame.areas)
    assert frame.area_above is None and not frame.ways


@pytest.mark.parametrize(
    ("page", "area"),
    [
        ("stays:verify", "site:lodgings"), ("dossiers:look-up-form", "site:foreigners"),
        ("dossiers:triage", "site:foreigners"), ("listening:new", "site:voice"),
        ("listening:promises", "reporting:public"),
    ],
)  # fmt: skip
def test_each_page_leads_back_to_its_area_and_on_to_the_areas_other_pages(world, page, area):
    response = world.client().get(reverse(page))
    frame = response.context["public_frame"]
    addresses = [way["url"] for way in frame.ways]
    assert frame.area_above["url"] == reverse(area)
    assert len(addresses) > 3 and reverse(page) not in addresses
    content = response.content.decode()
    assert all(f'href="{address}"' in content for address in addresses)


@pytest.mark.parametrize("area", AREAS)
def test_every_way_leads_to_a_page(world, area):
    client = world.client()
    ways = client.get(reverse(area)).context["public_frame"].ways
    assert {client.get(way["url"].partition("#")[0]).status_code for way in ways} == {200}


@pytest.mark.parametrize("name", [*AREAS, *ABOUT, "site:news"])
def test_each_page_of_the_frame_opens_in_both_languages(world, name):
    for language in ("vi", "en"):
        page = reader(world, language).get(reverse(name))
        assert page.status_code == 200
        assert 'href="tel:113"' in page.content.decode()


def test_the_foot_names_the_open_counters_with_their_hours(world):
    counter = make_counter(world, [OpeningPeriod(0, time(8), time(11))])
    page = world.client().get(reverse("site:news")).content.decode()
    foot = page[page.index("site-foot") :]
    assert counter.address in foot
    assert "08:00–" in foot
    assert world.provincial_agency.name in foot
    for name in ABOUT:
        assert f'href="{reverse(name)}"' in foot


def test_equal_hours_stand_once_and_other_hours_at_their_counter(world):
    opening = OpeningPeriod(0, time(8), time(11))
    make_counter(world, [opening])
    make_counter(world, [opening])
    frame = world.client().get(reverse("site:news")).context["public_frame"]
    (place,) = frame.counter_places
    assert place.names.count(",") == 1
    assert frame.common_hours == place.hours
    make_counter(world, [OpeningPeriod(1, time(8), time(11))])
    frame = world.client().get(reverse("site:news")).context["public_frame"]
    assert len(frame.counter_places) == 2
    assert frame.common_hours == ()


def test_the_head_names_the_police_above_the_office(world):
    make_counter(world, [OpeningPeriod(0, time(8), time(11))])
    page = world.client().get(reverse("site:news")).content.decode()
    head = page[page.index("site-head") : page.index("site-nav")]
    assert world.provincial_agency.name in head
    assert "Công an tỉnh" in head


def test_the_foot_shows_what_settings_say(world, settings):
    settings.OFFICE_EMAIL, settings.OFFICE_DUTY_PHONE = "xnc@example.gov.vn", "0210 3846 113"
    page = world.client().get(reverse("site:news")).content.decode()
    assert "mailto:xnc@example.gov.vn" in page
    assert 'href="tel:02103846113"' in page
    settings.OFFICE_EMAIL = settings.OFFICE_DUTY_PHONE = ""
    page = world.client().get(reverse("site:news")).content.decode()
    assert "mailto:" not in page


def test_the_source_code_is_offered(world, settings):
    assert "Affero" in world.client().get(reverse("site:source")).content.decode()
    settings.SOURCE_URL = "https://git.example.test/an-cu"
    assert 'href="https://git.example.test/an-cu"' in world.client().get(reverse("site:source")).content.decode()


def test_whoever_is_signed_in_keeps_the_own_head_on_public_pages(world):
    page = world.client("olga").get(reverse("site:news")).content.decode()
    assert reverse("messaging:inbox") in page
    assert "site-head" not in page
    assert f'href="{reverse("site:lodgings")}"' in page
