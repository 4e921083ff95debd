"""Uploads whose job failed for good: nobody waits for ever, is told why, and can send the file again."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from ancu.apps.stays.models import Stay, Upload
from ancu.apps.stays.services import program_files, uploads
from ancu.apps.stays.tests.test_program_files import Program, make_token
from ancu.apps.stays.tests.test_program_files import send as send_file
from ancu.apps.stays.tests.test_uploads import csv, line, send
from ancu.core import clock
from ancu.core.registry.unfinished_work import give_up_unfinished

pytestmark = pytest.mark.django_db
TWO = csv(line("GUEST A", "M3820001"), line("GUEST B", "M3820002"))


def end_jobs(status: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = %s::procrastinate_job_status", [status])


def age_uploads() -> None:
    Upload.objects.update(created_at=clock.now() - timedelta(minutes=5))


@pytest.fixture(autouse=True)
def _all_by_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "READ_AT_ONCE", 10)
    monkeypatch.setattr(uploads, "DECLARE_AT_ONCE", 1)
    monkeypatch.setattr(program_files, "AT_ONCE", 10)


@pytest.mark.parametrize("status", ["todo", "doing"])
def test_what_a_job_will_still_do_is_left_alone(world: Any, status: str) -> None:
    send(world.client("bob"), TWO)
    age_uploads()
    end_jobs(status)
    assert give_up_unfinished() == 0
    assert Upload.objects.get().state == "reading"


def test_a_file_whose_reading_failed_says_so(world: Any) -> None:
    client = world.client("bob")
    send(client, TWO)
    end_jobs("failed")
    assert give_up_unfinished() == 0  # it was sent just now
    age_uploads()
    assert give_up_unfinished() == 1
    page = client.get(reverse("stays:upload_preview", args=[Upload.objects.get().pk])).content.decode()
    assert "A fault on our side interrupted the work on this file" in page
    assert "Correct the file" not in page
    assert give_up_unfinished() == 0


def test_a_file_whose_declaring_failed_goes_back_to_its_preview(world: Any) -> None:
    client = world.client("bob")
    send(client, TWO)
    upload = Upload.objects.get()
    uploads.read_upload(upload.pk)
    confirm = reverse("stays:upload_confirm", args=[upload.pk])
    client.post(confirm, {"good": "2"})
    age_uploads()
    end_jobs("failed")
    assert give_up_unfinished() == 1
    page = client.get(reverse("stays:upload_preview", args=[upload.pk]))
    assert "A fault on our side interrupted the work on this file" in page.content.decode()
    client.post(confirm, {"good": "2"})
    uploads.declare_upload(upload.pk, world.actor("bob").membership_id)
    upload.refresh_from_db()
    assert (upload.state, upload.problem, Stay.objects.count()) == ("done", None, 2)


def test_a_programs_file_is_declared_when_it_is_sent_again(world: Any, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    world.lodging.beds = None
    world.lodging.save()
    pms = Program(make_token(world.lodging))
    key = {"Idempotency-Key": "night-1"}
    sent = send_file(pms, TWO, **key)[1]
    age_uploads()
    end_jobs("failed")
    give_up_unfinished()
    failed = pms.call("GET", f"files/{sent['id']}")[1]
    assert (failed["state"], failed["problem"]["code"]) == ("failed", "interrupted")
    status, resent, _answer = send_file(pms, TWO, **key)
    assert (status, resent["id"], resent["state"]) == (202, sent["id"], "queued")
    program_files.declare_file(Upload.objects.get().pk)
    assert pms.call("GET", f"files/{sent['id']}")[1]["state"] == "done"
    assert Stay.objects.count() == 2
