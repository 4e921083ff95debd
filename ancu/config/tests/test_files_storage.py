"""Where stored files lie, and whether the system is ready without it."""

import pytest

from ancu.config import health
from ancu.config.files import files_storage
from ancu.core.testing.object_store import running_store


def test_the_settings_lead_to_the_store(monkeypatch):
    assert files_storage()["BACKEND"].endswith("DurableStorage")
    for name, value in {"BUCKET": "b", "ENDPOINT": "https://s3", "ACCESS_KEY": "a", "SECRET_KEY": "s"}.items():
        monkeypatch.setenv(f"FILES_S3_{name}", value)
    assert files_storage() == {
        "BACKEND": "ancu.core.db.object_storage.ObjectStorage",
        "OPTIONS": {
            "bucket_name": "b", "endpoint_url": "https://s3", "region_name": "us-east-1", "access_key": "a",
            "secret_key": "s",
        },
    }  # fmt: skip


@pytest.mark.django_db
def test_without_the_object_store_the_system_is_not_ready(settings):
    with running_store() as (server, entry):
        settings.STORAGES = settings.STORAGES | {"default": entry}
        assert health.report()[2]["storage"] == {"state": "ok"}
        server.stop()
        serves, _well, parts = health.report()
    assert not serves and parts["storage"] == {"state": "failed"}
