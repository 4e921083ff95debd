"""An officer's phone stores each kind of record separately: one that fails does not stop the others, the phone names
it, and it is not described as locked."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from ancu.apps.oversight.services.planning import plan_visit
from ancu.core import clock
from ancu.core.testing import texts
from e2e.flaky_proxy import FlakyProxy
from e2e.phone import Phone, address, phone, proxy
from e2e.visitor import Visitor

__all__ = ["address", "phone", "proxy"]
pytestmark = pytest.mark.django_db(transaction=True)
VISITS, INTERVIEWS = "/office/inspections/", "/surveys/interviews/"


@pytest.mark.one_language
def test_each_is_taken_along_by_itself(phone: Phone, proxy: FlakyProxy, address: str, world: Any) -> None:
    user = world.users["olga"]
    user.language = phone.lang
    user.save(update_fields=["language"])
    day = clock.today() + timedelta(days=1)
    plan_visit(
        world.actor("olga"), establishment_id=world.lodging.pk, day=day, reason="Nhiều ngày không khai báo.",
        officer_id=user.pk,
    )  # fmt: skip
    olga = phone.open(address)
    olga.sign_in(user.email, officer=True)
    phone.context.route(f"**{INTERVIEWS}take/", lambda route: route.abort())
    she_makes_it_ready_and_interviews_do_not_come(olga)
    proxy.cut()
    visits_are_there_and_interviews_are_not_called_locked(olga)
    proxy.mend()
    phone.context.unroute(f"**{INTERVIEWS}take/")
    everything_is_there_after_the_next_try(olga)


def wait_until_ready(olga: Visitor, mark: str = "visit-page") -> None:
    olga.page.wait_for_selector(f"[data-{mark}=there]", state="attached")


def status_line(olga: Visitor) -> Any:
    return olga.page.locator("main [data-part=along]")


def she_makes_it_ready_and_interviews_do_not_come(olga: Visitor) -> None:
    olga.go(VISITS)
    wait_until_ready(olga)
    expect(status_line(olga)).to_be_hidden()
    olga.follow(olga.button(texts.SET_UP_THIS_PHONE))
    wait_until_ready(olga)
    missing = olga.translate("Not downloaded yet: {names}. We will try again automatically while you are online.")
    expect(status_line(olga)).to_have_text(missing.replace("{names}", olga.translate("interviews")))
    olga.check_page()


def visits_are_there_and_interviews_are_not_called_locked(olga: Visitor) -> None:
    page = olga.page
    page.goto(olga.address + VISITS)
    wait_until_ready(olga)
    olga.check_page()
    expect(page.locator("[data-part=visits] a")).to_contain_text("Mai Châu Lodge")
    expect(page.locator("[data-part=locked]")).to_be_hidden()
    page.goto(olga.address + INTERVIEWS)
    wait_until_ready(olga, "interviews")
    expect(page.locator("[data-part=locked]")).to_be_hidden()
    expect(page.locator("[data-part=missing]")).to_be_visible()
    olga.check_page()


def everything_is_there_after_the_next_try(olga: Visitor) -> None:
    olga.go(INTERVIEWS)
    wait_until_ready(olga, "interviews")
    expect(status_line(olga)).to_contain_text(
        olga.translate("Everything is downloaded, as of {when}.").partition("{")[0]
    )
    olga.check_page()
