"""A phone that is ready stores new records at once: a handover and an open survey."""

from typing import Any

import pytest
from playwright.sync_api import expect

from ancu.apps.community.tests.factories import ProgrammeBook, make_donor
from ancu.apps.surveys.services import channels
from ancu.apps.surveys.tests.factories import make_survey
from ancu.core.testing import texts
from e2e.flaky_proxy import FlakyProxy
from e2e.phone import Phone, address, phone, proxy
from e2e.visitor import Visitor

__all__ = ["address", "phone", "proxy"]
pytestmark = pytest.mark.django_db(transaction=True)
INTERVIEWS = "/surveys/interviews/"


@pytest.mark.one_language
def test_what_was_just_made_is_there_without_a_line(phone: Phone, proxy: FlakyProxy, address: str, world: Any) -> None:
    user = world.users["olga"]
    user.language = phone.lang
    user.save(update_fields=["language"])
    book = ProgrammeBook(world)
    type(book.programme).objects.update(agency=world.commune_agency)
    book.actor, book.donor = world.actor("olga"), make_donor(world, agency=world.commune_agency)
    book.give(book.of("pieces", 2))
    olga = phone.open(address)
    olga.sign_in(user.email, officer=True)
    olga.go(INTERVIEWS)
    wait_until_ready(olga, "interviews")
    olga.follow(olga.button(texts.SET_UP_THIS_PHONE))
    wait_until_ready(olga, "interviews")
    olga.page.wait_for_load_state("networkidle")
    handed, survey = book.hand_over(book.of("pieces", 1)), make_survey(world)
    channels.add_channel(actor=world.actor("rosa"), survey_id=survey.pk, unit_id=world.units.commune.pk)
    entry = f"/office/community/{book.programme.pk}/entries/{handed.pk}/"
    olga.go(entry)
    wait_until_ready(olga, "taken")
    olga.go(INTERVIEWS)
    expect(olga.page.locator("[data-part=surveys] button")).to_have_count(1)
    proxy.cut()
    olga.page.goto(f"{address}{entry}sign/")
    wait_until_ready(olga, "handing")
    expect(olga.page.locator("[data-part=recipient]")).to_contain_text("Mùa Thị Dở")
    olga.check_page()
    assert not phone.errors


def wait_until_ready(olga: Visitor, mark: str) -> None:
    olga.page.wait_for_selector(f"[data-{mark}=there]", state="attached")
