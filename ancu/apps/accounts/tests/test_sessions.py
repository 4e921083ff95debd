"""Where a person is signed in: his own browsers, and signing out of the others for good."""

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.test import Client

from ancu.apps.accounts.services import redact_accounts
from ancu.apps.accounts.tests.factories import PASSWORD
from ancu.core.actor import system

pytestmark = pytest.mark.django_db


def signed_in(world, who, browser):
    client = Client(headers={"user-agent": browser, "accept-language": "en"})
    client.cookies["django_language"] = "en"
    answer = client.post("/accounts/login/", {"login": world.users[who].email, "password": PASSWORD})
    assert answer.status_code == 302 and SESSION_KEY in client.session
    return client


def test_the_other_browser_is_signed_out_and_this_one_is_not(world):
    here, there, charlie = signed_in(world, "bob", "Here/1"), signed_in(world, "bob", "There/2"), None
    charlie = signed_in(world, "charlie", "Else/3")
    page = here.get("/accounts/sessions").content.decode()
    assert "Here/1" in page and "There/2" in page and "Else/3" not in page
    assert here.post("/accounts/sessions/end-others").status_code == 302
    assert there.get("/stays/today/").status_code == 302
    assert here.get("/stays/today/").status_code == charlie.get("/stays/today/").status_code == 200


def test_a_browser_that_acts_for_another_house_is_still_signed_out(world):
    """The key of its session is another one since; who sits there must not be lost from sight."""
    here, there = signed_in(world, "bob", "Here/1"), signed_in(world, "bob", "There/2")
    own = world.actor("bob").membership_id
    assert there.post("/accounts/switch", {"membership": own}).status_code == 302
    assert there.get("/stays/today/").status_code == 200
    here.post("/accounts/sessions/end-others")
    assert there.get("/stays/today/").status_code == 302


def test_nobody_ends_a_strangers_session(world):
    bob, charlie = signed_in(world, "bob", "B"), signed_in(world, "charlie", "C")
    foreign = UserSession.objects.get(user=world.users["charlie"])
    assert bob.post(f"/accounts/sessions/{foreign.pk}/end").status_code == 404
    bob.post("/accounts/sessions/end-others")
    assert charlie.get("/stays/today/").status_code == 200
    own = UserSession.objects.get(user=world.users["bob"])
    assert bob.post(f"/accounts/sessions/{own.pk}/end").status_code == 302
    assert bob.get("/stays/today/").status_code == 302


def test_addresses_of_browsers_go_with_their_sessions(world):
    signed_in(world, "bob", "B")
    Session.objects.all().delete()
    redact_accounts(system("test"))
    assert not UserSession.objects.exists()
