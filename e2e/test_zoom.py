"""At 400 % a page is 320 CSS px wide: nothing runs off the side."""

import pytest

from e2e.conftest import Invite

pytestmark = pytest.mark.django_db(transaction=True)


def test_at_four_hundred_percent_nothing_runs_off_the_side(invite: Invite) -> None:
    bob = invite("bob")
    bob.page.set_viewport_size({"width": 320, "height": 256})
    for path in ("/stays/today/", "/stays/declare/", "/stays/upload/", "/stays/receipts/", "/stays/search/"):
        bob.go(path)
        wider = bob.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{path} is {wider} px wider than the screen"
