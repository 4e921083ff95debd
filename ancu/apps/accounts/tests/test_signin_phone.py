"""A code by text message: only to a number that its owner proved, never for an officer; a new password after it."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from ancu.apps.accounts.models import User
from ancu.apps.accounts.services import send_sign_in_phone_letter
from ancu.apps.accounts.tests.factories import PASSWORD
from ancu.apps.audit.models import Event
from ancu.apps.messaging.models import Notification
from ancu.apps.messaging.services import deliver

pytestmark = pytest.mark.django_db
NUMBER, NUMBER_IN_E164 = "0912 345 678", "+84912345678"


@pytest.fixture(autouse=True)
def sms(settings: Any, tmp_path: Path) -> Path:
    cache.clear()
    settings.SMS_GATE, settings.SMS_FILE_PATH = "file", tmp_path / "sms"
    return tmp_path / "sms"


def received_code(folder: Path) -> str:
    """Deliver the newest message; return the code in it."""
    deliver(Notification.objects.latest("pk").pk)
    newest = max(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns)
    return re.findall(r"\b\d{6}\b", newest.read_text())[-1]


def signed_in_client(world: Any, name: str = "bob") -> Client:
    client = world.client()
    client.post("/accounts/login/", {"login": f"{name}@example.test", "password": PASSWORD})
    return client


def confirm_number(client: Client, folder: Path) -> Any:
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.post("/accounts/phone/change/", {"phone": NUMBER})["location"] == "/accounts/phone/verify/"
    return client.post("/accounts/phone/verify/", {"code": received_code(folder)})


def request_code(client: Client, number: str = NUMBER, onward: str = "") -> Any:
    return client.post("/accounts/login/code/", {"phone": number, "next": onward})


@pytest.fixture
def number_of_bob(world: Any, sms: Path) -> str:
    confirm_number(signed_in_client(world), sms)
    cache.clear()
    return NUMBER_IN_E164


def test_a_number_counts_once_its_owner_proved_it_and_he_is_told(world: Any, sms: Path) -> None:
    bob = world.users["bob"]
    User.objects.filter(pk=bob.pk).update(phone=NUMBER)  # in his data, and unproved
    request_code(world.client())
    assert not Notification.objects.exists()
    client = world.client("bob")
    change = client.post("/accounts/phone/change/", {"phone": NUMBER})
    assert "/reauthenticate/" in change["location"]  # a borrowed session cannot add a way to sign in
    client.post(change["location"], {"password": PASSWORD})
    client.post("/accounts/phone/change/", {"phone": NUMBER})
    assert client.post("/accounts/phone/verify/", {"code": "000000x"}).status_code == 200
    assert User.objects.get(pk=bob.pk).sign_in_phone == ""
    client.post("/accounts/phone/verify/", {"code": received_code(sms)})
    assert User.objects.get(pk=bob.pk).sign_in_phone == NUMBER_IN_E164
    assert Event.objects.filter(act="accounts.set_sign_in_phone").count() == 1

    send_sign_in_phone_letter(bob.pk)
    assert mail.outbox[-1].to == [bob.email] and "678" in mail.outbox[-1].body


def test_the_code_signs_in_and_lets_a_new_password_be_chosen(world: Any, sms: Path, number_of_bob: str) -> None:
    client = world.client()
    assert "/password/choose/" in client.get("/accounts/password/reset/").content.decode()
    code_page = request_code(client, onward="/accounts/password/choose/")
    assert client.get("/lodgings/mine").status_code == 302  # the number alone opens nothing
    response = client.post(code_page["location"], {"code": received_code(sms), "next": "/accounts/password/choose/"})
    assert response["location"] == "/accounts/password/choose/"
    assert client.post("/accounts/password/choose/", {"password": "short"}).status_code == 422
    other_browser = signed_in_client(world)
    assert client.post("/accounts/password/choose/", {"password": "bốn từ rời nhau"}).status_code == 200
    assert client.get("/lodgings/mine").status_code == 200
    assert other_browser.get("/lodgings/mine").status_code == 302
    entry = {"login": NUMBER, "password": "bốn từ rời nhau"}
    assert world.client().post("/accounts/login/", entry)["location"] == "/"


def test_after_sign_in_by_password_the_old_one_is_required(world: Any) -> None:
    response = signed_in_client(world).get("/accounts/password/choose/")
    assert response["location"] == "/accounts/password/change/"


def test_whoever_has_no_password_signs_in_again_to_choose_one(world: Any, number_of_bob: str) -> None:
    bob = User.objects.get(email="bob@example.test")
    bob.set_unusable_password()
    bob.save()
    client = world.client()
    client.force_login(bob)  # long ago
    response = client.get("/accounts/password/change/")
    assert response["location"] == "/accounts/login/?next=/accounts/password/change/"
    assert "Sign in again to change how your account is protected." in client.get(response["location"]).content.decode()
    assert client.get("/lodgings/mine").status_code == 302


def test_an_unknown_number_is_answered_in_the_same_words(world: Any, number_of_bob: str) -> None:
    pages = []
    for number in (NUMBER, "0987 654 321"):
        client = world.client()
        response = request_code(client, number)
        pages.append(client.get(response["location"]).content.decode().replace(NUMBER, "").replace("0987 654 321", ""))
    tokens = re.compile(r'(csrfmiddlewaretoken" value|CSRFToken":) ?=?"[^"]*"')
    assert tokens.sub("", pages[0]) == tokens.sub("", pages[1])
    assert (
        Notification.objects.filter(template="accounts/letters/code.txt").count() == 2
    )  # his own two, none for the other


def test_codes_are_tried_three_times(world: Any, sms: Path, number_of_bob: str) -> None:
    client = world.client()
    page = request_code(client)["location"]
    code = received_code(sms)
    for _try in range(3):
        client.post(page, {"code": "999999" if code != "999999" else "111111"})
    client.post(page, {"code": code})
    assert client.get("/lodgings/mine").status_code == 302


def test_no_officer_is_let_in_by_a_telephone(world: Any) -> None:
    User.objects.filter(pk=world.users["olga"].pk).update(sign_in_phone=NUMBER_IN_E164)
    request_code(world.client())
    assert not Notification.objects.exists()
    assert world.client("olga").get("/accounts/phone/change/").status_code in (302, 404)


def test_a_number_belongs_to_one_account_and_can_be_removed(world: Any, sms: Path, number_of_bob: str) -> None:
    alice = signed_in_client(world, "alice")
    confirm_number(alice, sms)
    assert User.objects.get(sign_in_phone=NUMBER_IN_E164).pk == world.users["bob"].pk
    cache.clear()
    bob = signed_in_client(world)
    bob.post("/accounts/reauthenticate/", {"password": PASSWORD})
    bob.post("/accounts/phone/remove/")
    assert not User.objects.filter(sign_in_phone=NUMBER_IN_E164).exists()


@pytest.mark.parametrize("number", ["0218 3852 009", "12", "abc", "=1+1"])
def test_what_no_message_reaches_is_refused(world: Any, number: str) -> None:
    page = request_code(world.client(), number)
    assert page.status_code == 200 and "error" in page.content.decode()
    assert not Notification.objects.exists()


def test_where_no_text_messages_are_sent_nothing_is_offered(world: Any, settings: Any) -> None:
    settings.SMS_GATE = ""
    assert "/login/code/" not in world.client().get("/accounts/login/").content.decode()
    assert signed_in_client(world).get("/accounts/phone/change/").status_code == 404


def test_a_wrong_password_with_a_number_is_answered_in_vietnamese(number_of_bob: str) -> None:
    client = Client(headers={"accept-language": "vi"})
    page = client.post("/accounts/login/", {"login": NUMBER, "password": "wrong"}).content.decode()
    assert "Số điện thoại hoặc mật khẩu không đúng." in page and "you specified" not in page
