"""What a connection to the database has by itself, and what a page may not do with it."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings

from ancu.config.database import CONNECTION, limit_statements, to_django

SHOW = """
import {module}
import django
django.setup()
from django.db import connection
with connection.cursor() as cursor:
    for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        cursor.execute("SHOW " + name)
        print(cursor.fetchone()[0])
"""


def test_the_urls_own_values_win() -> None:
    options = to_django("postgresql://ancu_app@a,b/ancu?connect_timeout=9&sslmode=require")["OPTIONS"]
    assert options == CONNECTION | {"connect_timeout": "9", "sslmode": "require"}


def test_the_urls_own_options_come_last_and_win() -> None:
    database: dict[str, Any] = {"OPTIONS": {"options": "-c statement_timeout=60s"}}
    limit_statements(database)
    assert database["OPTIONS"]["options"].endswith("-c statement_timeout=60s")


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize(("module", "limits"), [("ancu.config.wsgi", "30s 10s 5min"), ("os", "0 0 0")])
def test_a_page_is_limited_and_a_job_is_not(module: str, limits: str) -> None:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "ancu.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", SHOW.format(module=module)],
        env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == limits.split()
