"""A restored database is used when all WAL is replayed, not when `pg_ctl` is content with it."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from ancu.config.backups import scratch
from ancu.config.backups.scratch import Backup, RestoreFailed
from ancu.core.db.postgres.home import Account

BACKUP = Backup("ancu", Path("/nowhere"), Account())


@pytest.fixture
def refusals(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the server says to those who connect, next last; it takes connections when nothing is left."""
    words = ["the database system is starting up", "the database system is not accepting connections"]

    def connect(_url: str) -> Any:
        if words:
            raise psycopg.OperationalError(words.pop())
        return SimpleNamespace(close=lambda: None)

    monkeypatch.setattr("psycopg.connect", connect)
    monkeypatch.setattr(scratch, "POLL_S", 0)
    return words


def test_the_replay_is_waited_for(refusals: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(Backup, "_run", lambda *_arguments: None)
    BACKUP._wait_until_recovered(["status"], tmp_path)
    assert refusals == []


def test_a_server_that_has_ended_is_not_waited_for(refusals: list[str], tmp_path: Path) -> None:
    with pytest.raises(RestoreFailed, match="false ended with 1"):
        BACKUP._wait_until_recovered(["false"], tmp_path)
    assert len(refusals) == 1
