"""A file sent in parts: what came stays, each part once, only for its sender, and never for longer than a day."""

from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import Http404
from django.test import Client

from ancu.apps.audit.models import Event
from ancu.apps.files import services, tasks, views
from ancu.apps.files.models import PartialUpload
from ancu.apps.files.services import uploads
from ancu.core import clock
from ancu.core.actor import PUBLIC
from ancu.core.errors import Forbidden

pytestmark = pytest.mark.django_db
DATA = bytes(range(256)) * 5000  # 1.28 MB: three parts
SIZE, PART = len(DATA), services.PART_BYTES


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


def files_on_disk(tmp_path):
    return [path for path in tmp_path.rglob("*") if path.is_file()]


def start(actor, size=SIZE, purpose="dossier"):
    return services.start_upload(actor, name="hộ chiếu.jpg", size=size, purpose=purpose)


def send_all(actor, upload, data=DATA):
    for offset in range(0, len(data), PART):
        services.append(actor, upload_id=upload.pk, offset=offset, part=data[offset : offset + PART])
    return upload


def take(actor, upload_id, file=None, purpose="dossier"):
    return services.take_sent(actor, upload_id=str(upload_id), file=file, purpose=purpose)


def refusal(*args, **options):
    with pytest.raises(services.FileRefused) as refused:
        take(*args, **options)
    return refused.value.code


def test_parts_become_the_file_and_are_gone_after_use(world, tmp_path, django_capture_on_commit_callbacks):
    bob = world.actor("bob")
    upload = send_all(bob, start(bob))
    assert len(files_on_disk(tmp_path)) == 3
    assert not any(DATA[:64] in path.read_bytes() for path in files_on_disk(tmp_path))
    with django_capture_on_commit_callbacks(execute=True):
        assert take(bob, upload.pk) == ("hộ chiếu.jpg", DATA)
    assert not files_on_disk(tmp_path)
    assert refusal(bob, upload.pk) == "upload_used"
    assert refusal(world.actor("alice"), upload.pk) == "upload_gone"
    with pytest.raises(Http404):
        services.append(bob, upload_id=upload.pk, offset=SIZE, part=b"x")
    used = PartialUpload.objects.get()
    assert used.name == "" and not uploads.uploads_of(bob.user_id).exists()  # takes no room from what is on its way
    PartialUpload.objects.update(created_at=clock.now() - timedelta(hours=25))
    tasks.retention(timestamp=0)
    assert not PartialUpload.objects.exists() and not Event.objects.filter(act="files.upload_dropped").exists()
    assert set(Event.objects.values_list("act", flat=True)) >= {"files.upload_started", "files.upload_used"}


def test_a_part_sent_again_is_told_where_to_go_on(world):
    bob = world.actor("bob")
    upload = start(bob)
    services.append(bob, upload_id=upload.pk, offset=0, part=DATA[:PART])
    for offset in (0, 5, PART + 1, len(DATA)):
        with pytest.raises(services.UploadOutOfStep) as step:
            services.append(bob, upload_id=upload.pk, offset=offset, part=DATA[:PART])
        assert step.value.offset == PART
    upload.refresh_from_db()
    assert (upload.received, upload.parts) == (PART, [0])


@pytest.mark.parametrize("part", [b"", b"x", bytes(services.MOST_PART_BYTES + 1)])
def test_parts_of_a_wrong_size_are_not_kept(world, part, tmp_path):
    bob = world.actor("bob")
    upload = start(bob, size=20_000_000)
    with pytest.raises(services.UploadOutOfStep):
        services.append(bob, upload_id=upload.pk, offset=0, part=part)
    assert not files_on_disk(tmp_path)


def test_more_than_was_announced_is_not_kept(world):
    bob = world.actor("bob")
    upload = start(bob, size=10)
    with pytest.raises(services.UploadOutOfStep):
        services.append(bob, upload_id=upload.pk, offset=0, part=b"x" * 11)
    assert services.append(bob, upload_id=upload.pk, offset=0, part=b"x" * 10).is_whole


def test_a_part_whose_row_was_not_written_is_written_over(world, tmp_path):
    bob = world.actor("bob")
    upload = start(bob, size=100)
    with patch.object(PartialUpload, "save", side_effect=OSError), pytest.raises(OSError):  # noqa: PT011
        services.append(bob, upload_id=upload.pk, offset=0, part=b"a" * 100)
    services.append(bob, upload_id=upload.pk, offset=0, part=b"b" * 100)
    assert len(files_on_disk(tmp_path)) == 1
    assert take(bob, upload.pk)[1] == b"b" * 100


def test_a_form_that_fails_can_be_sent_again(world):
    bob = world.actor("bob")
    upload = send_all(bob, start(bob))
    with transaction.atomic():
        take(bob, upload.pk)
        transaction.set_rollback(True)
    assert take(bob, upload.pk)[1] == DATA


