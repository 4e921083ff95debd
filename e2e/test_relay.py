"""The national portal is told: a manager connects her lodging, an officer settles what is left, the office pauses."""

from datetime import timedelta
from typing import Any

import pytest

from ancu.apps.relay.enums import State
from ancu.apps.relay.models import Forwarding, Pause, PortalAccount
from ancu.apps.relay.services import gathering, sending
from ancu.apps.relay.tests.servers import BASIC, Book, portal
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from e2e.conftest import Invite
from e2e.walk import Walk

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_lodging_declares_once(invite: Invite, world: Any, settings: Any) -> None:
    book = Book(clock.today, clock.now)
    with portal(book) as url:
        settings.PORTAL_RELAY, settings.PORTAL_URL, settings.PORTAL_BASIC = True, url, BASIC
        alice = invite("alice", at_the_door=False)
        she_connects_her_lodging(alice)
        stay = make_stay(world.lodging, "PETERSEN ANNA", permitted_until=clock.today() + timedelta(days=3))
        late = make_stay(world.lodging, "MÜLLER JAN", arrived_on=clock.today() - timedelta(days=5))
        gathering.gather()
        sending.send_due()
        assert len(book.declared) == 1
        alice.go(f"/stays/{stay.pk}/")
        alice.sees(alice.say("Forwarded to the national portal at %(when)s.", when="")[:20])
        alice.look()
    olga = invite("olga", at_the_door=False)
    she_settles_what_is_for_a_person(olga, late)
    rosa = invite("rosa", at_the_door=False)
    she_pauses_and_takes_up_again(rosa)


def she_connects_her_lodging(alice: Walk) -> None:
    alice.go("/lodgings/mine")
    alice.follow(alice.link("Forwarding to the national portal"))
    alice.look()
    alice.follow(alice.button("Forward from now on"))  # nothing typed: she is told what is missing
    alice.sees(alice.say("Please type the user name of your account at the portal."))
    alice.look()
    alice.fill(username="lodge", password="s3cret & äöü")
    alice.follow(alice.button("Forward from now on"))
    alice.look()
    assert PortalAccount.objects.get().forwards


def she_settles_what_is_for_a_person(olga: Walk, late: Any) -> None:
    olga.go("/office/portal/")
    olga.heading(olga.say("National portal"))
    olga.sees("MÜLLER JAN")
    olga.sees(str(olga.say("The portal takes arrivals of today and yesterday only. Enter it on the portal’s page.")))
    olga.look()
    olga.page.locator("main details summary").first.click()
    olga.look()
    olga.follow(olga.button("Mark as settled"))  # without a word
    olga.look()
    olga.fill(reason="entered on the portal’s page")
    olga.follow(olga.button("Mark as settled"))
    one = Forwarding.objects.get(stay=late)
    assert (one.state, one.settled_reason) == (State.SETTLED, "entered on the portal’s page")
    olga.follow(olga.page.locator("main a[href='/office/portal/days/']"))
    olga.look()


def she_pauses_and_takes_up_again(rosa: Walk) -> None:
    rosa.go("/office/portal/")
    rosa.page.locator("main details summary", has_text=rosa.say("Pause the forwarding")).click()
    rosa.fill(reason="The portal is moved tonight")
    rosa.follow(rosa.button("Pause"))
    rosa.sees("The portal is moved tonight")
    rosa.look()
    rosa.follow(rosa.button("Take it up again"))
    assert Pause.objects.get().resumed_at is not None
