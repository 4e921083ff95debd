"""Files: on the disk before the commit that names them, and swept only by the database they belong to."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from ancu.apps.files import services
from ancu.apps.files.models import FileStore, StoredFile
from ancu.apps.files.services import sweeping
from ancu.core import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def store(world: Any) -> StoredFile:
    return services.store(world.actor("bob"), data=b"name;document\n", name="guests.csv", purpose="upload")


def lose(world: Any, count: int = 1) -> list[StoredFile]:
    """Files whose rows are gone, two days old."""
    files = [store(world) for _number in range(count)]
    StoredFile.objects.filter(pk__in=[file.pk for file in files]).delete()
    then = (clock.now() - timedelta(days=2)).timestamp()
    for file in files:
        os.utime(default_storage.path(file.path), (then, then))
    return files


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file() and path.name != sweeping.STORE_ID)


@pytest.mark.parametrize("other_row", [True, False], ids=["another id", "no id"])
def test_the_sweep_refuses_a_folder_that_belongs_to_another_database(world: Any, folder: Path, other_row: bool) -> None:
    lose(world)
    before = files_in(folder)
    default_storage.save(sweeping.STORE_ID, ContentFile(str(uuid4()).encode()))
    if other_row:
        FileStore.objects.create()
    with pytest.raises(services.ForeignStore):
        services.sweep()
    assert files_in(folder) == before


def test_the_sweep_refuses_a_folder_of_whose_files_the_database_knows_none(world: Any, folder: Path) -> None:
    """As an empty database that was set up beside the files of the old one."""
    lose(world, 3)
    before = files_in(folder)
    with pytest.raises(services.ForeignStore):
        services.sweep()
    assert files_in(folder) == before and not FileStore.objects.exists()


def test_a_database_and_its_folder_know_each_other_by_one_id(world: Any, folder: Path) -> None:
    store(world)
    services.sweep()
    assert (folder / sweeping.STORE_ID).read_text() == str(FileStore.objects.get().pk)
    (folder / sweeping.STORE_ID).unlink()  # as a crash between the two leaves it
    services.sweep()
    assert (folder / sweeping.STORE_ID).read_text() == str(FileStore.objects.get().pk)


def test_the_sweep_moves_before_it_deletes(world: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored, (lost,) = store(world), lose(world)
    assert services.sweep() == 1
    aside = folder / "swept" / str(clock.today()) / lost.pk.hex
    assert aside.exists() and not default_storage.exists(lost.path) and default_storage.exists(stored.path)
    today = clock.today()
    monkeypatch.setattr("ancu.core.clock.today", lambda: today + timedelta(days=7))
    services.sweep()
    assert aside.exists()
    monkeypatch.setattr("ancu.core.clock.today", lambda: today + timedelta(days=8))
    services.sweep()
    assert not aside.exists() and default_storage.exists(stored.path)


def test_the_sweep_has_an_upper_bound(
    world: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store(world)
    lose(world, 3)
    monkeypatch.setattr(sweeping, "MOST_A_RUN", 2)
    assert services.sweep() == 2
    assert "is this the right database" in caplog.text
    assert services.sweep() == 1


def test_bytes_and_folders_are_on_the_disk_before_the_row_that_names_them(
    world: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[str] = []
    at_the_row: list[str] = []
    fsync, save = os.fsync, StoredFile.save

    def note_flush(handle: int) -> None:
        flushed.append(os.readlink(f"/proc/self/fd/{handle}"))
        fsync(handle)

    def note_row(file: StoredFile, **options: Any) -> None:
        at_the_row.extend(flushed)
        save(file, **options)

    monkeypatch.setattr(os, "fsync", note_flush)
    monkeypatch.setattr(StoredFile, "save", note_row)
    file = store(world)
    path = Path(default_storage.path(file.path))
    assert {str(path), str(path.parent), str(folder)} <= set(at_the_row)
