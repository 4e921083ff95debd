"""The administrators' page on the system: each part in words, queues, failed jobs, nobody's name."""

from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from ancu.apps.accounts.tests.factories import make_failed_job
from ancu.config import health
from ancu.config.monitoring import figures
from ancu.config.monitoring.system_page import AGES, PARTS, duration_text

ADDRESS = "/office/administration/system/"
pytestmark = pytest.mark.django_db


def page(world: Any) -> str:
    return world.client("rosa").get(ADDRESS).content.decode()


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_each_part_has_its_words() -> None:
    assert PARTS.keys() == health.EXAMINED.keys()
    assert AGES.keys() == health.MOST_AGE.keys()


def test_it_says_what_is_late_and_leads_to_failed_jobs(world: Any) -> None:
    execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 min')")
    execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, scheduled_at)"
        " VALUES ('slow', 'x', now() - interval '3 hours')"
    )
    text = page(world)
    assert "The site works; some work behind it is late." in text
    assert "The last signal came 5 minutes ago." in text and "3 hours" in text
    assert "/office/administration/jobs/" in text and "failed job" not in text
    make_failed_job()
    assert "1 failed job: look at it and try again" in " ".join(page(world).split())


def test_it_names_the_version_the_server_and_the_standbys(
    world: Any, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(figures, "STANDBYS", "SELECT 'node2', 90.0, 1024.0")
    text = page(world)
    assert settings.VERSION in text and "Standby node2" in text and "90 seconds" in text


def test_only_administrators_open_it_and_see_it_in_the_navigation(world: Any) -> None:
    assert world.client("olga").get(ADDRESS).status_code == 403
    assert ADDRESS not in world.client("olga").get("/desk/").content.decode()
    assert f'href="{ADDRESS}"' in world.client("rosa").get("/office/administration/").content.decode()


def test_a_duration_is_said_in_its_largest_unit() -> None:
    with translation.override("en"):
        texts = [duration_text(seconds) for seconds in (0, 1, 119, 120, 7199, 7200, 172_799, 172_800)]
    assert texts == [
        "0 seconds", "1 second", "119 seconds", "2 minutes", "119 minutes", "2 hours", "47 hours", "2 days",
    ]  # fmt: skip
