"""Sessions end: officers' after 15 minutes without work and 8 hours in all, everybody else's after 30 days."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from ancu.core import clock

pytestmark = pytest.mark.django_db
PAGE = "/accounts/sessions"
BY_THE_PAGE = {"HX-Request": "true"}


@pytest.fixture
def pass_time(monkeypatch: pytest.MonkeyPatch) -> Any:
    moments = [clock.now()]

    def move(**passed: float) -> datetime:
        moments[0] += timedelta(**passed)
        return moments[0]

    for now in ("ancu.core.clock.now", "django.utils.timezone.now"):  # sessions are read by Django's clock
        monkeypatch.setattr(now, lambda: moments[0])
    return move


def is_signed_in(client: Client, **headers: str) -> bool:
    return client.get(PAGE, headers=headers).status_code == 200


def test_an_officer_is_signed_out_after_a_quarter_of_an_hour_without_work(world: Any, pass_time: Any) -> None:
    olga = world.client("olga")
    for _page in range(3):
        pass_time(minutes=14)
        assert is_signed_in(olga)
    pass_time(minutes=15, seconds=1)
    assert not is_signed_in(olga)


@pytest.mark.parametrize("headers", [BY_THE_PAGE, {"Sec-Fetch-Mode": "cors"}], ids=["htmx", "a script"])
def test_what_a_page_fetches_by_itself_is_no_work(world: Any, pass_time: Any, headers: dict[str, str]) -> None:
    olga = world.client("olga")
    for _minute in range(15):
        pass_time(minutes=1)
        olga.get("/notifications/unread/", headers=headers)
    pass_time(seconds=1)
    assert not is_signed_in(olga)


@pytest.mark.slow
def test_no_work_keeps_an_officer_signed_in_beyond_eight_hours(world: Any, pass_time: Any) -> None:
    olga = world.client("olga")
    for _turn in range(47):
        pass_time(minutes=10)
        assert is_signed_in(olga)
    pass_time(minutes=10, seconds=1)
    assert not is_signed_in(olga)


def test_a_lodging_stays_signed_in_for_thirty_days(world: Any, pass_time: Any) -> None:
    bob = world.client("bob")
    pass_time(days=29)
    assert is_signed_in(bob)
    pass_time(days=2)
    assert not is_signed_in(bob)


def test_a_sent_form_is_work(world: Any, pass_time: Any) -> None:
    olga = world.client("olga")
    pass_time(minutes=14)
    olga.post("/accounts/here", headers={"X-Sent-By": "script"})
    pass_time(minutes=14)
    assert is_signed_in(olga)


def test_no_answer_to_somebody_signed_in_stays_in_the_browser(world: Any) -> None:
    """``test_access.py`` asks the same of each address and persona."""
    alice = world.client("alice")
    for path in ("/", "/stays/today/", "/accounts/profile", "/results/", "/nowhere/"):
        assert alice.get(path)["Cache-Control"] == "no-store", path
    assert "no-store" in alice.post("/accounts/logout/")["Cache-Control"]
    assert "no-store" not in world.client().get("/").headers.get("Cache-Control", "")
