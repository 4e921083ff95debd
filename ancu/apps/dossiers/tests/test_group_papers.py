"""The papers of each person of a request, sent together: each file in the dossier of its person, or in none."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ancu.apps.audit.models import Event
from ancu.apps.dossiers.models import Component, Dossier, GroupRequest
from ancu.apps.dossiers.services.group_papers import named_by
from ancu.apps.dossiers.tests.factories import make_cast, make_group, make_worker, picture
from ancu.apps.dossiers.tests.test_workers import add_stranger
from ancu.apps.lodging.tests.factories import World

pytestmark = [pytest.mark.django_db]
NUMBERS = "ancu.apps.dossiers.services.group_papers.numbers_in"
SCRIPT = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def cast(world: World, settings: Any, tmp_path: Any) -> World:
    settings.MEDIA_ROOT = tmp_path
    return make_cast(world)


@pytest.fixture
def group(cast: World) -> GroupRequest:
    people = [("KIM MIN", "M7654321"), ("KIM MIN JUN", "M7654322"), ("LEE SOO AH", "M1112223")]
    details = {"sex": "M", "birth_date": "1990-04-12"}
    return make_group(
        cast, *[make_worker(cast, full_name=name, passport_number=number, **details) for name, number in people]
    )


def drafts() -> list[Dossier]:
    return list(Dossier.objects.order_by("full_name"))


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("LEE SOO AH.jpg", "LEE SOO AH"),
        ("hộ chiếu - Lee Soo-Ah (1).pdf", "LEE SOO AH"),
        ("m1112223.JPG", "LEE SOO AH"),
        ("scan_M-7654322_new.png", "KIM MIN JUN"),
        ("kim_min_jun photo.jpg", "KIM MIN JUN"),  # the other has fewer of the names in it
        ("Kim Min.jpg", "KIM MIN"),
        ("M7654321 M7654322.pdf", None),
        ("IMG_2031.jpg", None),
        ("lee.jpg", None),
        ("leesooahead.jpg", None),
    ],
)
def test_a_files_name_says_whose_it_is(group: GroupRequest, name: str, person: str | None) -> None:
    dossier = named_by(name, drafts())
    assert (dossier.full_name if dossier else None) == person


def test_two_people_of_one_name_need_the_passport_number(cast: World) -> None:
    twins = [make_worker(cast, full_name="PARK JI WOO", passport_number=number) for number in ("M0000001", "M0000002")]
    make_group(cast, *twins)
    assert named_by("PARK JI WOO.jpg", drafts()) is None
    dossier = named_by("PARK JI WOO M0000002.jpg", drafts())
    assert dossier is not None and dossier.document_number == "M0000002"


def post(group: GroupRequest, client: Any, key: str, *files: SimpleUploadedFile, **headers: str) -> Any:
    return client.post(f"/workers/requests/{group.pk}/papers", {"key": key, "papers": list(files)}, **headers)


def test_each_file_goes_where_it_belongs(cast: World, group: GroupRequest) -> None:
    ramon = cast.client("ramon")
    sent = [SimpleUploadedFile(name, picture()) for name in ("Lee Soo Ah.jpg", "m7654322.jpg", "somebody.jpg")]
    answer = post(group, ramon, "photo", *sent)
    page = answer.content.decode()
    assert answer.status_code == 200 and "could not tell whose this is" in page and "2 of 3" in page
    received = Component.objects.filter(key="photo", file__isnull=False).values_list("dossier__full_name", flat=True)
    assert sorted(received) == ["KIM MIN JUN", "LEE SOO AH"]
    assert Event.objects.filter(act="dossiers.group_paper").count() == 2


@pytest.mark.parametrize(
    ("read", "person"),
    [({"M1112223"}, "LEE SOO AH"), ({"X9999999"}, None), ({"M7654321", "M7654322"}, None), (set(), None)],
)
def test_a_passport_is_recognised_by_its_zone(
    cast: World, group: GroupRequest, monkeypatch: pytest.MonkeyPatch, read: set[str], person: str | None
) -> None:
    monkeypatch.setattr(NUMBERS, lambda _paper: read)  # real passports are read in e2e/test_workers.py
    answer = post(group, cast.client("ramon"), "passport", SimpleUploadedFile("IMG_2031.jpg", picture()), **SCRIPT)
    row = answer.content.decode()
    assert "<main" not in row, "the script gets the row alone"
    stored = Component.objects.filter(file__isnull=False).values_list("dossier__full_name", flat=True)
    assert list(stored) == ([person] if person else [])
    assert (person or "could not tell whose this is") in row


def test_a_file_that_is_no_picture_is_refused_with_the_reason(cast: World, group: GroupRequest) -> None:
    answer = post(group, cast.client("ramon"), "photo", SimpleUploadedFile("Lee Soo Ah.jpg", b"MZ nothing"))
    assert "Lee Soo Ah.jpg" in answer.content.decode() and "2 of 3" not in answer.content.decode()
    assert post(group, cast.client("ramon"), "photo").status_code == 422
    assert post(group, cast.client("ramon"), "signed_na6", SimpleUploadedFile("a.jpg", picture())).status_code == 422


def test_only_the_organisation_sends_its_papers(cast: World, group: GroupRequest) -> None:
    add_stranger(cast)
    stranger = cast.client("zoe")
    assert stranger.get(f"/workers/requests/{group.pk}/papers").status_code == 404
    assert post(group, stranger, "photo", SimpleUploadedFile("Lee Soo Ah.jpg", picture())).status_code == 404
