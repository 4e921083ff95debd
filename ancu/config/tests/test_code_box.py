"""The box for every code: it leads to the page that asks for the second secret, and takes no code of a tip."""

import pytest
from django.conf import settings as django_settings
from django.urls import reverse

from ancu.apps.stays.tests.factories import make_submission
from ancu.config import front
from ancu.core.documents.reference_numbers import new_number

pytestmark = pytest.mark.django_db
PREFIX = django_settings.OFFICE_PREFIX


def send(world, typed):
    return world.client().post(reverse("code"), {"code": typed})


def test_a_dossier_number_leads_to_its_look_up(world):
    number = new_number(f"{PREFIX}D")
    assert send(world, number)["location"] == reverse("dossiers:look-up", args=[number])
    assert send(world, number.lower().replace("-", " "))["location"] == reverse("dossiers:look-up", args=[number])


@pytest.mark.parametrize("prefix", [f"{PREFIX}K", "MS"])
def test_a_petition_leads_to_the_page_that_asks_for_its_code(world, prefix):
    assert send(world, new_number(prefix))["location"] == reverse("listening:follow")


def test_a_receipt_leads_to_its_verification_whether_genuine_or_not(world):
    number = make_submission(world.lodging, number=new_number(PREFIX)).number
    invented = new_number(PREFIX)
    assert send(world, number)["location"] == reverse("stays:verify_code", args=[number])
    assert send(world, invented)["location"] == reverse("stays:verify_code", args=[invented])


@pytest.mark.parametrize("typed", ["", "   ", "HBD-1234", "passport", "x" * 500])
def test_anything_else_is_answered_with_what_codes_look_like(world, typed):
    page = send(world, typed)
    assert page.status_code == 422
    assert page.context["problem"] == ("unknown" if typed.strip() else "empty")
    assert 'aria-invalid="true"' in page.content.decode()


@pytest.mark.parametrize("typed", ["1234567812345678", "1234 5678 1234 5678", "1234-5678-1234-5678"])
def test_the_code_of_a_tip_is_not_repeated_and_not_looked_up(world, typed, monkeypatch):
    monkeypatch.setattr(front, "page_of_code", lambda text: pytest.fail("a tip's code is looked up nowhere"))
    page = send(world, typed)
    assert page.status_code == 422
    assert page.context["problem"] == "tip"
    assert typed not in page.content.decode()


def test_it_sets_no_cookie_and_takes_only_posts(world):
    client = world.client()
    assert not client.post(reverse("code"), {"code": "?"}).cookies
    assert client.get(reverse("code")).status_code == 405


def test_guessing_is_limited(world, monkeypatch):
    monkeypatch.setattr(front, "CODES_AN_HOUR", 2)
    answers = [send(world, new_number(f"{PREFIX}D")).status_code for _number in range(3)]
    assert answers == [302, 302, 429]


def test_the_state_of_the_system_is_public(world):
    page = world.client().get(reverse("status"))
    assert page.status_code == 200
    assert next(part["works"] for part in page.context["parts"])
