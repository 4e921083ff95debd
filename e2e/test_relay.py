"""Forwarding to the national portal: a manager connects a lodging, an officer settles a case, the office pauses it."""

from datetime import timedelta
from typing import Any

import pytest

from ancu.apps.relay.enums import ForwardingState
from ancu.apps.relay.models import Forwarding, PortalAccount, RelayPause
from ancu.apps.relay.services import gathering, sending
from ancu.apps.relay.tests.servers import BASIC, PortalRegister, portal
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from ancu.core.testing import texts
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_lodging_declares_once(invite: Invite, world: Any, settings: Any) -> None:
    book = PortalRegister(clock.today, clock.now)
    with portal(book) as url:
        settings.PORTAL_RELAY, settings.PORTAL_URL, settings.PORTAL_BASIC = True, url, BASIC
        alice = invite("alice", by_login_page=False)
        she_connects_her_lodging(alice)
        stay = make_stay(world.lodging, "PETERSEN ANNA", permitted_until=clock.today() + timedelta(days=3))
        late = make_stay(world.lodging, "MÜLLER JAN", arrived_on=clock.today() - timedelta(days=5))
        gathering.gather()
        sending.send_due()
        assert len(book.declared) == 1
        alice.go(f"/stays/{stay.pk}/")
        alice.expect_text(alice.translate("Forwarded to the national portal at %(when)s.", when="")[:20])
        alice.check_page()
    olga = invite("olga", by_login_page=False)
    she_settles_what_is_for_a_person(olga, late)
    rosa = invite("rosa", by_login_page=False)
    she_pauses_and_takes_up_again(rosa)


def she_connects_her_lodging(alice: Visitor) -> None:
    alice.go("/lodgings/mine")
    alice.follow(alice.link("Forwarding to the national portal"))
    alice.check_page()
    alice.follow(alice.button("Start forwarding"))  # the form is empty
    alice.expect_text(alice.translate("Enter the user name of your account at the portal."))
    alice.check_page()
    alice.fill(username="lodge", password="s3cret & äöü")
    alice.follow(alice.button("Start forwarding"))
    alice.check_page()
    assert PortalAccount.objects.get().forwards


def she_settles_what_is_for_a_person(olga: Visitor, late: Any) -> None:
    olga.go("/office/portal/")
    olga.expect_heading(olga.translate(texts.NATIONAL_PORTAL))
    olga.expect_text("MÜLLER JAN")
    olga.expect_text(
        str(
            olga.translate(
                "The portal accepts only arrivals of today and yesterday. Enter this guest on the portal's page."
            )
        )
    )
    olga.check_page()
    olga.page.locator("main details summary").first.click()
    olga.check_page()
    olga.follow(olga.button("Mark as resolved"))  # without a reason
    olga.check_page()
    olga.fill(reason="entered on the portal’s page")
    olga.follow(olga.button("Mark as resolved"))
    forwarding = Forwarding.objects.get(stay=late)
    assert (forwarding.state, forwarding.settled_reason) == (ForwardingState.SETTLED, "entered on the portal’s page")
    olga.follow(olga.page.locator("main a[href='/office/portal/days/']"))
    olga.check_page()


def she_pauses_and_takes_up_again(rosa: Visitor) -> None:
    rosa.go("/office/portal/")
    rosa.page.locator("main details summary", has_text=rosa.translate("Pause forwarding")).click()
    rosa.fill(reason="The portal is moved tonight")
    rosa.follow(rosa.button("Pause"))
    rosa.expect_text("The portal is moved tonight")
    rosa.check_page()
    rosa.follow(rosa.button(texts.RESUME_FORWARDING))
    assert RelayPause.objects.get().resumed_at is not None