def test_only_its_sender_and_only_for_its_purpose(world):
    bob, alice = world.actor("bob"), world.actor("alice")
    upload = send_all(bob, start(bob))
    with pytest.raises(Http404):
        services.append(alice, upload_id=upload.pk, offset=0, part=b"x")
    assert refusal(alice, upload.pk) == "upload_gone"
    assert refusal(bob, upload.pk, purpose="legal-file") == "upload_gone"
    assert refusal(bob, uuid4()) == refusal(bob, "not-an-id") == "upload_gone"
    assert refusal(bob, start(bob).pk) == "upload_unfinished"
    with pytest.raises(Forbidden):
        start(PUBLIC)


def test_without_script_the_file_itself_is_taken(world):
    bob = world.actor("bob")
    sent = SimpleUploadedFile("giấy phép.pdf", b"%PDF-1.7")
    assert take(bob, "", sent) == ("giấy phép.pdf", b"%PDF-1.7")
    assert refusal(bob, "") == "upload_missing"


def test_a_part_moved_to_another_place_does_not_open(world):
    bob = world.actor("bob")
    upload = send_all(bob, start(bob))
    with default_storage.open(upload.part_path(0)) as stored:
        first = stored.read()
    default_storage.delete(upload.part_path(PART))
    with default_storage.open(upload.part_path(PART), "wb") as target:
        target.write(first)
    with pytest.raises(services.FileUnreadable):
        take(bob, upload.pk)


def test_nobody_fills_the_disk(world, monkeypatch):
    bob, alice = world.actor("bob"), world.actor("alice")
    others = start(alice)
    for code, size in (("file_empty", 0), ("paper_too_large", services.MAX_BYTES + 1)):
        with pytest.raises(services.FileRefused) as refused:
            start(bob, size=size)
        assert refused.value.code == code
    sent = [start(bob).pk for _number in range(uploads.MOST_UPLOADS + 3)]
    leftovers = PartialUpload.objects.filter(uploaded_by=bob.user_id)
    assert set(leftovers.values_list("pk", flat=True)) == set(sent[3:])
    for _number in range(9):
        start(bob, size=services.MAX_BYTES)
    assert sum(upload.size for upload in leftovers.all()) <= uploads.MOST_WAITING
    assert PartialUpload.objects.filter(pk=others.pk).exists()


def test_what_is_never_finished_goes_after_a_day(world, tmp_path, django_capture_on_commit_callbacks):
    bob = world.actor("bob")
    old, young = send_all(bob, start(bob)), start(bob)
    PartialUpload.objects.filter(pk=old.pk).update(created_at=clock.now() - timedelta(hours=25))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.retention(timestamp=0)
    assert set(PartialUpload.objects.values_list("pk", flat=True)) == {young.pk}
    assert not files_on_disk(tmp_path)
    assert Event.objects.filter(act="files.upload_dropped").count() == 1


# --- as the browser speaks to it --------------------------------------------------------------------------


def announce(client, **changes):
    return client.post("/files/uploads", {"name": "a.jpg", "size": 100_000, "purpose": "dossier"} | changes)


def patch_part(client, url, offset, part):
    headers = {"upload-offset": str(offset)}
    return client.patch(url, part, content_type="application/octet-stream", headers=headers)


def test_the_whole_way(world):
    client = world.client("bob")
    state = announce(client).json()
    url = state["url"]
    assert (state["offset"], state["size"]) == (0, 100_000)
    assert patch_part(client, url, 0, b"x" * 60_000).json()["offset"] == 60_000
    repeated = patch_part(client, url, 0, b"x" * 60_000)
    assert (repeated.status_code, repeated.json()["offset"]) == (409, 60_000)
    assert client.get(url).json()["offset"] == 60_000
    assert client.head(url).status_code == 200
    assert patch_part(client, url, 60_000, b"y" * 40_000).json()["offset"] == 100_000
    assert take(world.actor("bob"), state["id"])[1] == b"x" * 60_000 + b"y" * 40_000


def test_what_is_not_understood_and_what_is_too_much(world, monkeypatch):
    client = world.client("bob")
    url = announce(client).json()["url"]
    for changes in ({"size": "many"}, {"name": ""}, {"purpose": "a b"}, {"size": 0}, {"size": 2**45}):
        response = announce(client, **changes)
        assert response.status_code == 422 and response.json()["message_vi"]
    assert patch_part(client, url, "x", b"x").status_code == 422
    assert patch_part(client, url, 0, bytes(services.MOST_PART_BYTES + 1)).status_code == 413
    monkeypatch.setattr(views, "STARTS_AN_HOUR", 1)
    assert announce(client).json()["code"] == "too_many_uploads"


def test_strangers_and_forged_forms(world):
    url = announce(world.client("bob")).json()["url"]
    assert world.client("alice").get(url).status_code == 404
    assert patch_part(world.client("alice"), url, 0, b"x" * 40_000).status_code == 404
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.users["bob"])
    assert patch_part(strict, url, 0, b"x" * 40_000).status_code == 403
