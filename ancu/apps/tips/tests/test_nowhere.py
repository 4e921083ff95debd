"""What a source told, from where, with which browser and receipt: looked for everywhere it could lie, and not found."""

import base64
import logging
import os
import subprocess
import tempfile
from pathlib import Path

import pytest
from django.conf import settings as house
from django.core.files import temp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client

from ancu.apps.tips.forms import new_form_key
from ancu.apps.tips.models import SealedFile, Tip, TipMessage
from ancu.apps.tips.rules.content import TipSorting
from ancu.apps.tips.selectors.opening import open_tip
from ancu.apps.tips.services import handling, notifying
from ancu.apps.tips.tests.factories import hand, make_scene, unit_of
from ancu.apps.tips.tests.test_source import receipt_in
from ancu.core.actor import system
from ancu.core.db.postgres.binaries import find_binaries

pytestmark = pytest.mark.django_db
TIP_TEXT, NAME, REPLY, CASE = "Kho hàng giấu sau lò gạch cũ", "Hà Văn Tố Giác", "Cửa kho hướng nào", "VA-99817"
PIXELS = b"\x89PNG\r\n\x1a\n" + b"planted-file-bytes-" * 12_000  # larger than what Django keeps in memory by itself
ADDRESS, BROWSER = "203.0.113.77", "PlantedBrowser/7.7"


def needles(receipt: str) -> dict[str, bytes]:
    planted = {
        "text": TIP_TEXT.encode(), "name": NAME.encode(), "reply": REPLY.encode(), "case": CASE.encode(),
        "file": b"planted-file-bytes-", "file name": "bằng chứng.png".encode(), "address": ADDRESS.encode(),
        "browser": BROWSER.encode(), "receipt": receipt.encode(), "receipt in groups": receipt_groups(receipt).encode(),
        "more": "thêm một điều nữa".encode(),
    }  # fmt: skip
    hexed = {f"{name} in hex": value.hex().encode() for name, value in planted.items()}
    escaped = {f"{name} in JSON": value.decode().encode("unicode_escape") for name, value in planted.items()}
    coded = {f"{name} in base 64": base64.b64encode(value)[:-4] for name, value in planted.items() if len(value) > 9}
    return planted | hexed | escaped | coded


def receipt_groups(receipt: str) -> str:
    return " ".join(receipt[at : at + 4] for at in range(0, 16, 4))


def everything_told(world) -> str:
    """All that a source and its handler do; returns the receipt."""
    # As by a server that cannot know how large a request will be: Django then would write files to a folder.
    source = Client(REMOTE_ADDR=ADDRESS, headers={"User-Agent": BROWSER, "X-Forwarded-For": ADDRESS})
    photo = SimpleUploadedFile("bằng chứng.png", PIXELS, content_type="image/png")
    source.get("/tips/")
    form_data = {
        "text": TIP_TEXT,
        "name": NAME,
        "unit": str(unit_of(world).pk),
        "form": new_form_key(),
        "attached": [photo],
    }
    receipt = receipt_in(source.post("/tips/write/", form_data)).replace(" ", "")
    tip, tam = Tip.objects.get(), world.actor("tam")
    handling.reply_to_source(actor=tam, hand=hand(tam), tip_id=tip.pk, text=REPLY)
    handling.sort_tip(actor=tam, hand=hand(tam), tip_id=tip.pk, sorting=TipSorting(case_number=CASE, note=TIP_TEXT))
    source.post("/tips/answer/", {"receipt": "9" * 16})
    source.post("/tips/answer/", {"receipt": receipt})
    more = {"receipt": receipt, "act": "say", "text": "thêm một điều nữa", "form": new_form_key()}
    source.post("/tips/answer/", more)
    source.post("/tips/answer/", more | {"form": "wrong"})
    source.post("/tips/write/", form_data | {"unit": "x"})
    notifying.notify_holders(system("test"))
    assert TipMessage.objects.count() == 2 and SealedFile.objects.count() == 1
    return receipt


def tables() -> bytes:
    """Every row of every table, as a plain backup has it: audit, jobs, sessions, cache and history among them."""
    with connection.cursor() as cursor:
        names = [f'"{name}"' for name in connection.introspection.table_names(cursor)]
        parts = []
        for name in names:
            with cursor.copy(f"COPY (SELECT * FROM {name}) TO STDOUT") as copy:
                parts += [bytes(row) for row in copy]
    assert {'"audit_event"', '"procrastinate_jobs"', '"tips_tip"', '"django_session"'} <= set(names)
    return b"".join(parts)


def files_in(*folders: Path) -> bytes:
    return b"".join(
        str(path).encode() + path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()
    )


@pytest.fixture
def _small_memory(settings, monkeypatch, tmp_path):
    """Django would spill every file to this folder, if it were asked."""
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    (tmp_path / "temporary").mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))


@pytest.mark.usefixtures("_small_memory")
@pytest.mark.stage(make=make_scene)
def test_nothing_of_a_tip_lies_anywhere(shared_data, settings, tmp_path, caplog, capfd, monkeypatch):
    written, spill = [], temp.NamedTemporaryFile
    monkeypatch.setattr(temp, "NamedTemporaryFile", lambda *args, **more: written.append(1) or spill(*args, **more))
    settings.CACHES = house.SHARED_CACHES
    call_command("createcachetable", verbosity=0)
    with caplog.at_level(logging.DEBUG):
        receipt = everything_told(shared_data)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_counts")
        assert cursor.fetchone() == (0,), "not even that somebody was here in this hour"
        cursor.execute("SELECT count(*) FROM django_session")
        assert cursor.fetchone() == (0,)
    assert open_tip(hand(shared_data.actor("tam")), Tip.objects.get()).content.text == TIP_TEXT
    logged = "\n".join(record.getMessage() + str(record.__dict__.get("args")) for record in caplog.records)
    places = {
        "database": tables(),
        "disk": files_in(tmp_path),
        "log": (logged + "".join(capfd.readouterr())).encode(),
    }
    assert written == [] and len(places["database"]) > 50_000 and len(places["disk"]) > len(PIXELS)
    leaks = [
        (place, name) for place, data in places.items() for name, value in needles(receipt).items() if value in data
    ]
    assert leaks == []
    assert "/tips/" not in places["log"].decode(), "a line would have its second"


@pytest.mark.django_db(transaction=True)
def test_nothing_of_a_tip_lies_in_a_dump(settings, tmp_path):
    """A real backup, by the server's own program."""
    world = make_scene()
    receipt = everything_told(world)
    values = connection.settings_dict
    program = find_binaries() / "pg_dump"
    environment = {"PGPASSWORD": values["PASSWORD"], "PATH": os.environ["PATH"]}
    where = ["--host", values["HOST"], "--port", str(values["PORT"]), "--username", values["USER"], values["NAME"]]
    done = subprocess.run([program, "--format=plain", *where], capture_output=True, env=environment, check=True)
    assert b"tips_tip" in done.stdout and b"PostgreSQL database dump complete" in done.stdout
    assert [name for name, value in needles(receipt).items() if value in done.stdout] == []
