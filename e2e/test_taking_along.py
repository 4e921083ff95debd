"""What an officer's phone takes along comes each by itself: what could not be had keeps nothing else away, the phone
says which it is, and what was never taken along is not called sealed."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from ancu.apps.oversight.services.planning import plan_visit
from ancu.core import clock
from e2e.line import Line
from e2e.phone import PhoneInHand, address, line, phone
from e2e.walk import Walk

__all__ = ["address", "line", "phone"]
pytestmark = pytest.mark.django_db(transaction=True)
VISITS, INTERVIEWS = "/office/inspections/", "/surveys/interviews/"


@pytest.mark.one_language
def test_each_is_taken_along_by_itself(phone: PhoneInHand, line: Line, address: str, world: Any) -> None:
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
    phone.context.route(f"**{INTERVIEWS}take/", lambda asked: asked.abort())
    she_makes_it_ready_and_interviews_do_not_come(olga)
    line.cut()
    visits_are_there_and_interviews_are_not_called_sealed(olga)
    line.mend()
    phone.context.unroute(f"**{INTERVIEWS}take/")
    all_is_there_after_the_next_try(olga)


def there(olga: Walk, mark: str = "visit-page") -> None:
    olga.page.wait_for_selector(f"[data-{mark}=there]", state="attached")


def along(olga: Walk) -> Any:
    return olga.page.locator("main [data-part=along]")


def she_makes_it_ready_and_interviews_do_not_come(olga: Walk) -> None:
    olga.go(VISITS)
    there(olga)
    expect(along(olga)).to_be_hidden()
    olga.follow(olga.button("Make this phone ready"))
    there(olga)
    missing = olga.say("Not taken along yet: {names}. It is tried again by itself while there is a connection.")
    expect(along(olga)).to_have_text(missing.replace("{names}", olga.say("interviews")))
    olga.look()


def visits_are_there_and_interviews_are_not_called_sealed(olga: Walk) -> None:
    page = olga.page
    page.goto(olga.address + VISITS)
    there(olga)
    olga.look()
    expect(page.locator("[data-part=visits] a")).to_contain_text("Mai Châu Lodge")
    expect(page.locator("[data-part=locked]")).to_be_hidden()
    page.goto(olga.address + INTERVIEWS)
    there(olga, "interviews")
    expect(page.locator("[data-part=locked]")).to_be_hidden()
    expect(page.locator("[data-part=missing]")).to_be_visible()
    olga.look()


def all_is_there_after_the_next_try(olga: Walk) -> None:
    olga.go(INTERVIEWS)
    there(olga, "interviews")
    expect(along(olga)).to_contain_text(olga.say("All is taken along, as of {when}.").partition("{")[0])
    olga.look()
