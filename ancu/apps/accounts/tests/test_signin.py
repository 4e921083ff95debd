"""Signing in, the second factor, switching, language."""

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.urls import get_resolver
from django.utils import translation

from ancu.apps.accounts.models import Membership, User
from ancu.apps.accounts.tests.factories import PASSWORD, TOTP_SECRET
from ancu.core.security import totp
from ancu.core.testing import texts
from ancu.core.web.language import CHOICE_COOKIE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def sign_in(client, name):
    return client.post("/accounts/login/", {"login": f"{name}@example.test", "password": PASSWORD})


def test_a_receptionist_signs_in_with_a_password(world):
    client = world.client()
    assert client.get("/accounts/login/").status_code == 200
    assert sign_in(client, "bob")["location"] == "/"
    assert client.get("/lodgings/mine").status_code == 200


@pytest.mark.parametrize(
    ("browser", "chosen", "greeting"), [("en", "vi", "Đã đăng nhập"), ("vi", "en", texts.SIGNED_IN)]
)
def test_the_greeting_is_in_the_language_of_the_one_who_came(world, browser, chosen, greeting):
    User.objects.filter(pk=world.users["bob"].pk).update(language=chosen)
    client = world.client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = browser
    sign_in(client, "bob")
    assert greeting in client.get("/stays/today/").content.decode()


def test_a_wrong_password_is_refused_and_tried_only_so_often(world):
    client = world.client()
    for _try in range(5):
        page = client.post("/accounts/login/", {"login": "bob@example.test", "password": "wrong"})
        assert page.status_code == 200
    page = sign_in(client, "bob")
    assert page.status_code == 200 and "_auth_user_id" not in client.session


def test_an_officer_is_asked_for_the_second_factor(world):
    client = world.client()
    assert "/2fa/authenticate/" in sign_in(client, "olga")["location"]
    assert client.get("/lodgings/").status_code == 302  # the password alone opens nothing
    assert "authenticator app on your phone" in client.get("/accounts/2fa/authenticate/").content.decode()
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.post("/accounts/2fa/authenticate/", {"code": totp.current_code(TOTP_SECRET)})["location"] == "/"
    assert client.get("/lodgings/").status_code == 200


def test_a_code_that_changed_while_it_was_typed_is_taken_and_only_once(world):
    client, typed = world.client(), totp.current_code(TOTP_SECRET, -1)
    sign_in(client, "olga")
    assert client.post("/accounts/2fa/authenticate/", {"code": typed})["location"] == "/"
    cache.delete(f"allauth.mfa.totp.used?user={world.users['olga'].pk}&code={typed}")  # gone after 30 s
    second_client = world.client()
    sign_in(second_client, "olga")
    assert second_client.post("/accounts/2fa/authenticate/", {"code": typed}).status_code == 200
    long_gone = totp.current_code(TOTP_SECRET, -3)
    assert second_client.post("/accounts/2fa/authenticate/", {"code": long_gone}).status_code == 200
    assert "_auth_user_id" not in second_client.session


def test_an_officer_without_one_is_led_to_set_it_up(world):
    Authenticator.objects.filter(user=world.users["olga"]).delete()
    client = world.client()
    sign_in(client, "olga")
    for page in ("/", "/lodgings/", "/lodgings/approvals", "/accounts/profile", "/places/communes"):
        assert client.get(page)["location"] == "/accounts/2fa/totp/activate/", page
    setup = client.get("/accounts/2fa/totp/activate/")
    assert setup.status_code == 200, "he signed in a moment ago"
    assert "hx-get" not in setup.content.decode(), "a part of the page would lead here again and make a new secret"
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 600
    session.save()
    assert client.get("/accounts/2fa/totp/activate/")["location"].startswith("/accounts/reauthenticate/")
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200
    assert client.post("/accounts/logout/").status_code == 302


def test_a_lodging_is_not_made_to(world):
    assert world.client("alice").get("/lodgings/mine").status_code == 200


def test_the_session_key_changes_at_sign_in(world):
    client = world.client()
    client.get("/accounts/login/")
    session = client.session
    session["kept"] = 1
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = before = session.session_key
    sign_in(client, "bob")
    assert client.session.session_key != before


def test_sign_up_is_closed(world):
    assert "password1" not in world.client().get("/accounts/signup/").content.decode()
    client = world.client()
    client.post("/accounts/signup/", {"email": "x@example.test", "password1": PASSWORD, "password2": PASSWORD})
    assert not Membership.objects.filter(user__email="x@example.test").exists()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("password", ["short", "password123", "1234567890", "alice@example.test"])
def test_weak_passwords_are_refused(world, password):
    client = world.client("alice", new_session=True)
    page = client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": password, "password2": password}
    )
    world.users["alice"].refresh_from_db()
    assert page.status_code == 200 and world.users["alice"].check_password(PASSWORD)


