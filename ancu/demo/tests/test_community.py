"""The demo's programmes: the amounts of the story, to the đồng."""

import pytest

from ancu.apps.community.models import Programme
from ancu.apps.community.selectors.ledger import sums
from ancu.apps.community.selectors.public import photos, places, trust
from ancu.apps.lodging.tests.factories import World
from ancu.demo.accounts import load_accounts
from ancu.demo.community import load_community


@pytest.mark.django_db
def test_the_amounts_are_those_of_the_story(world: World) -> None:
    load_accounts(world.lodging.business, world.other_lodging.business, world.units.commune)
    assert load_community() == {"programmes of help": 5}
    lines = {line.item.name + one.name[:3]: line for one in Programme.objects.all() for line in sums(one)}
    assert (lines["VNDTết"].given, lines["VNDTết"].left) == (280_000_000, 70)
    told = trust(Programme.objects.get(name__startswith="Bò"))
    assert (told.considered, told.chosen, told.without_selection, told.handed) == (14, 9, 0, 9)
    now = Programme.objects.get(name__startswith="Mái ấm")
    assert lines["VNDMái"].given == 155_000_000 and trust(now).lines_open == 2 and photos(now)
    assert (lines["Bò cái sinh sảnBò "].handed, lines["VNDBò "].left) == (9, 0)
    assert lines["Bộ sách và đồ chơiSác"].given * 14_150_000 == 70_750_000
    assert lines["Đường dây và đènThắ"].handed == 3000
    assert sum(one.recipients or 0 for one in places(Programme.objects.get(name__startswith="Tết"))) == 203
