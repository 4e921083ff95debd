"""The demo's programmes: the amounts of the story, to the đồng."""

import pytest
from django.db.models import F

from ancu.apps.community.models import HandoverConfirmation, Programme
from ancu.apps.community.selectors.ledger import sums
from ancu.apps.community.selectors.public import photos, places, trust_figures
from ancu.apps.lodging.tests.factories import World
from ancu.apps.places.services import load_units
from ancu.demo.accounts import load_accounts
from ancu.demo.community import load_community
from ancu.demo.current_help import THIS_YEAR
from ancu.demo.reporting import OF_PROGRAMMES, STORY_FIGURES


@pytest.mark.slow
@pytest.mark.django_db
def test_the_amounts_are_those_of_the_story(world: World) -> None:
    load_accounts(world.lodging.business, world.other_lodging.business, world.units.commune)
    assert load_community() == {"programmes of help": 9}
    lines = {
        line.item.name + programme.name[:3]: line for programme in Programme.objects.all() for line in sums(programme)
    }
    assert (lines["VNDTết"].received, lines["VNDTết"].remaining) == (281_000_000, 48_000)
    vouched = HandoverConfirmation.objects.filter(how="witness")
    assert vouched.count() > 10 and not vouched.filter(made_by=F("entry__made_by")).exists()
    outcome = trust_figures(Programme.objects.get(name__startswith="Bò"))
    assert (outcome.considered, outcome.chosen, outcome.without_selection, outcome.handed) == (14, 9, 0, 9)
    now = Programme.objects.get(name__startswith="Mái ấm")
    assert lines["VNDMái"].received == 155_000_000 and trust_figures(now).lines_open == 2 and photos(now)
    cows = [line for name, line in lines.items() if name.startswith("Bò cái")]
    assert [line.handed for line in cows] == [5, 4] and sum(line.worth_handed for line in cows) == 150_000_000
    assert (lines["VNDBò "].bought, lines["VNDBò "].remaining) == (-150_000_000, 0)
    assert lines["Bộ sách và đồ chơiSác"].received * 14_150_000 == 70_750_000
    assert lines["Đường dây và đènThắ"].handed == 3000 and lines["Lượt khám và thuốcKhá"].handed == 500
    assert sum(place.recipients or 0 for place in places(Programme.objects.get(name__startswith="Tết"))) == 203


@pytest.mark.slow
@pytest.mark.django_db
def test_the_story_has_its_places_and_results_say_the_same(world: World) -> None:
    load_units()
    load_accounts(world.lodging.business, world.other_lodging.business, world.units.commune)
    load_community()
    outcome = {programme.name[:3]: {place.unit for place in places(programme)} for programme in Programme.objects.all()}
    assert outcome["Tết"] == {
        f"Xã {name}" for name in ("Ngọc Sơn", "Tự Do", "Ngọc Lâu", "Miền Đồi", "Hang Kia", "Pà Cò")
    }
    above = Programme.objects.get(name__startswith="Bò").recipients.values_list("unit__parent__name", flat=True)
    assert sorted(above) == ["Cao Phong"] * 4 + ["Lạc Sơn"] * 5
    cows = Programme.objects.get(name__startswith="Bò")
    assert cows.area_names == "Huyện Lạc Sơn, Huyện Cao Phong"
    assert cows.leader == "Công an huyện Lạc Sơn, Công an huyện Cao Phong"
    assert Programme.objects.get(name__startswith="Khám").area_names == "Huyện Lạc Sơn, Huyện Mai Châu"
    schools = Programme.objects.get(name__startswith="Sách").recipients
    assert {school.unit.parent.name for school in schools.all() if school.unit.parent} == {"Tân Lạc"}
    handed = {code: sum(shares.values()) for code, (_month, shares) in OF_PROGRAMMES.items()}
    lines = [line for programme in Programme.objects.all() for line in sums(programme)]
    by_item = {name: sum(line.handed for line in lines if line.item.name.startswith(item)) for name, item in (
        ("help_cows", "Bò cái"), ("help_lights", "Đường dây"), ("help_examined", "Lượt khám"))}  # fmt: skip
    assert handed == by_item == {code: STORY_FIGURES[code] for code in OF_PROGRAMMES}
    of_this_year = {name: sum(line.handed for line in lines if line.item.name.startswith(item)) for name, item in (
        ("help_cows", "Giống bò"), ("help_lights", "Đèn và cột"), ("help_examined", "Khám và thuốc"))}  # fmt: skip
    assert of_this_year == {code: amount for code, (_month, amount) in THIS_YEAR.items()}
