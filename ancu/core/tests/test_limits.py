"""Limits hold in the cache that production has: the database's, which forgets and counts otherwise than the tests'."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone

from ancu.core.limits import HOUR, allow
from ancu.core.testing.at_once import at_once

IN_DATABASE = {"default": settings.SHARED_CACHE}


@pytest.fixture
def shared(settings: Any) -> None:
    settings.CACHES = IN_DATABASE
    call_command("createcachetable", verbosity=0)
    cache.clear()


def later(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    moment = timezone.now() + timedelta(seconds=seconds)
    monkeypatch.setattr("ancu.core.clock.now", lambda: moment)
    monkeypatch.setattr("django.core.cache.backends.db.tz_now", lambda: moment)
    monkeypatch.setattr("django.core.cache.backends.base.time.time", moment.timestamp)


@pytest.mark.django_db
def test_the_hour_is_an_hour(shared: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [allow("form", "a", limit=2) for _use in range(3)] == [True, True, False]
    later(monkeypatch, HOUR - 60)
    assert not allow("form", "a", limit=2)
    later(monkeypatch, HOUR + 60)
    assert allow("form", "a", limit=2)


@pytest.mark.django_db
def test_many_others_push_nobody_out(shared: None) -> None:
    assert allow("form", "a", limit=1)
    for number in range(400):
        assert allow("form", f"other {number}", limit=1)
    assert not allow("form", "a", limit=1)


@pytest.mark.django_db(transaction=True)
def test_at_once_is_counted_one_by_one(shared: None) -> None:
    answers = at_once(*[lambda: allow("form", "a", limit=3)] * 12)
    assert answers.count(True) == 3
