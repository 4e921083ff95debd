"""A person or an organisation's representative opens an account; nobody learns from it who is registered."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse

from ancu.apps.accounts.enums import OrganisationKind, Role
from ancu.apps.accounts.models import User
from ancu.apps.accounts.services import opening_token, read_opening, send_opening
from ancu.apps.accounts.tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
NEW = "claire@example.test"


def test_the_page_says_the_same_to_whoever_has_an_account_and_who_has_none(client: Any) -> None:
    make_user("Alice")
    answers = [client.post(reverse("accounts:open"), {"email": email}) for email in ("alice@example.test", NEW)]
    assert [(one.status_code, one["Location"]) for one in answers] == [(302, reverse("accounts:open-sent"))] * 2


def test_the_letter_leads_to_a_person_with_a_proved_address(client: Any) -> None:
    send_opening(email=NEW, sponsor=False, language="en")
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
    send_opening(email="ALICE@example.test", sponsor=False, language="en")
    assert mail.outbox[0].to == [alice.email]
    assert "accounts/open/" not in mail.outbox[0].body


def test_a_link_that_is_not_ours_opens_nothing(client: Any) -> None:
    assert read_opening("eyJlbWFpbCI6ImEifQ:1:x") is None
    assert client.get(reverse("accounts:opening", args=["nonsense"])).status_code == 404
