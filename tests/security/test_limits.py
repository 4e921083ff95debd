"""Behind a proxy each client has limits of its own, and none loses or gains by what another sends."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as house
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory
from procrastinate.contrib.django.models import ProcrastinateJob

from ancu.apps.accounts.models import User
from ancu.apps.accounts.tests.factories import PASSWORD
from ancu.apps.audit.models import Event
from ancu.core.security import rate_limits

pytestmark = pytest.mark.django_db
PROXY = "10.0.0.2"
WRONG_SIGN_INS_A_MINUTE = 30


@pytest.fixture(autouse=True)
def _behind_a_proxy(settings: Any) -> Iterator[None]:
    settings.BEHIND_PROXY = True
    cache.clear()
    yield
    cache.clear()


def sign_in(world: Any, login: str, password: str, forwarded: str) -> bool:
    """From a browser that nobody knows."""
    return signed_in(world.client(), {"login": login, "password": password}, forwarded)


def signed_in(client: Client, body: dict[str, str], forwarded: str = "198.51.100.7") -> bool:
    client.post("/accounts/login/", body, headers={"x-forwarded-for": forwarded}, REMOTE_ADDR=PROXY)
    return "_auth_user_id" in client.session


def guess(world: Any, addresses: list[str]) -> None:
    for number, address in enumerate(addresses):
        assert not sign_in(world, f"nobody{number}@example.test", "wrong", address)


def test_who_guesses_passwords_closes_sign_in_for_nobody_else(world: Any) -> None:
    guess(world, ["198.51.100.7"] * WRONG_SIGN_INS_A_MINUTE)
    assert not sign_in(world, "bob@example.test", PASSWORD, "198.51.100.7")
    assert sign_in(world, "bob@example.test", PASSWORD, "203.0.113.9")


def test_who_is_shut_out_with_others_is_not_told_that_somebody_guessed(world: Any) -> None:
    guess(world, ["198.51.100.7"] * WRONG_SIGN_INS_A_MINUTE)
    assert not sign_in(world, "bob@example.test", PASSWORD, "198.51.100.7")
    letters = ProcrastinateJob.objects.filter(task_name="accounts.tell_protection", args__act="sign_in_locked")
    assert not letters.exists() and Event.objects.filter(act="accounts.sign_in_locked").exists()
    for _number in range(6):
        assert not sign_in(world, "bob@example.test", "wrong", "203.0.113.9")
    assert letters.count() == 1


def test_a_browser_that_the_account_knows_is_shut_out_by_nobody_else(world: Any) -> None:
    """Neither by who guesses at the same account, nor by who guesses behind the same address."""
    here = world.client()
    own = {"login": "bob@example.test", "password": PASSWORD}
    assert signed_in(here, own)
    here.post("/accounts/logout/")
    guess(world, ["198.51.100.7"] * WRONG_SIGN_INS_A_MINUTE)
    for _number in range(6):
        assert not sign_in(world, "bob@example.test", "wrong", "203.0.113.9")
    assert not sign_in(world, "bob@example.test", PASSWORD, "203.0.113.9")
    assert signed_in(here, own, "198.51.100.7")
    here.post("/accounts/logout/")
    assert [signed_in(here, own | {"password": "wrong"}) for _number in range(5)] == [False] * 5
    assert not signed_in(here, own), "it has a count of its own"


def test_wrong_passwords_of_a_telephone_number_count_for_that_number(world: Any) -> None:
    for name, number in (("alice", "+84912000111"), ("bob", "+84912000222")):
        User.objects.filter(pk=world.users[name].pk).update(sign_in_phone=number)
    for _number in range(6):
        assert not sign_in(world, "0912000111", "wrong", "203.0.113.9")
    assert not sign_in(world, "0912000111", PASSWORD, "203.0.113.9")
    assert sign_in(world, "0912000222", PASSWORD, "203.0.113.9")


@pytest.mark.parametrize(
    "addresses",
    [
        [f"192.0.2.{last}, 198.51.100.7" for last in range(WRONG_SIGN_INS_A_MINUTE)],
        [f"2001:db8:1:2::{last:x}" for last in range(1, WRONG_SIGN_INS_A_MINUTE + 1)],
    ],
    ids=["a forged header", "the addresses of one network"],
)
def test_another_written_address_is_no_other_client(world: Any, addresses: list[str]) -> None:
    guess(world, addresses)
    assert not sign_in(world, "bob@example.test", PASSWORD, addresses[0])


@pytest.mark.parametrize(
    ("forwarded", "counted_as"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("1.1.1.1, 203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:3:3:4:5:6", "2001:db8:1:3::"),
        ("unknown", ""),
        ("", PROXY),
    ],
)
def test_what_an_address_is_counted_as(forwarded: str, counted_as: str) -> None:
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=PROXY)
    assert rate_limits.client_address(request) == counted_as


def test_without_a_proxy_the_header_says_nothing(settings: Any) -> None:
    settings.BEHIND_PROXY = False
    request = RequestFactory().get("/", headers={"x-forwarded-for": "203.0.113.9"}, REMOTE_ADDR="198.51.100.7")
    assert rate_limits.client_address(request) == "198.51.100.7"


def test_counts_are_never_thrown_away_before_their_time(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stranger who fills the shared memory must not make it forget how often he guessed."""
    settings.CACHES = house.SHARED_CACHES
    call_command("createcachetable", verbosity=0)
    for _guess in range(3):
        rate_limits.allow("guess", "somebody", limit=3)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_counts SELECT ':1:limit:other:' || n, 'x', now() + interval '1 hour'"
            " FROM generate_series(1, 25000) AS n"
        )
    rate_limits.allow("guess", "another", limit=3)
    assert not rate_limits.allow("guess", "somebody", limit=3)
    assert rate_limits.forget_old() == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_counts SET expires = now() - interval '1 minute' WHERE value = 'x'")
    assert rate_limits.forget_old() == 25_000
