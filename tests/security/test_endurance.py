"""Disk full, clock an hour back, database away: no acknowledged row is lost, and the error is clear.

Kills of the web server and of the database under load are in ``tests/crash``.
"""

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone, translation

from ancu.apps.audit import services as audit
from ancu.apps.files import services
from ancu.apps.files.models import StoredFile
from ancu.apps.stays.models import Stay, Submission
from ancu.apps.stays.tests.test_api import make_token
from ancu.apps.stays.tests.test_declaring import guest
from ancu.core.testing.program import Program

pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024


@contextmanager
def disk_with_room_for(size: int) -> Iterator[None]:
    """This process cannot write a file past ``size``; the kernel refuses as it does when the disk is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_on_a_full_disk_a_file_is_refused_in_words_and_nothing_is_left_by_halves(
    world: Any, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    with disk_with_room_for(8 * MEGABYTE), pytest.raises(services.FileRefused) as refused:
        services.store(world.actor("bob"), data=b"x" * 9 * MEGABYTE, name="guests.csv", purpose="upload")
    assert refused.value.code == "storage_full"
    with translation.override("en"):
        assert "Nothing was saved" in str(refused.value.message)
    assert not StoredFile.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def fail(*_arguments: object, **_options: object) -> Any:
    raise OperationalError("the database system is shutting down")


def test_while_the_database_is_away_a_page_says_so_and_may_be_asked_again(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = world.client("alice")
    alice.raise_request_exception = False
    monkeypatch.setattr("ancu.config.sessions.SessionStore.load", fail)
    response = alice.get("/stays/today/")
    assert response.status_code == 503 and response["Retry-After"] == "30"
    assert "Xin mở lại trang sau nửa phút" in response.content.decode()
    assert "Open the page again in half a minute" in response.content.decode()


def test_while_the_database_is_away_what_was_typed_may_be_sent_again(
    world: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = world.client()
    client.raise_request_exception = False
    monkeypatch.setattr("ancu.config.sessions.SessionStore.load", fail)
    client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
    typed = client.post("/stays/declare/", {"full_name": "Ngô 'Hạnh' <b>"})
    assert 'name="full_name" value="Ngô &#x27;Hạnh&#x27; &lt;b&gt;"' in typed.content.decode()
    assert typed["Cache-Control"] == "no-store"
    for secret in ({"login": "alice", "password": "s"}, {"code": "123456"}):
        assert 'type="hidden"' not in client.post("/accounts/login/", secret).content.decode()


def test_while_the_database_is_away_a_program_is_told_to_send_the_same_again(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = make_token(world.lodging)
    monkeypatch.setattr("ancu.apps.lodging.selectors.run_with_reconnect", fail)
    client = Client(headers={"Authorization": f"Bearer {token}"}, raise_request_exception=False)
    response = client.post("/api/v1/stays", b"[]", content_type="application/json")
    assert response.status_code == 503
    assert response.json()["code"] == "unavailable" and response.json()["retry_after"] == 30


def test_with_the_clock_an_hour_back_what_was_acknowledged_stands(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pms = Program(make_token(world.lodging))
    first = pms.call("POST", "stays", {"stays": [guest("C0TEST001")], "batch_reference": "before"})
    _set_clock_back(monkeypatch, timedelta(hours=1))
    repeated = pms.call("POST", "stays", {"stays": [guest("C0TEST001")], "batch_reference": "before"})
    second = pms.call("POST", "stays", {"stays": [guest("C0TEST002", birth_date="1990-01-02")]})
    assert first[0] == second[0] == 200 and first == repeated
    assert first[1]["receipt"] != second[1]["receipt"]
    assert (Stay.objects.count(), Submission.objects.count()) == (2, 2)
    while audit.seal_events():
        pass
    assert audit.verify_chain()[1] is None


def _set_clock_back(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    real = timezone.now

    def earlier() -> datetime:
        return real() - by

    for module in [module for name, module in sys.modules.items() if name.startswith(("ancu.", "django."))]:
        if getattr(module, "now", None) is real:
            monkeypatch.setattr(module, "now", earlier)
    monkeypatch.setattr(timezone, "now", earlier)
