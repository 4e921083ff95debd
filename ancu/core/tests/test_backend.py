"""A database that cannot be reached is not called again at once."""

from typing import Any

import psycopg
import pytest
from django.db.backends.postgresql import base

from ancu.core.db.backend.base import REST_S, DatabaseWrapper


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What each try answers, next last; a try without an answer fails."""
    answers: list[str] = []
    monkeypatch.setattr(DatabaseWrapper, "away_until", 0)

    def connect(_self: Any, _params: Any) -> str:
        if not answers:
            raise psycopg.OperationalError("no route")
        return answers.pop()

    monkeypatch.setattr(base.DatabaseWrapper, "get_new_connection", connect)
    return answers


def test_a_failed_try_counts_for_a_moment(tries: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    wrapper = DatabaseWrapper({})
    monkeypatch.setattr("time.monotonic", lambda: 100.0)
    with pytest.raises(psycopg.OperationalError, match="no route"):
        wrapper.get_new_connection({})
    tries.append("connection")
    monkeypatch.setattr("time.monotonic", lambda: 100.0 + REST_S / 2)
    with pytest.raises(psycopg.OperationalError, match="a moment ago"):
        wrapper.get_new_connection({})
    monkeypatch.setattr("time.monotonic", lambda: 100.0 + REST_S)
    assert wrapper.get_new_connection({}) == "connection"


def test_an_error_of_ours_is_no_outage(tries: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base.DatabaseWrapper, "get_new_connection", lambda _self, _params: 1 / 0)
    for _turn in range(2):
        with pytest.raises(ZeroDivisionError):
            DatabaseWrapper({}).get_new_connection({})
