"""Forms sent by script: where a redirect leads, a session that is over, a token that is old, another desk."""

import base64
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from ancu.apps.contact.tests.factories import make_report
from ancu.apps.lodging.tests.factories import make_establishment
from ancu.apps.messaging.models import Message
from ancu.core.testing import texts

pytestmark = pytest.mark.django_db
SWITCH = "/stays/lodging/"
SCRIPT = {"X-Sent-By": "script"}


def thread(world: Any) -> str:
    return f"/messages/lodging/{world.lodging.pk}/main"


def test_a_redirect_is_told_and_its_message_waits_for_the_next_page(world: Any) -> None:
    bob = world.client("bob")
    answer = bob.post(thread(world), {"body": "Xin chào"}, headers=SCRIPT)
    assert (answer.status_code, answer["X-Location"], answer.content) == (204, thread(world), b"")
    assert "X-Refused" not in answer and "Location" not in answer
    assert texts.MESSAGE_SENT in bob.get(thread(world)).content.decode()


def test_a_redirect_with_an_error_is_told_as_refused(world: Any) -> None:
    report, olga = make_report(world), world.client("olga")
    address = f"/reports/{report.pk}/acknowledge/"
    answer = olga.post(address, {"reply": "x" * 5001}, headers=SCRIPT)
    assert (answer.status_code, answer["X-Refused"]) == (204, "1")
    assert "Use 5,000 characters or fewer" in olga.get(answer["X-Location"]).content.decode()


def test_errors_come_as_the_page_they_are(world: Any) -> None:
    answer = world.client("bob").post(thread(world), {"body": ""}, headers=SCRIPT)
    assert answer.status_code == 422 and "data-bound" in answer.content.decode()


@pytest.mark.parametrize("headers", [SCRIPT, {"HX-Request": "true"}])
def test_a_script_whose_session_is_over_is_told_where_to_sign_in(world: Any, headers: dict[str, str]) -> None:
    bob = world.client("bob")
    Session.objects.all().delete()
    for answer in (
        bob.post(thread(world), {"body": "Xin chào"}, headers=headers),
        bob.get("/reports/", headers=headers),
    ):
        assert (answer.status_code, answer.content) == (401, b"")
        assert answer["X-Sign-In"] == "/accounts/login/?next=%2Faccounts%2Fhere"
    assert not Message.objects.exists()


def test_a_posted_form_leads_by_sign_in_back_to_the_page_it_stood_on(world: Any) -> None:
    bob = world.client("bob")
    Session.objects.all().delete()
    page = f"http://testserver{thread(world)}?back=subject"

    def led(referer: str) -> str:
        answer = bob.post("/reports/1/acknowledge/", {"reply": "…"}, headers={"Referer": referer} if referer else {})
        assert answer.status_code == 302 and urlsplit(answer["Location"]).path == "/accounts/login/"
        return parse_qs(urlsplit(answer["Location"]).query)["next"][0]

    assert led(page) == page
    assert led("") == led("https://elsewhere.example/") == "/"
    assert bob.get("/reports/")["Location"] == "/accounts/login/?next=/reports/"


def test_a_form_older_than_its_session_says_so_to_a_script(world: Any) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.users["bob"])
    answer = browser.post(thread(world), {"body": "Xin chào", "csrfmiddlewaretoken": "x" * 64}, headers=SCRIPT)
    assert (answer.status_code, answer["X-Form-Expired"]) == (403, "1")
    token = browser.get("/accounts/here").json()["token"]
    assert browser.post(thread(world), {"body": "Xin chào", "csrfmiddlewaretoken": token}).status_code == 302


def test_a_token_that_went_with_the_session_leads_to_sign_in(world: Any) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.users["bob"])
    browser.get(thread(world))
    Session.objects.all().delete()
    browser.get("/messages/unread", headers=SCRIPT)  # the page asks by itself: the cookies are taken back
    assert browser.cookies[settings.CSRF_COOKIE_NAME].value == ""
    answer = browser.post(thread(world), {"body": "Xin chào"}, headers=SCRIPT)
    assert (answer.status_code, answer["X-Sign-In"]) == (401, "/accounts/login/?next=%2Faccounts%2Fhere")
    plain = browser.post(thread(world), {"body": "Xin chào"})
    assert plain["Location"].startswith("/accounts/login/")
    assert browser.post("/petitions/", {"body": "Xin chào"}).status_code == 403  # whoever may write needs a token


