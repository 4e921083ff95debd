"""Whoever sits down at somebody's open browser cannot take the account; who knows the password too is undone."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import override_settings
from playwright.sync_api import expect

from ancu.apps.accounts.models import AddressChange, User
from ancu.apps.accounts.services.address_changes import Side, send_address_letter
from ancu.apps.accounts.tests.factories import PASSWORD
from e2e.conftest import Invite
from e2e.walk import Walk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.two_ways]
THIEF = "thief@example.test"


def test_a_stolen_session_takes_no_account(invite: Invite, world: Any) -> None:
    thief = invite("alice", at_the_door=False)
    with override_settings(PUBLIC_URL=thief.address):
        the_password_is_asked_for(thief)
        a_change_waits(thief)
        the_owner_undoes_it(invite(), link_of_letter(Side.OLD))
    thief.go("/accounts/profile")
    assert thief.path() == "/accounts/login/"
    alice = User.objects.get(pk=world.users["alice"].pk)
    assert alice.email == "alice@example.test" and not alice.has_usable_password()


def the_password_is_asked_for(thief: Walk) -> None:
    for page in ("/accounts/email/", "/accounts/password/change/", "/accounts/2fa/totp/activate/"):
        thief.go(page)
        assert thief.path() == "/accounts/reauthenticate/", page
    thief.look()
    thief.fill(password="guess")
    thief.follow(thief.page.locator("main form button[type=submit]").first)
    assert thief.path() == "/accounts/reauthenticate/"


def a_change_waits(thief: Walk) -> None:
    """The thief looked over the owner's shoulder."""
    thief.go("/accounts/email/")
    thief.fill(password=PASSWORD)
    thief.follow(thief.page.locator("main form button[type=submit]").first)
    thief.heading(thief.say("Email address"))
    thief.look()
    thief.fill(email=THIEF)
    thief.follow(thief.button("Send the letters"))
    thief.sees(thief.say("A change is waiting"))
    thief.look()


def link_of_letter(side: Side) -> str:
    change = AddressChange.objects.get()
    send_address_letter(change.pk, side)
    link = re.search(r"/accounts/email/\S+", mail.outbox[-1].body)
    assert link and THIEF in mail.outbox[-1].body
    return link.group()


def the_owner_undoes_it(owner: Walk, path: str) -> None:
    owner.go(path)
    owner.look()
    expect(owner.page.locator("main")).to_contain_text(THIEF)
    owner.follow(owner.button("It was not me: undo it"))
    owner.heading(owner.say("The change is undone"))
    owner.look()
    owner.follow(owner.link("Choose a new password"))
    assert owner.path() == "/accounts/password/reset/"
