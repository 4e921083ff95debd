"""A stolen session cannot take over the account; if the thief knows the password, the owner undoes the change."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import override_settings
from playwright.sync_api import expect

from ancu.apps.accounts.models import AddressChange, User
from ancu.apps.accounts.services.address_changes import AddressSide, send_address_letter
from ancu.apps.accounts.tests.factories import PASSWORD
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.two_ways]
THIEF = "thief@example.test"


def test_a_stolen_session_takes_no_account(invite: Invite, world: Any) -> None:
    thief = invite("alice", by_login_page=False)
    with override_settings(PUBLIC_URL=thief.address):
        the_password_is_asked_for(thief)
        a_change_waits(thief)
        the_owner_undoes_it(invite(), link_of_letter(AddressSide.OLD))
    thief.go("/accounts/profile")
    assert thief.path() == "/accounts/login/"
    alice = User.objects.get(pk=world.users["alice"].pk)
    assert alice.email == "alice@example.test" and not alice.has_usable_password()


def the_password_is_asked_for(thief: Visitor) -> None:
    for page in ("/accounts/email/", "/accounts/password/change/", "/accounts/2fa/totp/activate/"):
        thief.go(page)
        assert thief.path() == "/accounts/reauthenticate/", page
    thief.check_page()
    thief.fill(password="guess")
    thief.follow(thief.page.locator("main form button[type=submit]").first)
    assert thief.path() == "/accounts/reauthenticate/"


def a_change_waits(thief: Visitor) -> None:
    """The thief knows the password and asks for another address."""
    thief.go("/accounts/email/")
    thief.fill(password=PASSWORD)
    thief.follow(thief.page.locator("main form button[type=submit]").first)
    thief.expect_heading(thief.translate("Email address"))
    thief.check_page()
    thief.fill(email=THIEF)
    thief.follow(thief.button("Send the emails"))
    thief.expect_text(thief.translate("A change is waiting"))
    thief.check_page()


def link_of_letter(side: AddressSide) -> str:
    change = AddressChange.objects.get()
    send_address_letter(change.pk, side)
    link = re.search(r"/accounts/email/\S+", mail.outbox[-1].body)
    assert link and THIEF in mail.outbox[-1].body
    return link.group()


def the_owner_undoes_it(owner: Visitor, path: str) -> None:
    owner.go(path)
    owner.check_page()
    expect(owner.page.locator("main")).to_contain_text(THIEF)
    owner.follow(owner.button("It was not me: undo it"))
    owner.expect_heading(owner.translate("The change has been undone"))
    owner.check_page()
    owner.follow(owner.link("Choose a new password"))
    assert owner.path() == "/accounts/password/reset/"
