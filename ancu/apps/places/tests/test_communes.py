from io import StringIO

import pytest
from django.core.management import call_command

from ancu.apps.places import selectors
from ancu.apps.places.models import AdministrativeUnit


def load_units():
    call_command("load_units", stdout=StringIO())


pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=load_units)]


@pytest.fixture(autouse=True)
def _units(shared_data):
    """The real list, in every test."""


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("Chiềng Châu", "Xã Chiềng Châu, Huyện Mai Châu"),
        ("chieng chau", "Xã Chiềng Châu, Huyện Mai Châu"),
        ("CHIENG CHAU, MAI CHAU", "Xã Chiềng Châu, Huyện Mai Châu"),
        ("xã Chiềng Châu (huyện Mai Châu)", "Xã Chiềng Châu, Huyện Mai Châu"),
        ("x. chiềng châu, h. mai châu, t. hòa bình", "Xã Chiềng Châu, Huyện Mai Châu"),
        ("05248", "Xã Chiềng Châu, Huyện Mai Châu"),
        ("Mai Hạ", "Xã Mai Hạ, Tỉnh Phú Thọ"),
        ("mai ha", "Xã Mai Hạ, Tỉnh Phú Thọ"),
        ("Yên Thuỷ", "Xã Yên Thủy, Tỉnh Phú Thọ"),
        ("Yên Thủy", "Xã Yên Thủy, Tỉnh Phú Thọ"),
        ("phường Hoà Bình", "Phường Hòa Bình, Tỉnh Phú Thọ"),
        ("p. hoa binh", "Phường Hòa Bình, Tỉnh Phú Thọ"),
        ("tt Bo", "Thị trấn Bo, Huyện Kim Bôi"),
        ("Săm Khoé", "Xã Săm Khóe, Huyện Mai Châu"),
        ("TT Hàng Trạm", "Thị trấn Hàng Trạm, Huyện Yên Thủy"),
        ("Đà Bắc", "Xã Đà Bắc, Tỉnh Phú Thọ"),
        ("da bac", "Xã Đà Bắc, Tỉnh Phú Thọ"),
    ],
)
def test_first_suggestion(client, typed, label):
    results = client.get("/places/communes", {"q": typed}).json()["results"]
    assert results[0]["label"] == label


def test_a_former_commune_says_what_it_is_today(client):
    notes = {}
    for language in ("vi", "en"):
        client.cookies["django_language"] = language
        notes[language] = client.get("/places/communes", {"q": "chieng chau"}).json()["results"][0]["note"]
    assert notes == {"vi": "đến 30/06/2025, nay là Xã Mai Hạ", "en": "until 30/06/2025, now Xã Mai Hạ"}


def test_outside_the_area_is_shown_and_said(client):
    client.cookies["django_language"] = "en"
    outside = AdministrativeUnit.objects.filter(parent__code="25", predecessors__isnull=True, kind="commune").exclude(
        name__in=AdministrativeUnit.objects.filter(valid_until__isnull=False).values("name")
    )[0]
    first = client.get("/places/communes", {"q": outside.full_name}).json()["results"][0]
    assert first["value"] == str(outside.pk)
    assert first["note"] == "outside this office's area"


def test_two_mergers_lead_to_today(db):
    unit = AdministrativeUnit.objects.get(code="05203", valid_from=None, valid_until="2019-12-31")
    assert unit.name == "Tân Mai"
    today = selectors.unit_today(unit)
    assert (today.code, today.full_name, today.valid_until) == ("05206", "Xã Tân Mai", None)


def test_every_former_unit_leads_to_one_of_today():
    former = AdministrativeUnit.objects.filter(kind__in=["commune", "ward", "township"], valid_until__isnull=False)
    assert former.count() > 200
    assert all(selectors.unit_today(unit).valid_until is None for unit in former)


@pytest.mark.parametrize("typed", ["", " ", ".", "no such place at all", "%", "'", "\x00" * 3])
def test_nothing_by_that_name(client, typed):
    assert client.get("/places/communes", {"q": typed}).json() == {"results": []}


@pytest.mark.slow
def test_loading_again_changes_nothing():
    before = list(AdministrativeUnit.objects.order_by("id").values())
    call_command("load_units", stdout=StringIO())
    assert list(AdministrativeUnit.objects.order_by("id").values()) == before


def test_suggestions_cost_the_same_for_one_and_many(client, expect_queries):
    with expect_queries():
        client.get("/places/communes", {"q": "chieng chau"})
    with expect_queries():
        client.get("/places/communes", {"q": "mai"})


def test_post_is_not_answered(client):
    assert client.post("/places/communes").status_code == 405


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Chiềng Châu", {"Xã Chiềng Châu, Huyện Mai Châu"}),
        ("Mai Hạ", {"Xã Mai Hạ, Tỉnh Phú Thọ"}),
        ("Xã Mai Hạ, Huyện Mai Châu", {"Xã Mai Hạ, Huyện Mai Châu"}),
        ("chieng chau, mai chau", {"Xã Chiềng Châu, Huyện Mai Châu"}),
        ("nowhere", set()),
    ],
)
def test_what_words_alone_mean(typed, names):
    assert {selectors.label(unit) for unit in selectors.commune_named(typed)} == names


def test_a_name_borne_by_several_is_not_guessed():
    matches = selectors.commune_named("Tân Lập")
    todays = {selectors.unit_today(unit).pk for unit in matches}
    assert len(matches) == len(todays) or all(unit.valid_until for unit in matches)


def test_one_letter_is_not_looked_for(client, django_assert_num_queries):
    """Nearly every commune holds it, and anybody may ask."""
    with django_assert_num_queries(0):
        assert client.get("/places/communes", {"q": "a"}).json() == {"results": []}
