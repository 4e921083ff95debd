"""A signature that a phone kept offline: taken in once, bound to its handing over, with the phone's time."""

import json
from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from ancu.apps.audit.models import Event
from ancu.apps.community.models import HandoverConfirmation
from ancu.apps.community.tests.factories import STROKES, ProgrammeBook
from ancu.apps.lodging.tests.factories import make_world
from ancu.apps.stays.services.devices import enrol
from ancu.core import clock
from ancu.core.testing import texts

pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_world)]


@pytest.fixture
def handed(shared_data):
    book = ProgrammeBook(shared_data)
    book.give(book.of("pieces", 2))
    return book, book.hand_over(book.of("pieces", 1))


def call(shared_data, name, who="quynh", **body):
    path = f"/office/community/phone/{name}/"
    return shared_data.client(who).post(path, json.dumps(body, default=str), content_type="application/json")


def phone(shared_data, who="quynh"):
    return enrol(actor=shared_data.actor(who), name="Android", session_key="").pk


def phone_signature(shared_data, book, entry, **more):
    form = {"name": "Mùa Thị Dở", "standing": "chủ hộ", "strokes": STROKES} | more.pop("form", {})
    return {
        "device": phone(shared_data), "reference": uuid4(), "programme": book.programme.pk, "handed": entry.pk,
        "form": urlencode(form), "signed_at": (clock.now() - timedelta(hours=5)).isoformat(),
    } | more  # fmt: skip


def test_it_takes_along_what_nobody_confirmed_and_that_is_a_look(shared_data, handed):
    _book, entry = handed
    [handover] = call(shared_data, "take", device=phone(shared_data)).json()["handings"]
    assert (handover["id"], handover["amounts"]) == (
        entry.pk,
        ["1 Bò cái giống (pieces)"],
    ) and "Mùa Thị Dở" in handover["recipient"]
    assert Event.objects.get(subject_type="community.handings").details["entries"] == [entry.pk]
    assert call(shared_data, "take", "olga", device=phone(shared_data, "olga")).json() == {"handings": []}, (
        "another agency's"
    )
    assert call(shared_data, "take", "alice", device=uuid4()).status_code == 403


def test_sent_twice_it_is_one_signature_with_the_phones_time(shared_data, handed):
    book, entry = handed
    sent = phone_signature(shared_data, book, entry)
    assert [call(shared_data, "send", **sent).status_code for _time in range(2)] == [200, 200]
    confirmation = HandoverConfirmation.objects.get()
    assert confirmation.entry_id == entry.pk and confirmation.made_at - confirmation.said_at > timedelta(hours=4)
    assert call(shared_data, "take", device=phone(shared_data)).json() == {"handings": []}
    page = shared_data.client("quynh").get(f"/office/community/{book.programme.pk}/entries/{entry.pk}/")
    assert "Arrived" in page.content.decode() or "arrived" in page.content.decode()


def test_a_clock_that_runs_ahead_is_not_believed(shared_data, handed):
    book, entry = handed
    call(
        shared_data,
        "send",
        **phone_signature(shared_data, book, entry, signed_at=(clock.now() + timedelta(days=9)).isoformat()),
    )
    confirmation = HandoverConfirmation.objects.get()
    assert abs(confirmation.said_at - confirmation.made_at) < timedelta(seconds=9)


def test_what_cannot_be_taken_in_comes_back_in_words(shared_data, handed):
    book, entry = handed
    unsigned = call(shared_data, "send", **phone_signature(shared_data, book, entry, form={"strokes": "[]"}))
    assert unsigned.status_code == 422 and texts.SIGN_IN_THE_FIELD in str(unsigned.json())
    call(shared_data, "send", **phone_signature(shared_data, book, entry))
    repeated = call(shared_data, "send", **phone_signature(shared_data, book, entry))
    assert repeated.status_code == 422 and "already been confirmed" in str(repeated.json())
    refused = call(
        shared_data, "send", "olga", **phone_signature(shared_data, book, entry, device=phone(shared_data, "olga"))
    )
    assert refused.status_code == 404 and HandoverConfirmation.objects.count() == 1
    assert (
        call(
            shared_data, "send", **phone_signature(shared_data, book, entry, signed_at="2026-03-01T10:00:00")
        ).status_code
        == 400
    )


def test_the_page_without_a_line_names_nobody(shared_data, handed):
    for language in ("vi", "en"):
        page = shared_data.client().get(f"/office/community/offline/{language}/").content.decode()
        assert "Mùa" not in page and "data-shell" in page and "csrfmiddlewaretoken" not in page
    assert shared_data.client().get("/office/community/offline/de/").status_code == 404
