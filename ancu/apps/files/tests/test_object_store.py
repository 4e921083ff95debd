"""Files in an object store behave as in a folder, and a lost store is reported in the same way as a lost database."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from ancu.apps.files import services
from ancu.apps.files.models import FileStore, StoredFile
from ancu.apps.files.services.verifying import verify_files
from ancu.core import clock
from ancu.core.db.file_storage import DurableStorage
from ancu.core.db.outages import StoreAway, is_outage
from ancu.core.testing.object_store import running_store

pytestmark = pytest.mark.django_db
PLAIN = "họ tên;hộ chiếu\nAnna;X1234567\n".encode()


@pytest.fixture
def object_store(settings):
    settings.CLAMAV_SOCKET = ""
    with running_store() as (server, entry):
        settings.STORAGES = settings.STORAGES | {"default": entry}
        yield server


def store(actor, data=PLAIN):
    return services.store(actor, data=data, name="khách.csv", purpose="upload")


def raw(name):
    with default_storage.open(name) as stored:
        return stored.read()


def test_a_file_is_sealed_read_and_deleted(world, object_store, django_capture_on_commit_callbacks):
    file = store(world.actor("bob"), PLAIN * 400_000)
    assert b"X1234567" not in raw(file.path)
    assert services.read_bytes(file) == PLAIN * 400_000
    path = file.path
    with django_capture_on_commit_callbacks(execute=True):
        services.delete(world.actor("bob"), file=file)
    with pytest.raises(FileNotFoundError):
        raw(path)


def test_a_name_is_never_overwritten(object_store):
    assert default_storage.save("ab/name", ContentFile(b"1")) == "ab/name"
    assert default_storage.save("ab/name", ContentFile(b"2")) != "ab/name"
    assert raw("ab/name") == b"1"


def test_an_upload_in_parts_is_put_together(world, object_store):
    bob, data = world.actor("bob"), b"a;b\n" * 600_000
    upload = services.start_upload(bob, name="a.csv", size=len(data), purpose="declare")
    size = services.PART_BYTES
    for offset in range(0, len(data), size):
        services.append(bob, upload_id=upload.pk, offset=offset, part=data[offset : offset + size])
    assert services.take_sent(bob, upload_id=str(upload.pk), file=None, purpose="declare") == ("a.csv", data)


def test_bytes_without_a_row_are_swept_aside_and_deleted_in_a_week(world, object_store):
    stored, lost = store(world.actor("bob")), store(world.actor("bob"))
    StoredFile.objects.filter(pk=lost.pk).delete()
    assert services.sweep() == 0  # too young: its transaction may be open
    now = clock.now()
    with time_machine.travel(now + timedelta(days=2)):
        assert services.sweep() == 1
        aside = f"swept/{clock.today()}/{lost.pk.hex}"
        assert default_storage.exists(stored.path) and not default_storage.exists(lost.path)
        assert default_storage.exists(aside)
    with time_machine.travel(now + timedelta(days=10)):
        assert services.sweep() == 0
        assert not default_storage.exists(aside)


def test_a_changed_key_seals_the_files_anew(world, object_store, settings):
    file, former = store(world.actor("bob")), settings.FILES_KEY
    settings.FILES_KEY, settings.FILES_KEY_FORMER = "the next key", former
    call_command("rotate_keys")
    settings.FILES_KEY_FORMER = ""
    assert services.read_bytes(file) == PLAIN


def test_a_time_that_the_store_set_can_be_renewed(object_store):
    default_storage.save("ab/tip", ContentFile(b"sealed"))
    first = default_storage.get_modified_time("ab/tip")
    default_storage.set_times("ab/tip", first - timedelta(hours=1))
    with time_machine.travel(first + timedelta(hours=1)):
        default_storage.renew_times("ab/tip")
    assert default_storage.get_modified_time("ab/tip") > first
    assert raw("ab/tip") == b"sealed"


def test_a_lost_store_is_an_outage(world, object_store):
    file = store(world.actor("bob"))
    object_store.stop()
    client = world.client("bob")
    client.raise_request_exception = False
    answer = client.get(f"/files/{file.pk}")
    assert answer.status_code == 503 and answer["retry-after"]
    with pytest.raises(StoreAway):
        store(world.actor("bob"))
    assert StoredFile.objects.count() == 1


class OverloadedStore(BaseHTTPRequestHandler):
    """A store that answers as S3 does under too much load."""

    def do_PUT(self):
        body = b"<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>"
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(503)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_HEAD(self):
        self.send_response(404)
        self.end_headers()

    def log_message(self, *args):
        """Print nothing."""


def test_a_store_that_refuses_for_now_is_an_outage(world, object_store, settings):
    server = ThreadingHTTPServer(("127.0.0.1", 0), OverloadedStore)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    options = settings.STORAGES["default"]["OPTIONS"] | {"endpoint_url": f"http://127.0.0.1:{server.server_port}"}
    settings.STORAGES = settings.STORAGES | {"default": settings.STORAGES["default"] | {"OPTIONS": options}}
    try:
        with pytest.raises(StoreAway) as raised:
            store(world.actor("bob"))
    finally:
        server.shutdown()
        server.server_close()
    assert is_outage(raised.value)


def test_wrong_credentials_are_no_outage(object_store, settings):
    options = settings.STORAGES["default"]["OPTIONS"] | {"bucket_name": f"none-{uuid4().hex[:8]}"}
    settings.STORAGES = settings.STORAGES | {"default": settings.STORAGES["default"] | {"OPTIONS": options}}
    with pytest.raises(Exception, match="NoSuchBucket") as raised:
        default_storage.save("ab/name", ContentFile(b"1"))
    assert not is_outage(raised.value)


@pytest.fixture
def folder(tmp_path, world):
    """A folder with three files of the database."""
    storage = DurableStorage(location=tmp_path)
    for number in range(3):
        file = store(world.actor("bob"), PLAIN + str(number).encode())
        storage.save(file.path, ContentFile(raw(file.path)))
        default_storage.delete(file.path)
    storage.save("store-id", ContentFile(str(FileStore.objects.create()).encode()))
    storage.save("swept/2026-11-01/aside", ContentFile(b"rubbish"))
    return tmp_path


def test_a_folder_is_copied_and_every_file_verified(object_store, folder, capsys):
    call_command("copy_files", str(folder))
    assert capsys.readouterr().out.splitlines() == [
        "4 files copied, 0 were there.",
        "3 files agree with their SHA-256, 0 are missing, 0 differ",
    ]
    call_command("copy_files", str(folder))  # it goes on where another run ended
    assert "0 files copied, 4 were there." in capsys.readouterr().out
    assert not default_storage.exists("swept/2026-11-01/aside")
    assert services.sweep() == 0


def test_a_missing_or_changed_file_is_named(object_store, folder, capsys):
    call_command("copy_files", str(folder))
    missing, changed, _intact = StoredFile.objects.order_by("pk")
    default_storage.delete(missing.path)
    default_storage.replace(changed.path, raw(_intact.path))
    check = verify_files()
    assert (check.agreeing, check.missing, check.changed) == (1, [missing.pk], [changed.pk])
    with pytest.raises(CommandError, match="2 stored files"):
        call_command("verify_files")
    with pytest.raises(CommandError, match="CopyDiffers"):
        call_command("copy_files", str(folder))


def test_another_databases_store_is_not_filled(object_store, folder):
    default_storage.save("store-id", ContentFile(str(uuid4()).encode()))
    with pytest.raises(CommandError, match="ForeignStore"):
        call_command("copy_files", str(folder))


def test_without_an_object_store_nothing_is_copied(tmp_path):
    with pytest.raises(CommandError, match="FILES_S3_BUCKET"):
        call_command("copy_files", str(tmp_path))
