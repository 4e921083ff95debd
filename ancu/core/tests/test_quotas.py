"""Calls a minute across processes: never more than the limit, and a write only now and then."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from ancu.core import clock
from ancu.core.security import quotas
from ancu.core.security.rate_limits import take_uses

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget_quotas() -> None:
    cache.clear()
    quotas.forget()


def test_as_many_as_the_limit_and_then_none_until_the_minute_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    quotas_used = [quotas.count_call("t", "k", limit=300) for _call in range(301)]
    assert [quota.remaining for quota in quotas_used] == [*range(299, -1, -1), 0]
    assert [quota.allowed for quota in quotas_used] == [True] * 300 + [False]
    assert quotas.count_call("t", "other", limit=300).allowed
    later = clock.now() + timedelta(seconds=61)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert quotas.count_call("t", "k", limit=300).remaining == 299


def test_another_process_has_its_share_of_the_same_limit() -> None:
    mine = quotas.count_call("t", "k", limit=300)
    quotas.forget()  # another process, which has taken nothing yet
    theirs = [quotas.count_call("t", "k", limit=300) for _call in range(400)]
    assert mine.allowed and sum(quota.allowed for quota in theirs) == 297


def test_the_database_is_asked_once_a_bundle(django_assert_num_queries: object) -> None:
    quotas.count_call("t", "k", limit=1000)
    with django_assert_num_queries(0):  # type: ignore[operator]
        for _call in range(9):
            quotas.count_call("t", "k", limit=1000)


def test_what_is_left_is_granted_and_no_more() -> None:
    assert [take_uses("n", "k", 4, limit=6).granted for _time in range(3)] == [4, 2, 0]
