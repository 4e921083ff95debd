"""After a declaration became a correction its draft is not offered again, however the user continues."""

from typing import Any

import pytest
from playwright.sync_api import Route, expect

from ancu.apps.stays.models import Stay
from ancu.core.testing import texts
from e2e.conftest import Invite
from e2e.phone import STORED, wait_for
from e2e.test_receptionist import day, fill_guest
from e2e.visitor import Visitor

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize(("page", "lang"), [(360, "vi")], indirect=True, ids=["phone"]),
]
DECLARE = "/stays/declare/"
NOTHING_KEPT = '"drafts",[]'


def declare_twice(bob: Visitor) -> None:
    """Declare a guest, then again with another room, until the page offers a correction."""
    for room in ("5A", "6B"):
        bob.go(DECLARE)
        fill_guest(bob, "HOFFMANN JÖRG", "C01X0T478")
        bob.fill(room=room, expected_departure=day(3))
        bob.page.wait_for_timeout(400)  # the draft is saved shortly after the last key
        bob.follow(bob.page.locator("button[name=save]"))
    bob.expect_text(bob.translate(texts.ALREADY_DECLARED_WITH_DIFFERENT_DATA))


def no_draft_is_offered(bob: Visitor) -> None:
    bob.go(DECLARE)
    bob.page.wait_for_load_state("networkidle")
    bob.page.wait_for_timeout(500)
    expect(bob.page.locator("main [name=full_name]")).to_have_value("")
    expect(bob.page.locator("main [role=status].alert-info")).to_have_count(0)
    wait_for(bob.page, lambda: NOTHING_KEPT in bob.page.evaluate(STORED))


def correct(bob: Visitor) -> None:
    bob.follow(bob.button(texts.CORRECT_THE_DECLARATION))
    assert Stay.objects.get().room == "6B"


def test_corrected_at_once(invite: Invite) -> None:
    bob = invite("bob", by_login_page=False)
    declare_twice(bob)
    correct(bob)
    no_draft_is_offered(bob)


def test_corrected_and_back(invite: Invite) -> None:
    bob = invite("bob", by_login_page=False)
    declare_twice(bob)
    correct(bob)
    bob.page.go_back()
    bob.page.wait_for_load_state("networkidle")
    expect(bob.page.locator("main [name=full_name]")).to_have_value("")
    no_draft_is_offered(bob)


def test_corrected_while_another_tab_is_open(invite: Invite) -> None:
    bob = invite("bob", by_login_page=False)
    declare_twice(bob)
    second = Visitor(bob.page.context.new_page(), bob.address, bob.lang)
    second.go(DECLARE)
    second.page.wait_for_timeout(500)
    correct(bob)
    second.page.close()
    no_draft_is_offered(bob)


@pytest.mark.parametrize("onward", [DECLARE, "/stays/today/"])
def test_corrected_but_the_answer_was_lost(invite: Invite, onward: str) -> None:
    """Any page that confirms the correction removes the draft."""
    bob = invite("bob", by_login_page=False)
    declare_twice(bob)
    answers: list[int] = []

    def lose(route: Route) -> None:
        answers.append(route.fetch(max_redirects=0).status)
        route.abort()

    bob.page.route(f"**{DECLARE}", lambda route: lose(route) if route.request.method == "POST" else route.continue_())
    bob.button(texts.CORRECT_THE_DECLARATION).click()
    wait_for(bob.page, lambda: bool(answers))
    bob.page.unroute(f"**{DECLARE}")
    assert answers[0] == 204 and Stay.objects.get().room == "6B"
    bob.go(onward)
    bob.expect_text("HOFFMANN JÖRG")
    wait_for(bob.page, lambda: NOTHING_KEPT in bob.page.evaluate(STORED))
    no_draft_is_offered(bob)


def test_typed_after_sending_it_is_kept(invite: Invite, world: Any) -> None:
    """Text typed while the answer is on its way belongs to a new draft."""
    bob = invite("bob", by_login_page=False)
    declare_twice(bob)
    bob.page.route(f"**{DECLARE}", lambda route: (route.fetch(max_redirects=0), route.abort())
                   if route.request.method == "POST" else route.continue_())  # fmt: skip
    bob.button(texts.CORRECT_THE_DECLARATION).click()
    wait_for(bob.page, lambda: Stay.objects.get().room == "6B")
    bob.fill(full_name="HOFFMANN LENI")
    bob.page.wait_for_timeout(400)
    bob.page.unroute(f"**{DECLARE}")
    bob.go("/stays/today/")
    bob.go(DECLARE)
    expect(bob.page.locator("main [name=full_name]")).to_have_value("HOFFMANN LENI")
