"""The demo's results: the year of the story to the last figure, put before everybody and marked as invented."""

import pytest

from ancu.apps.lodging.tests.factories import World
from ancu.apps.reporting.models import Figure
from ancu.apps.reporting.selectors.published import latest
from ancu.demo.accounts import load_accounts
from ancu.demo.community import load_community
from ancu.demo.reporting import STORY, TOLD, load_reporting


@pytest.mark.slow
@pytest.mark.django_db
def test_the_year_is_that_of_the_story(world: World) -> None:
    load_accounts(world.lodging.business, world.other_lodging.business, world.units.commune)
    load_community()
    load_reporting()
    told = {one["code"]: one for one in latest(STORY).content["indicators"]}
    assert {code: told[code]["total"] for code in TOLD} == TOLD
    assert all(told[code]["demo"] for code in TOLD) and "over 100 cakes" in told["heroin_cakes"]["notes"][0]
    assert told["gravest_cleared"]["total"] == 100.0
    assert (told["help_given"]["total"], told["help_given"]["demo"]) == (621_750_000, False)
    assert told["help_households"]["total"] == 212 and told["help_households"]["units"] == []
    assert Figure.objects.filter(state="proposed").count() == 4
