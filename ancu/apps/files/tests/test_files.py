"""What is on the disk is not what was sent; strangers know of nothing; files go when their time has come."""

import io
import logging
import os
import socketserver
import struct
import threading
import zipfile
from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404

from ancu.apps.audit.models import Event
from ancu.apps.files import enums, selectors, services, tasks
from ancu.apps.files.models import StoredFile
from ancu.core import clock
from ancu.core.actor import system

pytestmark = pytest.mark.django_db
PLAIN = "họ tên;hộ chiếu\nAnna;X1234567\n".encode()


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.CLAMAV_SOCKET = ""


def store(actor, **changes):
    return services.store(actor, **({"data": PLAIN, "name": "khách.csv", "purpose": "upload"} | changes))


def on_disk(file):
    with default_storage.open(file.path) as stored:
        return stored.read()


def test_bytes_on_disk_are_sealed_and_come_back_whole(world):
    file = store(world.actor("bob"))
    assert b"X1234567" not in on_disk(file) and PLAIN not in on_disk(file)
    assert services.read_bytes(file) == PLAIN
    assert (file.sha256, file.size, file.media_type) == (sha256(PLAIN).hexdigest(), len(PLAIN), enums.TEXT)
    assert file.organisation_id == world.lodging.business_id
    assert on_disk(store(world.actor("bob"))) != on_disk(file)  # the same bytes never look the same


def test_another_key_a_changed_bit_and_another_place_do_not_open(world, settings):
    file, second_file = store(world.actor("bob")), store(world.actor("bob"))
    first_key, settings.FILES_KEY = settings.FILES_KEY, "another key"
    with pytest.raises(services.FileUnreadable):
        services.read_bytes(file)
    settings.FILES_KEY = first_key
    sealed = on_disk(file)
    for wrong in (sealed[:-1] + bytes([sealed[-1] ^ 1]), on_disk(second_file), b"", PLAIN):
        default_storage.delete(file.path)
        default_storage.save(file.path, ContentFile(wrong))
        with pytest.raises(services.FileUnreadable):
            services.read_bytes(file)


@pytest.mark.parametrize(("name", "status"), [("alice", 200), ("bob", 200), ("charlie", 404), ("olga", 404)])
def test_who_downloads(world, name, status):
    file = store(world.actor("bob"))
    response = world.client(name).get(f"/files/{file.pk}")
    assert response.status_code == status
    if status == 200:
        assert b"".join(response.streaming_content) == PLAIN
        assert response["content-disposition"].startswith("attachment")
        assert Event.objects.filter(act="files.downloaded", subject_id=str(file.pk)).count() == 1


def test_other_ways_to_a_file(world):
    file = store(world.actor("bob"))
    assert world.client().get(f"/files/{file.pk}").status_code == 302
    assert world.client("bob").post(f"/files/{file.pk}").status_code == 405
    assert world.client("bob").get(f"/files/{uuid4()}").status_code == 404
    with pytest.raises(Http404):
        selectors.get_file(world.actor("charlie"), file.pk)


def test_an_agencys_file_is_not_everybodys(world):
    file = store(system("export"), organisation_id=None)
    for name in ("alice", "olga", "quynh"):
        with pytest.raises(Http404):
            selectors.get_file(world.actor(name), file.pk)


def archive(name):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n", enums.PDF),
        (b"\x89PNG\r\n\x1a\n....", enums.PNG),
        (b"\xff\xd8\xff\xe0..", enums.JPEG),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", enums.WEBP),
        (archive("xl/workbook.xml"), enums.XLSX),
        (archive("readme"), enums.ZIP),
        (b"PK\x03\x04 not really", enums.UNKNOWN),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...", enums.OLE),
        (b"\xef\xbb\xbf<?xml version='1.0'?><A/>", enums.XML),
        ("<?xml version='1.0'?><A/>".encode("utf-16"), enums.XML),
        (b"  <table><tr>", enums.HTML),
        (b"<!-- x --><html>", enums.HTML),
        (b'[{"a": 1}]', enums.JSON),
        (b"a,b\n1,2\n", enums.TEXT),
        (b"\x00\x01\x02\x03", enums.UNKNOWN),
    ],
)
def test_the_type_is_read_from_the_bytes(data, kind):
    assert services.sniff(data) == kind


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"data": b""}, "file_empty"),
        ({"max_bytes": 10}, "file_too_large"),
        ({"accept": frozenset({enums.PDF}), "name": "really.pdf"}, "file_type"),
    ],
)
def test_what_is_refused_leaves_nothing(world, changes, code, tmp_path):
    with pytest.raises(services.FileRefused) as refused:
        store(world.actor("bob"), **changes)
    assert refused.value.code == code
    assert not StoredFile.objects.exists() and not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_row_that_cannot_be_written_leaves_no_bytes(world, tmp_path):
    with pytest.raises(Exception, match="too long"):
        store(world.actor("bob"), purpose="x" * 41)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "safe_name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\khách.xlsx", "khách.xlsx"),
        ("a\x00b\r\n.csv", "ab.csv"),
        ("", "file"),
        ("x" * 300 + ".xlsx", "x" * 195 + ".xlsx"),
    ],
)
def test_names_are_only_names(name, safe_name):
    assert services.clean_name(name) == safe_name


