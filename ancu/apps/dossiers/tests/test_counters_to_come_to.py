"""Where and when the office receives people: the same on every page about coming there."""

from datetime import time

import pytest
from django.utils import translation

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Counter
from ancu.apps.dossiers.selectors.counters import open_counters
from ancu.apps.dossiers.services.counters import OpeningPeriod
from ancu.apps.dossiers.templatetags.dossiers import usd_range
from ancu.apps.dossiers.tests.factories import make_cast, make_counter, make_dossier
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.engines.rulebook import fee_table, get_procedure

MORNING, AFTERNOON = (time(7, 30), time(11, 30)), (time(13, 30), time(16, 30))
WEEK = [OpeningPeriod(day, *stretch) for day in range(5) for stretch in (MORNING, AFTERNOON)]


@pytest.fixture
def cast(world: World) -> World:
    return make_cast(world)


def test_days_with_the_same_hours_stand_in_one_line(cast: World) -> None:
    wednesday = [stretch for stretch in WEEK if stretch.weekday != 2] + [OpeningPeriod(2, *MORNING)]
    make_counter(cast, [*wednesday, OpeningPeriod(5, time(7, 30), time(16, 0))])
    with translation.override("en"):
        (page_text,) = open_counters()
    pair = "07:30–11:30, 13:30–16:30"
    assert page_text.hours == [
        ("Monday–Tuesday", pair),
        ("Wednesday", "07:30–11:30"),
        ("Thursday–Friday", pair),
        ("Saturday", "07:30–11:30"),  # the office closes then, whatever was entered
    ]
    with translation.override("vi"):
        assert [days for days, _hours in open_counters()[0].hours][::3] == ["Thứ Hai–Thứ Ba", "Thứ Bảy"]


def test_a_closed_counter_is_shown_to_nobody(cast: World) -> None:
    make_counter(cast, WEEK)
    Counter.objects.update(is_open=False)
    assert open_counters() == []


@pytest.mark.parametrize(
    "page",
    [
        "/dossiers/new?filer=self&wish=visa",
        "/dossiers/new/visa?filer=citizen",
        "/procedures/visa",
        "/procedures/",
        "/d/",
    ],
)
def test_public_pages_say_where_to_come(cast: World, page: str) -> None:
    make_counter(cast, WEEK)
    text = cast.client().get(page).content.decode()
    assert "Số 10, đường Trần Hưng Đạo" in text and "07:30–11:30, 13:30–16:30" in text


@pytest.mark.parametrize("page", ["", "sent", "appointment"])
def test_the_pages_of_a_dossier_say_where_to_come(cast: World, page: str) -> None:
    make_counter(cast, WEEK)
    dossier = make_dossier(cast, State.SUBMITTED)
    text = cast.client("ramon").get(f"/dossiers/{dossier.number}/{page}").content.decode()
    assert "Số 10, đường Trần Hưng Đạo" in text and "07:30–11:30, 13:30–16:30" in text


@pytest.mark.parametrize(
    ("code", "price_range"), [("visa", "25–165 USD"), ("trc_individual", "145–165 USD"), ("stay_extension", "10 USD")]
)
def test_a_fee_of_several_lines_is_a_range(cast: World, code: str, price_range: str) -> None:
    assert usd_range(fee_table(get_procedure(code, clock.today()), clock.today())) == price_range
    for page in ("/procedures/", f"/dossiers/new/{code}"):
        assert price_range in cast.client().get(page).content.decode()


def test_a_counter_that_bears_a_mere_number_is_named_in_the_readers_language() -> None:
    with translation.override("en"):
        assert [str(Counter(name=name)) for name in ("Quầy số 12", "Quầy Một cửa")] == ["Counter 12", "Quầy Một cửa"]
    with translation.override("vi"):
        assert str(Counter(name="Quầy số 12")) == "Quầy số 12"
