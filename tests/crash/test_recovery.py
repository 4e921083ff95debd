"""The database is recovered to an earlier moment: programs with marks of what was lost see every later change."""

import contextlib
import http.client
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.house import House, wait_until
from tests.crash.programs import SentBatch, invent, post

PATIENCE_S = 60
RECOVERY = "\nrestore_command = 'false'\n"  # to the end of what the backup has
pytestmark = [pytest.mark.crash, pytest.mark.slow]


def declare(house: House, token: str, batches: Iterator[SentBatch]) -> list[str]:
    """The document numbers of the program's next batch, which is declared."""
    batch = next(batches)
    status, answer = post(house.port, token, batch.body)
    assert status == 200, answer
    return [guest["document_number"] for guest in batch.guests]


def changed_since(house: House, token: str, mark: str) -> tuple[list[str], str]:
    """The document numbers that the feed of changes shows after a mark, and the next mark; nothing while it is away."""
    client = http.client.HTTPConnection("127.0.0.1", house.port, timeout=30)
    with contextlib.closing(client):
        client.request("GET", f"/api/v1/changes?limit=500&after={mark}", headers={"Authorization": f"Bearer {token}"})
        answer = json.loads(client.getresponse().read())
    return [stay["document_number"] for stay in answer.get("stays", [])], answer.get("mark", "")


def restore(house: House, backup: Path) -> None:
    """Put the backup in place of the data, as a recovery to its moment, which begins a new timeline."""
    data = house.database.home.data
    owner = data.stat()
    house.database.stop()
    shutil.rmtree(data)
    shutil.copytree(backup, data)
    (data / "recovery.signal").touch()
    with (data / "postgresql.auto.conf").open("a") as settings:
        settings.write(RECOVERY)
    for path in [data, *data.rglob("*")]:
        os.chown(path, owner.st_uid, owner.st_gid)
    data.chmod(0o700)
    house.database.start()
    wait_until(lambda: house.query("SELECT pg_is_in_recovery()") is False, PATIENCE_S, "the recovery does not end")


def test_a_mark_of_what_was_lost_shows_every_later_change(house: House) -> None:
    token = house.run("-m", "tests.crash.prepare").strip()
    house.start_web()
    wait_until(house.answers, PATIENCE_S, "the web server does not answer")
    batches = invent(1)
    declared = declare(house, token, batches)
    backup = house.var.parent / "backup"
    house.database.stop()
    shutil.copytree(house.database.home.data, backup)
    house.database.start()
    wait_until(lambda: bool(changed_since(house, token, "")[1]), PATIENCE_S, "the web server does not go on")
    lost = [number for _turn in range(5) for number in declare(house, token, batches)]
    changes, lost_mark = changed_since(house, token, "")
    assert sorted(changes) == sorted(declared + lost)

    restore(house, backup)
    assert house.query("SELECT count(*) FROM stays_stay") == len(declared)
    wait_until(lambda: bool(changed_since(house, token, "")[1]), PATIENCE_S, "the web server does not go on")
    new = declare(house, token, batches)
    assert sorted(changed_since(house, token, lost_mark)[0]) == sorted(new)