@pytest.mark.parametrize("password", ["short", "password123", "1234567890", "alice@example.test"])
def test_why_a_password_is_refused_is_said_in_the_readers_language(world, password):
    with translation.override("en"):
        english = said_against(password, world.users["alice"])
    with translation.override("vi"):
        assert english and not english & said_against(password, world.users["alice"])


def said_against(password, user):
    with pytest.raises(ValidationError) as refused:
        validate_password(password, user)
    return set(refused.value.messages)


def test_a_reset_tells_nobody_who_is_registered(world):
    registered = world.client().post("/accounts/password/reset/", {"email": "bob@example.test"})
    unknown = world.client().post("/accounts/password/reset/", {"email": "nobody@example.test"})
    assert (registered.status_code, registered["location"]) == (unknown.status_code, unknown["location"])


def test_switching_acts_in_own_memberships_only(world):
    alice = world.users["alice"]
    other_membership = Membership.objects.create(
        user=alice, organisation=world.other_lodging.business, role="receptionist"
    )
    client = world.client("alice")
    assert client.get("/lodgings/mine").context["establishment"] == world.lodging
    assert client.post("/accounts/switch", {"membership": other_membership.pk}).status_code == 302
    assert client.get("/lodgings/mine").context["establishment"] == world.other_lodging
    for foreign in (Membership.objects.get(user=world.users["olga"]).pk, "x", "", "9" * 30):
        assert client.post("/accounts/switch", {"membership": foreign}).status_code == 404
    assert client.get("/accounts/switch").status_code == 405


def test_profile(world):
    client = world.client("bob")
    assert client.get("/accounts/profile").status_code == 200
    client.post("/accounts/profile", {"full_name": "Bobby", "phone": "0912 111 222", "language": "en"})
    world.users["bob"].refresh_from_db()
    assert (world.users["bob"].full_name, world.users["bob"].language) == ("Bobby", "en")
    assert world.client().get("/accounts/profile").status_code == 302
    assert client.delete("/accounts/profile").status_code == 405


def test_the_language_chosen_is_remembered_with_the_person(world):
    client = world.client("bob")
    client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    world.users["bob"].refresh_from_db()
    assert world.users["bob"].language == "en"
    client.post("/i18n/setlang/", {"language": "xx", "next": "/"})
    world.users["bob"].refresh_from_db()
    assert world.users["bob"].language == "en"
    elsewhere = world.client()
    elsewhere.cookies.clear()
    sign_in(elsewhere, "bob")
    assert elsewhere.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"


def test_a_third_language_is_for_pages_and_letters_stay_english(world):
    client = world.client("bob")
    client.post("/i18n/setlang/", {"language": "ko", "next": "/"})
    bob = world.users["bob"]
    bob.refresh_from_db()
    assert (bob.language, bob.page_language, bob.chosen_language) == ("en", "ko", "ko")
    client.post("/i18n/setlang/", {"language": "vi", "next": "/"})
    bob.refresh_from_db()
    assert (bob.language, bob.page_language) == ("vi", "")


@pytest.mark.parametrize("chosen", ["en", "ko"])
def test_a_language_chosen_before_sign_in_is_kept_and_the_account_takes_it(world, chosen):
    client = world.client()
    client.post("/i18n/setlang/", {"language": chosen, "next": "/"})
    response = sign_in(client, "bob")
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == chosen
    world.users["bob"].refresh_from_db()
    assert world.users["bob"].chosen_language == chosen
    assert response.cookies[CHOICE_COOKIE]["max-age"] == 0  # the next person who signs in here has chosen nothing


def test_the_language_of_the_last_person_at_a_computer_is_not_the_next_ones(world):
    client = world.client("alice")
    client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    client.post("/accounts/logout/")
    sign_in(client, "bob")
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "vi"
    world.users["bob"].refresh_from_db()
    assert world.users["bob"].chosen_language == "vi"


def test_setting_a_language_leads_nowhere_outside(world):
    response = world.client().post("/i18n/setlang/", {"language": "en", "next": "https://evil.test/"})
    assert "evil" not in response["location"]


def test_only_the_pages_of_allauth_that_are_used():
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert not [name for name in names if name.startswith(("socialaccount", "openid"))]
    assert {"account_login", "account_logout", "mfa_index"} <= names


def test_the_page_that_asks_again_who_it_is_speaks_plainly(world):
    client, headings = world.client("bob"), {"en": "Confirm that it is you", "vi": "Xác nhận chính là quý vị"}
    for language, heading in headings.items():
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        page = client.get("/accounts/reauthenticate/").content.decode()
        assert heading in page and "Confirm Access" not in page and "Please reauthenticate" not in page
