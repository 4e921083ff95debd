"""A person or an organisation's representative opens an account; nobody learns from it who is registered."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from ancu.apps.accounts.enums import OrganisationKind, Role
from ancu.apps.accounts.models import User
from ancu.apps.accounts.services import opening_token, read_opening, request_opening, send_opening
from ancu.apps.accounts.tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
NEW = "claire@example.test"


def test_the_page_says_the_same_to_whoever_has_an_account_and_who_has_none(client: Any) -> None:
    make_user("Alice")
    answers = [client.post(reverse("accounts:open"), {"email": email}) for email in ("alice@example.test", NEW)]
    assert [(response.status_code, response["Location"]) for response in answers] == [
        (302, reverse("accounts:open-sent"))
    ] * 2


def test_the_letter_leads_to_a_person_with_a_proved_address(client: Any) -> None:
    send_opening(request_opening(email=NEW, sponsor=False, language="en").pk)
    assert reverse("accounts:opening", args=["x"])[:-1] in mail.outbox[0].body
    path = reverse("accounts:opening", args=[opening_token(NEW, sponsor=False)])
    client.post(path, {"full_name": "Claire Adams", "phone": "", "password": PASSWORD})
    user = User.objects.get(email=NEW)
    assert EmailAddress.objects.get(user=user).verified
    assert not user.memberships.exists()
    assert client.get(path).status_code == 404  # once


def test_a_representative_registers_his_organisation_with_his_account(client: Any) -> None:
    path = reverse("accounts:opening", args=[opening_token(NEW, sponsor=True)])
    body = {"full_name": "Vũ Hải Yến", "phone": "", "password": PASSWORD, "name": "Công ty Sông Đà"}
    assert b"err" in client.post(path, body | {"tax_code": "54001"}).content
    client.post(path, body | {"tax_code": "5400 123 456"})
    membership = User.objects.get(email=NEW).memberships.get()
    assert (membership.role, membership.organisation.kind) == (Role.REPRESENTATIVE, OrganisationKind.SPONSOR)
    assert membership.organisation.tax_code == "5400123456"


def test_whoever_has_an_account_is_told_by_letter_only(client: Any) -> None:
    alice = make_user("Alice")
    send_opening(request_opening(email="ALICE@example.test", sponsor=False, language="en").pk)
    assert mail.outbox[0].to == [alice.email]
    assert "accounts/open/" not in mail.outbox[0].body


def test_a_link_that_is_not_ours_opens_nothing(client: Any) -> None:
    assert read_opening("eyJlbWFpbCI6ImEifQ:1:x") is None
    assert client.get(reverse("accounts:opening", args=["nonsense"])).status_code == 404


PROCEDURE = "/dossiers/new/visa?filer=citizen"


def letter_asked_from(client: Any, onward: str, name: str = "accounts:open") -> str:
    """What is written to whoever asks for an account from the page ``onward``."""
    cache.clear()  # so many letters an hour go to one address
    client.post(reverse(name, query={"next": onward}), {"email": NEW})
    send_opening(**ProcrastinateJob.objects.get(task_name="accounts.send_opening").args)
    return str(mail.outbox[-1].body)


@pytest.mark.parametrize(
    ("onward", "reached"),
    [
        (PROCEDURE, PROCEDURE),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("/\\elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_a_new_account_leads_back_to_the_page_it_was_asked_for_from(client: Any, onward: str, reached: str) -> None:
    path = re.search(r"/accounts/open/\S+", letter_asked_from(client, onward))
    assert path is not None
    response = client.post(path[0], {"full_name": "Claire Adams", "phone": "", "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, reached)


def test_an_organisation_is_led_back_too(client: Any) -> None:
    path = re.search(r"/accounts/open/\S+", letter_asked_from(client, PROCEDURE, "accounts:open-sponsor"))
    assert path is not None
    body = {"full_name": "Vũ Hải Yến", "phone": "", "password": PASSWORD, "name": "Công ty Sông Đà"}
    assert client.post(path[0], body | {"tax_code": "5400123456"})["Location"] == PROCEDURE


def test_whoever_has_an_account_signs_in_and_is_led_back(client: Any) -> None:
    make_user("Claire")
    body = letter_asked_from(client, PROCEDURE)
    assert f"{reverse('account_login')}?next=%2Fdossiers%2Fnew%2Fvisa%3Ffiler%3Dcitizen" in body


def test_every_page_on_the_way_to_an_account_keeps_where_one_came_from(client: Any) -> None:
    onward = "next=%2Fdossiers%2Fnew%2Fvisa%3Ffiler%3Dcitizen"
    for page in (PROCEDURE, f"/accounts/login/?{onward}", f"/accounts/signup/?{onward}", f"/accounts/open?{onward}"):
        text = client.get(page).content.decode()
        links = [link for link in re.findall(r'href="(/accounts/[^"]+)"', text) if "password" not in link]
        assert links
        assert all(onward in link for link in links), (page, links)
