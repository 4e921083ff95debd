"""What browsers and the outbound guard are told."""

from ipaddress import ip_address
from typing import Any

import pytest
from django.test import Client

from ancu.apps.accounts.tests.factories import PASSWORD
from ancu.core.web.outbound import is_public

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/petitions/", "/tips/", "/api/v1/openapi.json", "/nowhere"])
def test_every_answer_says_what_a_page_may_use_and_who_may_embed_it(world: Any, path: str) -> None:
    response = world.client().get(path)
    policy = response["Permissions-Policy"]
    assert "camera=()" in policy and "geolocation=(self)" in policy and "microphone=(self)" in policy
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"


def test_open_figures_may_be_shown_by_other_sites(world: Any) -> None:
    assert world.client().get("/results/")["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize("address", ["fec0::1", "feff:ffff::1", "fe80::1", "fc00::1", "::1"])
def test_addresses_inside_a_site_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.fixture
def by_https(settings: Any) -> Client:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    return Client(enforce_csrf_checks=True)


def test_cookies_bear_names_that_no_neighbouring_host_can_set(world: Any, by_https: Client) -> None:
    token = by_https.get("/accounts/login/", secure=True).cookies["__Secure-csrftoken"]
    assert (token["path"], token["secure"]) == ("/accounts", True)
    login = {"login": "alice@example.test", "password": PASSWORD, "csrfmiddlewaretoken": token.value}
    answer = by_https.post("/accounts/login/", login, secure=True, headers={"Referer": "https://testserver/"})
    session = answer.cookies["__Host-sessionid"]
    assert (session["path"], session["secure"], session["httponly"]) == ("/", True, True)
    assert all(name.startswith(("__Host-", "__Secure-")) for name in answer.cookies)
    assert by_https.get("/accounts/profile", secure=True).status_code == 200


def test_a_cookie_without_the_name_signs_nobody_in(world: Any, by_https: Client) -> None:
    plain = world.client("alice").cookies["sessionid"].value
    by_https.cookies["sessionid"] = plain
    assert by_https.get("/accounts/profile", secure=True).status_code == 302
    by_https.cookies["__Host-sessionid"] = plain
    assert by_https.get("/accounts/profile", secure=True).status_code == 200
    assert (
        by_https.post("/accounts/logout/", secure=True, headers={"Referer": "https://testserver/"}).status_code == 403
    )


def test_signing_out_takes_the_cookies_back(world: Any, by_https: Client) -> None:
    client = Client()
    client.cookies["__Host-sessionid"] = world.client("alice").cookies["sessionid"].value
    cookies = client.post("/accounts/logout/", secure=True).cookies
    assert {(name, cookies[name]["max-age"]) for name in ("__Host-sessionid", "__Host-csrftoken")} == {
        ("__Host-sessionid", 0), ("__Host-csrftoken", 0),
    }  # fmt: skip