def test_who_is_here_is_told_to_himself_alone(world: Any) -> None:
    stranger = Client().get("/accounts/here")
    assert stranger.json() == {"user": None} and not stranger.cookies
    bob, alice = (world.client(name).get("/accounts/here") for name in ("bob", "alice"))
    assert bob["Cache-Control"].count("no-store") == 1
    assert bob.json()["user"] == world.users["bob"].pk
    keys = [base64.b64decode(response.json()["drafts"]) for response in (bob, alice)]
    assert len(keys[0]) == 32 and keys[0] != keys[1]
    assert world.client("bob").get("/accounts/here").json()["drafts"] == bob.json()["drafts"]


@pytest.fixture
def second(world: Any) -> Any:
    """Another lodging of the same business."""
    return make_establishment(world.lodging.business, world.units.commune, name="Nhà thứ hai")


def desk_of(client: Client) -> str:
    return str(client.get("/accounts/here").json()["desk"])


def test_a_page_sends_nothing_for_another_lodging_than_it_was_opened_for(world: Any, second: Any) -> None:
    bob = world.client("bob")
    desk = desk_of(bob)
    page = bob.get("/stays/today/").content.decode()
    assert f'data-desk="{desk}"' in page
    headers = SCRIPT | {"X-Desk": desk}
    assert bob.post(SWITCH, {"establishment": second.pk}, headers=headers).status_code == 204
    refused = bob.post(thread(world), {"body": "Xin chào"}, headers=headers)
    assert refused.status_code == 409 and "a different lodging or office" in refused.content.decode()
    bob.post(SWITCH, {"establishment": world.lodging.pk}, headers=headers)
    assert bob.post(thread(world), {"body": "Xin chào"}, headers=headers).status_code == 204  # the first again
    assert Message.objects.count() == 1


def test_after_signing_in_one_goes_on_at_the_desk_of_the_page(world: Any, second: Any) -> None:
    bob = world.client("bob")
    bob.post(SWITCH, {"establishment": second.pk})
    desk = desk_of(bob)
    second_session = world.client("bob")
    assert desk_of(second_session) != desk
    assert second_session.post("/accounts/here", {"desk": desk}).json()["desk"] == desk
    assert "Nhà thứ hai" in second_session.get("/stays/today/").content.decode()
    second_session.post(SWITCH, {"establishment": world.lodging.pk})
    assert second_session.post("/accounts/here", {"desk": desk}).json()["desk"] != desk  # he has chosen since


@pytest.mark.parametrize("stranger", ["charlie", "olga"])
def test_the_desk_of_others_is_not_taken(world: Any, stranger: str) -> None:
    desk = desk_of(world.client("bob"))
    client = world.client(stranger)
    own = desk_of(client)
    for requested_desk in (desk, "0:1", "x:y", "", f"{own.split(':')[0]}:{world.lodging.pk}"):
        assert client.post("/accounts/here", {"desk": requested_desk}).json()["desk"].rstrip(":") in (
            own,
            own.rstrip(":"),
        )
    assert json.loads(Client().post("/accounts/here", {"desk": desk}).content)["user"] is None
    assert settings.SESSION_COOKIE_NAME not in Client().post("/accounts/here", {"desk": desk}).cookies


def test_signing_in_where_one_is_keeps_the_language_of_the_page(world: Any) -> None:
    bob = world.client("bob")
    cookies = bob.post("/accounts/here", {"language": "en"}).cookies
    assert cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert settings.LANGUAGE_COOKIE_NAME not in bob.post("/accounts/here", {"language": "xx"}).cookies
    assert settings.LANGUAGE_COOKIE_NAME not in bob.get("/accounts/here").cookies
