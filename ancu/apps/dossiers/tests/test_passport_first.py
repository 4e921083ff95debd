"""Online filing begins with the passport: its picture fills in the form, and what differs is marked for the officer."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.services import filing
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, picture
from ancu.apps.dossiers.tests.test_at_counter import with_zone
from ancu.apps.lodging.tests.factories import World

READER = "ancu.apps.dossiers.services.passport_first.read_unread"


@pytest.fixture
def cast(world: World, tmp_path: Any, settings: Any) -> World:
    settings.MEDIA_ROOT = tmp_path
    return make_cast(world)


def begun(cast: World) -> Dossier:
    body = {"filer": "citizen", "side": "foreigner", "receipt": ""}
    answer = cast.client("mia").post(reverse("dossiers:begin", args=["stay_extension"]), body)
    dossier = Dossier.objects.latest("id")
    assert answer["Location"] == passport(dossier)
    return dossier


def passport(dossier: Dossier) -> str:
    return reverse("dossiers:passport-first", args=[dossier.number])


def send(cast: World, dossier: Dossier) -> Any:
    sent = {"passport-file": SimpleUploadedFile("p.jpg", picture(), "image/jpeg")}
    return cast.client("mia").post(passport(dossier), sent, follow=True)


def test_the_passport_fills_in_the_form(cast: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(READER, lambda dossier: with_zone(dossier) and None)
    dossier = begun(cast)
    first = reverse("dossiers:step", args=[dossier.number, 1])
    assert f'href="{first}"' in cast.client("mia").get(passport(dossier)).content.decode(), "it can be skipped"
    answer = send(cast, dossier)
    assert answer.redirect_chain[-1][0] == first and "filled in the form" in answer.content.decode()
    dossier.refresh_from_db()
    assert (dossier.full_name, dossier.document_number) == ("ADAMS CLAIRE", "533380006")
    assert not dossier.answers["NA5"].get("passport_kind"), "what the passport does not say is not guessed for people"


def test_what_was_typed_stays(cast: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(READER, lambda dossier: with_zone(dossier) and None)
    dossier = begun(cast)
    filing.save(cast.actor("mia"), dossier=dossier, answers={"NA5": {"full_name": "ADAMS CLARE"}})
    send(cast, dossier)
    dossier.refresh_from_db()
    assert dossier.full_name == "ADAMS CLARE" and dossier.answers["NA5"]["passport_number"] == "533380006"


def test_a_passport_that_cannot_be_read_leads_on(cast: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(READER, lambda dossier: None)
    answer = send(cast, begun(cast))
    assert "could not read the passport" in answer.content.decode()


def test_a_file_that_is_refused_is_explained_in_place(cast: World) -> None:
    dossier = begun(cast)
    sent = {"passport-file": SimpleUploadedFile("p.exe", b"MZ nothing", "image/jpeg")}
    answer = cast.client("mia").post(passport(dossier), sent)
    assert (answer.status_code == 422 and b"data-errors" in answer.content) or b"err" in answer.content


def test_the_officer_sees_what_was_changed_by_hand(cast: World) -> None:
    dossier = with_zone(make_dossier(cast), full_name="ADAMS CLAIRE ANNE")
    page = cast.client("selma").get(reverse("dossiers:office-dossier", args=[dossier.number])).content.decode()
    assert "data-by-hand" in page and "ADAMS CLAIRE ANNE" in page
    with_zone(dossier)
    page = cast.client("selma").get(reverse("dossiers:office-dossier", args=[dossier.number])).content.decode()
    assert "data-by-hand" not in page


def test_strangers_and_officers_do_not_open_it(cast: World) -> None:
    dossier = begun(cast)
    assert cast.client("ramon").get(passport(dossier)).status_code == 404
    assert cast.client("ines").get(passport(dossier)).status_code == 404
