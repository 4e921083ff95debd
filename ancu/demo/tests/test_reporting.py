"""The demo's results: the year of the story to the last figure, put before everybody and marked as invented."""

import pytest

from ancu.apps.lodging.tests.factories import World
from ancu.apps.reporting.models import Figure
from ancu.apps.reporting.selectors.published import latest
from ancu.demo.accounts import load_accounts
from ancu.demo.community import load_community
from ancu.demo.reporting import STORY, STORY_FIGURES, load_reporting


@pytest.mark.slow
@pytest.mark.django_db
def test_the_year_is_that_of_the_story(world: World) -> None:
    load_accounts(world.lodging.business, world.other_lodging.business, world.units.commune)
    load_community()
    load_reporting()
    outcome = {indicator["code"]: indicator for indicator in latest(STORY).content["indicators"]}
    assert {code: outcome[code]["total"] for code in STORY_FIGURES} == STORY_FIGURES
    assert (
        all(outcome[code]["demo"] for code in STORY_FIGURES) and "over 100 cakes" in outcome["heroin_cakes"]["notes"][0]
    )
    assert outcome["gravest_cleared"]["total"] == 100.0
    assert (outcome["help_given"]["total"], outcome["help_given"]["demo"]) == (621_750_000, False)
    assert outcome["help_households"]["total"] == 212 and outcome["help_households"]["units"] == []
    assert Figure.objects.filter(state="proposed").count() == 4