def test_retention_deletes_what_is_due_and_says_how_many(world, caplog, django_capture_on_commit_callbacks):
    due = [store(world.actor("bob"), delete_after=clock.now() - timedelta(minutes=1)) for _number in range(3)]
    later = store(world.actor("bob"), delete_after=clock.now() + timedelta(minutes=1))
    forever = store(world.actor("bob"))
    with caplog.at_level(logging.INFO), django_capture_on_commit_callbacks(execute=True):
        tasks.retention(timestamp=0)
    assert "deleted 3" in caplog.text and "khách" not in caplog.text
    assert set(StoredFile.objects.values_list("pk", flat=True)) == {later.pk, forever.pk}
    assert not any(default_storage.exists(file.path) for file in due)
    assert default_storage.exists(later.path)
    assert Event.objects.filter(act="files.deleted").count() == 3


class Clamd(socketserver.BaseRequestHandler):
    """As much of ClamAV's protocol as is spoken to it."""

    def handle(self):
        assert self._read(10) == b"zINSTREAM\0"
        data = b""
        while size := struct.unpack("!L", self._read(4))[0]:
            data += self._read(size)
        verdict = b"Eicar-Signature FOUND" if b"EICAR" in data else b"OK"
        self.request.sendall(b"stream: " + verdict + b"\0")

    def _read(self, size):
        data = b""
        while len(data) < size:
            data += self.request.recv(size - len(data))
        return data


@pytest.fixture(params=["unix", "tcp"])
def clamd(request, settings, tmp_path_factory):
    if request.param == "unix":
        server = socketserver.ThreadingUnixStreamServer(str(tmp_path_factory.mktemp("c") / "clamd"), Clamd)
        settings.CLAMAV_SOCKET = server.server_address
    else:
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd)
        settings.CLAMAV_SOCKET = f"127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield
    server.shutdown()
    server.server_close()


def test_the_scanner_decides(world, clamd):
    assert store(world.actor("bob"), data=PLAIN * 10_000).size == len(PLAIN) * 10_000
    with pytest.raises(services.FileRefused) as refused:
        store(world.actor("bob"), data=b"EICAR" * 20_000)
    assert refused.value.code == "file_infected"
    assert StoredFile.objects.count() == 1


def test_a_silent_scanner_is_not_a_clean_file(world, settings):
    settings.CLAMAV_SOCKET = "/nowhere/clamd.sock"
    with pytest.raises(services.FileRefused) as refused:
        store(world.actor("bob"))
    assert refused.value.code == "scanner_unreachable"


def age(path, **back):
    then = (clock.now() - timedelta(**back)).timestamp()
    os.utime(default_storage.path(path), (then, then))


def test_bytes_without_a_file_are_swept_after_a_day(world, expect_queries):
    stored, lost, young = (store(world.actor("bob")) for _ in range(3))
    age(stored.path, days=400)
    StoredFile.objects.filter(pk__in=[lost.pk, young.pk]).delete()  # as a rolled-back transaction leaves them
    age(lost.path, hours=25)
    age(young.path, hours=23)
    strangers = ("ab/notes.txt", f"ab/{'cd' * 16}", f"zz/{'ab' * 16}")
    for name in strangers:
        default_storage.save(name, ContentFile(b"x"))
        age(name, days=400)
    assert services.sweep() == 1
    with expect_queries():  # the store's id, and one for each 500 files
        assert services.sweep() == 0
    assert [default_storage.exists(f.path) for f in (stored, lost, young)] == [True, False, True]
    assert all(default_storage.exists(name) for name in strangers)
    assert services.sweep() == 0


def test_sweeping_a_storage_that_is_not_there_yet_does_nothing(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "none"
    tasks.sweep(timestamp=0)
