"""Programs' keys expire, show when they were last used, and are listed by their first signs."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from ancu.apps.accounts.services import create_token as create_company_key
from ancu.apps.accounts.services.ending_keys import announce_ending_keys as announce_of_companies
from ancu.apps.dossiers.tests.factories import make_cast
from ancu.apps.lodging.models import ApiToken
from ancu.apps.lodging.services import create_token
from ancu.apps.lodging.services.ending_keys import announce_ending_keys
from ancu.core import clock
from ancu.core.security import tokens

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(world: Any) -> tuple[ApiToken, Client]:
    token, secret = create_token(world.actor("alice"), establishment=world.lodging, name="PMS")
    return token, Client(headers={"authorization": f"Bearer {secret}"})


def lasts(token: Any, days: int) -> None:
    type(token).objects.filter(pk=token.pk).update(expires_on=clock.today() + timedelta(days=days))


def letters_about_keys() -> list[int]:
    jobs = ProcrastinateJob.objects.filter(task_name="accounts.tell_protection").order_by("id")
    return [job.args["user_id"] for job in jobs if job.args["act"] == "key_expires"]


def test_a_lodgings_key_ends_after_a_year(key: tuple[ApiToken, Client]) -> None:
    token, program = key
    assert token.expires_on == clock.today() + timedelta(days=365)
    lasts(token, 0)
    assert program.get("/api/v1/stays").status_code == 200
    lasts(token, -1)
    refused = program.get("/api/v1/stays")
    assert refused.status_code == 401 and "expired" in refused.json()["message_en"]


def test_a_companys_key_ends_after_a_year(world: Any) -> None:
    token, secret = create_company_key(make_cast(world).actor("ramon"), name="HR")
    program = Client(headers={"authorization": f"Bearer {secret}"})
    assert program.get("/api/v1/dossiers").status_code == 200
    lasts(token, -1)
    assert program.get("/api/v1/dossiers").status_code == 401


def test_the_page_lists_keys_by_their_first_signs_with_use_and_last_day(world: Any, key: Any) -> None:
    token, program = key
    program.get("/api/v1/stays")
    lasts(token, 20)
    html = world.client("alice").get("/lodgings/mine").content.decode()
    last_day = clock.today() + timedelta(days=20)
    assert f"{token.prefix}…" in html and f"last used {clock.today():%d/%m/%Y}" in html
    assert f"works until {last_day:%d/%m/%Y}" in html and "Create a new key" in html


@pytest.mark.parametrize(("days", "letters"), [(30, 1), (29, 0), (7, 1), (1, 1), (0, 0)])
def test_the_managers_are_told_before_a_key_ends(world: Any, key: Any, days: int, letters: int) -> None:
    lasts(key[0], days)
    announce_ending_keys()
    assert letters_about_keys() == [world.users["alice"].pk] * letters


def test_the_representative_is_told_before_a_key_ends(world: Any) -> None:
    token, _secret = create_company_key(make_cast(world).actor("ramon"), name="HR")
    lasts(token, 7)
    announce_of_companies()
    assert letters_about_keys() == [world.users["ramon"].pk]


def test_nobody_makes_keys_without_end(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever borrows a session could; and each of ten thousand would stand on the page."""
    monkeypatch.setattr(tokens, "MOST", 2)
    path, name = f"/lodgings/{world.lodging.pk}/tokens", {"token-name": "PMS"}
    answers = [world.client("alice", new_session=True).post(path, name) for _number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 409]
    assert "You already have 2 keys." in answers[2].content.decode() and ApiToken.objects.count() == 2
    make_cast(world)
    ramon = world.client("ramon", new_session=True)
    answers = [ramon.post("/accounts/organisation/tokens", name) for _number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 409]
