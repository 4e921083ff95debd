"""No public page sets a cookie before it is needed, and none that a stranger is given reaches the pages of tips."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from ancu.apps.listening.models import Petition
from ancu.apps.lodging.tests.factories import make_world
from tests import access
from tests.test_access import PUBLIC, ROWS, Scene, ask, make_signed_in

pytestmark = pytest.mark.django_db
ADDRESSES = sorted({row.route for row in ROWS if row.method == "GET" and row.route in PUBLIC})
POSTING = re.compile(r'<form\b(?=[^>]*\bmethod="post")[^>]*>', re.IGNORECASE)
ACTION = re.compile(r'\baction="([^"?#]*)')


def part_of_site(path: str) -> str:
    return f"/{path.split('/')[1]}"


def parts_posted_to(response: HttpResponse) -> set[str]:
    """The parts of the site to which the forms of a page are sent; of one without an action, its own."""
    if response.streaming or "html" not in response.get("Content-Type", ""):
        return set()
    forms = [form for form in POSTING.findall(response.content.decode()) if "data-language" not in form]
    actions = [match[1] if (match := ACTION.search(form)) and match[1] else "" for form in forms]
    return {part_of_site(action) if action else "" for action in actions}


@pytest.mark.stage(make=make_signed_in)
@pytest.mark.parametrize("route", ADDRESSES)
def test_a_public_page_sets_no_cookie_but_the_token_of_a_form_for_its_own_part(shared_data: Scene, route: str) -> None:
    response = ask(shared_data, "public", "GET", route)
    forms, part = parts_posted_to(response), part_of_site(shared_data.path(route))
    cookie_paths = {name: cookie["path"] for name, cookie in response.cookies.items() if cookie["max-age"] != 0}
    has_token = bool(forms) and "csrfmiddlewaretoken" in response.content.decode()  # a look-up alone needs none
    expected = {settings.CSRF_COOKIE_NAME: part} if has_token and part != "/tips" else {}
    if response.status_code in (301, 302):
        assert cookie_paths.keys() <= {"messages"}, (
            f"{route} leads on; only what the next page says and takes away may come along"
        )
    else:
        assert cookie_paths == expected, route
    assert not has_token or forms <= {"", part}, f"{route}: its token would not reach {forms}"


def test_every_public_address_is_looked_at() -> None:
    """Those that cannot be opened, only sent to, set a cookie when something was sent."""
    assert {row.route for row in access.rows() if row.route in PUBLIC and row.method == "GET"} == set(ADDRESSES)
    assert len(ADDRESSES) > 60


def test_what_a_stranger_sent_is_remembered_in_that_part_alone() -> None:
    client = Client()
    form_data = {
        "category": "order",
        "about": "none",
        "body": "Loa phường ồn",
        "key": "6f0d0c1f-7a11-4d37-9d6b-6d1b1b0e52a5",
    }
    response = client.post("/petitions/", form_data)
    assert response.cookies[settings.SESSION_COOKIE_NAME]["path"] == "/petitions"
    assert client.get("/petitions/sent/").status_code == 200 and Petition.objects.exists()


@pytest.mark.stage(make=make_world)
def test_who_is_signed_in_is_known_everywhere_and_who_signs_out_takes_the_token_along(shared_data: Any) -> None:
    alice = shared_data.client("alice")
    assert {cookie["path"] for cookie in alice.get("/accounts/profile").cookies.values()} == {"/"}
    cookies = alice.post("/accounts/logout/").cookies
    names = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
    assert {(cookies[name]["path"], cookies[name]["max-age"]) for name in names} == {("/", 0)}


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_the_language_is_chosen_without_a_token_and_by_no_other_site(headers: dict[str, str]) -> None:
    client = Client(enforce_csrf_checks=True)
    form_data = {"language": "en", "next": "/"}
    assert client.post("/i18n/setlang/", form_data, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 302
    assert client.post("/i18n/setlang/", form_data, headers=headers).status_code == 403


def test_leaving_the_pages_of_tips_leads_to_a_page_of_somebody_else() -> None:
    assert settings.TIPS_LEAVE_URL.startswith("https://") and not settings.TIPS_LEAVE_URL.startswith(
        settings.PUBLIC_URL
    )
