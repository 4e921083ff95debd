"""Limits hold in the cache that production has: the database's, which forgets and counts otherwise than the tests'."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone
from django.utils.translation import override

from ancu.core.security.rate_limits import HOUR, allow, too_many
from ancu.core.templatetags.ui import possible_from
from ancu.core.testing.at_once import at_once


@pytest.fixture
def shared(settings: Any) -> Iterator[None]:
    settings.CACHES = settings.SHARED_CACHES
    call_command("createcachetable", verbosity=0)
    cache.clear()
    yield
    cache.clear()  # what a test committed stays for all that follow: no model's table is emptied for it


def later(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    moment = timezone.now() + timedelta(seconds=seconds)
    monkeypatch.setattr("ancu.core.clock.now", lambda: moment)
    monkeypatch.setattr("django.core.cache.backends.db.tz_now", lambda: moment)
    monkeypatch.setattr("django.core.cache.backends.base.time.time", moment.timestamp)


@pytest.mark.django_db
def test_the_hour_is_an_hour(shared: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [bool(allow("form", "a", limit=2)) for _use in range(3)] == [True, True, False]
    later(monkeypatch, HOUR - 60)
    assert not allow("form", "a", limit=2)
    later(monkeypatch, HOUR + 60)
    assert allow("form", "a", limit=2)


@pytest.mark.django_db
def test_who_is_refused_reads_from_when_it_is_possible_again(shared: None, rf: Any) -> None:
    began = timezone.now()
    assert allow("form", "a", limit=1)
    refused = allow("form", "a", limit=1)
    assert not refused
    assert began + timedelta(seconds=HOUR) <= refused.until <= timezone.now() + timedelta(seconds=HOUR)
    with override("en"):
        page = too_many(rf.post("/"), refused)
    assert page.status_code == 429
    assert f"from {possible_from(refused.until)}." in page.content.decode()


def test_the_moment_is_never_named_too_early_nor_without_its_day() -> None:
    today = timezone.localtime().replace(hour=14, minute=35, second=0, microsecond=0)
    assert [possible_from(today + timedelta(seconds=n)) for n in (0, 1, 60)] == ["14:35", "14:36", "14:36"]
    assert possible_from(today + timedelta(days=1)) == f"{today + timedelta(days=1):%d/%m/%Y} 14:35"


@pytest.mark.django_db
def test_many_others_push_nobody_out(shared: None) -> None:
    assert allow("form", "a", limit=1)
    for number in range(400):
        assert allow("form", f"other {number}", limit=1)
    assert not allow("form", "a", limit=1)


@pytest.mark.django_db(transaction=True)
def test_at_once_is_counted_one_by_one(shared: None) -> None:
    answers = at_once(*[lambda: allow("form", "a", limit=3)] * 12)
    assert sum(map(bool, answers)) == 3
