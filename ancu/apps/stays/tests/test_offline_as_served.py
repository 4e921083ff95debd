"""The service worker where files are served under hashed names, as in an office and in the demo."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from ancu.apps.stays.views import offline


@pytest.fixture
def served(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """Collected files under hashed names; what was remembered of the plain ones is forgotten before and after."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    forget()
    call_command("collectstatic", interactive=False, verbosity=0)
    yield tmp_path
    forget()


def forget() -> None:
    for remembered in (offline._names, offline._files, offline._cache_version):
        remembered.cache_clear()


@pytest.mark.django_db
def test_every_file_the_phone_keeps_is_served(served: Path, settings: Any) -> None:
    answer = Client().get("/sw.js")
    assert answer.status_code == 200
    content = json.loads(
        answer.content.decode().split("\n", 1)[0].removeprefix("const OFFLINE_CONTENT = ").removesuffix(";")
    )
    assert content["prefix"] == "/static/"
    names = [file.removeprefix(content["prefix"]) for file in content["files"]]
    assert [name for name in names if not (served / name).is_file()] == []
