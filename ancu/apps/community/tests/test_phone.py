"""A signature that a phone kept offline: taken in once, bound to its handing over, with the phone's time."""

import json
from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from ancu.apps.audit.models import Event
from ancu.apps.community.models import Confirmation
from ancu.apps.community.tests.factories import STROKES, Book
from ancu.apps.lodging.tests.factories import make_world
from ancu.apps.stays.services.devices import enrol
from ancu.core import clock

pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_world)]


@pytest.fixture
def handed(laid):
    book = Book(laid)
    book.give(book.of("pieces", 2))
    return book, book.hand_over(book.of("pieces", 1))


def call(laid, name, who="quynh", **body):
    path = f"/office/community/phone/{name}/"
    return laid.client(who).post(path, json.dumps(body, default=str), content_type="application/json")


def phone(laid, who="quynh"):
    return enrol(actor=laid.actor(who), name="Android", session_key="").pk


def kept(laid, book, entry, **more):
    form = {"name": "Mùa Thị Dở", "standing": "chủ hộ", "strokes": STROKES} | more.pop("form", {})
    return {
        "device": phone(laid), "reference": uuid4(), "programme": book.programme.pk, "handed": entry.pk,
        "form": urlencode(form), "signed_at": (clock.now() - timedelta(hours=5)).isoformat(),
    } | more  # fmt: skip


def test_it_takes_along_what_nobody_confirmed_and_that_is_a_look(laid, handed):
    _book, entry = handed
    [one] = call(laid, "take", device=phone(laid)).json()["handings"]
    assert (one["id"], one["amounts"]) == (entry.pk, ["1 Bò cái giống (pieces)"]) and "Mùa Thị Dở" in one["recipient"]
    assert Event.objects.get(subject_type="community.handings").details["entries"] == [entry.pk]
    assert call(laid, "take", "olga", device=phone(laid, "olga")).json() == {"handings": []}, "another agency's"
    assert call(laid, "take", "alice", device=uuid4()).status_code == 403


def test_sent_twice_it_is_one_signature_with_the_phones_time(laid, handed):
    book, entry = handed
    sent = kept(laid, book, entry)
    assert [call(laid, "send", **sent).status_code for _time in range(2)] == [200, 200]
    said = Confirmation.objects.get()
    assert said.entry_id == entry.pk and said.made_at - said.said_at > timedelta(hours=4)
    assert call(laid, "take", device=phone(laid)).json() == {"handings": []}
    page = laid.client("quynh").get(f"/office/community/{book.programme.pk}/entries/{entry.pk}/")
    assert "Arrived" in page.content.decode() or "arrived" in page.content.decode()


def test_a_clock_that_runs_ahead_is_not_believed(laid, handed):
    book, entry = handed
    call(laid, "send", **kept(laid, book, entry, signed_at=(clock.now() + timedelta(days=9)).isoformat()))
    said = Confirmation.objects.get()
    assert abs(said.said_at - said.made_at) < timedelta(seconds=9)


def test_what_cannot_be_taken_in_comes_back_in_words(laid, handed):
    book, entry = handed
    unsigned = call(laid, "send", **kept(laid, book, entry, form={"strokes": "[]"}))
    assert unsigned.status_code == 422 and "sign in the field" in str(unsigned.json())
    call(laid, "send", **kept(laid, book, entry))
    again = call(laid, "send", **kept(laid, book, entry))
    assert again.status_code == 422 and "confirmed already" in str(again.json())
    other = call(laid, "send", "olga", **kept(laid, book, entry, device=phone(laid, "olga")))
    assert other.status_code == 404 and Confirmation.objects.count() == 1
    assert call(laid, "send", **kept(laid, book, entry, signed_at="2026-03-01T10:00:00")).status_code == 400


def test_the_page_without_a_line_names_nobody(laid, handed):
    for language in ("vi", "en"):
        page = laid.client().get(f"/office/community/offline/{language}/").content.decode()
        assert "Mùa" not in page and "data-shell" in page and "csrfmiddlewaretoken" not in page
    assert laid.client().get("/office/community/offline/de/").status_code == 404
